/* SPDX-License-Identifier: BSD-2-Clause */
/* Random histories, whose blame is compared with a map: for each page the
 * operation since which it has been there. */
#include "followed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define PAGES_MAX 4096

static uint64_t random_state;

static uint64_t below(uint64_t bound)
{
	random_state =
	    random_state * 6364136223846793005u + 1442695040888963407u;
	return (random_state >> 33) % bound;
}

/* ---- the map ---- */

static size_t pages; /* how many there are in this history */
static uint64_t memory[PAGES_MAX], reserved[PAGES_MAX];

/* The rule, page by page: what is there and was not is the operation's. */
static void note_pages(
    uint64_t *map, const struct memblock_type *type, uint64_t seq)
{
	size_t page, at = 0;

	for (page = 0; page < pages; page++) {
		const uint64_t base = page * PAGE;

		while (at < region_list_cnt(type) &&
		       region_list_at(type, at)->base +
			       region_list_at(type, at)->size <=
			   base)
			at++;
		if (at == region_list_cnt(type) ||
		    region_list_at(type, at)->base > base)
			map[page] = 0;
		else if (map[page] == 0)
			map[page] = seq;
	}
}

static void expect_map(
    const struct followed *followed, enum blame_list list, const uint64_t *map)
{
	const size_t count = blame_count(followed->blame, list);
	uint64_t found[PAGES_MAX] = {0}, page;
	struct blame_part before = {0};
	size_t i;

	for (i = 0; i < count; i++) {
		const struct blame_part *part =
		    blame_part_at(followed->blame, list, i);

		assert_true(part->base < part->end);
		assert_true(part->seq != 0);
		assert_true(
		    i == 0 || before.end < part->base ||
		    (before.end == part->base && before.seq != part->seq));
		for (page = part->base / PAGE; page < part->end / PAGE; page++)
			found[page] = part->seq;
		before = *part;
	}
	assert_memory_equal(found, map, pages * sizeof(*map));
}

static void do_and_compare(struct followed *followed, struct op op)
{
	followed_do(followed, op);
	note_pages(memory, followed->mb->memory, followed->seq);
	note_pages(reserved, followed->mb->reserved, followed->seq);
	expect_map(followed, BLAME_MEMORY, memory);
	expect_map(followed, BLAME_RESERVED, reserved);
}

static void begin(struct followed *followed, size_t count)
{
	struct memblock_settings settings = memblock_settings_default();

	settings.nodes = 2;
	pages = count;
	memset(memory, 0, sizeof(memory));
	memset(reserved, 0, sizeof(reserved));
	followed_begin(followed, &settings);
}

/* ---- histories ---- */

/* Of few pages, so that everything meets everything. */
static struct op random_op(void)
{
	static const enum op_kind kinds[] = {OP_ADD, OP_ADD, OP_ADD, OP_REMOVE,
	    OP_RESERVE, OP_RESERVE, OP_RESERVE, OP_FREE, OP_FREE, OP_ALLOC,
	    OP_ALLOC, OP_MARK, OP_CLEAR, OP_SET_NODE, OP_TRIM, OP_LIMIT, OP_CAP,
	    OP_SET_BOTTOM_UP};
	const enum op_kind kind =
	    kinds[below(sizeof(kinds) / sizeof(kinds[0]))];
	const uint64_t base = below(pages);
	struct op op = {.kind = kind,
	    .base = base * PAGE,
	    .size = (1 + below(kind == OP_CAP ? pages - base : 8)) * PAGE,
	    .nid = MB_NO_NODE};

	if (op.base + op.size > pages * PAGE)
		op.size = pages * PAGE - op.base;
	if (kind == OP_MARK || kind == OP_CLEAR)
		op.flags = MEMBLOCK_NOMAP;
	if (kind == OP_SET_NODE)
		op.nid = (int32_t)below(2);
	if (kind == OP_TRIM)
		op.align = 2 * PAGE;
	if (kind == OP_LIMIT)
		op.size = below(2 * pages) * PAGE;
	if (kind == OP_SET_BOTTOM_UP)
		op.value = below(2);
	return op;
}

static void random_histories_are_as_a_map_of_pages_has_them(void **state)
{
	struct followed followed;
	unsigned int history, i;

	(void)state;
	for (history = 0; history < 200; history++) {
		random_state = history;
		begin(&followed, 64);
		for (i = 0; i < 100; i++)
			do_and_compare(&followed, random_op());
		followed_end(&followed);
	}
}

static struct op page_op(enum op_kind kind, uint64_t page, uint64_t count)
{
	return (struct op){.kind = kind,
	    .base = page * PAGE,
	    .size = count * PAGE,
	    .nid = MB_NO_NODE};
}

/* Page by page, so that there are regions and parts of many operations side by
 * side; now and then a wide range is freed or taken. */
static void random_history_of_thousands_of_parts_is_as_the_map_has_it(
    void **state)
{
	static const enum op_kind kinds[] = {
	    OP_RESERVE, OP_FREE, OP_ADD, OP_REMOVE};
	struct followed followed;
	uint64_t page, count;
	unsigned int i;

	(void)state;
	random_state = 1;
	begin(&followed, PAGES_MAX);
	for (page = 0; page < PAGES_MAX; page++)
		followed_do(&followed, page_op(OP_RESERVE, page, 1));
	for (page = 0; page < PAGES_MAX; page++)
		reserved[page] = page + 1;
	expect_map(&followed, BLAME_RESERVED, reserved);
	for (i = 0; i < 1500; i++) {
		page = below(PAGES_MAX);
		count = below(100) == 0 ? 1 + below(PAGES_MAX - page) : 1;
		do_and_compare(
		    &followed, page_op(kinds[below(4)], page, count));
	}
	followed_end(&followed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(random_histories_are_as_a_map_of_pages_has_them),
	    cmocka_unit_test(
		random_history_of_thousands_of_parts_is_as_the_map_has_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
