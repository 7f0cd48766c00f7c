/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/repeated.h"

#include "proto/frame.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define FIELD_NUMBER_MAX 15 /* of those whose tag is one byte */

/* The tag of a field whose value has its length before it. */
static uint8_t tag_of(uint32_t field_number)
{
	assert(field_number >= 1 && field_number <= FIELD_NUMBER_MAX);
	return (
	    uint8_t)(field_number << 3 | PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED);
}

static bool make_room(struct repeated *repeated, size_t size)
{
	const size_t room = 2 * (repeated->used + size);
	uint8_t *bytes;

	if (size <= repeated->room - repeated->used)
		return true;
	bytes = realloc(repeated->bytes, room);
	if (bytes == NULL)
		return false;
	repeated->bytes = bytes;
	repeated->room = room;
	return true;
}

/* Packs a message behind its length. Most lengths take one byte; what is packed
 * moves up for those that take more. */
static size_t pack(const ProtobufCMessage *message, uint8_t *at)
{
	const size_t size = protobuf_c_message_pack(message, at + 1);
	uint8_t length[FRAME_HEADER_MAX];
	const size_t length_size = frame_header(size, length);

	if (length_size > 1)
		memmove(at + length_size, at + 1, size);
	memcpy(at, length, length_size);
	return length_size + size;
}

bool repeated_add(struct repeated *repeated, uint32_t field_number,
    const ProtobufCMessage *message, size_t bytes_max)
{
	size_t size;

	if (!make_room(repeated, 1 + FRAME_HEADER_MAX + bytes_max))
		return false;
	repeated->bytes[repeated->used] = tag_of(field_number);
	size = pack(message, repeated->bytes + repeated->used + 1);
	assert(size <= FRAME_HEADER_MAX + bytes_max);
	repeated->used += 1 + size;
	repeated->count++;
	return true;
}

/* protobuf-c writes the tag of the first; those of the others stand among the
 * bytes. */
void repeated_attach(struct repeated *repeated, ProtobufCMessage *whole)
{
	assert(whole->n_unknown_fields == 0);
	if (repeated->count == 0)
		return;
	repeated->field = (ProtobufCMessageUnknownField){
	    .tag = repeated->bytes[0] >> 3,
	    .wire_type = PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED,
	    .len = repeated->used - 1,
	    .data = repeated->bytes + 1,
	};
	whole->n_unknown_fields = 1;
	whole->unknown_fields = &repeated->field;
}

void repeated_free(struct repeated *repeated)
{
	free(repeated->bytes);
	*repeated = (struct repeated){0};
}
