/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/request.h"

#include "client/fields.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- making one ---- */

char *request_copy_text(struct mbc_request *request, const char *text)
{
	char *copy = strdup(text);

	if (copy == NULL)
		request->out_of_memory = true;
	return copy;
}

ProtobufCBinaryData request_copy_bytes(
    struct mbc_request *request, const void *bytes, size_t size)
{
	ProtobufCBinaryData copy = {.len = size, .data = malloc(size + !size)};

	if (copy.data == NULL) {
		request->out_of_memory = true;
		copy.len = 0;
	} else if (size > 0) {
		memcpy(copy.data, bytes, size);
	}
	return copy;
}

void *request_new_message(const ProtobufCMessageDescriptor *descriptor)
{
	ProtobufCMessage *message = malloc(descriptor->sizeof_message);

	if (message != NULL)
		descriptor->message_init(message);
	return message;
}

/* The message of the request's operation, in which its arguments are. */
static ProtobufCMessage *operation(const struct mbc_request *request)
{
	/* All members of the oneof are pointers to messages. */
	return (ProtobufCMessage *)request->message->ping;
}

static ProtobufCMessage *arguments(const struct mbc_request *request)
{
	if (request->message->operation_case ==
	    MEMBLOCK__V1__REQUEST__OPERATION_CREATE)
		return &request->message->create->settings->base;
	return operation(request);
}

struct mbc_request *request_new(const char *instance,
    Memblock__V1__Request__OperationCase operation_case,
    const ProtobufCMessageDescriptor *descriptor)
{
	struct mbc_request *request = calloc(1, sizeof(*request));
	void *body;

	if (request == NULL)
		return NULL;
	request->message =
	    request_new_message(&memblock__v1__request__descriptor);
	body = request_new_message(descriptor);
	if (request->message == NULL || body == NULL) {
		free(request->message);
		free(body);
		free(request);
		return NULL;
	}
	request->message->ping = body;
	request->message->operation_case = operation_case;
	if (instance != NULL)
		request->message->instance =
		    request_copy_text(request, instance);
	return request;
}

void mbc_request_free(struct mbc_request *request)
{
	if (request == NULL)
		return;
	memblock__v1__request__free_unpacked(request->message, NULL);
	free(request);
}

/* ---- telling it more ---- */

static const char *operation_name(
    Memblock__V1__Request__OperationCase operation_case)
{
	return protobuf_c_message_descriptor_get_field(
	    &memblock__v1__request__descriptor, (unsigned int)operation_case)
	    ->name;
}

const char *request_operation_name(const struct mbc_request *request)
{
	return operation_name(request->message->operation_case);
}

bool request_expect(struct mbc_request *request,
    Memblock__V1__Request__OperationCase operation_case)
{
	if (request->message->operation_case == operation_case)
		return true;
	if (request->error[0] == '\0')
		snprintf(request->error, sizeof(request->error), "%s is no %s",
		    request_operation_name(request),
		    operation_name(operation_case));
	return false;
}

/* Keeps the first thing that is wrong with a request. */
static void note(
    struct mbc_request *request, enum field_status status, enum mbc_field field)
{
	const char *name = field_name(field);

	if (status == FIELD_OK || request->error[0] != '\0')
		return;
	if (status == FIELD_NO_MEMORY)
		request->out_of_memory = true;
	else if (name == NULL)
		snprintf(request->error, sizeof(request->error),
		    "%s: there is no field %d", request_operation_name(request),
		    (int)field);
	else
		snprintf(request->error, sizeof(request->error),
		    status == FIELD_ABSENT ? "%s takes no %s"
					   : "%s: %s is too large",
		    request_operation_name(request), name);
}

void mbc_request_set(
    struct mbc_request *request, enum mbc_field field, uint64_t value)
{
	if (request != NULL)
		note(request,
		    field_set_number(arguments(request), field, value), field);
}

void mbc_request_set_text(
    struct mbc_request *request, enum mbc_field field, const char *text)
{
	if (request != NULL)
		note(request, field_set_text(arguments(request), field, text),
		    field);
}

void mbc_request_add_area(struct mbc_request *request, enum mbc_field field,
    uint64_t base, uint64_t size)
{
	if (request != NULL)
		note(request,
		    field_add_area(arguments(request), field, base, size),
		    field);
}

void mbc_request_set_label(struct mbc_request *request, const char *label)
{
	if (request == NULL)
		return;
	free(request->message->label);
	request->message->label = request_copy_text(request, label);
}

void mbc_request_set_if_seq(struct mbc_request *request, uint64_t seq)
{
	if (request == NULL)
		return;
	request->message->has_if_seq = true;
	request->message->if_seq = seq;
}

/* Of a clone it is the origin that is meant. */
static bool is_clone(const struct mbc_request *request)
{
	return request->message->operation_case ==
	       MEMBLOCK__V1__REQUEST__OPERATION_CLONE;
}

void mbc_request_set_at_seq(struct mbc_request *request, uint64_t seq)
{
	if (request == NULL)
		return;
	if (is_clone(request)) {
		request->message->clone->has_origin_seq = true;
		request->message->clone->origin_seq = seq;
		return;
	}
	request->message->has_at_seq = true;
	request->message->at_seq = seq;
}

void mbc_request_set_at_time(struct mbc_request *request, uint64_t time_us)
{
	if (request == NULL)
		return;
	if (is_clone(request)) {
		request->message->clone->has_origin_time_us = true;
		request->message->clone->origin_time_us = time_us;
		return;
	}
	request->message->has_at_time_us = true;
	request->message->at_time_us = time_us;
}

void mbc_request_set_key(
    struct mbc_request *request, const void *key, size_t size)
{
	if (request == NULL)
		return;
	free(request->message->request_key.data);
	request->message->has_request_key = true;
	request->message->request_key = request_copy_bytes(request, key, size);
}

void mbc_request_set_dry_run(struct mbc_request *request)
{
	if (request == NULL)
		return;
	request->message->has_dry_run = true;
	request->message->dry_run = true;
}

void mbc_request_set_timeout(struct mbc_request *request, int timeout_ms)
{
	if (request == NULL)
		return;
	request->has_timeout = true;
	request->timeout_ms = timeout_ms;
}

void mbc_request_set_in_parts(struct mbc_request *request)
{
	if (request != NULL)
		request->in_parts = true;
}

bool request_changes(const struct mbc_request *request)
{
	if (request->message->dry_run)
		return false;
	/* Every operation stands here, so that a compiler tells of one that is
	 * new and of neither kind. */
	switch (request->message->operation_case) {
	case MEMBLOCK__V1__REQUEST__OPERATION_CREATE:
	case MEMBLOCK__V1__REQUEST__OPERATION_DESTROY:
	case MEMBLOCK__V1__REQUEST__OPERATION_ADD:
	case MEMBLOCK__V1__REQUEST__OPERATION_REMOVE:
	case MEMBLOCK__V1__REQUEST__OPERATION_RESERVE:
	case MEMBLOCK__V1__REQUEST__OPERATION_FREE:
	case MEMBLOCK__V1__REQUEST__OPERATION_ALLOC:
	case MEMBLOCK__V1__REQUEST__OPERATION_SET:
	case MEMBLOCK__V1__REQUEST__OPERATION_LOAD:
	case MEMBLOCK__V1__REQUEST__OPERATION_BOOT:
	case MEMBLOCK__V1__REQUEST__OPERATION_MARK:
	case MEMBLOCK__V1__REQUEST__OPERATION_CLEAR:
	case MEMBLOCK__V1__REQUEST__OPERATION_SET_NODE:
	case MEMBLOCK__V1__REQUEST__OPERATION_TRIM:
	case MEMBLOCK__V1__REQUEST__OPERATION_LIMIT:
	case MEMBLOCK__V1__REQUEST__OPERATION_CAP:
	case MEMBLOCK__V1__REQUEST__OPERATION_PHYSMEM_ADD:
	case MEMBLOCK__V1__REQUEST__OPERATION_BATCH:
	case MEMBLOCK__V1__REQUEST__OPERATION_IMPORT:
	case MEMBLOCK__V1__REQUEST__OPERATION_CLONE:
	case MEMBLOCK__V1__REQUEST__OPERATION_COMPACT:
		return true;
	case MEMBLOCK__V1__REQUEST__OPERATION_HELLO:
	case MEMBLOCK__V1__REQUEST__OPERATION_PING:
	case MEMBLOCK__V1__REQUEST__OPERATION_LIST:
	case MEMBLOCK__V1__REQUEST__OPERATION_INFO:
	case MEMBLOCK__V1__REQUEST__OPERATION_FIND:
	case MEMBLOCK__V1__REQUEST__OPERATION_EXPLAIN:
	case MEMBLOCK__V1__REQUEST__OPERATION_DUMP:
	case MEMBLOCK__V1__REQUEST__OPERATION_LOG:
	case MEMBLOCK__V1__REQUEST__OPERATION_VERIFY:
	case MEMBLOCK__V1__REQUEST__OPERATION_RANGES:
	case MEMBLOCK__V1__REQUEST__OPERATION_QUERY:
	case MEMBLOCK__V1__REQUEST__OPERATION_HANDOVER:
	case MEMBLOCK__V1__REQUEST__OPERATION_BLAME:
	case MEMBLOCK__V1__REQUEST__OPERATION_WATCH:
	case MEMBLOCK__V1__REQUEST__OPERATION_LOWMEM:
	case MEMBLOCK__V1__REQUEST__OPERATION_EXPORT:
	case MEMBLOCK__V1__REQUEST__OPERATION_DIFF:
	case MEMBLOCK__V1__REQUEST__OPERATION_RESERVED_MEMORY:
	case MEMBLOCK__V1__REQUEST__OPERATION__NOT_SET:
	case _MEMBLOCK__V1__REQUEST__OPERATION__CASE_IS_INT_SIZE:
		break;
	}
	return false;
}

bool request_can_repeat(const struct mbc_request *request)
{
	return request->message->operation_case !=
	       MEMBLOCK__V1__REQUEST__OPERATION_IMPORT;
}
