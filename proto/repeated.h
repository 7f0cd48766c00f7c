/* SPDX-License-Identifier: BSD-2-Clause */
/* The messages of a repeated field, each packed when it is added: what it tells
 * of need not stay, and it is packed once, however many messages it is sent
 * in. */
#ifndef PROTO_REPEATED_H
#define PROTO_REPEATED_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Tag, length and message of each, one behind the other. Zeroed: none yet. */
struct repeated {
	uint8_t *bytes;
	size_t used, room;
	size_t count;
	/* What a message that they are attached to points to. */
	ProtobufCMessageUnknownField field;
};

/* Adds a message to what is the field of that number, 1 to 15. Packed it takes
 * no more than bytes_max bytes, which saves protobuf-c a pass over it. False:
 * no memory, and nothing was added. */
bool repeated_add(struct repeated *repeated, uint32_t field_number,
    const ProtobufCMessage *message, size_t bytes_max);

/* Has whole packed with these messages behind its known fields. It points to
 * them until it is packed. */
void repeated_attach(struct repeated *repeated, ProtobufCMessage *whole);

void repeated_free(struct repeated *repeated);

#endif
