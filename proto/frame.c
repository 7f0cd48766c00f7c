/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/frame.h"

#include <assert.h>

#define VARINT_BYTES_MAX 10 /* 64 bits, seven a byte */

enum frame_status frame_find(const uint8_t *data, size_t size,
    size_t message_bytes_max, size_t *ret_header_size, size_t *ret_message_size)
{
	uint64_t length = 0;
	size_t at = 0;

	*ret_header_size = 0;
	*ret_message_size = 0;
	do {
		if (at == VARINT_BYTES_MAX)
			return FRAME_MALFORMED;
		if (at == size)
			return FRAME_PARTIAL;
		if (at == VARINT_BYTES_MAX - 1 && data[at] > 1)
			return FRAME_MALFORMED; /* past 64 bits */
		length |= (uint64_t)(data[at] & 0x7f) << (7 * at);
	} while (data[at++] & 0x80);

	*ret_header_size = at;
	*ret_message_size = (size_t)length;
	if (length > message_bytes_max)
		return FRAME_TOO_LONG;
	return length <= size - at ? FRAME_COMPLETE : FRAME_PARTIAL;
}

size_t frame_header(size_t message_size, uint8_t ret_header[FRAME_HEADER_MAX])
{
	size_t at = 0;

	assert(message_size <= FRAME_BYTES_LIMIT);
	while (message_size > 0x7f) {
		ret_header[at++] = (uint8_t)(message_size | 0x80);
		message_size >>= 7;
	}
	ret_header[at++] = (uint8_t)message_size;
	return at;
}
