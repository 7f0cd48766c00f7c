/* SPDX-License-Identifier: BSD-2-Clause */
/* The public names of a message's fields, and reading and writing one by its
 * name: the .proto itself says which message has which field, and of what
 * kind. */
#ifndef CLIENT_FIELDS_H
#define CLIENT_FIELDS_H

#include "client/memblock_client.h"

#include <protobuf-c/protobuf-c.h>

enum field_status {
	FIELD_OK,
	FIELD_ABSENT,	 /* the message has no such field, or it is of another
			    kind */
	FIELD_TOO_LARGE, /* the value does not fit in */
	FIELD_NO_MEMORY,
};

/* Its name in the .proto; NULL for a number that is no field. */
const char *field_name(enum mbc_field field);

/* Sets a number (or a switch, 0 or 1), or a text, of which the message owns a
 * copy. */
enum field_status field_set_number(
    ProtobufCMessage *message, enum mbc_field field, uint64_t value);
enum field_status field_set_text(
    ProtobufCMessage *message, enum mbc_field field, const char *text);

/* Adds an area to a field that may have several. */
enum field_status field_add_area(ProtobufCMessage *message,
    enum mbc_field field, uint64_t base, uint64_t size);

/* What is in a message. False, NULL: nothing. */
bool field_get_number(
    const ProtobufCMessage *message, enum mbc_field field, uint64_t *ret_value);
const char *field_get_text(
    const ProtobufCMessage *message, enum mbc_field field);

#endif
