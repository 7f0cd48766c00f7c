/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/op_fields.h"

#include "engine/region.h"

#include <assert.h>
#include <stdlib.h>

static_assert(OP_FIELD_VALUE == 1u << (OP_FIELDS_COUNT - 1),
    "a new field needs a row in both functions, a column and a migration");

uint64_t op_field_get(const struct op *op, enum op_field field)
{
	switch (field) {
	case OP_FIELD_BASE:
		return op->base;
	case OP_FIELD_SIZE:
		return op->size;
	case OP_FIELD_ALIGN:
		return op->align;
	case OP_FIELD_FROM:
		return op->from;
	case OP_FIELD_TO:
		return op->to;
	case OP_FIELD_NID:
		return (uint64_t)(int64_t)op->nid;
	case OP_FIELD_FLAGS:
		return op->flags;
	case OP_FIELD_LIST:
		return (uint64_t)op->list;
	case OP_FIELD_EXACT_NID:
		return op->exact_nid;
	case OP_FIELD_MIN_FALLBACK:
		return op->min_fallback;
	case OP_FIELD_KEEP_NOMAP:
		return op->keep_nomap;
	case OP_FIELD_VALUE:
		return op->value;
	}
	abort(); /* more than one field, or none */
}

/* What a field can hold; the rest holds any 64 bits. */
static bool fits(enum op_field field, uint64_t value)
{
	switch (field) {
	case OP_FIELD_NID:
		return value == (uint64_t)MB_NO_NODE || value <= INT32_MAX;
	case OP_FIELD_FLAGS:
		return value <= UINT32_MAX;
	case OP_FIELD_LIST:
		return value <= OP_LIST_RESERVED;
	case OP_FIELD_EXACT_NID:
	case OP_FIELD_MIN_FALLBACK:
	case OP_FIELD_KEEP_NOMAP:
		return value <= 1;
	default:
		return true;
	}
}

bool op_field_set(struct op *op, enum op_field field, uint64_t value)
{
	if (!fits(field, value))
		return false;
	switch (field) {
	case OP_FIELD_BASE:
		op->base = value;
		return true;
	case OP_FIELD_SIZE:
		op->size = value;
		return true;
	case OP_FIELD_ALIGN:
		op->align = value;
		return true;
	case OP_FIELD_FROM:
		op->from = value;
		return true;
	case OP_FIELD_TO:
		op->to = value;
		return true;
	case OP_FIELD_NID:
		op->nid = (int32_t)(int64_t)value;
		return true;
	case OP_FIELD_FLAGS:
		op->flags = (uint32_t)value;
		return true;
	case OP_FIELD_LIST:
		op->list = (enum op_list)value;
		return true;
	case OP_FIELD_EXACT_NID:
		op->exact_nid = value;
		return true;
	case OP_FIELD_MIN_FALLBACK:
		op->min_fallback = value;
		return true;
	case OP_FIELD_KEEP_NOMAP:
		op->keep_nomap = value;
		return true;
	case OP_FIELD_VALUE:
		op->value = value;
		return true;
	}
	abort(); /* more than one field, or none */
}
