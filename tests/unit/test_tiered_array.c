/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/tiered_array.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* The items are numbers, in all of their bytes. */
struct item {
	uint64_t words[3];
};

static_assert(sizeof(struct item) == TIERED_ITEM_SIZE, "an item is as long");

static struct tiered_array array;

static int make_empty(void **state)
{
	(void)state;
	memset(&array, 0, sizeof(array));
	return 0;
}

static int free_array(void **state)
{
	(void)state;
	tiered_array_free(&array);
	return 0;
}

static void set(size_t index, uint64_t number)
{
	const struct item item = {{number, ~number, number * 3}};

	memcpy(tiered_array_at(&array, index), &item, sizeof(item));
}

static uint64_t number_at(const struct tiered_array *from, size_t index)
{
	const struct item *item = tiered_array_at(from, index);

	assert_true(item->words[1] == ~item->words[0]);
	assert_true(item->words[2] == item->words[0] * 3);
	return item->words[0];
}

static void put(size_t index, uint64_t number)
{
	assert_true(tiered_array_make_room(&array, 1));
	tiered_array_open(&array, index, 1);
	set(index, number);
}

/* 0, 1, 2 and so on, put behind each other. */
static void fill(size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		put(i, i);
}

static void expect_run(size_t from, size_t to, uint64_t first)
{
	size_t i;

	for (i = from; i < to; i++)
		assert_int_equal(number_at(&array, i), first + i - from);
}

static void open_in_nothing_has_one_item(void **state)
{
	(void)state;
	put(0, 7);
	assert_int_equal(array.cnt, 1);
	assert_int_equal(number_at(&array, 0), 7);
}

/*   items   0 1 2 3 4 5 6 7
 *   open 2      ^
 *   Expect  0 1 . . 2 3 4 5 6 7 */
static void open_below_one_ring_moves_what_follows(void **state)
{
	(void)state;
	fill(8);
	assert_true(tiered_array_make_room(&array, 2));
	tiered_array_open(&array, 2, 2);
	assert_int_equal(array.cnt, 10);
	expect_run(0, 2, 0);
	expect_run(4, 10, 2);
}

/*   rings   0 1 ... 255 | 256 ... 511 | 512 ... 767
 *   put 1000 at 1
 *   Expect  0 1000 1 ... | 255 ... 510 | 511 ... 766 | 767 */
static void open_in_a_full_ring_passes_its_last_item_on(void **state)
{
	(void)state;
	fill(3 * TIERED_RING);
	put(1, 1000);
	assert_int_equal(array.cnt, 3 * TIERED_RING + 1);
	assert_int_equal(number_at(&array, 0), 0);
	assert_int_equal(number_at(&array, 1), 1000);
	expect_run(2, array.cnt, 1);
}

/* The same again and again, so that every ring turns all the way round. */
static void open_at_the_front_turns_the_rings_round(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < 4 * TIERED_RING; i++)
		put(0, 4 * TIERED_RING - 1 - i);
	expect_run(0, 4 * TIERED_RING, 0);
}

/*   rings   0 1 ... 255 | 256 ... 511 | 512
 *   close 1
 *   Expect  0 2 ... 256 | 257 ... 512 | */
static void close_in_a_ring_fetches_the_first_of_the_next(void **state)
{
	(void)state;
	fill(2 * TIERED_RING + 1);
	tiered_array_close(&array, 1, 1);
	assert_int_equal(array.cnt, 2 * TIERED_RING);
	assert_int_equal(number_at(&array, 0), 0);
	expect_run(1, array.cnt, 2);
}

static void close_of_all_leaves_nothing(void **state)
{
	(void)state;
	fill(3 * TIERED_RING);
	tiered_array_close(&array, 0, array.cnt);
	assert_int_equal(array.cnt, 0);
}

static void close_of_nothing_at_the_end_does_nothing(void **state)
{
	(void)state;
	fill(3);
	tiered_array_close(&array, 3, 0);
	expect_run(0, 3, 0);
}

/* In rings that have turned: more than would be moved one by one.
 *
 *   items    0 1 ... 1023
 *   close      |-600-|       Expect  0 601 ... 1023
 *   open       |-600-|       Expect  0 ... 601 ... 1023 */
static void open_and_close_of_many_move_what_is_above_once(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < 4 * TIERED_RING; i++)
		put(0, 4 * TIERED_RING - 1 - i);
	tiered_array_close(&array, 1, 600);
	assert_int_equal(array.cnt, 4 * TIERED_RING - 600);
	expect_run(1, array.cnt, 601);
	tiered_array_open(&array, 1, 600);
	assert_int_equal(number_at(&array, 0), 0);
	expect_run(601, 4 * TIERED_RING, 601);
}

static void copy_keeps_its_items_when_the_array_changes(void **state)
{
	struct tiered_array copy;
	size_t i;

	(void)state;
	for (i = 0; i < 2 * TIERED_RING; i++)
		put(0, i);
	assert_true(tiered_array_copy(&array, &copy));
	tiered_array_close(&array, 0, array.cnt);
	put(0, 1000);
	assert_int_equal(copy.cnt, 2 * TIERED_RING);
	for (i = 0; i < copy.cnt; i++)
		assert_int_equal(number_at(&copy, i), copy.cnt - 1 - i);
	tiered_array_free(&copy);
}

static void copy_of_nothing_is_empty(void **state)
{
	struct tiered_array copy;

	(void)state;
	assert_true(tiered_array_copy(&array, &copy));
	assert_int_equal(copy.cnt, 0);
	tiered_array_free(&copy);
}

/* Expect room for more than there can be in memory to be refused, and the
 * array to stay as it was. */
static void make_room_for_too_many_changes_nothing(void **state)
{
	(void)state;
	fill(3);
	assert_false(tiered_array_make_room(&array, SIZE_MAX));
	assert_false(
	    tiered_array_make_room(&array, SIZE_MAX / TIERED_ITEM_SIZE / 2));
	assert_int_equal(array.cnt, 3);
	expect_run(0, 3, 0);
}

/* ---- against a plain array ---- */

#define PLAIN_MAX (5 * TIERED_RING)

static uint64_t random_state;

static size_t below(size_t bound)
{
	random_state =
	    random_state * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(random_state >> 33) % bound;
}

static void insert_in_both(uint64_t *plain, size_t index, size_t count)
{
	const size_t above = array.cnt - index;
	size_t i;

	assert_true(tiered_array_make_room(&array, count));
	tiered_array_open(&array, index, count);
	memmove(&plain[index + count], &plain[index], above * sizeof(*plain));
	for (i = index; i < index + count; i++) {
		plain[i] = random_state + i;
		set(i, plain[i]);
	}
}

static void remove_from_both(uint64_t *plain, size_t index, size_t count)
{
	memmove(&plain[index], &plain[index + count],
	    (array.cnt - index - count) * sizeof(*plain));
	tiered_array_close(&array, index, count);
}

/* Mostly one at a time, some times up to all there is room for, or there is. */
static size_t how_many(size_t most)
{
	if (most == 0 || below(16) > 0)
		return most > 0;
	return 1 + below(most);
}

static void random_changes_are_as_in_a_plain_array(void **state)
{
	uint64_t plain[PLAIN_MAX];
	unsigned int step;
	size_t index, i;

	(void)state;
	random_state = 1;
	for (step = 0; step < 3000; step++) {
		index = below(array.cnt + 1);
		if (below(5) < 3)
			insert_in_both(
			    plain, index, how_many(PLAIN_MAX - array.cnt));
		else
			remove_from_both(
			    plain, index, how_many(array.cnt - index));
		for (i = 0; i < array.cnt; i++)
			assert_int_equal(number_at(&array, i), plain[i]);
	}
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make_empty, free_array)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(open_in_nothing_has_one_item),
	    CASE(open_below_one_ring_moves_what_follows),
	    CASE(open_in_a_full_ring_passes_its_last_item_on),
	    CASE(open_at_the_front_turns_the_rings_round),
	    CASE(close_in_a_ring_fetches_the_first_of_the_next),
	    CASE(close_of_all_leaves_nothing),
	    CASE(close_of_nothing_at_the_end_does_nothing),
	    CASE(open_and_close_of_many_move_what_is_above_once),
	    CASE(copy_keeps_its_items_when_the_array_changes),
	    CASE(copy_of_nothing_is_empty),
	    CASE(make_room_for_too_many_changes_nothing),
	    CASE(random_changes_are_as_in_a_plain_array),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
