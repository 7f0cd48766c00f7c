/* SPDX-License-Identifier: BSD-2-Clause */
/* libmemblock-client: talks to a memblockd.
 *
 * A client is one connection. A request is made by the function named after
 * its operation, told more with mbc_request_set() and its kin, and given to
 * mbc_call(), which answers when the server has:
 *
 *	struct mbc_client *client = mbc_client_new(NULL);
 *	struct mbc_answer *answer;
 *
 *	answer = mbc_call(client, mbc_reserve("board0", 0x1000, 0x2000));
 *	if (mbc_answer_code(answer) != MBC_OK)
 *		fprintf(stderr, "%s\n", mbc_answer_message(answer));
 *	mbc_answer_free(answer);
 *	mbc_client_free(client);
 *
 * Many requests can be under way at once: mbc_send() each, then mbc_wait() for
 * their answers, in any order. Requests on one instance take effect in the
 * order they were sent.
 *
 * Whatever goes wrong is an answer: with the server's code where the server
 * refused, and where it could not answer with one of these, for which
 * mbc_answer_is_local() is true:
 *
 *	UNAVAILABLE		nothing was sent, or the connection was lost
 *				before the answer to a read
 *	UNKNOWN			the connection was lost before the answer to a
 *				change: it may have been done, or not
 *	DEADLINE_EXCEEDED	the time ran out: the same doubt
 *	INVALID_ARGUMENT	the request makes no sense: nothing was sent
 *	CANCELLED		mbc_cancel()
 *	RESOURCE_EXHAUSTED	this process is out of memory
 *
 * Nothing is ever sent twice unless mbc_use_keys() has made that harmless.
 * After a loss mbc_connect(), or mbc_call() by itself, opens a new connection
 * for what comes then.
 *
 * Addresses and sizes are bytes; a range is [base, base + size). Strings are
 * UTF-8. Strings and structs that an answer hands out belong to it and live
 * until it is freed; those that a function takes are copied. Structs may get
 * more fields at their end.
 *
 * Threads: a client, its requests and answers are used by one thread at a
 * time; different clients by different threads at once. Nothing here raises
 * SIGPIPE or installs a handler. */
#ifndef MEMBLOCK_CLIENT_H
#define MEMBLOCK_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

struct mbc_client;
struct mbc_request;
struct mbc_answer;

/* What came of a request: the numbers of google.rpc.Code. */
enum mbc_code {
	MBC_OK = 0,
	MBC_CANCELLED = 1,
	MBC_UNKNOWN = 2,
	MBC_INVALID_ARGUMENT = 3,
	MBC_DEADLINE_EXCEEDED = 4,
	MBC_NOT_FOUND = 5,
	MBC_ALREADY_EXISTS = 6,
	MBC_PERMISSION_DENIED = 7,
	MBC_RESOURCE_EXHAUSTED = 8,
	MBC_FAILED_PRECONDITION = 9,
	MBC_ABORTED = 10,
	MBC_OUT_OF_RANGE = 11,
	MBC_UNIMPLEMENTED = 12,
	MBC_INTERNAL = 13,
	MBC_UNAVAILABLE = 14,
	MBC_DATA_LOSS = 15,
	MBC_UNAUTHENTICATED = 16,
};

/* "OK", "INVALID_ARGUMENT", …; "UNKNOWN" for a number that is no code. */
const char *mbc_code_name(enum mbc_code code);

/* The flags of a region, with the kernel's values. */
#define MBC_HOTPLUG 0x1u
#define MBC_MIRROR 0x2u
#define MBC_NOMAP 0x4u
#define MBC_DRIVER_MANAGED 0x8u
#define MBC_RSRV_NOINIT 0x10u

/* The name of the flag 1 << bit: "hotplug", "mirror", …; NULL for a bit that
 * is no flag. The flags have the lowest bits, without a gap. */
const char *mbc_flag_name(unsigned int bit);

/* The lists of an instance, and what memory has and reserved has not. */
enum mbc_list {
	MBC_MEMORY = 0,
	MBC_RESERVED = 1,
	MBC_PHYSMEM = 2,
	MBC_FREE = 3,
};

/* "memory", …; NULL for a number that is none. */
const char *mbc_list_name(enum mbc_list list);

#define MBC_NO_NODE (-1)
#define MBC_FOREVER (-1)	    /* for a timeout */
#define MBC_ANYWHERE ((uint64_t)-1) /* for a current_limit */

/* The version of the library that runs: "0.1.0". */
const char *mbc_version(void);

/* ---- the connection ---- */

/* A client of the server at that address:
 *
 *	unix:PATH	HOST:PORT	[IPV6]:PORT
 *
 * NULL: $MEMBLOCKD_SERVER where it is set and not empty; else
 * unix:$XDG_RUNTIME_DIR/memblockd.sock where that is set and the user is not
 * root; else unix:/run/memblockd/memblockd.sock. Does not connect, and does
 * not look at the address yet: mbc_connect() says what is wrong with it. The
 * caller's to free. NULL: no memory. */
struct mbc_client *mbc_client_new(const char *address);

/* Closes the connection; requests under way get no answer. NULL is fine. */
void mbc_client_free(struct mbc_client *client);

/* The address it was made with, or the one it found. */
const char *mbc_client_address(const struct mbc_client *client);

/* How long requests sent from now on wait for news, in milliseconds, unless
 * they say otherwise; also the time that mbc_call() gives to connecting.
 * MBC_FOREVER at first. */
void mbc_client_set_timeout(struct mbc_client *client, int timeout_ms);

/* Connects; does nothing when connected. Blocks for at most timeout_ms, but
 * for the time that looking up a host's name takes. OK, INVALID_ARGUMENT (the
 * address), UNAVAILABLE (nobody there), DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED.
 * mbc_client_error() has the sentence. */
enum mbc_code mbc_connect(struct mbc_client *client, int timeout_ms);

/* Whether there is a connection, as far as is known. */
bool mbc_connected(const struct mbc_client *client);

/* Why connecting failed or the connection was lost, last time; "" when neither
 * has happened. Lives until the next call with this client. */
const char *mbc_client_error(const struct mbc_client *client);

/* From now on every change has a request key, one of the library's own unless
 * it was given one, so that the server does it once however often it comes; and
 * whatever waits for an answer when the connection is lost, or is sent without
 * one, goes out on the next: nothing is lost and nothing is done twice, also
 * when the server was restarted in between. An import has neither: it ends with
 * its connection.
 *
 * mbc_wait(), mbc_wait_any() and mbc_call() connect again by themselves, for at
 * most the client's patience; in an event loop that is done with mbc_connect(),
 * when mbc_fd() is -1 and mbc_in_flight() is not 0. When the patience ends,
 * requests are answered as after any loss. An answer of which parts were handed
 * out, see mbc_request_set_in_parts(), is not asked for again.
 *
 * Keys begin with the time, as a big-endian number: servers like them in
 * order. They cost throughput. */
void mbc_use_keys(struct mbc_client *client);

/* How long, in milliseconds or MBC_FOREVER, requests wait for a lost connection
 * to be made again; counted from the loss, and once more after every answer.
 * 30000 at first; without mbc_use_keys() it means nothing. */
void mbc_client_set_patience(struct mbc_client *client, int patience_ms);

/* ---- requests ---- */

/* Each makes one request. An instance's name is 1 to 64 of A-Z a-z 0-9 . _ -
 * and neither '.' nor '-' first; the server checks. NULL: no memory, which
 * every function that takes a request passes on as an answer. */

struct mbc_request *mbc_hello(const char *client_name);
struct mbc_request *mbc_ping(void);
struct mbc_request *mbc_list(void);
struct mbc_request *mbc_create(const char *instance);
struct mbc_request *mbc_info(const char *instance);
struct mbc_request *mbc_destroy(const char *instance);

/* A new instance that begins as origin stands, or stood: see
 * mbc_request_set_at_seq(). if_seq is the origin's. */
struct mbc_request *mbc_clone(const char *instance, const char *origin);
struct mbc_request *mbc_verify(const char *instance);

/* A whole history, as records for an import elsewhere: mbc_answer_record(). It
 * may be long: see mbc_request_set_in_parts(). */
struct mbc_request *mbc_export(const char *instance);

/* One part of an import, in which mbc_import_add() puts copies of the records
 * that follow the part before: about 1 MiB of them. On one connection, each
 * sent when the one before was answered MBC_OK; mbc_import_last() says that no
 * part follows. Nothing is there before that was answered. A connection that is
 * lost before ends the import: its parts are not sent again. A record that is
 * none, or a request that is no import, makes it one that is answered
 * INVALID_ARGUMENT without being sent. */
struct mbc_request *mbc_import(const char *instance);
void mbc_import_add(
    struct mbc_request *request, const void *record, size_t size);
void mbc_import_last(struct mbc_request *request);

/* Drops what the journal has of an instance before keep_seq: the layout there
 * is the earliest that can be asked for from then on. In the middle of a group
 * it is the last seq before that, and a warning says so. */
struct mbc_request *mbc_compact(const char *instance, uint64_t keep_seq);
struct mbc_request *mbc_log(const char *instance);
struct mbc_request *mbc_dump(const char *instance);

/* The operations on an instance, or with NULL on every one, as they become
 * durable: parts without end, each with mbc_answer_watched(), and entries or
 * mbc_answer_is_heartbeat(). MBC_FIELD_FROM_SEQ one above the last seq told
 * goes on where another ended. mbc_cancel() stops waiting for it; it ends with
 * the connection. */
struct mbc_request *mbc_watch(const char *instance);

/* Who put each part of an instance's lists there, for mbc_answer_blame();
 * with MBC_FIELD_BASE and MBC_FIELD_SIZE in that range alone. */
struct mbc_request *mbc_blame(const char *instance);

/* What differs between two instances, for mbc_answer_diff(). The first can be
 * told its moment as any request, the other with MBC_FIELD_OTHER_AT_SEQ or
 * _AT_TIME. */
struct mbc_request *mbc_diff(const char *instance, const char *other);

/* memblock_add, _remove, _reserve, _phys_free. */
struct mbc_request *mbc_add(const char *instance, uint64_t base, uint64_t size);
struct mbc_request *mbc_remove(
    const char *instance, uint64_t base, uint64_t size);
struct mbc_request *mbc_reserve(
    const char *instance, uint64_t base, uint64_t size);
struct mbc_request *mbc_phys_free(
    const char *instance, uint64_t base, uint64_t size);

/* memblock_alloc_range_nid; find answers where it would be and changes
 * nothing. */
struct mbc_request *mbc_alloc(const char *instance, uint64_t size);
struct mbc_request *mbc_find(const char *instance, uint64_t size);

/* Where alloc would go, and why, for mbc_answer_explanation(); it takes the
 * same fields. */
struct mbc_request *mbc_explain(const char *instance, uint64_t size);

/* memblock_mark_*, memblock_reserved_mark_noinit and memblock_clear_*: flag is
 * one of MBC_HOTPLUG, MBC_MIRROR, MBC_NOMAP and MBC_RSRV_NOINIT. */
struct mbc_request *mbc_mark(
    const char *instance, uint32_t flag, uint64_t base, uint64_t size);
struct mbc_request *mbc_clear(
    const char *instance, uint32_t flag, uint64_t base, uint64_t size);

/* memblock_set_node, on memory unless MBC_FIELD_TYPE says otherwise; nid may be
 * MBC_NO_NODE. */
struct mbc_request *mbc_set_node(
    const char *instance, uint64_t base, uint64_t size, int32_t nid);

/* memblock_trim_memory, _enforce_memory_limit, _cap_memory_range. */
struct mbc_request *mbc_trim(const char *instance, uint64_t align);
struct mbc_request *mbc_limit(const char *instance, uint64_t size);
struct mbc_request *mbc_cap(const char *instance, uint64_t base, uint64_t size);

/* memblock_physmem_add, on an instance made with MBC_FIELD_PHYSMEM. */
struct mbc_request *mbc_physmem_add(
    const char *instance, uint64_t base, uint64_t size);

/* memblock_set_bottom_up, _set_current_limit (or MBC_ANYWHERE),
 * _allow_resize. */
struct mbc_request *mbc_set_bottom_up(const char *instance, bool bottom_up);
struct mbc_request *mbc_set_current_limit(const char *instance, uint64_t limit);
struct mbc_request *mbc_allow_resize(const char *instance);

/* What the kernel's iterators come by: for_each_mem_range,
 * for_each_reserved_mem_range, for_each_physmem_range,
 * for_each_free_mem_range, for_each_mem_pfn_range (MBC_MEMORY with
 * MBC_FIELD_PFN). */
struct mbc_request *mbc_ranges(const char *instance, enum mbc_list list);

/* memblock_is_memory, _is_map_memory, _is_reserved; _is_region_memory,
 * _is_region_reserved; _overlaps_region (memory, reserved or physmem): each is
 * answered by mbc_answer_value(). */
struct mbc_request *mbc_is_memory(const char *instance, uint64_t address);
struct mbc_request *mbc_is_map_memory(const char *instance, uint64_t address);
struct mbc_request *mbc_is_reserved(const char *instance, uint64_t address);
struct mbc_request *mbc_is_region_memory(
    const char *instance, uint64_t base, uint64_t size);
struct mbc_request *mbc_is_region_reserved(
    const char *instance, uint64_t base, uint64_t size);
struct mbc_request *mbc_overlaps_region(
    const char *instance, enum mbc_list list, uint64_t base, uint64_t size);

/* memblock_search: the region that an address is in, for mbc_answer_found().
 * list is memory, reserved or physmem. */
struct mbc_request *mbc_search(
    const char *instance, enum mbc_list list, uint64_t address);

/* What memblock_free_all() gives the page allocator as the instance stands, and
 * what comes later: reserved areas that MBC_FIELD_CMA and MBC_FIELD_INIT
 * name. */
struct mbc_request *mbc_handover(const char *instance);

/* The mappings that 32-bit arm makes of low memory, as map_lowmem of Linux 4.0
 * and 5.0, for a kernel in [kernel_start, kernel_end). */
struct mbc_request *mbc_lowmem(
    const char *instance, uint64_t kernel_start, uint64_t kernel_end);

/* What a flattened device tree says about memory. */
struct mbc_request *mbc_load(
    const char *instance, const void *device_tree, size_t size);

/* Changes of one instance that are all done, or none of them. It answers with
 * the refusal of the first that is refused; mbc_answer_batch_at() has the
 * answer to each. */
struct mbc_request *mbc_batch(const char *instance);

/* Adds a change to a batch: what it does and its label; if_seq, key and dry run
 * are the batch's. Takes the operation. One that cannot be part of it makes the
 * batch a request that is answered INVALID_ARGUMENT without being sent, and any
 * makes a request that is no batch one. */
void mbc_batch_add(struct mbc_request *batch, struct mbc_request *operation);

/* What makes a request one that is not sent, as far as is known without
 * sending it; "" for nothing. Lives until the request is told more. */
const char *mbc_request_error(const struct mbc_request *request);

/* The table that a kernel makes of /reserved-memory, of the last tree that was
 * loaded or booted from. */
struct mbc_request *mbc_reserved_memory(const char *instance);

/* All that a kernel does with memblock that boots from that tree, on an
 * instance that is empty. Needs MBC_FIELD_ARCH, _DTB_AT, _IMAGE, _IMAGE_SIZE
 * and, but for arm, _TEXT. */
struct mbc_request *mbc_boot(
    const char *instance, const void *device_tree, size_t size);

/* For a request that is not sent after all; sending it does this. NULL is
 * fine. */
void mbc_request_free(struct mbc_request *request);

/* What a request can be told beyond what made it, and what an answer to info
 * and an entry of a log have in them. In brackets what holds when it is not
 * told. */
enum mbc_field {
	/* add, reserve, ranges; mark and clear in logs */
	MBC_FIELD_FLAGS = 1, /* [0; ranges: as the kernel's iterator] */
	/* add, reserve, alloc, find, ranges; set-node in logs */
	MBC_FIELD_NID = 2, /* [no node; alloc, find, ranges: any] */
	/* alloc, find; align of trim in logs */
	MBC_FIELD_ALIGN = 3,	    /* [the cache line] */
	MBC_FIELD_FROM = 4,	    /* lowest address [0] */
	MBC_FIELD_TO = 5,	    /* end [0: current_limit] */
	MBC_FIELD_EXACT_NID = 6,    /* 0 or 1 [0] */
	MBC_FIELD_MIN_FALLBACK = 7, /* 0 or 1 [0] */
	/* list */
	MBC_FIELD_LONG = 8, /* 0 or 1 [0]: sizes and counts, too */
	MBC_FIELD_ALL = 9,  /* 0 or 1 [0]: destroyed ones, too */
	/* log */
	MBC_FIELD_FROM_SEQ = 10, /* [1] */
	MBC_FIELD_TO_SEQ = 11,	 /* [the last] */
	MBC_FIELD_REVERSE = 12,	 /* 0 or 1 [0]; also ranges */
	MBC_FIELD_LIMIT = 13,	 /* entries [all] */
	/* create, and the answer to info */
	MBC_FIELD_KERNEL = 14,		    /* a text ["6.12"] */
	MBC_FIELD_PAGE_SIZE = 15,	    /* [4096] */
	MBC_FIELD_CACHE_LINE = 16,	    /* [64] */
	MBC_FIELD_PHYS_BITS = 17,	    /* [64] */
	MBC_FIELD_NODES = 18,		    /* how many [0] */
	MBC_FIELD_ARRAYS = 19,		    /* a text ["host"] */
	MBC_FIELD_MEMORY_REGIONS = 20,	    /* of kernel arrays [128] */
	MBC_FIELD_RESERVED_REGIONS = 21,    /* the same */
	MBC_FIELD_PHYSMEM = 22,		    /* 0 or 1 [0] */
	MBC_FIELD_MOVABLE_NODE = 23,	    /* 0 or 1 [0] */
	MBC_FIELD_MIRRORED_KERNELCORE = 24, /* 0 or 1 [0] */
	MBC_FIELD_KERNEL_END = 25,	    /* [none]; also lowmem */
	MBC_FIELD_BOTTOM_UP = 26,	    /* 0 or 1 [0]; also in logs */
	MBC_FIELD_CURRENT_LIMIT = 27,	    /* [MBC_ANYWHERE]; in logs */
	/* the answer to info alone */
	MBC_FIELD_RESIZE = 28, /* 0 or 1; also in logs */
	MBC_FIELD_MEMORY_SIZE = 29,
	MBC_FIELD_RESERVED_SIZE = 30,
	MBC_FIELD_MEMORY_CNT = 31,
	MBC_FIELD_RESERVED_CNT = 32,
	MBC_FIELD_DRAM_START = 33,
	MBC_FIELD_DRAM_END = 34,
	/* logs alone: what a request is made with */
	MBC_FIELD_BASE = 35,
	MBC_FIELD_SIZE = 36,
	/* set-node */
	MBC_FIELD_TYPE = 37, /* MBC_MEMORY or MBC_RESERVED [MBC_MEMORY] */
	/* limit */
	MBC_FIELD_KEEP_NOMAP = 38, /* 0 or 1 [0] */
	/* ranges */
	MBC_FIELD_PFN = 39, /* 0 or 1 [0]: page frame numbers */
	/* log */
	MBC_FIELD_LIFE = 40, /* an id [the life in service]; also destroy */
	/* destroy */
	MBC_FIELD_PURGE = 80, /* 0 or 1 [0]: out of the journal, too */
	/* compact */
	MBC_FIELD_KEEP = 100, /* a seq */
	/* log: only rows for which all of these hold */
	MBC_FIELD_SINCE = 41,	      /* microseconds since 1970 [any time] */
	MBC_FIELD_UNTIL = 42,	      /* the same */
	MBC_FIELD_OPERATION = 43,     /* a text: "reserve" [any] */
	MBC_FIELD_PRINCIPAL = 44,     /* a text: "uid:1000" [anybody] */
	MBC_FIELD_LABEL_GLOB = 45,    /* a text: "*initrd*" [any] */
	MBC_FIELD_TOUCHING_BASE = 46, /* a range they meet [any] */
	MBC_FIELD_TOUCHING_SIZE = 47,
	MBC_FIELD_FAILED = 48, /* 0 or 1 [0]: refused ones alone */
	/* log: also what led to the instance that it is a copy of, and so on */
	MBC_FIELD_FOLLOW_ORIGIN = 58, /* 0 or 1 [0] */
	/* handover */
	MBC_FIELD_MAX_LOW_PFN = 49, /* of high memory, the first [none] */
	MBC_FIELD_CMA = 50,	    /* areas [none] */
	MBC_FIELD_INIT = 51,	    /* areas [none] */
	/* lowmem */
	MBC_FIELD_KERNEL_START = 52,
	MBC_FIELD_LOWMEM_LIMIT = 53, /* [the current_limit] */
	/* diff */
	MBC_FIELD_OTHER_AT_SEQ = 54,  /* [now] */
	MBC_FIELD_OTHER_AT_TIME = 55, /* microseconds since 1970 [now] */
	/* the answer to info alone */
	MBC_FIELD_HASH = 56, /* a text: 64 hexadecimal digits */
	/* watch; also MBC_FIELD_FROM_SEQ [the next that is done] */
	MBC_FIELD_HEARTBEAT = 57, /* milliseconds [15000] */
	/* boot */
	MBC_FIELD_ARCH = 60,	 /* a text: "arm64" or "arm" */
	MBC_FIELD_DTB_AT = 61,	 /* where the tree lies */
	MBC_FIELD_DTB_SIZE = 62, /* [as its header says] */
	MBC_FIELD_IMAGE = 63,	 /* [_stext, _end): its base */
	MBC_FIELD_IMAGE_SIZE = 64,
	MBC_FIELD_TEXT = 65,	       /* _text; arm needs it not */
	MBC_FIELD_CMDLINE = 66,	       /* a text [the tree's bootargs] */
	MBC_FIELD_VA_BITS = 67,	       /* [48] */
	MBC_FIELD_PHYS_MASK_BITS = 68, /* [48] */
	MBC_FIELD_PHYS_OFFSET = 69,    /* arm [from the image] */
	MBC_FIELD_SWAPPER = 70,	       /* swapper_pg_dir: its base [none] */
	MBC_FIELD_SWAPPER_SIZE = 71,
	MBC_FIELD_INIT_PG = 72, /* init_pg_dir: its base [none] */
	MBC_FIELD_INIT_PG_SIZE = 73,
	MBC_FIELD_CMA_SIZE = 74,      /* [64 MiB; arm 16 MiB] */
	MBC_FIELD_CMA_ALIGNMENT = 75, /* [2 MiB; arm 8 MiB] */
	MBC_FIELD_UNTIL_STAGE = 76,   /* a text ["memblock_init"] */
};

/* Tells a request one thing more. A field that its operation does not have, or
 * a value that is too large for it, makes the request one that is answered
 * INVALID_ARGUMENT without being sent. */
void mbc_request_set(
    struct mbc_request *request, enum mbc_field field, uint64_t value);
void mbc_request_set_text(
    struct mbc_request *request, enum mbc_field field, const char *text);

/* The same for a field that is a list of ranges: one more of them. */
void mbc_request_add_area(struct mbc_request *request, enum mbc_field field,
    uint64_t base, uint64_t size);

/* Free text for the journal, at most 256 bytes. */
void mbc_request_set_label(struct mbc_request *request, const char *label);

/* Only if the instance stands at this seq; else ABORTED. */
void mbc_request_set_if_seq(struct mbc_request *request, uint64_t seq);

/* Ask about the instance as it stood after the operation of that seq, or after
 * the last one not later than that time (microseconds since 1970, UTC): for
 * dump, ranges, info, find, explain, blame, diff, export, handover, lowmem,
 * reserved_memory and the questions, and of the origin of a clone; others are
 * answered INVALID_ARGUMENT. One of the two. OUT_OF_RANGE: beyond the end, or
 * in the future; NOT_FOUND: before the first that is kept. mbc_answer_seq() is
 * the seq that is told of. */
void mbc_request_set_at_seq(struct mbc_request *request, uint64_t seq);
void mbc_request_set_at_time(struct mbc_request *request, uint64_t time_us);

/* 1 to 64 bytes that name this request among all on instances of its name: what
 * was done under them once is answered as it was then, and not done again. */
void mbc_request_set_key(
    struct mbc_request *request, const void *key, size_t size);

/* Answer what would happen; change nothing. */
void mbc_request_set_dry_run(struct mbc_request *request);

/* How long to wait for news of this request, in milliseconds; a part of a long
 * answer is news. */
void mbc_request_set_timeout(struct mbc_request *request, int timeout_ms);

/* Hand out a long answer in the parts it comes in, each an answer of its own
 * with the request's id. mbc_answer_more() is true for all but the last. */
void mbc_request_set_in_parts(struct mbc_request *request);

/* ---- sending and waiting ---- */

/* Sends, waits, and hands over the answer, the caller's to free. Connects
 * first where there is no connection. Takes the request. NULL: no memory,
 * which the functions on answers take for RESOURCE_EXHAUSTED. */
struct mbc_answer *mbc_call(
    struct mbc_client *client, struct mbc_request *request);

/* Puts the request in line and returns its id, never 0; what is in line leaves
 * with mbc_wait() and mbc_process(). Does not block and does not connect:
 * without a connection there is an answer UNAVAILABLE to take at once. Takes
 * the request. 0: no memory, and no answer will come. */
uint64_t mbc_send(struct mbc_client *client, struct mbc_request *request);

/* How many requests have not been answered yet. */
size_t mbc_in_flight(const struct mbc_client *client);

/* Blocks until there is an answer to that request, and hands it over, the
 * caller's to free. NULL: no answer will come, because the id is none, or its
 * answer was taken. */
struct mbc_answer *mbc_wait(struct mbc_client *client, uint64_t id);

/* The same for whichever answer comes next. NULL: no request is under way. */
struct mbc_answer *mbc_wait_any(struct mbc_client *client);

/* Stops waiting for a request, which the server may do all the same: it is
 * answered CANCELLED. Does nothing to one that was answered. */
void mbc_cancel(struct mbc_client *client, uint64_t id);

/* ---- in an event loop ---- */

/* Instead of blocking, poll mbc_fd() for mbc_events(), for at most
 * mbc_timeout_ms(); call mbc_process(); then mbc_take_any() until it is empty.
 * Ask for all three anew each time round: sending changes them. */

/* The connection's descriptor, which stays the client's; -1 when there is
 * none. It changes with each new connection. */
int mbc_fd(const struct mbc_client *client);

/* What to wait for: POLLIN, and POLLOUT while something waits to leave. */
short mbc_events(const struct mbc_client *client);

/* How long until a request runs out of time, in milliseconds; 0 when answers
 * wait to be taken; MBC_FOREVER when nothing is due. */
int mbc_timeout_ms(const struct mbc_client *client);

/* Sends and receives what it can without blocking, and answers what has run
 * out of time or is lost with the connection. revents as poll() gave them;
 * readable or writable too many does no harm. */
void mbc_process(struct mbc_client *client, short revents);

/* An answer that is there: to that request, or to any, the oldest first. The
 * caller's to free. NULL: none yet. */
struct mbc_answer *mbc_take(struct mbc_client *client, uint64_t id);
struct mbc_answer *mbc_take_any(struct mbc_client *client);

/* ---- answers ---- */

void mbc_answer_free(struct mbc_answer *answer); /* NULL is fine */

uint64_t mbc_answer_id(const struct mbc_answer *answer);
enum mbc_code mbc_answer_code(const struct mbc_answer *answer);

/* Whether the library made it, and not the server. */
bool mbc_answer_is_local(const struct mbc_answer *answer);

/* One sentence for a person; "" when OK. */
const char *mbc_answer_message(const struct mbc_answer *answer);

/* "ENOMEM", "EINVAL", "EBUSY", or "" where the kernel has none. */
const char *mbc_answer_errno_name(const struct mbc_answer *answer);

/* The seq that the instance stands at. False: the answer has none. */
bool mbc_answer_seq(const struct mbc_answer *answer, uint64_t *ret_seq);

/* Sentences about what was done but may not be what was meant. */
size_t mbc_answer_warning_count(const struct mbc_answer *answer);
const char *mbc_answer_warning(const struct mbc_answer *answer, size_t index);

/* Whether another part follows; see mbc_request_set_in_parts(). */
bool mbc_answer_more(const struct mbc_answer *answer);

/* The record of that number in an answer to an export; *ret_record is the
 * caller's to free, NULL: no memory. False: there are not so many. */
bool mbc_answer_record(const struct mbc_answer *answer, size_t index,
    void **ret_record, size_t *ret_size);

/* The hash of the last operation of what was imported, and how many there were.
 * NULL: this is no answer to the last part of an import. */
#define MBC_HASH_SIZE 32
const uint8_t *mbc_answer_imported(
    const struct mbc_answer *answer, uint64_t *ret_operations);

/* alloc, find: what was given. False: nothing. */
bool mbc_answer_range(
    const struct mbc_answer *answer, uint64_t *ret_base, uint64_t *ret_size);

/* info: one number or text of it. False, NULL: it has none. */
bool mbc_answer_get(
    const struct mbc_answer *answer, enum mbc_field field, uint64_t *ret_value);
const char *mbc_answer_get_text(
    const struct mbc_answer *answer, enum mbc_field field);

/* hello. */
struct mbc_server {
	const char *name; /* "memblockd 0.1.0" */
	uint32_t protocol;
	uint64_t frame_bytes_max;
	uint64_t in_flight_max;
	uint64_t queued_bytes_max;
	uint64_t sessions_max;
	uint64_t instances_max;
	uint64_t regions_max;
	uint64_t batch_max; /* operations of one batch */
	uint64_t watchers_max;
};
/* NULL: not an answer to hello. */
const struct mbc_server *mbc_answer_server(const struct mbc_answer *answer);

/* list. */
struct mbc_instance {
	const char *name;
	uint64_t seq;
	uint64_t life; /* the id of this life of the name */
	bool destroyed;
	bool has_sizes; /* the list was a long one, and it is in service */
	uint64_t memory_size;
	uint64_t reserved_size;
	uint64_t memory_cnt;
	uint64_t reserved_cnt;
};
size_t mbc_answer_instance_count(const struct mbc_answer *answer);
const struct mbc_instance *mbc_answer_instance(
    const struct mbc_answer *answer, size_t index);

/* dump. */
struct mbc_layout {
	const char *kernel;
	uint32_t phys_bits;
	uint32_t nodes; /* how many there are */
	uint64_t page_size;
	bool bottom_up;
	uint64_t current_limit;
};
/* NULL: not an answer to dump. */
const struct mbc_layout *mbc_answer_layout(const struct mbc_answer *answer);

struct mbc_region_list {
	uint64_t cnt; /* regions, in all parts together */
	bool has_max;
	uint64_t max; /* how many the array holds */
	uint64_t total_size;
	bool emptied;	     /* none now, but it had some before */
	size_t region_count; /* regions in this answer */
};
/* memory, reserved or physmem. NULL: the instance has no such list, or not an
 * answer to dump. */
const struct mbc_region_list *mbc_answer_region_list(
    const struct mbc_answer *answer, enum mbc_list list);

struct mbc_region {
	uint64_t base;
	uint64_t size;
	uint32_t flags;
	int32_t nid; /* or MBC_NO_NODE */
};
/* index from 0 to region_count - 1, from the lowest base up. */
const struct mbc_region *mbc_answer_region(
    const struct mbc_answer *answer, enum mbc_list list, size_t index);

/* ranges. */
struct mbc_range {
	uint64_t start; /* addresses, or page frame numbers */
	uint64_t end;	/* exclusive */
	uint32_t flags; /* of the region, or of the memory, that it is in */
	int32_t nid;	/* of that, or MBC_NO_NODE */
};
size_t mbc_answer_range_count(const struct mbc_answer *answer);
const struct mbc_range *mbc_answer_range_at(
    const struct mbc_answer *answer, size_t index);

/* What a question was answered with; for mbc_search() whether there is a
 * region. False: not an answer to one. */
bool mbc_answer_value(const struct mbc_answer *answer, bool *ret_value);

/* mbc_search(). NULL: none was found, or not an answer to it. */
const struct mbc_region *mbc_answer_found(const struct mbc_answer *answer);

/* handover. */
#define MBC_ORDERS 11
struct mbc_handover_node {
	int32_t nid; /* or MBC_NO_NODE */
	uint64_t pages;
	uint64_t orders[MBC_ORDERS];
};
struct mbc_handover {
	uint64_t pages;		     /* of low memory, that are handed over */
	uint64_t orders[MBC_ORDERS]; /* in so many blocks of 2^i of them */
	uint64_t bytes_lost;	     /* free, in a page that is not all free */
	uint64_t pages_lost;	     /* how many such pages there are */
	uint64_t highmem;	     /* free pages from max_low_pfn up */
	uint64_t cma;		     /* pages of the areas, each once */
	uint64_t init;
	uint64_t totalram; /* pages, highmem, cma and init together */
	/* Every node that has memory, by nid; last what is of none. */
	size_t node_count;
	const struct mbc_handover_node *nodes;
};
/* NULL: not an answer to handover. */
const struct mbc_handover *mbc_answer_handover(const struct mbc_answer *answer);

/* batch: the answers to its operations, in the order they were added, each for
 * the functions that read an answer: its own refusal, or ABORTED where another
 * one was refused. None when the batch was refused as a whole. They belong to
 * the batch's. */
size_t mbc_answer_batch_count(const struct mbc_answer *answer);
const struct mbc_answer *mbc_answer_batch_at(
    const struct mbc_answer *answer, size_t index);

/* blame. */
struct mbc_blame_part {
	uint64_t start;
	uint64_t end; /* exclusive */
	enum mbc_list list;
	uint64_t seq; /* 0: there from the beginning; nothing follows then */
	uint64_t time_us;      /* since 1970, UTC */
	const char *principal; /* "uid:1000" */
	const char *operation; /* "reserve" */
	const char *label;     /* "" for none */
};
size_t mbc_answer_blame_count(const struct mbc_answer *answer);
const struct mbc_blame_part *mbc_answer_blame(
    const struct mbc_answer *answer, size_t index);

/* lowmem. */
enum mbc_mapping_type {
	MBC_MEMORY_RWX = 0,
	MBC_MEMORY_RW = 1,
};
struct mbc_mapping {
	uint64_t start;
	uint64_t end; /* exclusive */
	enum mbc_mapping_type type;
	uint64_t sections; /* of 1 MiB, that it is filled with */
	/* The rest, which takes pages of 4 KiB. */
	size_t by_pages_count;
	struct {
		uint64_t start;
		uint64_t end;
	} by_pages[2];
};
/* Region by region, from the lowest address up. */
size_t mbc_answer_mapping_count(const struct mbc_answer *answer);
const struct mbc_mapping *mbc_answer_mapping(
    const struct mbc_answer *answer, size_t index);
/* Memory from the limit up; of each its start, end, flags and node. */
size_t mbc_answer_highmem_count(const struct mbc_answer *answer);
const struct mbc_range *mbc_answer_highmem(
    const struct mbc_answer *answer, size_t index);

/* diff: a part of a list that was added, removed or changed. */
struct mbc_diff_part {
	enum mbc_list list;
	uint64_t start;
	uint64_t end;	 /* exclusive */
	bool has_before; /* false: it was added */
	uint32_t flags_before;
	int32_t nid_before; /* or MBC_NO_NODE */
	bool has_after;	    /* false: it was removed */
	uint32_t flags_after;
	int32_t nid_after; /* or MBC_NO_NODE */
};
size_t mbc_answer_diff_count(const struct mbc_answer *answer);
const struct mbc_diff_part *mbc_answer_diff(
    const struct mbc_answer *answer, size_t index);

/* Whether both sides are the same, and the seq of the other that was compared.
 * False: not an answer to diff. */
bool mbc_answer_identical(const struct mbc_answer *answer, bool *ret_identical);
bool mbc_answer_other_seq(const struct mbc_answer *answer, uint64_t *ret_seq);

/* As mbc_answer_get() of an answer to info about one of the sides. */
enum mbc_side { MBC_BEFORE, MBC_AFTER };
bool mbc_answer_diff_get(const struct mbc_answer *answer, enum mbc_side side,
    enum mbc_field field, uint64_t *ret_value);
const char *mbc_answer_diff_get_text(
    const struct mbc_answer *answer, enum mbc_side side, enum mbc_field field);

/* clone, and log of a copy from its beginning: where it came from. NULL: not an
 * answer to these. In a part of a log with MBC_FIELD_FOLLOW_ORIGIN it is where
 * mbc_answer_log_instance() came from: before the first of its entries, or with
 * MBC_FIELD_REVERSE behind the last. */
const char *mbc_answer_origin(
    const struct mbc_answer *answer, uint64_t *ret_seq);

/* explain: what came of it. */
struct mbc_explanation {
	bool chosen;
	uint64_t base; /* when chosen; otherwise 0 */
	uint64_t size; /* the same */
	/* When nothing fits, what would: the largest size, and the lowest
	 * current_limit, or MBC_FIELD_TO where that was given; 0: none. */
	uint64_t nearest_size;
	uint64_t nearest_limit;
};
/* NULL: not an answer to explain. */
const struct mbc_explanation *mbc_answer_explanation(
    const struct mbc_answer *answer);

/* A range that the search came by. */
struct mbc_candidate {
	uint64_t start;
	uint64_t end;	  /* exclusive */
	const char *rule; /* "chosen", or what speaks against it */
	uint32_t attempt; /* from 1 up */
};
size_t mbc_answer_candidate_count(const struct mbc_answer *answer);
const struct mbc_candidate *mbc_answer_candidate(
    const struct mbc_answer *answer, size_t index);

/* reserved_memory. */
struct mbc_reserved {
	const char *node; /* "/reserved-memory/vpu@52000000" */
	bool has_phandle;
	uint32_t phandle;
	uint64_t base; /* 0: it has no place */
	uint64_t size;
	const char *placement; /* "static", "dynamic", "none" */
	bool has_alloc_range;  /* dynamic, in this one of its alloc-ranges: */
	uint64_t range_base;
	uint64_t range_size;
	bool no_map;
	bool reusable;
	size_t compatible_count;
	const char *const *compatible;
	const char *use;      /* "none", "cma", "cma-default", "dma-pool",
				 "given-back" */
	const char *overlaps; /* the node behind it; "": none */
	size_t user_count;
	const void *users; /* for mbc_reserved_user() */
};
size_t mbc_answer_reserved_count(const struct mbc_answer *answer);
const struct mbc_reserved *mbc_answer_reserved(
    const struct mbc_answer *answer, size_t index);

/* A node that names it in its memory-region, and the name it has for it ("" for
 * none). False: there are not so many. */
bool mbc_reserved_user(const struct mbc_reserved *reserved, size_t index,
    const char **ret_node, const char **ret_name);

/* load, boot. */
struct mbc_step {
	const char *operation; /* "add", "reserve", "mark", … */
	uint64_t base;
	uint64_t size;
	uint32_t flags;
	bool ok;
	const char *message; /* why not; "" when ok */
	const char *label;   /* load: the node it came from; boot: the kernel's
				function */
	bool has_seq;	     /* it is in the journal */
	uint64_t seq;
	const char *stage; /* boot: "memblock_init", …; otherwise "" */
	const char *node;  /* boot: the node it came from; "" for none */
	bool has_value;	   /* set */
	uint64_t value;
	int32_t nid; /* set-node, alloc; or MBC_NO_NODE */
};
size_t mbc_answer_step_count(const struct mbc_answer *answer);
const struct mbc_step *mbc_answer_step(
    const struct mbc_answer *answer, size_t index);

/* log. */
struct mbc_entry {
	uint64_t seq;
	uint64_t time_us;      /* since 1970, UTC */
	const char *principal; /* "uid:1000" */
	const char *label;     /* "" for none */
	uint64_t group;	       /* seq of its group's first; 0 for none */
	const char *operation; /* "add", "set-node", …; "" for one that this
				  library is too old to know */
	enum mbc_code code;
	const char *message;
	const char *errno_name;
	bool has_address;
	uint64_t address; /* alloc: what it got */
	size_t warning_count;
	const char *const *warnings;
	const void *arguments; /* for mbc_entry_get() */
	/* With MBC_FIELD_FOLLOW_ORIGIN: of which instance, and which life of
	 * that name; "", 0: of the one that was asked for. */
	const char *instance;
	uint64_t life;
};
size_t mbc_answer_entry_count(const struct mbc_answer *answer);
const struct mbc_entry *mbc_answer_entry(
    const struct mbc_answer *answer, size_t index);

/* What the operation of an entry was told. False: not that. */
bool mbc_entry_get(
    const struct mbc_entry *entry, enum mbc_field field, uint64_t *ret_value);

/* log with MBC_FIELD_FOLLOW_ORIGIN: what the instance is a copy of, what that
 * is a copy of, and so on, before the first entry; in parts of their own. */
struct mbc_origin {
	const char *instance;
	uint64_t seq;  /* where it stood */
	uint64_t life; /* of the name; 0: not one of this journal */
};
size_t mbc_answer_origin_count(const struct mbc_answer *answer);
const struct mbc_origin *mbc_answer_origin_at(
    const struct mbc_answer *answer, size_t index);

/* The same: whose entries the last part has; "" for those of the instance that
 * was asked for. */
const char *mbc_answer_log_instance(const struct mbc_answer *answer);

/* watch: which instance a part is about; "" for all of them. A part without
 * entries that is no heartbeat tells, by its warnings, why it is about this
 * instance the last time. */
const char *mbc_answer_watched(const struct mbc_answer *answer);

/* watch: everything up to mbc_answer_seq() was told. */
bool mbc_answer_is_heartbeat(const struct mbc_answer *answer);

/* verify. With mbc_request_set_in_parts(), a part while mbc_answer_more() only
 * tells how far it is: the verdict comes with the last. */
struct mbc_verdict {
	uint64_t operations; /* how many were replayed */
	bool identical;
	/* When not identical: where, and both sides in words. */
	uint64_t difference_seq;
	const char *difference_journal;
	const char *difference_replay;
	uint64_t to_replay; /* how many operations there are */
};
/* NULL: not an answer to verify. */
const struct mbc_verdict *mbc_answer_verdict(const struct mbc_answer *answer);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
