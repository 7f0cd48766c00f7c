/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes to frames and back: a base-128 varint that gives the length of the
 * message behind it, as protobuf's delimited helpers write and read it. */
#ifndef PROTO_FRAME_H
#define PROTO_FRAME_H

#include <stddef.h>
#include <stdint.h>

/* The longest header written here. Longer ones are read as far as a varint of
 * 64 bits goes, 10 bytes. */
#define FRAME_HEADER_MAX 5

/* The longest message that anyone may allow: what a header can say. */
#define FRAME_BYTES_LIMIT ((size_t)UINT32_MAX)

enum frame_status {
	FRAME_COMPLETE,
	FRAME_PARTIAL,	 /* more bytes are needed */
	FRAME_TOO_LONG,	 /* the message is longer than allowed */
	FRAME_MALFORMED, /* the length never ends or passes 64 bits */
};

/* Looks for a frame at the head of data. FRAME_COMPLETE: the message is the
 * *ret_message_size bytes that begin at data + *ret_header_size.
 * FRAME_TOO_LONG: *ret_message_size says how long it would be. FRAME_PARTIAL
 * once the header is whole: both are set; before: both are 0. */
enum frame_status frame_find(const uint8_t *data, size_t size,
    size_t message_bytes_max, size_t *ret_header_size,
    size_t *ret_message_size);

/* Writes the header of a message of that many bytes, at most
 * FRAME_BYTES_LIMIT. Returns its length, 1 to FRAME_HEADER_MAX. */
size_t frame_header(size_t message_size, uint8_t ret_header[FRAME_HEADER_MAX]);

#endif
