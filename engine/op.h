/* SPDX-License-Identifier: BSD-2-Clause */
/* What can be done to a model, and what came of it.
 *
 * op_apply() is the only way anything changes a model: a request, a row of a
 * journal and a step of a boot are all a struct op first, so what was done
 * once can be done again. An op and its outcome are plain values: they own
 * nothing and hold no pointers. */
#ifndef ENGINE_OP_H
#define ENGINE_OP_H

#include "engine/status.h"

#include <stdbool.h>
#include <stdint.h>

struct memblock;

/* The numbers are stored in journals: they never change and are never used
 * again. */
enum op_kind {
	OP_ADD = 1,		   /* memblock_add, memblock_add_node */
	OP_REMOVE = 2,		   /* memblock_remove */
	OP_RESERVE = 3,		   /* memblock_reserve */
	OP_FREE = 4,		   /* memblock_phys_free */
	OP_ALLOC = 5,		   /* memblock_alloc_range_nid */
	OP_MARK = 6,		   /* memblock_mark_*, _reserved_mark_noinit */
	OP_CLEAR = 7,		   /* memblock_clear_* */
	OP_SET_NODE = 8,	   /* memblock_set_node */
	OP_TRIM = 9,		   /* memblock_trim_memory */
	OP_LIMIT = 10,		   /* memblock_enforce_memory_limit */
	OP_CAP = 11,		   /* memblock_cap_memory_range */
	OP_SET_BOTTOM_UP = 12,	   /* memblock_set_bottom_up */
	OP_SET_CURRENT_LIMIT = 13, /* memblock_set_current_limit */
	OP_SET_RESIZE = 14,	   /* memblock_allow_resize */
	OP_PHYSMEM_ADD = 15,	   /* memblock_physmem_add */
};
#define OP_KIND_MAX OP_PHYSMEM_ADD

/* Which list an operation that has the choice acts on. Stored in journals. */
enum op_list {
	OP_LIST_MEMORY = 0,
	OP_LIST_RESERVED = 1,
};

/* The fields of struct op, as bits: which of them an operation reads. */
enum op_field {
	OP_FIELD_BASE = 0x1,
	OP_FIELD_SIZE = 0x2,
	OP_FIELD_ALIGN = 0x4,
	OP_FIELD_FROM = 0x8,
	OP_FIELD_TO = 0x10,
	OP_FIELD_NID = 0x20,
	OP_FIELD_FLAGS = 0x40,
	OP_FIELD_LIST = 0x80,
	OP_FIELD_EXACT_NID = 0x100,
	OP_FIELD_MIN_FALLBACK = 0x200,
	OP_FIELD_KEEP_NOMAP = 0x400,
	OP_FIELD_VALUE = 0x800,
};

struct op {
	enum op_kind kind;
	uint64_t base;
	uint64_t size;
	uint64_t align;	   /* a power of two; alloc: 0 is the cache line, with
			      a warning */
	uint64_t from;	   /* lowest address wanted */
	uint64_t to;	   /* end of what is wanted; 0 is current_limit */
	int32_t nid;	   /* MB_NO_NODE, or 0 to nodes - 1 */
	uint32_t flags;	   /* enum memblock_flags; mark, clear: exactly one */
	enum op_list list; /* set-node */
	bool exact_nid;	   /* alloc: nid or nothing */
	bool min_fallback; /* alloc: the memblock_alloc_internal family */
	bool keep_nomap;   /* limit: memblock_mem_limit_remove_map */
	uint64_t value;	   /* set: 0 or 1, or the current_limit (one above the
			      address space means its last address) */
};

/* Warnings of an operation that was done, as bits. Stored in journals. */
enum op_warning {
	OP_WARN_ALIGN_ZERO = 0x1,   /* alignment 0 was taken as a cache line */
	OP_WARN_NODE_DIFFERS = 0x2, /* met a region of another node */
	OP_WARN_FLAGS_DIFFER = 0x4, /* met a region with other flags */
	OP_WARN_FELL_BACK = 0x8,    /* bottom-up failed, top-down was tried */
};

#define OUTCOME_MESSAGE_MAX 384

struct outcome {
	enum mb_status status;
	uint64_t base;	   /* alloc, find: the address; otherwise 0 */
	uint32_t warnings; /* enum op_warning */
	/* What a user reads: when refused one sentence that names the range
	 * and the region or rule in the way; else a sentence for each
	 * warning, one a line; empty when there is nothing to say. */
	char message[OUTCOME_MESSAGE_MAX];
};

/* One row for each kind: its word in logs ("add", "set-node", …; the three
 * settings are all "set"), the fields it reads and the flags it takes. NULL
 * for a number that is no kind. */
struct op_info {
	const char *name;
	uint32_t fields; /* enum op_field */
	uint32_t flags;	 /* enum memblock_flags; 0 without OP_FIELD_FLAGS */
};
const struct op_info *op_info(int kind);

/* Does op to mb. Returns the outcome's status, and fills in all of
 * ret_outcome. MB_OK: done, also where that changed nothing. Any other:
 * the model is as it was before, to the last region and setting. */
enum mb_status op_apply(
    struct memblock *mb, const struct op *op, struct outcome *ret_outcome);

/* What op_apply() would answer, without changing anything. */
enum mb_status op_preview(const struct memblock *mb, const struct op *op,
    struct outcome *ret_outcome);

/* What find answers to an OP_ALLOC: where the first attempt that finds
 * something finds it, whether or not reserved has a slot for it. Changes
 * nothing. */
enum mb_status op_find(const struct memblock *mb, const struct op *op,
    struct outcome *ret_outcome);

/* Whether two outcomes are the same as far as history goes: status, address
 * and warnings. The words may get better with the years. */
bool outcome_equal(const struct outcome *a, const struct outcome *b);

#endif
