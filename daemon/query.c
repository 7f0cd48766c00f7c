/* SPDX-License-Identifier: BSD-2-Clause */
/* query: one question about an address or a range. */
#include "engine/query.h"

#include "daemon/command.h"
#include "daemon/translate.h"
#include "engine/op_check.h"

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name
#define QUESTION(name) MEMBLOCK__V1__QUERY__QUESTION__##name

static bool asks_about_range(const Memblock__V1__Query *query)
{
	return query->question == QUESTION(IS_REGION_MEMORY) ||
	       query->question == QUESTION(IS_REGION_RESERVED) ||
	       query->question == QUESTION(OVERLAPS_REGION);
}

static bool asks_about_list(const Memblock__V1__Query *query)
{
	return query->question == QUESTION(OVERLAPS_REGION) ||
	       query->question == QUESTION(SEARCH);
}

/* The sentence about what is missing; NULL: nothing. */
static const char *find_missing(const Memblock__V1__Query *query)
{
	if (!query->has_question)
		return "the question is missing";
	if (!query->has_address)
		return "the address is missing";
	if (asks_about_range(query) && !query->has_size)
		return "the size is missing";
	if (asks_about_list(query) && !query->has_type)
		return "the type is missing: memory or reserved";
	return NULL;
}

static bool check_query(struct request *request)
{
	const Memblock__V1__Query *query = request->message->query;
	const char *missing = find_missing(query);
	char wrong[OUTCOME_MESSAGE_MAX];

	if (missing != NULL)
		return request_refuse(
		    request, CODE(INVALID_ARGUMENT), "%s", missing);
	if (!op_check_address(
		request->mb, "base", query->address, wrong, sizeof(wrong)))
		return request_refuse(
		    request, CODE(INVALID_ARGUMENT), "%s", wrong);
	if (!asks_about_list(query) ||
	    query->type == MEMBLOCK__V1__TYPE__TYPE_MEMORY ||
	    query->type == MEMBLOCK__V1__TYPE__TYPE_RESERVED)
		return true;
	if (query->type == MEMBLOCK__V1__TYPE__TYPE_PHYSMEM)
		return request->mb->physmem != NULL ||
		       request_refuse(request, CODE(FAILED_PRECONDITION),
			   "the instance has no physmem");
	return request_refuse(request, CODE(INVALID_ARGUMENT), "%s",
	    "type is none of memory, reserved and physmem");
}

static const struct memblock_type *list_of(
    const struct memblock *mb, const Memblock__V1__Query *query)
{
	switch (query->type) {
	case MEMBLOCK__V1__TYPE__TYPE_RESERVED:
		return mb->reserved;
	case MEMBLOCK__V1__TYPE__TYPE_PHYSMEM:
		return mb->physmem;
	default:
		return mb->memory;
	}
}

static enum command_end answer_value(
    struct request *request, bool value, const struct memblock_region *region)
{
	Memblock__V1__QueryResult result = MEMBLOCK__V1__QUERY_RESULT__INIT;
	Memblock__V1__Region message;

	result.has_value = 1;
	result.value = value;
	if (region != NULL) {
		translate_region(region, &message);
		result.region = &message;
	}
	request->answer.response.result_case =
	    MEMBLOCK__V1__RESPONSE__RESULT_QUERY;
	request->answer.response.query = &result;
	request_send(request, true);
	return COMMAND_SENT;
}

static enum command_end answer_search(struct request *request)
{
	const Memblock__V1__Query *query = request->message->query;
	const struct memblock_region *region =
	    memblock_search(list_of(request->mb, query), query->address);

	return answer_value(request, region != NULL, region);
}

enum command_end command_query(struct request *request)
{
	const Memblock__V1__Query *query = request->message->query;
	const uint64_t address = query->address, size = query->size;
	const struct memblock *mb;

	if (!request_need_model(request) || !check_query(request))
		return COMMAND_ANSWER;
	mb = request->mb;
	switch (query->question) {
	case QUESTION(IS_MEMORY):
		return answer_value(
		    request, memblock_is_memory(mb, address), NULL);
	case QUESTION(IS_MAP_MEMORY):
		return answer_value(
		    request, memblock_is_map_memory(mb, address), NULL);
	case QUESTION(IS_RESERVED):
		return answer_value(
		    request, memblock_is_reserved(mb, address), NULL);
	case QUESTION(IS_REGION_MEMORY):
		return answer_value(request,
		    memblock_is_region_memory(mb, address, size), NULL);
	case QUESTION(IS_REGION_RESERVED):
		return answer_value(request,
		    memblock_is_region_reserved(mb, address, size), NULL);
	case QUESTION(OVERLAPS_REGION):
		return answer_value(request,
		    memblock_overlaps_region(
			mb, list_of(mb, query), address, size),
		    NULL);
	case QUESTION(SEARCH):
		return answer_search(request);
	default:
		request_refuse(request, CODE(UNIMPLEMENTED),
		    "this server does not know question %d",
		    (int)query->question);
		return COMMAND_ANSWER;
	}
}
