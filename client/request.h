/* SPDX-License-Identifier: BSD-2-Clause */
/* What a request is inside the library: a message, and how it is to be
 * waited for. */
#ifndef CLIENT_REQUEST_H
#define CLIENT_REQUEST_H

#include "client/memblock_client.h"
#include "memblock.pb-c.h"

#define REQUEST_ERROR_MAX 96

struct mbc_request {
	Memblock__V1__Request *message; /* never NULL */
	bool in_parts;
	bool has_timeout;
	int timeout_ms;
	bool out_of_memory;
	char error[REQUEST_ERROR_MAX]; /* why it cannot be sent, "" if it can */
};

/* A request for that operation, with its message empty. instance may be NULL.
 * NULL: no memory. */
struct mbc_request *request_new(const char *instance,
    Memblock__V1__Request__OperationCase operation_case,
    const ProtobufCMessageDescriptor *descriptor);

/* A message on the heap, as protobuf-c frees them. NULL: no memory. */
void *request_new_message(const ProtobufCMessageDescriptor *descriptor);

/* Copies for the message to own. Without memory they are NULL and empty, and
 * the request notes it. */
char *request_copy_text(struct mbc_request *request, const char *text);
ProtobufCBinaryData request_copy_bytes(
    struct mbc_request *request, const void *bytes, size_t size);

/* Whether that is its operation; otherwise it cannot be sent any more: "ping is
 * no batch". */
bool request_expect(struct mbc_request *request,
    Memblock__V1__Request__OperationCase operation_case);

/* "reserve": the operation's name in the .proto. */
const char *request_operation_name(const struct mbc_request *request);

/* Whether a lost answer leaves it open if something has changed. */
bool request_changes(const struct mbc_request *request);

/* Whether it can be sent again on another connection: everything but a part of
 * an import, which is nothing without the parts before. */
bool request_can_repeat(const struct mbc_request *request);

#endif
