/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/translate_entry.h"

#include "engine/region.h"

/* Any message with an address and a size. */
#define PUT_RANGE(message, op)                                                 \
	((message)->has_address = (message)->has_size = 1,                     \
	    (message)->address = (op)->base, (message)->size = (op)->size)

static void put_add(const struct op *op, Memblock__V1__Add *add)
{
	memblock__v1__add__init(add);
	PUT_RANGE(add, op);
	add->has_nid = op->nid != MB_NO_NODE;
	add->nid = (uint32_t)op->nid;
	add->has_flags = op->flags != 0;
	add->flags = op->flags;
}

static void put_reserve(const struct op *op, Memblock__V1__Reserve *reserve)
{
	memblock__v1__reserve__init(reserve);
	PUT_RANGE(reserve, op);
	reserve->has_nid = op->nid != MB_NO_NODE;
	reserve->nid = (uint32_t)op->nid;
	reserve->has_flags = op->flags != 0;
	reserve->flags = op->flags;
}

static void put_alloc(const struct op *op, Memblock__V1__Alloc *alloc)
{
	memblock__v1__alloc__init(alloc);
	alloc->has_size = alloc->has_align = 1;
	alloc->size = op->size;
	alloc->align = op->align;
	alloc->has_from_address = op->from != 0;
	alloc->from_address = op->from;
	alloc->has_to_address = op->to != 0;
	alloc->to_address = op->to;
	alloc->has_nid = op->nid != MB_NO_NODE;
	alloc->nid = (uint32_t)op->nid;
	alloc->has_exact_nid = alloc->exact_nid = op->exact_nid;
	alloc->has_min_fallback = alloc->min_fallback = op->min_fallback;
}

static void put_set(const struct op *op, Memblock__V1__Set *set)
{
	memblock__v1__set__init(set);
	switch (op->kind) {
	case OP_SET_BOTTOM_UP:
		set->setting_case = MEMBLOCK__V1__SET__SETTING_BOTTOM_UP;
		set->bottom_up = op->value != 0;
		break;
	case OP_SET_CURRENT_LIMIT:
		set->setting_case = MEMBLOCK__V1__SET__SETTING_CURRENT_LIMIT;
		set->current_limit = op->value;
		break;
	default:
		set->setting_case = MEMBLOCK__V1__SET__SETTING_RESIZE;
		set->resize = 1;
		break;
	}
}

static void put_mark(const struct op *op, Memblock__V1__Mark *mark)
{
	memblock__v1__mark__init(mark);
	PUT_RANGE(mark, op);
	mark->has_flags = 1;
	mark->flags = op->flags;
}

static void put_clear(const struct op *op, Memblock__V1__Clear *clear)
{
	memblock__v1__clear__init(clear);
	PUT_RANGE(clear, op);
	clear->has_flags = 1;
	clear->flags = op->flags;
}

static void put_set_node(const struct op *op, Memblock__V1__SetNode *set_node)
{
	memblock__v1__set_node__init(set_node);
	PUT_RANGE(set_node, op);
	set_node->has_nid = op->nid != MB_NO_NODE;
	set_node->nid = (uint32_t)op->nid;
	set_node->has_type = 1;
	set_node->type = (Memblock__V1__Type)op->list;
}

static void put_limit(const struct op *op, Memblock__V1__Limit *limit)
{
	memblock__v1__limit__init(limit);
	limit->has_size = 1;
	limit->size = op->size;
	limit->has_keep_nomap = limit->keep_nomap = op->keep_nomap;
}

#define ENTRY(name) MEMBLOCK__V1__LOG_ENTRY__OPERATION_##name

/* The operations that choose: by a flag, a node, a size. */
static void put_choice(const struct op *op, Memblock__V1__LogEntry *entry,
    union translate_operation *ret_operation)
{
	switch (op->kind) {
	case OP_MARK:
		entry->operation_case = ENTRY(MARK);
		entry->mark = &ret_operation->mark;
		put_mark(op, entry->mark);
		return;
	case OP_CLEAR:
		entry->operation_case = ENTRY(CLEAR);
		entry->clear = &ret_operation->clear;
		put_clear(op, entry->clear);
		return;
	case OP_SET_NODE:
		entry->operation_case = ENTRY(SET_NODE);
		entry->set_node = &ret_operation->set_node;
		put_set_node(op, entry->set_node);
		return;
	case OP_TRIM:
		entry->operation_case = ENTRY(TRIM);
		entry->trim = &ret_operation->trim;
		memblock__v1__trim__init(entry->trim);
		entry->trim->has_align = 1;
		entry->trim->align = op->align;
		return;
	case OP_LIMIT:
		entry->operation_case = ENTRY(LIMIT);
		entry->limit = &ret_operation->limit;
		put_limit(op, entry->limit);
		return;
	case OP_CAP:
		entry->operation_case = ENTRY(CAP);
		entry->cap = &ret_operation->cap;
		memblock__v1__cap__init(entry->cap);
		PUT_RANGE(entry->cap, op);
		return;
	case OP_PHYSMEM_ADD:
		entry->operation_case = ENTRY(PHYSMEM_ADD);
		entry->physmem_add = &ret_operation->physmem_add;
		memblock__v1__physmem_add__init(entry->physmem_add);
		PUT_RANGE(entry->physmem_add, op);
		return;
	default:
		return; /* a row of a later version: its operation is absent */
	}
}

void translate_entry(const struct op *op, Memblock__V1__LogEntry *entry,
    union translate_operation *ret_operation)
{
	switch (op->kind) {
	case OP_ADD:
		entry->operation_case = ENTRY(ADD);
		entry->add = &ret_operation->add;
		put_add(op, entry->add);
		return;
	case OP_REMOVE:
		entry->operation_case = ENTRY(REMOVE);
		entry->remove = &ret_operation->remove;
		memblock__v1__remove__init(entry->remove);
		PUT_RANGE(entry->remove, op);
		return;
	case OP_RESERVE:
		entry->operation_case = ENTRY(RESERVE);
		entry->reserve = &ret_operation->reserve;
		put_reserve(op, entry->reserve);
		return;
	case OP_FREE:
		entry->operation_case = ENTRY(FREE);
		entry->free = &ret_operation->free;
		memblock__v1__free__init(entry->free);
		PUT_RANGE(entry->free, op);
		return;
	case OP_ALLOC:
		entry->operation_case = ENTRY(ALLOC);
		entry->alloc = &ret_operation->alloc;
		put_alloc(op, entry->alloc);
		return;
	case OP_SET_BOTTOM_UP:
	case OP_SET_CURRENT_LIMIT:
	case OP_SET_RESIZE:
		entry->operation_case = ENTRY(SET);
		entry->set = &ret_operation->set;
		put_set(op, entry->set);
		return;
	default:
		put_choice(op, entry, ret_operation);
		return;
	}
}
