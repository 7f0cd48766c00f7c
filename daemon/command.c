/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/command.h"

#include "daemon/version.h"

#include <stddef.h>

static enum command_end hello(struct request *request);
static enum command_end ping(struct request *request);

#define OPERATION(name) MEMBLOCK__V1__REQUEST__OPERATION_##name

static const struct command commands[] = {
    {OPERATION(HELLO), "hello", SUBJECT_SERVICE, hello},
    {OPERATION(PING), "ping", SUBJECT_SERVICE, ping},
    {OPERATION(CREATE), "create", SUBJECT_NEW_NAME, command_create},
    {OPERATION(LIST), "list", SUBJECT_SERVICE, command_list},
    {OPERATION(INFO), "info", SUBJECT_LAYOUT, command_info},
    {OPERATION(DESTROY), "destroy", SUBJECT_NEW_NAME, command_destroy},
    {OPERATION(ADD), "add", SUBJECT_INSTANCE, command_change},
    {OPERATION(REMOVE), "remove", SUBJECT_INSTANCE, command_change},
    {OPERATION(RESERVE), "reserve", SUBJECT_INSTANCE, command_change},
    {OPERATION(FREE), "free", SUBJECT_INSTANCE, command_change},
    {OPERATION(ALLOC), "alloc", SUBJECT_INSTANCE, command_change},
    {OPERATION(FIND), "find", SUBJECT_LAYOUT, command_find_range},
    {OPERATION(MARK), "mark", SUBJECT_INSTANCE, command_change},
    {OPERATION(CLEAR), "clear", SUBJECT_INSTANCE, command_change},
    {OPERATION(SET_NODE), "set_node", SUBJECT_INSTANCE, command_change},
    {OPERATION(TRIM), "trim", SUBJECT_INSTANCE, command_change},
    {OPERATION(LIMIT), "limit", SUBJECT_INSTANCE, command_change},
    {OPERATION(CAP), "cap", SUBJECT_INSTANCE, command_change},
    {OPERATION(PHYSMEM_ADD), "physmem_add", SUBJECT_INSTANCE, command_change},
    {OPERATION(CLONE), "clone", SUBJECT_NEW_NAME, command_clone},
    {OPERATION(BATCH), "batch", SUBJECT_INSTANCE, command_batch},
    {OPERATION(RANGES), "ranges", SUBJECT_LAYOUT, command_ranges},
    {OPERATION(QUERY), "query", SUBJECT_LAYOUT, command_query},
    {OPERATION(HANDOVER), "handover", SUBJECT_LAYOUT, command_handover},
    {OPERATION(BLAME), "blame", SUBJECT_HISTORY, command_blame},
    {OPERATION(LOWMEM), "lowmem", SUBJECT_LAYOUT, command_lowmem},
    {OPERATION(DIFF), "diff", SUBJECT_HISTORY, command_diff},
    {OPERATION(EXPLAIN), "explain", SUBJECT_LAYOUT, command_explain},
    {OPERATION(EXPORT), "export", SUBJECT_HISTORY, command_export},
    {OPERATION(IMPORT), "import", SUBJECT_NEW_NAME, command_import},
    {OPERATION(SET), "set", SUBJECT_INSTANCE, command_change},
    {OPERATION(DUMP), "dump", SUBJECT_LAYOUT, command_dump},
    {OPERATION(LOAD), "load", SUBJECT_INSTANCE, command_load},
    {OPERATION(BOOT), "boot", SUBJECT_INSTANCE, command_boot},
    {OPERATION(RESERVED_MEMORY), "reserved_memory", SUBJECT_HISTORY,
	command_reserved_memory},
    {OPERATION(LOG), "log", SUBJECT_LIFE, command_log},
    {OPERATION(COMPACT), "compact", SUBJECT_INSTANCE, command_compact},
    {OPERATION(VERIFY), "verify", SUBJECT_INSTANCE, command_verify},
    {OPERATION(WATCH), "watch", SUBJECT_ANY, command_watch},
};
#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

const struct command *command_find(
    Memblock__V1__Request__OperationCase operation)
{
	size_t i;

	for (i = 0; i < COMMAND_COUNT; i++)
		if (commands[i].operation == operation)
			return &commands[i];
	return NULL;
}

size_t command_names(const char *const **ret_names)
{
	static const char *names[COMMAND_COUNT];
	size_t i;

	for (i = 0; i < COMMAND_COUNT; i++)
		names[i] = commands[i].name;
	*ret_names = names;
	return COMMAND_COUNT;
}

#define PROTOCOL 1

static enum command_end hello(struct request *request)
{
	const struct limits *limits = &request->service->config->limits;
	Memblock__V1__HelloResult result = MEMBLOCK__V1__HELLO_RESULT__INIT;
	const char *const *names;

	result.server = (char *)VERSION_STRING;
	result.has_protocol = 1;
	result.protocol = PROTOCOL;
	result.has_frame_bytes_max = 1;
	result.frame_bytes_max = limits->frame_bytes_max;
	result.has_in_flight_max = 1;
	result.in_flight_max = limits->in_flight_max;
	result.has_queued_bytes_max = 1;
	result.queued_bytes_max = limits->queued_bytes_max;
	result.has_sessions_max = 1;
	result.sessions_max = limits->sessions_max;
	result.has_instances_max = 1;
	result.instances_max = limits->instances_max;
	result.has_regions_max = 1;
	result.regions_max = limits->regions_max;
	result.has_batch_max = 1;
	result.batch_max = limits->batch_max;
	result.has_watchers_max = 1;
	result.watchers_max = limits->watchers_max;
	result.has_imports_max = 1;
	result.imports_max = limits->imports_max;
	result.n_operations = command_names(&names);
	result.operations = (char **)names;
	request->answer.response.result_case =
	    MEMBLOCK__V1__RESPONSE__RESULT_HELLO;
	request->answer.response.hello = &result;
	request_send(request, true);
	return COMMAND_SENT;
}

static enum command_end ping(struct request *request)
{
	(void)request;
	return COMMAND_ANSWER;
}
