/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether the strings of a message are text. protobuf-c ends a string at its
 * first NUL and takes any bytes for UTF-8, so what a name or label holds must
 * be looked at before it is unpacked. */
#ifndef PROTO_TEXT_H
#define PROTO_TEXT_H

#include <protobuf-c/protobuf-c.h>
#include <stddef.h>
#include <stdint.h>

/* Looks at every string field of a packed message, at any depth. NULL: all are
 * UTF-8 without control characters, or the bytes are not this message at all
 * (which unpacking will find). Otherwise the name of the first field that is
 * not text, as the .proto has it. */
const char *text_find_bad_field(const ProtobufCMessageDescriptor *descriptor,
    const uint8_t *data, size_t size);

#endif
