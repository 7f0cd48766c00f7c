/* SPDX-License-Identifier: BSD-2-Clause */
/* What an answer is inside the library: the parts that came of it, and their
 * items in arrays. */
#ifndef CLIENT_ANSWER_H
#define CLIENT_ANSWER_H

#include "client/memblock_client.h"
#include "memblock.pb-c.h"

#include <sys/queue.h>

/* A growing array. */
struct answer_items {
	void *items;
	size_t count;
	size_t room;
};

#define ANSWER_ITEM(array, type, index) (&((type *)(array)->items)[index])

/* The next free item, for which there is room. */
#define ANSWER_NEXT(array, type) (&((type *)(array)->items)[(array)->count++])

/* Room for more items of that size at the end; false: no memory. */
bool answer_make_room(struct answer_items *items, size_t more, size_t size);

struct mbc_answer {
	TAILQ_ENTRY(mbc_answer) link; /* of those that wait to be taken */
	uint64_t id;
	enum mbc_code code;
	bool is_local;
	bool more;
	char *local_message; /* when it is local; NULL: out of memory */

	/* Own every string below. The status and the seq are the last one's. */
	struct answer_items parts; /* Memblock__V1__Response * */

	struct answer_items warnings; /* const char * */
	struct answer_items instances;
	struct answer_items reserved;
	struct answer_items steps;
	struct answer_items entries;
	struct answer_items origins;
	const char *log_instance;	/* NULL: the one asked for */
	struct answer_items regions[3]; /* enum mbc_list */
	bool has_layout;
	bool has_physmem;
	struct mbc_layout layout;
	struct mbc_region_list lists[3];
	struct answer_items ranges;
	struct answer_items blame;
	const char *watched; /* NULL: none */
	bool is_heartbeat;
	struct answer_items batch; /* struct mbc_answer *, which it owns */
	struct answer_items diff;
	struct answer_items candidates;
	bool has_explanation;
	struct mbc_explanation explanation;
	bool has_value;
	bool value;
	bool has_found;
	struct mbc_region found;
	bool has_handover;
	struct mbc_handover handover;
	struct mbc_handover_node *handover_nodes;
	struct answer_items mappings;
	struct answer_items highmem;
	bool has_server;
	struct mbc_server server;
	bool has_verdict;
	struct mbc_verdict verdict;
};

/* What a text of a message is to users: "" where it is absent. */
static inline const char *answer_text(const char *text)
{
	return text != NULL ? text : "";
}

/* An empty one. NULL: no memory. */
struct mbc_answer *answer_new(uint64_t id);

/* Puts a part behind those it has; the answer owns it from then on, also when
 * this fails. False: no memory. */
bool answer_append(struct mbc_answer *answer, Memblock__V1__Response *part);

/* answer_log.c: puts what a part has behind what there is. False: no memory. */
bool answer_append_log(
    struct mbc_answer *answer, const Memblock__V1__LogResult *log);

/* Takes what a part of an answer to watch says. False: no memory. */
bool answer_take_watch(
    struct mbc_answer *answer, const Memblock__V1__WatchResult *watch);

/* Takes what a part of an answer to handover says. False: no memory. */
bool answer_take_handover(
    struct mbc_answer *answer, const Memblock__V1__HandoverResult *from);

/* batch.c: the answers to its operations; takes what they are made of out of
 * result. False: no memory. */
bool answer_append_batch(
    struct mbc_answer *answer, Memblock__V1__BatchResult *result);

/* answer_history.c: put what a part has behind what there is. False: no
 * memory. */
bool answer_append_blame(
    struct mbc_answer *answer, const Memblock__V1__BlameResult *blame);
bool answer_append_diff(
    struct mbc_answer *answer, const Memblock__V1__DiffResult *diff);
bool answer_append_explanation(
    struct mbc_answer *answer, const Memblock__V1__ExplainResult *from);

/* Puts ranges behind those in to. False: no memory. */
bool answer_append_ranges(
    struct answer_items *to, size_t count, Memblock__V1__Range *const *ranges);

/* The same of an answer to lowmem. */
bool answer_append_lowmem(
    struct mbc_answer *answer, const Memblock__V1__LowmemResult *from);

/* Makes it the library's own, whatever the server said before. */
void answer_fail(
    struct mbc_answer *answer, enum mbc_code code, const char *message);

/* answer_reserved.c: adds the entries of a part. False: no memory. */
bool answer_append_reserved(
    struct mbc_answer *answer, const Memblock__V1__ReservedMemoryResult *table);

#endif
