/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/watch_rows.h"

#include "memblock.pb-c.h"
#include "proto/frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool add(struct watch_rows *rows, uint64_t seq, uint64_t group)
{
	const struct journal_row row = {.seq = seq,
	    .principal = "uid:0",
	    .group = group,
	    .op = {.kind = OP_RESERVE, .size = 1, .nid = MB_NO_NODE},
	    .outcome = {.status = MB_OK}};

	return watch_rows_add(rows, &row);
}

/* Adds rows that are in no group, from a seq on, until no more are taken. */
static void fill(struct watch_rows *rows, uint64_t seq)
{
	while (add(rows, seq, 0))
		seq++;
}

static void rows_added_are_a_part_of_a_watch(void **state)
{
	struct watch_rows rows = {0};
	Memblock__V1__Response *part;
	size_t frame_size, header, size;
	uint8_t *frame;

	(void)state;
	assert_true(add(&rows, 7, 0));
	assert_true(add(&rows, 8, 8));
	assert_int_equal(rows.first, 7);
	assert_int_equal(rows.next, 9);
	frame = watch_rows_frame(&rows, 5, "board0", &frame_size);
	assert_int_equal(
	    frame_find(frame, frame_size, UINT32_MAX, &header, &size),
	    FRAME_COMPLETE);
	assert_int_equal(header + size, frame_size);
	part = memblock__v1__response__unpack(NULL, size, frame + header);
	assert_int_equal(part->id, 5);
	assert_int_equal(part->seq, 8);
	assert_true(part->more && part->has_more);
	assert_string_equal(part->watch->instance, "board0");
	assert_false(part->watch->has_heartbeat);
	assert_int_equal(part->watch->n_entries, 2);
	assert_int_equal(part->watch->entries[0]->seq, 7);
	assert_int_equal(part->watch->entries[1]->group, 8);
	memblock__v1__response__free_unpacked(part, NULL);
	free(frame);
	watch_rows_free(&rows);
}

static void thousand_rows_without_a_group_are_a_part(void **state)
{
	struct watch_rows rows = {0};

	(void)state;
	fill(&rows, 11);
	assert_int_equal(rows.entries.count, 1000);
	assert_int_equal(rows.next, 1011);
	watch_rows_free(&rows);
}

/* Expect a group that began before the thousandth row to go on behind it, and
 * the next one to be another part's:
 *
 *	rows	1 .. 990	991 .. 1500	1501
 *	group			one		another
 *	part	|---------------------------|
 */
static void group_is_never_in_two_parts(void **state)
{
	struct watch_rows rows = {0};
	uint64_t seq;

	(void)state;
	for (seq = 1; seq <= 990; seq++)
		assert_true(add(&rows, seq, 0));
	for (; seq <= 1500; seq++)
		assert_true(add(&rows, seq, 991));
	assert_false(add(&rows, 1501, 1501));
	assert_int_equal(rows.next, 1501);
	watch_rows_free(&rows);
}

/* Expect the same part for whoever else is told. */
static void part_can_be_made_for_several(void **state)
{
	struct watch_rows rows = {0};
	size_t one_size, other_size;
	uint8_t *one, *other;

	(void)state;
	fill(&rows, 1);
	one = watch_rows_frame(&rows, 5, "b", &one_size);
	other = watch_rows_frame(&rows, 5, "b", &other_size);
	assert_int_equal(one_size, other_size);
	assert_memory_equal(one, other, one_size);
	free(one);
	free(other);
	watch_rows_free(&rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rows_added_are_a_part_of_a_watch),
	    cmocka_unit_test(thousand_rows_without_a_group_are_a_part),
	    cmocka_unit_test(group_is_never_in_two_parts),
	    cmocka_unit_test(part_can_be_made_for_several),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
