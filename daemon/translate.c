/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/translate.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

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
