/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/translate.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

/* ---- from a request ---- */

/* A nid beyond what an op can hold is beyond every number of nodes, and stays
 * so. */
int32_t translate_nid(protobuf_c_boolean has_nid, uint32_t nid)
{
	if (!has_nid)
		return MB_NO_NODE;
	return nid > INT32_MAX ? INT32_MAX : (int32_t)nid;
}

static const char *take_range(struct op *op, protobuf_c_boolean has_address,
    uint64_t address, protobuf_c_boolean has_size, uint64_t size)
{
	op->base = address;
	op->size = size;
	if (!has_address)
		return "the address is missing";
	if (!has_size)
		return "the size is missing";
	return NULL;
}

static const char *take_add(const Memblock__V1__Add *add, struct op *op)
{
	op->kind = OP_ADD;
	op->nid = translate_nid(add->has_nid, add->nid);
	op->flags = add->flags;
	return take_range(
	    op, add->has_address, add->address, add->has_size, add->size);
}

static const char *take_reserve(
    const Memblock__V1__Reserve *reserve, struct op *op)
{
	op->kind = OP_RESERVE;
	op->nid = translate_nid(reserve->has_nid, reserve->nid);
	op->flags = reserve->flags;
	return take_range(op, reserve->has_address, reserve->address,
	    reserve->has_size, reserve->size);
}

static const char *take_remove(
    const Memblock__V1__Remove *remove, struct op *op)
{
	op->kind = OP_REMOVE;
	return take_range(op, remove->has_address, remove->address,
	    remove->has_size, remove->size);
}

static const char *take_free(const Memblock__V1__Free *free, struct op *op)
{
	op->kind = OP_FREE;
	return take_range(
	    op, free->has_address, free->address, free->has_size, free->size);
}

static const char *take_alloc(const Memblock__V1__Alloc *alloc,
    const struct memblock_settings *settings, struct op *op)
{
	op->kind = OP_ALLOC;
	op->size = alloc->size;
	op->align = alloc->has_align ? alloc->align : settings->cache_line;
	op->from = alloc->from_address;
	op->to = alloc->to_address;
	op->nid = translate_nid(alloc->has_nid, alloc->nid);
	op->exact_nid = alloc->exact_nid;
	op->min_fallback = alloc->min_fallback;
	return alloc->has_size ? NULL : "the size is missing";
}

static const char *take_set(const Memblock__V1__Set *set, struct op *op)
{
	switch (set->setting_case) {
	case MEMBLOCK__V1__SET__SETTING_BOTTOM_UP:
		op->kind = OP_SET_BOTTOM_UP;
		op->value = set->bottom_up ? 1 : 0;
		return NULL;
	case MEMBLOCK__V1__SET__SETTING_CURRENT_LIMIT:
		op->kind = OP_SET_CURRENT_LIMIT;
		op->value = set->current_limit;
		return NULL;
	case MEMBLOCK__V1__SET__SETTING_RESIZE:
		op->kind = OP_SET_RESIZE;
		op->value = 1;
		return set->resize ? NULL : "resize cannot be set to off";
	default:
		return "set names no setting that this server knows";
	}
}

static const char *take_mark(const Memblock__V1__Mark *mark, struct op *op)
{
	op->kind = OP_MARK;
	op->flags = mark->flags;
	return take_range(
	    op, mark->has_address, mark->address, mark->has_size, mark->size);
}

static const char *take_clear(const Memblock__V1__Clear *clear, struct op *op)
{
	op->kind = OP_CLEAR;
	op->flags = clear->flags;
	return take_range(op, clear->has_address, clear->address,
	    clear->has_size, clear->size);
}

static const char *take_set_node(
    const Memblock__V1__SetNode *set_node, struct op *op)
{
	op->kind = OP_SET_NODE;
	op->nid = translate_nid(set_node->has_nid, set_node->nid);
	op->list = (enum op_list)set_node->type;
	return take_range(op, set_node->has_address, set_node->address,
	    set_node->has_size, set_node->size);
}

static const char *take_trim(const Memblock__V1__Trim *trim, struct op *op)
{
	op->kind = OP_TRIM;
	op->align = trim->align;
	return trim->has_align ? NULL : "the align is missing";
}

static const char *take_limit(const Memblock__V1__Limit *limit, struct op *op)
{
	op->kind = OP_LIMIT;
	op->size = limit->size;
	op->keep_nomap = limit->keep_nomap;
	return limit->has_size ? NULL : "the size is missing";
}

static const char *take_cap(const Memblock__V1__Cap *cap, struct op *op)
{
	op->kind = OP_CAP;
	return take_range(
	    op, cap->has_address, cap->address, cap->has_size, cap->size);
}

static const char *take_physmem_add(
    const Memblock__V1__PhysmemAdd *add, struct op *op)
{
	op->kind = OP_PHYSMEM_ADD;
	return take_range(
	    op, add->has_address, add->address, add->has_size, add->size);
}

#define LIST_IS(list, TYPE)                                                    \
	((int)(list) == (int)MEMBLOCK__V1__TYPE__TYPE_##TYPE)
static_assert(LIST_IS(OP_LIST_MEMORY, MEMORY), "a cast will do");
static_assert(LIST_IS(OP_LIST_RESERVED, RESERVED), "a cast will do");

const char *translate_request(const Memblock__V1__Request *message,
    const struct memblock_settings *settings, struct op *ret_op)
{
	*ret_op = (struct op){.nid = MB_NO_NODE};
	switch (message->operation_case) {
	case MEMBLOCK__V1__REQUEST__OPERATION_ADD:
		return take_add(message->add, ret_op);
	case MEMBLOCK__V1__REQUEST__OPERATION_REMOVE:
		return take_remove(message->remove, ret_op);
	case MEMBLOCK__V1__REQUEST__OPERATION_RESERVE:
		return take_reserve(message->reserve, ret_op);
	case MEMBLOCK__V1__REQUEST__OPERATION_FREE:
		return take_free(message->free, ret_op);
	case MEMBLOCK__V1__REQUEST__OPERATION_ALLOC:
	case MEMBLOCK__V1__REQUEST__OPERATION_FIND:
	case MEMBLOCK__V1__REQUEST__OPERATION_EXPLAIN: /* the same in a union */
		return take_alloc(message->alloc, settings, ret_op);
	case MEMBLOCK__V1__REQUEST__OPERATION_SET:
		return take_set(message->set, ret_op);
	case MEMBLOCK__V1__REQUEST__OPERATION_MARK:
		return take_mark(message->mark, ret_op);
	case MEMBLOCK__V1__REQUEST__OPERATION_CLEAR:
		return take_clear(message->clear, ret_op);
	case MEMBLOCK__V1__REQUEST__OPERATION_SET_NODE:
		return take_set_node(message->set_node, ret_op);
	case MEMBLOCK__V1__REQUEST__OPERATION_TRIM:
		return take_trim(message->trim, ret_op);
	case MEMBLOCK__V1__REQUEST__OPERATION_LIMIT:
		return take_limit(message->limit, ret_op);
	case MEMBLOCK__V1__REQUEST__OPERATION_CAP:
		return take_cap(message->cap, ret_op);
	case MEMBLOCK__V1__REQUEST__OPERATION_PHYSMEM_ADD:
		return take_physmem_add(message->physmem_add, ret_op);
	default:
		abort(); /* a row of commands[] that belongs elsewhere */
	}
}

void translate_region(
    const struct memblock_region *region, Memblock__V1__Region *message)
{
	memblock__v1__region__init(message);
	message->has_address = message->has_size = 1;
	message->address = region->base;
	message->size = region->size;
	message->has_flags = region->flags != 0;
	message->flags = region->flags;
	message->has_nid = region->nid != MB_NO_NODE;
	message->nid = (uint32_t)region->nid;
}

/* ---- to an entry of a log ---- */

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
