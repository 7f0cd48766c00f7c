/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/text.h"

#include <stdbool.h>

/* A message nests as deep as its definition; a tree of messages that refers to
 * itself is cut off here. */
#define DEPTH_MAX 16

enum wire_type {
	WIRE_VARINT = 0,
	WIRE_64BIT = 1,
	WIRE_BYTES = 2,
	WIRE_32BIT = 5,
};

struct bytes {
	const uint8_t *at;
	size_t left;
};

static bool take_varint(struct bytes *bytes, uint64_t *ret_value)
{
	uint64_t value = 0;
	unsigned int shift;

	for (shift = 0; shift < 64 && bytes->left > 0; shift += 7) {
		const uint8_t byte = *bytes->at++;

		bytes->left--;
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80)) {
			*ret_value = value;
			return true;
		}
	}
	return false;
}

static bool take_bytes(struct bytes *bytes, uint64_t size, struct bytes *ret)
{
	if (size > bytes->left)
		return false;
	ret->at = bytes->at;
	ret->left = (size_t)size;
	bytes->at += size;
	bytes->left -= (size_t)size;
	return true;
}

/* Takes the value of one field; *ret_content is empty unless it has a length
 * of its own. */
static bool take_value(
    struct bytes *bytes, unsigned int wire_type, struct bytes *ret_content)
{
	uint64_t value;

	switch (wire_type) {
	case WIRE_VARINT:
		*ret_content = (struct bytes){0};
		return take_varint(bytes, &value);
	case WIRE_64BIT:
		return take_bytes(bytes, 8, ret_content);
	case WIRE_32BIT:
		return take_bytes(bytes, 4, ret_content);
	case WIRE_BYTES:
		return take_varint(bytes, &value) &&
		       take_bytes(bytes, value, ret_content);
	default:
		return false;
	}
}

/* The length of the UTF-8 sequence at the head of text, 0 if there is none: the
 * shortest form, no surrogate, at most U+10FFFF. */
static size_t utf8_sequence(const struct bytes *text)
{
	static const uint32_t lowest[] = {0, 0, 0x80, 0x800, 0x10000};
	const uint8_t first = text->at[0];
	uint32_t point;
	size_t size, i;

	if (first < 0x80)
		return 1;
	size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
	if (first < 0xc0 || first > 0xf7 || size > text->left)
		return 0;
	point = first & (0x7fu >> size);
	for (i = 1; i < size; i++) {
		if ((text->at[i] & 0xc0) != 0x80)
			return 0;
		point = point << 6 | (text->at[i] & 0x3f);
	}
	if (point < lowest[size] || point > 0x10ffff ||
	    (point >= 0xd800 && point <= 0xdfff))
		return 0;
	return size;
}

static bool is_control(const struct bytes *text)
{
	/* C0, DEL, and C1, which UTF-8 writes as C2 80 to C2 9F. */
	return text->at[0] < 0x20 || text->at[0] == 0x7f ||
	       (text->at[0] == 0xc2 && text->left > 1 && text->at[1] < 0xa0);
}

static bool is_text(struct bytes text)
{
	while (text.left > 0) {
		const size_t size = utf8_sequence(&text);

		if (size == 0 || is_control(&text))
			return false;
		text.at += size;
		text.left -= size;
	}
	return true;
}

static const char *find_bad_field(const ProtobufCMessageDescriptor *descriptor,
    struct bytes message, unsigned int depth)
{
	while (message.left > 0) {
		const ProtobufCFieldDescriptor *field;
		struct bytes content;
		const char *bad = NULL;
		uint64_t tag;

		if (!take_varint(&message, &tag) || tag >> 3 > UINT32_MAX ||
		    !take_value(&message, tag & 7, &content))
			return NULL;
		if ((tag & 7) != WIRE_BYTES)
			continue;
		field = protobuf_c_message_descriptor_get_field(
		    descriptor, (unsigned int)(tag >> 3));
		if (field == NULL)
			continue;
		if (field->type == PROTOBUF_C_TYPE_STRING && !is_text(content))
			return field->name;
		if (field->type == PROTOBUF_C_TYPE_MESSAGE && depth < DEPTH_MAX)
			bad = find_bad_field(
			    field->descriptor, content, depth + 1);
		if (bad != NULL)
			return bad;
	}
	return NULL;
}

const char *text_find_bad_field(const ProtobufCMessageDescriptor *descriptor,
    const uint8_t *data, size_t size)
{
	const struct bytes message = {data, size};

	return find_bad_field(descriptor, message, 0);
}
