/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/op.h"

#include "engine/alloc.h"
#include "engine/array.h"
#include "engine/memblock.h"
#include "engine/op_check.h"
#include "engine/op_say.h"

#include <assert.h>
#include <stddef.h>

#define MARKABLE_FLAGS                                                         \
	((uint32_t)(MEMBLOCK_HOTPLUG | MEMBLOCK_MIRROR | MEMBLOCK_NOMAP |      \
		    MEMBLOCK_RSRV_NOINIT))

/* Carries out an operation whose arguments are checked. Fills in base,
 * warnings and message of an outcome that is all zero. */
typedef enum mb_status perform_fn(
    struct memblock *mb, const struct op *op, struct outcome *outcome);

static perform_fn perform_add, perform_remove, perform_reserve, perform_free,
    perform_alloc, perform_mark, perform_clear, perform_set_node, perform_trim,
    perform_limit, perform_cap, perform_set_bottom_up,
    perform_set_current_limit, perform_set_resize, perform_physmem_add;

#define RANGE (OP_FIELD_BASE | OP_FIELD_SIZE)

static const struct op_row {
	struct op_info info;
	perform_fn *perform;
} rows[] = {
    [OP_ADD] = {{"add", RANGE | OP_FIELD_NID | OP_FIELD_FLAGS,
		    MEMBLOCK_MEMORY_FLAGS},
	perform_add},
    [OP_REMOVE] = {{"remove", RANGE, 0}, perform_remove},
    [OP_RESERVE] = {{"reserve", RANGE | OP_FIELD_NID | OP_FIELD_FLAGS,
			MEMBLOCK_RESERVED_FLAGS},
	perform_reserve},
    [OP_FREE] = {{"free", RANGE, 0}, perform_free},
    [OP_ALLOC] = {{"alloc",
		      OP_FIELD_SIZE | OP_FIELD_ALIGN | OP_FIELD_FROM |
			  OP_FIELD_TO | OP_FIELD_NID | OP_FIELD_EXACT_NID |
			  OP_FIELD_MIN_FALLBACK,
		      0},
	perform_alloc},
    [OP_MARK] = {{"mark", RANGE | OP_FIELD_FLAGS, MARKABLE_FLAGS},
	perform_mark},
    [OP_CLEAR] = {{"clear", RANGE | OP_FIELD_FLAGS, MARKABLE_FLAGS},
	perform_clear},
    [OP_SET_NODE] = {{"set-node", RANGE | OP_FIELD_NID | OP_FIELD_LIST, 0},
	perform_set_node},
    [OP_TRIM] = {{"trim", OP_FIELD_ALIGN, 0}, perform_trim},
    [OP_LIMIT] = {{"limit", OP_FIELD_SIZE | OP_FIELD_KEEP_NOMAP, 0},
	perform_limit},
    [OP_CAP] = {{"cap", RANGE, 0}, perform_cap},
    [OP_SET_BOTTOM_UP] = {{"set", OP_FIELD_VALUE, 0}, perform_set_bottom_up},
    [OP_SET_CURRENT_LIMIT] = {{"set", OP_FIELD_VALUE, 0},
	perform_set_current_limit},
    [OP_SET_RESIZE] = {{"set", OP_FIELD_VALUE, 0}, perform_set_resize},
    [OP_PHYSMEM_ADD] = {{"physmem-add", RANGE, 0}, perform_physmem_add},
};

static_assert(sizeof(rows) / sizeof(rows[0]) == OP_KIND_MAX + 1,
    "every kind of operation has its row");

const struct op_info *op_info(int kind)
{
	if (kind < OP_ADD || kind > OP_KIND_MAX)
		return NULL;
	return &rows[kind].info;
}

/* ---- the operations ---- */

static enum mb_status perform_add(
    struct memblock *mb, const struct op *op, struct outcome *outcome)
{
	struct memblock_met met = {0};
	const enum mb_status status =
	    memblock_add(mb, op->base, op->size, op->nid, op->flags, &met);

	op_warn_met(outcome, &met);
	return status;
}

static enum mb_status perform_remove(
    struct memblock *mb, const struct op *op, struct outcome *outcome)
{
	(void)outcome;
	return memblock_remove(mb, op->base, op->size);
}

static enum mb_status perform_reserve(
    struct memblock *mb, const struct op *op, struct outcome *outcome)
{
	struct memblock_met met = {0};
	const enum mb_status status =
	    memblock_reserve(mb, op->base, op->size, op->nid, op->flags, &met);

	op_warn_met(outcome, &met);
	return status;
}

static enum mb_status perform_free(
    struct memblock *mb, const struct op *op, struct outcome *outcome)
{
	(void)outcome;
	return memblock_phys_free(mb, op->base, op->size);
}

static struct alloc_request make_request(const struct op *op)
{
	return (struct alloc_request){
	    .size = op->size,
	    .align = op->align,
	    .from = op->from,
	    .to = op->to,
	    .nid = op->nid,
	    .exact_nid = op->exact_nid,
	    .min_fallback = op->min_fallback,
	};
}

/* What alloc and find say. */
static enum mb_status say_found(const struct memblock *mb,
    const struct alloc_request *request, enum mb_status status,
    struct outcome *outcome)
{
	if (status == MB_OK && request->align == 0)
		op_warn_align_zero(outcome, mb);
	if (status == MB_NO_SPACE)
		alloc_explain(
		    mb, request, outcome->message, sizeof(outcome->message));
	return status;
}

static enum mb_status perform_alloc(
    struct memblock *mb, const struct op *op, struct outcome *outcome)
{
	const struct alloc_request request = make_request(op);

	return say_found(mb, &request,
	    memblock_alloc(mb, &request, &outcome->base), outcome);
}

static enum mb_status perform_find(
    const struct memblock *mb, const struct op *op, struct outcome *outcome)
{
	const struct alloc_request request = make_request(op);

	bool fell_back = false;
	const enum mb_status status =
	    memblock_find(mb, &request, &outcome->base, &fell_back);

	if (status == MB_OK && fell_back)
		op_warn_fell_back(outcome, mb);
	return say_found(mb, &request, status, outcome);
}

static enum mb_status perform_mark(
    struct memblock *mb, const struct op *op, struct outcome *outcome)
{
	(void)outcome;
	return memblock_mark(mb, op->base, op->size, op->flags);
}

static enum mb_status perform_clear(
    struct memblock *mb, const struct op *op, struct outcome *outcome)
{
	(void)outcome;
	return memblock_clear(mb, op->base, op->size, op->flags);
}

static enum mb_status perform_set_node(
    struct memblock *mb, const struct op *op, struct outcome *outcome)
{
	(void)outcome;
	return memblock_set_node(mb, op->base, op->size,
	    op->list == OP_LIST_MEMORY ? mb->memory : mb->reserved, op->nid);
}

static enum mb_status perform_trim(
    struct memblock *mb, const struct op *op, struct outcome *outcome)
{
	(void)outcome;
	memblock_trim(mb, op->align);
	return MB_OK;
}

static enum mb_status perform_limit(
    struct memblock *mb, const struct op *op, struct outcome *outcome)
{
	(void)outcome;
	if (op->keep_nomap)
		return memblock_limit_keep_nomap(mb, op->size);
	return memblock_limit(mb, op->size);
}

static enum mb_status perform_cap(
    struct memblock *mb, const struct op *op, struct outcome *outcome)
{
	(void)outcome;
	return memblock_cap(mb, op->base, op->size);
}

static enum mb_status perform_set_bottom_up(
    struct memblock *mb, const struct op *op, struct outcome *outcome)
{
	(void)outcome;
	mb->bottom_up = op->value == 1;
	return MB_OK;
}

static enum mb_status perform_set_current_limit(
    struct memblock *mb, const struct op *op, struct outcome *outcome)
{
	(void)outcome;
	memblock_set_current_limit(mb, op->value);
	return MB_OK;
}

static enum mb_status perform_set_resize(
    struct memblock *mb, const struct op *op, struct outcome *outcome)
{
	(void)op;
	(void)outcome;
	mb->can_resize = true;
	return MB_OK;
}

static enum mb_status perform_physmem_add(
    struct memblock *mb, const struct op *op, struct outcome *outcome)
{
	struct memblock_met met = {0};
	const enum mb_status status =
	    memblock_physmem_add(mb, op->base, op->size, &met);

	op_warn_met(outcome, &met);
	return status;
}

/* ---- the door ---- */

/* Every answer leaves here: its status, and a sentence where the operation
 * itself had none to say. */
static enum mb_status answer(const struct memblock *mb, enum mb_status status,
    struct outcome *outcome, struct outcome *ret_outcome)
{
	if (status == MB_LIMIT)
		op_say(outcome, "this could pass the limit of %zu regions",
		    mb->regions_max);
	if (status == MB_NO_MEMORY)
		op_say(outcome, "the server has no memory left");
	if (status == MB_NO_LIST)
		op_say(outcome, "the instance has no physmem");
	assert(status == MB_OK || outcome->warnings == 0);
	assert(status == MB_OK || outcome->message[0] != '\0');
	outcome->status = status;
	*ret_outcome = *outcome;
	return status;
}

/* Does op to a copy, whose arrays may grow, and has mb take its place: growing
 * takes steps of which any can fail, and nothing may have changed then. */
static enum mb_status perform_growing(
    struct memblock *mb, const struct op *op, struct outcome *outcome)
{
	struct memblock *copy = memblock_copy(mb);
	struct memblock before = *mb;
	enum mb_status status;

	if (copy == NULL)
		return MB_NO_MEMORY;
	copy->may_grow = true;
	status = rows[op->kind].perform(copy, op, outcome);
	copy->may_grow = false;
	if (status == MB_FULL)
		array_explain(copy, outcome->message, sizeof(outcome->message));
	if (status == MB_OK) {
		*mb = *copy;
		*copy = before;
	}
	memblock_destroy(copy);
	return status;
}

static enum mb_status perform(
    struct memblock *mb, const struct op *op, struct outcome *outcome)
{
	enum mb_status status;

	if (!op_check(mb, op, outcome->message, sizeof(outcome->message)))
		return MB_INVALID;
	mb->fell_back = false;
	status = rows[op->kind].perform(mb, op, outcome);
	if (status == MB_FULL && mb->can_resize)
		status = perform_growing(mb, op, outcome);
	else if (status == MB_FULL)
		array_explain(mb, outcome->message, sizeof(outcome->message));
	if (status == MB_OK && mb->fell_back)
		op_warn_fell_back(outcome, mb);
	return status == MB_FULL ? MB_NO_SPACE : status;
}

enum mb_status op_apply(
    struct memblock *mb, const struct op *op, struct outcome *ret_outcome)
{
	struct outcome outcome = {0};
	const enum mb_status status = perform(mb, op, &outcome);

	return answer(mb, status, &outcome, ret_outcome);
}

enum mb_status op_find(
    const struct memblock *mb, const struct op *op, struct outcome *ret_outcome)
{
	struct outcome outcome = {0};
	enum mb_status status = MB_INVALID;

	assert(op->kind == OP_ALLOC);
	if (op_check(mb, op, outcome.message, sizeof(outcome.message)))
		status = perform_find(mb, op, &outcome);
	return answer(mb, status, &outcome, ret_outcome);
}

enum mb_status op_preview(
    const struct memblock *mb, const struct op *op, struct outcome *ret_outcome)
{
	struct outcome outcome = {0};
	enum mb_status status;
	struct memblock *copy;

	/* What is found can be reserved, where there are slots without end. */
	if (op->kind == OP_ALLOC && !mb->settings.kernel_arrays)
		return op_find(mb, op, ret_outcome);
	copy = memblock_copy(mb);
	if (copy == NULL)
		return answer(mb, MB_NO_MEMORY, &outcome, ret_outcome);
	status = op_apply(copy, op, ret_outcome);
	memblock_destroy(copy);
	return status;
}

bool outcome_equal(const struct outcome *a, const struct outcome *b)
{
	return a->status == b->status && a->base == b->base &&
	       a->warnings == b->warnings;
}
