/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/repeated.h"

#include "memblock.pb-c.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ENTRIES 2 /* the field's number in WatchResult */

static Memblock__V1__LogEntry entry_of(uint64_t seq, char *label)
{
	Memblock__V1__LogEntry entry = MEMBLOCK__V1__LOG_ENTRY__INIT;

	entry.has_seq = 1;
	entry.seq = seq;
	entry.label = label;
	return entry;
}

static void add(struct repeated *repeated, uint64_t seq, char *label)
{
	const Memblock__V1__LogEntry entry = entry_of(seq, label);

	assert_true(
	    repeated_add(repeated, ENTRIES, &entry.base, 32 + strlen(label)));
}

static size_t pack_attached(struct repeated *repeated, uint8_t ret_bytes[1024])
{
	Memblock__V1__WatchResult result = MEMBLOCK__V1__WATCH_RESULT__INIT;

	result.instance = (char[]){"b"};
	repeated_attach(repeated, &result.base);
	return memblock__v1__watch_result__pack(&result, ret_bytes);
}

/* Expect byte for byte what protobuf-c makes of all of them at once, of short
 * ones and of those whose length takes two bytes. */
static void messages_added_are_packed_as_a_whole_list_is(void **state)
{
	char text[300] = {0};
	Memblock__V1__LogEntry first = entry_of(1, (char[]){"short"}),
			       second = entry_of(2, text),
			       third = entry_of(UINT64_MAX, (char[]){""});
	Memblock__V1__LogEntry *all[] = {&first, &second, &third};
	Memblock__V1__WatchResult result = MEMBLOCK__V1__WATCH_RESULT__INIT;
	uint8_t bytes[1024], expected[1024];
	struct repeated repeated = {0};
	size_t size, i;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	for (i = 0; i < 3; i++)
		add(&repeated, all[i]->seq, all[i]->label);
	size = pack_attached(&repeated, bytes);
	result.instance = (char[]){"b"};
	result.n_entries = 3;
	result.entries = all;
	assert_int_equal(
	    memblock__v1__watch_result__pack(&result, expected), size);
	assert_memory_equal(bytes, expected, size);
	repeated_free(&repeated);
}

static void messages_can_be_attached_again(void **state)
{
	uint8_t once[1024], again[1024];
	struct repeated repeated = {0};
	size_t size;

	(void)state;
	add(&repeated, 7, (char[]){"label"});
	size = pack_attached(&repeated, once);
	assert_int_equal(pack_attached(&repeated, again), size);
	assert_memory_equal(once, again, size);
	repeated_free(&repeated);
}

/* Expect the field to be absent, not to be there with nothing in it. */
static void none_added_is_an_empty_list(void **state)
{
	struct repeated repeated = {0};
	uint8_t bytes[1024];

	(void)state;
	assert_int_equal(pack_attached(&repeated, bytes), 3);
	assert_memory_equal(bytes,
	    "\x0a\x01"
	    "b",
	    3);
	repeated_free(&repeated);
}

/* Expect a message without any field to be one of the list all the same. */
static void message_of_no_bytes_is_one_of_the_list(void **state)
{
	const Memblock__V1__LogEntry empty = MEMBLOCK__V1__LOG_ENTRY__INIT;
	struct repeated repeated = {0};
	Memblock__V1__WatchResult *result;
	uint8_t bytes[1024];
	size_t size;

	(void)state;
	assert_true(repeated_add(&repeated, ENTRIES, &empty.base, 0));
	assert_true(repeated_add(&repeated, ENTRIES, &empty.base, 0));
	size = pack_attached(&repeated, bytes);
	result = memblock__v1__watch_result__unpack(NULL, size, bytes);
	assert_int_equal(result->n_entries, 2);
	memblock__v1__watch_result__free_unpacked(result, NULL);
	repeated_free(&repeated);
}

static void freed_list_is_as_new(void **state)
{
	struct repeated repeated = {0};

	(void)state;
	add(&repeated, 1, (char[]){"x"});
	repeated_free(&repeated);
	assert_int_equal(repeated.count, 0);
	assert_null(repeated.bytes);
	add(&repeated, 2, (char[]){"y"});
	assert_int_equal(repeated.count, 1);
	repeated_free(&repeated);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(messages_added_are_packed_as_a_whole_list_is),
	    cmocka_unit_test(messages_can_be_attached_again),
	    cmocka_unit_test(none_added_is_an_empty_list),
	    cmocka_unit_test(message_of_no_bytes_is_one_of_the_list),
	    cmocka_unit_test(freed_list_is_as_new),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
