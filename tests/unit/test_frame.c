/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static size_t header_size, message_size;

static enum frame_status find(const char *bytes, size_t size, size_t max)
{
	return frame_find(
	    (const uint8_t *)bytes, size, max, &header_size, &message_size);
}

/* Expect the first of two frames that came in one read, and what follows it
 * left alone. */
static void two_frames_in_one_read_are_found_one_by_one(void **state)
{
	const char bytes[] = "\x02"
			     "ab"
			     "\x01"
			     "c";

	(void)state;
	assert_int_equal(find(bytes, 5, 16), FRAME_COMPLETE);
	assert_int_equal(header_size, 1);
	assert_int_equal(message_size, 2);
	assert_int_equal(find(bytes + 3, 2, 16), FRAME_COMPLETE);
	assert_int_equal(message_size, 1);
}

static void empty_message_is_complete_at_once(void **state)
{
	(void)state;
	assert_int_equal(find("\0", 1, 16), FRAME_COMPLETE);
	assert_int_equal(header_size, 1);
	assert_int_equal(message_size, 0);
}

/* Expect more to be asked for at every place where a frame of 300 bytes, with
 * a header of two, can be cut. */
static void frame_cut_at_any_byte_is_partial(void **state)
{
	char bytes[302] = "\xac\x02";
	size_t size;

	(void)state;
	for (size = 0; size < sizeof(bytes); size++)
		assert_int_equal(find(bytes, size, 300), FRAME_PARTIAL);
	assert_int_equal(find(bytes, size, 300), FRAME_COMPLETE);
	assert_int_equal(message_size, 300);
}

static void one_byte_over_the_limit_is_too_long_before_it_arrives(void **state)
{
	(void)state;
	assert_int_equal(find("\xad\x02", 2, 300), FRAME_TOO_LONG);
	assert_int_equal(message_size, 301);
}

static void length_without_end_is_malformed_at_its_tenth_byte(void **state)
{
	const char bytes[] = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff";

	(void)state;
	assert_int_equal(find(bytes, 9, 16), FRAME_PARTIAL);
	assert_int_equal(find(bytes, 10, 16), FRAME_MALFORMED);
	assert_int_equal(find(bytes, 11, 16), FRAME_MALFORMED);
}

static void length_of_64_bits_is_read_and_of_65_malformed(void **state)
{
	(void)state;
	assert_int_equal(
	    find("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10, 16),
	    FRAME_TOO_LONG);
	assert_true(message_size == UINT64_MAX);
	assert_int_equal(
	    find("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10, 16),
	    FRAME_MALFORMED);
}

static void length_in_more_bytes_than_it_needs_is_read(void **state)
{
	(void)state;
	assert_int_equal(find("\x81\x80\x00z", 4, 16), FRAME_COMPLETE);
	assert_int_equal(header_size, 3);
	assert_int_equal(message_size, 1);
}

static void header_written_is_the_header_found(void **state)
{
	static const size_t sizes[] = {
	    0, 1, 127, 128, 16383, 16384, 1 << 24, FRAME_BYTES_LIMIT};
	uint8_t header[FRAME_HEADER_MAX];
	size_t i, length;

	(void)state;
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		length = frame_header(sizes[i], header);
		assert_in_range(length, 1, FRAME_HEADER_MAX);
		frame_find(header, length, FRAME_BYTES_LIMIT, &header_size,
		    &message_size);
		assert_int_equal(header_size, length);
		assert_int_equal(message_size, sizes[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(two_frames_in_one_read_are_found_one_by_one),
	    cmocka_unit_test(empty_message_is_complete_at_once),
	    cmocka_unit_test(frame_cut_at_any_byte_is_partial),
	    cmocka_unit_test(
		one_byte_over_the_limit_is_too_long_before_it_arrives),
	    cmocka_unit_test(length_without_end_is_malformed_at_its_tenth_byte),
	    cmocka_unit_test(length_of_64_bits_is_read_and_of_65_malformed),
	    cmocka_unit_test(length_in_more_bytes_than_it_needs_is_read),
	    cmocka_unit_test(header_written_is_the_header_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
