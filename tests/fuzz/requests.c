/* SPDX-License-Identifier: BSD-2-Clause */
/* How libFuzzer changes what a connection sends: frame by frame, and now and
 * then a request made up from the contract's own list of fields, so that a new
 * operation is tried without a word here. A quarter stays libFuzzer's own, and
 * breaks frames. */
#include "memblock.pb-c.h"
#include "proto/frame.h"
#include "tests/fuzz/target.h"

#include <stdbool.h>
#include <string.h>

#define FRAMES_MAX 64
#define FIELDS_MAX 5
#define REQUEST_BYTES_MAX 512
#define DEPTH_MAX 3

/* libFuzzer's */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t size_max);
size_t LLVMFuzzerCustomMutator(
    uint8_t *data, size_t size, size_t size_max, unsigned int seed);

/* The same numbers for the same seed. */
struct dice {
	uint64_t state;
};

static size_t roll(struct dice *dice, size_t below)
{
	dice->state = dice->state * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(dice->state >> 33) % below;
}

/* Bytes as they grow; what does not fit is left out. */
struct bytes {
	uint8_t *data;
	size_t size, size_max;
};

static void put(struct bytes *bytes, const void *data, size_t size)
{
	if (size > bytes->size_max - bytes->size)
		return;
	memcpy(bytes->data + bytes->size, data, size);
	bytes->size += size;
}

static void put_varint(struct bytes *bytes, uint64_t number)
{
	uint8_t varint[10];
	size_t size = 0;

	for (; number > 0x7f; number >>= 7)
		varint[size++] = (uint8_t)(number | 0x80);
	varint[size++] = (uint8_t)number;
	put(bytes, varint, size);
}

/* ---- making requests up ---- */

static uint64_t number(struct dice *dice)
{
	static const uint64_t liked[] = {0, 1, 2, 3, 4, 0xfff, 0x1000, 0x10000,
	    0x40000000, 0x7fffffff, 0x80000000, 0xffffffff, 1ull << 40,
	    UINT64_MAX - 0xfff, UINT64_MAX - 1, UINT64_MAX};

	if (roll(dice, 4) == 0)
		return (uint64_t)roll(dice, 256) << roll(dice, 57);
	return liked[roll(dice, sizeof(liked) / sizeof(liked[0]))];
}

static void put_word(struct bytes *bytes, struct dice *dice)
{
	static const char *const words[] = {
	    "b", "b", "b", "a", "", "6.12", "host", ".hidden", "\xff"};
	const char *word = words[roll(dice, sizeof(words) / sizeof(words[0]))];

	put_varint(bytes, strlen(word));
	put(bytes, word, strlen(word));
}

static void put_field(struct bytes *bytes, struct dice *dice,
    const ProtobufCFieldDescriptor *field, int depth);

static void put_fields(struct bytes *bytes, struct dice *dice,
    const ProtobufCMessageDescriptor *message, size_t count, int depth)
{
	for (; count > 0 && message->n_fields > 0; count--)
		put_field(bytes, dice,
		    &message->fields[roll(dice, message->n_fields)], depth);
}

static void put_message(struct bytes *bytes, struct dice *dice,
    const ProtobufCMessageDescriptor *message, int depth)
{
	uint8_t data[REQUEST_BYTES_MAX];
	struct bytes inner = {data, 0, sizeof(data)};

	if (depth < DEPTH_MAX)
		put_fields(
		    &inner, dice, message, roll(dice, FIELDS_MAX), depth + 1);
	put_varint(bytes, inner.size);
	put(bytes, inner.data, inner.size);
}

static void put_field(struct bytes *bytes, struct dice *dice,
    const ProtobufCFieldDescriptor *field, int depth)
{
	const bool has_length = field->type == PROTOBUF_C_TYPE_STRING ||
				field->type == PROTOBUF_C_TYPE_BYTES ||
				field->type == PROTOBUF_C_TYPE_MESSAGE;

	put_varint(bytes, (uint64_t)field->id << 3 | (has_length ? 2 : 0));
	if (field->type == PROTOBUF_C_TYPE_MESSAGE)
		put_message(bytes, dice, field->descriptor, depth);
	else if (has_length)
		put_word(bytes, dice);
	else
		put_varint(bytes, number(dice));
}

/* A request on "b", mostly, for one operation, mostly. */
static size_t make_request(struct dice *dice, uint8_t data[REQUEST_BYTES_MAX])
{
	struct bytes bytes = {data, 0, REQUEST_BYTES_MAX};

	put_varint(&bytes, 2 << 3 | 2); /* instance */
	put_word(&bytes, dice);
	put_fields(&bytes, dice, &memblock__v1__request__descriptor,
	    1 + roll(dice, 2), 0);
	return bytes.size;
}

/* ---- frames ---- */

struct frames {
	const uint8_t *data[FRAMES_MAX]; /* without their lengths */
	size_t size[FRAMES_MAX];
	size_t count;
};

static void split(const uint8_t *data, size_t size, struct frames *frames)
{
	size_t header_size, message_size;

	frames->count = 0;
	while (frames->count < FRAMES_MAX - 1 &&
	       frame_find(data, size, FRAME_BYTES_LIMIT, &header_size,
		   &message_size) == FRAME_COMPLETE) {
		frames->data[frames->count] = data + header_size;
		frames->size[frames->count++] = message_size;
		data += header_size + message_size;
		size -= header_size + message_size;
	}
}

static size_t join(const struct frames *frames, uint8_t *data, size_t size_max)
{
	struct bytes bytes = {data, 0, size_max};
	size_t i;

	for (i = 0; i < frames->count; i++) {
		if (frames->size[i] + FRAME_HEADER_MAX > size_max - bytes.size)
			break;
		put_varint(&bytes, frames->size[i]);
		put(&bytes, frames->data[i], frames->size[i]);
	}
	return bytes.size;
}

/* Puts a message in the place of frame at, or before it. */
static void place(struct frames *frames, size_t at, bool before,
    const uint8_t *data, size_t size)
{
	const size_t behind = frames->count - at;

	if (before || behind == 0) {
		memmove(&frames->data[at + 1], &frames->data[at],
		    behind * sizeof(frames->data[0]));
		memmove(&frames->size[at + 1], &frames->size[at],
		    behind * sizeof(frames->size[0]));
		frames->count++;
	}
	frames->data[at] = data;
	frames->size[at] = size;
}

/* Changes one frame, or puts another one there. */
static void change(
    struct frames *frames, struct dice *dice, uint8_t room[REQUEST_BYTES_MAX])
{
	const size_t at = roll(dice, frames->count + 1);
	size_t size = 0;

	if (at < frames->count && frames->size[at] <= REQUEST_BYTES_MAX &&
	    roll(dice, 3) == 0) {
		memcpy(room, frames->data[at], frames->size[at]);
		size =
		    LLVMFuzzerMutate(room, frames->size[at], REQUEST_BYTES_MAX);
	}
	if (size == 0)
		size = make_request(dice, room);
	place(frames, at, roll(dice, 2) == 0, room, size);
}

size_t LLVMFuzzerCustomMutator(
    uint8_t *data, size_t size, size_t size_max, unsigned int seed)
{
	static uint8_t before[65536];
	uint8_t room[REQUEST_BYTES_MAX];
	struct dice dice = {seed};
	struct frames frames;

	if (roll(&dice, 4) == 0 || size > sizeof(before))
		return LLVMFuzzerMutate(data, size, size_max);
	memcpy(before, data, size);
	split(before, size, &frames);
	change(&frames, &dice, room);
	size = join(&frames, data, size_max);
	return size > 0 ? size : LLVMFuzzerMutate(data, 0, size_max);
}
