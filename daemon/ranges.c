/* SPDX-License-Identifier: BSD-2-Clause */
/* ranges: what the kernel's iterators come by, in parts. */
#include "engine/ranges.h"

#include "daemon/command.h"
#include "daemon/memory.h"
#include "daemon/translate.h"

#include <stdlib.h>

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name

/* Ranges in one part of an answer: packed, each is at most 40 bytes, and the
 * part stays below 1 MiB. */
#define RANGES_PART 20000

static bool take_kind(struct request *request, enum ranges_kind *ret_kind)
{
	const Memblock__V1__Ranges *message = request->message->ranges;

	if (message->pfn && message->type != MEMBLOCK__V1__TYPE__TYPE_MEMORY)
		return request_refuse(
		    request, CODE(INVALID_ARGUMENT), "pfn is for memory alone");
	switch (message->type) {
	case MEMBLOCK__V1__TYPE__TYPE_MEMORY:
		*ret_kind = message->pfn ? RANGES_PFN : RANGES_MEMORY;
		return true;
	case MEMBLOCK__V1__TYPE__TYPE_RESERVED:
		*ret_kind = RANGES_RESERVED;
		return true;
	case MEMBLOCK__V1__TYPE__TYPE_FREE:
		*ret_kind = RANGES_FREE;
		return true;
	case MEMBLOCK__V1__TYPE__TYPE_PHYSMEM:
		*ret_kind = RANGES_PHYSMEM;
		return request->mb->physmem != NULL ||
		       request_refuse(request, CODE(FAILED_PRECONDITION),
			   "the instance has no physmem");
	default:
		return request_refuse(request, CODE(INVALID_ARGUMENT),
		    "type %d is none of memory, reserved, physmem and free",
		    (int)message->type);
	}
}

static bool take_request(
    struct request *request, struct ranges_request *ret_wanted)
{
	const Memblock__V1__Ranges *message = request->message->ranges;
	struct ranges_request wanted = {
	    .nid = translate_nid(message->has_nid, message->nid),
	    .reverse = message->reverse,
	};
	char wrong[OUTCOME_MESSAGE_MAX];

	if (!take_kind(request, &wanted.kind))
		return false;
	wanted.flags = message->has_flags
			   ? message->flags
			   : ranges_flags_default(request->mb, wanted.kind);
	if (!ranges_check(request->mb, &wanted, wrong, sizeof(wrong)))
		return request_refuse(
		    request, CODE(INVALID_ARGUMENT), "%s", wrong);
	*ret_wanted = wanted;
	return true;
}

static void fill_range(
    const struct memblock_range *range, Memblock__V1__Range *message)
{
	memblock__v1__range__init(message);
	message->has_start = message->has_end = 1;
	message->start = range->start;
	message->end = range->end;
	message->has_nid = range->nid != MB_NO_NODE;
	message->nid = (uint32_t)range->nid;
	message->has_flags = range->flags != 0;
	message->flags = range->flags;
}

static void send_ranges(struct request *request, struct ranges_walk *walk)
{
	Memblock__V1__RangesResult result = MEMBLOCK__V1__RANGES_RESULT__INIT;
	Memblock__V1__Range *ranges =
	    memory_zeroed(RANGES_PART, sizeof(*ranges));
	Memblock__V1__Range **pointers =
	    memory_zeroed(RANGES_PART, sizeof(*pointers));
	struct memblock_range range;
	bool more = ranges_walk_next(walk, &range);

	request->answer.response.result_case =
	    MEMBLOCK__V1__RESPONSE__RESULT_RANGES;
	request->answer.response.ranges = &result;
	result.ranges = pointers;
	do {
		result.n_ranges = 0;
		while (more && result.n_ranges < RANGES_PART) {
			fill_range(&range, &ranges[result.n_ranges]);
			pointers[result.n_ranges] = &ranges[result.n_ranges];
			result.n_ranges++;
			more = ranges_walk_next(walk, &range);
		}
		request_send(request, !more);
	} while (more);
	free(ranges);
	free(pointers);
}

enum command_end command_ranges(struct request *request)
{
	struct ranges_request wanted;
	struct ranges_walk walk;

	if (!request_need_model(request) || !take_request(request, &wanted))
		return COMMAND_ANSWER;
	walk = ranges_walk_begin(request->mb, &wanted);
	send_ranges(request, &walk);
	return COMMAND_SENT;
}
