/* SPDX-License-Identifier: BSD-2-Clause */
/* create, info: instances as a whole. */
#include "daemon/command.h"
#include "daemon/memory.h"
#include "daemon/repeat.h"
#include "storage/digest.h"

#include <stdlib.h>
#include <string.h>

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name

/* ---- create ---- */

static bool parse_kernel(struct request *request,
    const Memblock__V1__Settings *message, struct memblock_settings *settings)
{
	if (message->kernel == NULL)
		return true;
	if (!memblock_kernel_parse(message->kernel, &settings->kernel))
		return request_refuse(request, CODE(INVALID_ARGUMENT),
		    "kernel '%.*s' is none of 4.0, 5.0, 6.1, 6.12",
		    answer_quotable(message->kernel, 16), message->kernel);
	return true;
}

static bool parse_arrays(struct request *request,
    const Memblock__V1__Settings *message, struct memblock_settings *settings)
{
	const char *arrays = message->arrays;

	if (arrays != NULL && strcmp(arrays, "host") != 0 &&
	    strcmp(arrays, "kernel") != 0)
		return request_refuse(request, CODE(INVALID_ARGUMENT),
		    "arrays '%.*s' is neither host nor kernel",
		    answer_quotable(arrays, 16), arrays);
	settings->kernel_arrays =
	    arrays != NULL && strcmp(arrays, "kernel") == 0;
	settings->memory_regions = settings->kernel_arrays ? 128 : 0;
	settings->reserved_regions = settings->memory_regions;
	if (message->has_memory_regions)
		settings->memory_regions = message->memory_regions;
	if (message->has_reserved_regions)
		settings->reserved_regions = message->reserved_regions;
	return true;
}

static void parse_rest(
    const Memblock__V1__Settings *message, struct memblock_settings *settings)
{
	if (message->has_page_size)
		settings->page_size = message->page_size;
	if (message->has_cache_line)
		settings->cache_line = message->cache_line;
	if (message->has_phys_bits)
		settings->phys_bits = message->phys_bits;
	if (message->has_nodes)
		settings->nodes = message->nodes;
	settings->physmem = message->physmem;
	settings->movable_node = message->movable_node;
	settings->mirrored_kernelcore = message->mirrored_kernelcore;
	settings->kernel_end = message->kernel_end;
	settings->bottom_up = message->bottom_up;
	settings->current_limit =
	    message->has_current_limit ? message->current_limit : UINT64_MAX;
}

bool command_create_settings(
    struct request *request, struct memblock_settings *ret_settings)
{
	const Memblock__V1__Settings *message =
	    request->message->create->settings;
	struct memblock_settings settings = memblock_settings_default();
	char reason[MEMBLOCK_SETTINGS_MESSAGE_MAX];

	if (message != NULL) {
		if (!parse_kernel(request, message, &settings) ||
		    !parse_arrays(request, message, &settings))
			return false;
		parse_rest(message, &settings);
	}
	if (memblock_settings_check(&settings, reason) != MB_OK)
		return request_refuse(
		    request, CODE(INVALID_ARGUMENT), "%s", reason);
	if (settings.current_limit > memblock_phys_addr_max(&settings))
		settings.current_limit = memblock_phys_addr_max(&settings);
	*ret_settings = settings;
	return true;
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

static void fill_settings(
    const struct memblock *mb, Memblock__V1__Settings *message)
{
	const struct memblock_settings *settings = &mb->settings;

	message->kernel = (char *)memblock_kernel_name(settings->kernel);
	message->has_page_size = message->has_cache_line = 1;
	message->page_size = settings->page_size;
	message->cache_line = settings->cache_line;
	message->has_phys_bits = message->has_nodes = 1;
	message->phys_bits = settings->phys_bits;
	message->nodes = settings->nodes;
	message->arrays = (char *)(settings->kernel_arrays ? "kernel" : "host");
	message->has_memory_regions = settings->kernel_arrays;
	message->has_reserved_regions = settings->kernel_arrays;
	message->memory_regions = settings->memory_regions;
	message->reserved_regions = settings->reserved_regions;
	message->has_physmem = message->has_movable_node = 1;
	message->physmem = settings->physmem;
	message->movable_node = settings->movable_node;
	message->has_mirrored_kernelcore = 1;
	message->mirrored_kernelcore = settings->mirrored_kernelcore;
	message->has_kernel_end = settings->kernel_end != 0;
	message->kernel_end = settings->kernel_end;
	message->has_bottom_up = message->has_current_limit = 1;
	message->bottom_up = mb->bottom_up;
	message->current_limit = mb->current_limit;
}

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
	memblock__v1__settings__init(ret_settings);
	fill_settings(mb, ret_settings);
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
