/* SPDX-License-Identifier: BSD-2-Clause */
/* create, info: instances as a whole. */
#include "daemon/command.h"
#include "daemon/memory.h"
#include "daemon/repeat.h"
#include "daemon/settings.h"
#include "storage/digest.h"

#include <stdlib.h>
#include <string.h>

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name

/* ---- create ---- */

bool command_create_settings(
    struct request *request, struct memblock_settings *ret_settings)
{
	char reason[MEMBLOCK_SETTINGS_MESSAGE_MAX];

	return settings_take(
		   request->message->create->settings, ret_settings, reason) ||
	       request_refuse(request, CODE(INVALID_ARGUMENT), "%s", reason);
}

bool command_may_create(struct request *request)
{
	const uint64_t instances_max =
	    request->service->config->limits.instances_max;

	if (request->instance != NULL)
		return request_refuse(request, CODE(ALREADY_EXISTS),
		    "is there already, at seq %llu",
		    (unsigned long long)request->instance->seq);
	if (registry_count(request->service->registry) >= instances_max)
		return request_refuse(request, CODE(RESOURCE_EXHAUSTED),
		    "%llu instances are in service, and no more are taken "
		    "(max-instances)",
		    (unsigned long long)instances_max);
	return request_may_change(request);
}

enum command_end command_create(struct request *request)
{
	struct service *service = request->service;
	const struct journal_cause cause = request_cause(request);
	struct journal_instance row = {0};

	if (!command_may_create(request) ||
	    !command_create_settings(request, &row.settings))
		return COMMAND_ANSWER;
	if (request->message->dry_run) {
		answer_seq(&request->answer, 0);
		return COMMAND_ANSWER;
	}
	strcpy(row.name, request->message->instance);
	strcpy(row.principal, session_principal(request->session));
	row.created_us = request_time_us();
	request->instance =
	    memory_need(registry_create(service->registry, &row));
	memory_check(journal_batch_create(
	    commit_batch(service->commit), &request->instance->row, &cause));
	request->instance->batch = commit_number(service->commit);
	repeat_remember(request);
	return COMMAND_ANSWER;
}

/* ---- info ---- */

static void fill_sizes(
    const struct memblock *mb, Memblock__V1__InfoResult *result)
{
	const size_t memory_cnt = region_list_cnt(mb->memory);
	const struct memblock_region *last;

	result->has_resize = 1;
	result->resize = mb->can_resize;
	result->has_memory_size = result->has_reserved_size = 1;
	result->memory_size = region_list_total_size(mb->memory);
	result->reserved_size = region_list_total_size(mb->reserved);
	result->has_memory_cnt = result->has_reserved_cnt = 1;
	result->memory_cnt = memory_cnt;
	result->reserved_cnt = region_list_cnt(mb->reserved);
	result->has_dram_start = result->has_dram_end = 1;
	if (memory_cnt == 0)
		return;
	last = region_list_at(mb->memory, memory_cnt - 1);
	result->dram_start = region_list_at(mb->memory, 0)->base;
	result->dram_end = last->base + last->size;
}

void command_info_fill(const struct memblock *mb,
    Memblock__V1__InfoResult *ret_info, Memblock__V1__Settings *ret_settings)
{
	memblock__v1__info_result__init(ret_info);
	settings_fill(&mb->settings, ret_settings);
	ret_settings->bottom_up = mb->bottom_up;
	ret_settings->current_limit = mb->current_limit;
	fill_sizes(mb, ret_info);
	ret_info->settings = ret_settings;
}

enum command_end command_info(struct request *request)
{
	Memblock__V1__InfoResult result;
	Memblock__V1__Settings settings;
	char hash[2 * JOURNAL_HASH_SIZE + 1];

	if (!request_need_model(request))
		return COMMAND_ANSWER;
	command_info_fill(request->mb, &result, &settings);
	digest_text(request->hash, hash);
	result.hash = hash;
	request->answer.response.result_case =
	    MEMBLOCK__V1__RESPONSE__RESULT_INFO;
	request->answer.response.info = &result;
	request_send(request, true);
	return COMMAND_SENT;
}
