/* SPDX-License-Identifier: BSD-2-Clause */
/* What the memblock_free_all() of Linux 6.12 itself freed, in a program around
 * the kernel's allocator: random layouts and its answers. */
#include "engine/handover.h"

#include "engine/op.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define NO_LIMIT HANDOVER_NO_LIMIT

/* Operations are "NAME BASE SIZE NID FLAGS", with commas between; base and
 * size in hex. */
static const struct answer {
	bool movable_node;
	const char *operations;
	uint64_t max_low_pfn;
	uint64_t pages;
	uint64_t orders[HANDOVER_ORDERS];
} answers[] = {
    /* clang-format off */
    {true, "add 2500 22800 -1 0, add 40c00 7000 2 4, add 8c00 7c00 2 0",
	NO_LIMIT, 33, {1, 0, 2, 1, 1, 0, 0, 0, 0, 0, 0}},
    {false, "add 10c8000 39c0000 2 0, add 11a0000 d20000 0 0, reserve 3b40000 4e0000 -1 0, add 3660000 2280000 1 0, add 5880000 1140000 0 8",
	NO_LIMIT, 17208, {0, 0, 0, 3, 2, 4, 4, 3, 4, 4, 13}},
    {true, "add 18a8000 3c00000 0 8, add 6b40000 1320000 2 0, add 5c40000 1ec0000 0 0, add 27c0000 1560000 1 0",
	NO_LIMIT, 8736, {0, 0, 0, 0, 0, 1, 4, 2, 2, 3, 6}},
    {false, "add 3a8000 c0000 0 4, mark 360000 360000 -1 1, add 8a0000 600000 2 8, add b40000 600000 0 0, reserve 11a0000 60000 -1 0",
	0x13e1, 672, {0, 0, 0, 0, 0, 1, 2, 0, 2, 0, 0}},
    {false, "add 318000 900000 -1 0, add 1200000 660000 0 1, mark c60000 480000 -1 4, reserve 1260000 60000 -1 0",
	0x7e1, 1225, {1, 0, 0, 1, 0, 2, 2, 2, 1, 1, 0}},
    {false, "add 4e0000 9c0000 0 0, add c60000 600000 0 0, add 12c0000 360000 0 2, mark a80000 480000 -1 1",
	NO_LIMIT, 4320, {0, 0, 0, 0, 0, 3, 2, 0, 2, 3, 2}},
    {true, "add a2000 160000 0 0, add 770000 2a0000 -1 8, reserve 598000 18000 -1 0",
	NO_LIMIT, 352, {0, 2, 1, 1, 1, 0, 1, 0, 1, 0, 0}},
    {false, "add 528000 540000 0 0, add 600000 2a0000 0 2, add 600000 6c0000 0 0, mark 15c0000 480000 -1 4, add 1380000 660000 -1 0, reserve cc0000 60000 -1 0",
	NO_LIMIT, 3576, {0, 0, 0, 1, 1, 1, 3, 4, 1, 1, 2}},
    {false, "add 108000 3c0000 0 0, reserve 780000 c0000 -1 0, mark 12c0000 180000 -1 4, add 5a0000 2a0000 0 8",
	NO_LIMIT, 960, {0, 0, 0, 2, 1, 1, 2, 2, 0, 1, 0}},
    {false, "add 32000 100000 0 0, mark 168000 70000 -1 1, add a8000 70000 1 0",
	NO_LIMIT, 256, {0, 2, 1, 1, 1, 1, 1, 1, 0, 0, 0}},
    {false, "add 2400 64000 -1 1, add 106000 9000 0 0, add 2b000 22000 0 1, cap 42000 a5000 -1 0, reserve cf000 3000 -1 0, reserve 124000 a000 -1 0",
	NO_LIMIT, 36, {0, 2, 2, 1, 1, 0, 0, 0, 0, 0, 0}},
    {false, "add 10f00 31000 2 0, remove 22800 2c00 -1 0, add 4800 800 -1 0, add 41c00 f400 2 0, add 37400 15400 2 1",
	NO_LIMIT, 60, {2, 3, 1, 2, 2, 0, 0, 0, 0, 0, 0}},
    {false, "add 2c00 2000 0 8, reserve 11000 2000 -1 0, add 20000 1000 0 0, add 19000 13000 0 1, add 13000 8000 -1 0",
	0x2b, 24, {4, 2, 2, 1, 0, 0, 0, 0, 0, 0, 0}},
    {true, "add 24400 ba000 0 0, add 106000 51000 -1 0, reserve 10c000 10000 -1 0, reserve 12b000 f000 -1 0",
	NO_LIMIT, 235, {3, 6, 5, 3, 3, 0, 2, 0, 0, 0, 0}},
    {false, "add c000 1d000 0 0, add 3e800 8800 0 0, reserve 43400 400 -1 0",
	NO_LIMIT, 36, {4, 2, 1, 1, 1, 0, 0, 0, 0, 0, 0}},
    {false, "add de000 570000 -1 1, add 768000 1e0000 0 0, mark 4f8000 58000 -1 4",
	NO_LIMIT, 1784, {0, 2, 1, 4, 3, 3, 3, 3, 2, 1, 0}},
    {false, "add 1290000 1440000 0 0, add 6f60000 480000 -1 1, reserve 4500000 c0000 -1 0, reserve 35a0000 c0000 -1 0, add 5f40000 17a0000 0 0",
	0x5e21, 5184, {0, 0, 0, 0, 2, 1, 2, 1, 1, 1, 4}},
    {true, "add 1aa000 2d0000 0 2, remove 0 50000 -1 0, reserve 1e8000 20000 -1 0, add 408000 180000 2 0",
	NO_LIMIT, 958, {0, 3, 2, 4, 3, 3, 2, 3, 1, 0, 0}},
    {true, "add 680 aa00 0 0, reserve 8800 900 -1 0, mark bf00 3700 -1 4",
	0x12, 8, {2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0}},
    {true, "add 11c00 8e000 0 0, add af000 48000 0 2, add 84000 49000 0 4, reserve c4000 8000 -1 0, add c0000 23000 0 8, mark 8e000 4a000 -1 1",
	0x102, 205, {3, 3, 5, 2, 4, 1, 1, 0, 0, 0, 0}},
    {true, "add 7600 1e000 1 0, add 3f400 13c00 0 8, add 35400 15800 -1 0, add 32400 1c00 -1 0",
	NO_LIMIT, 39, {3, 2, 2, 1, 1, 0, 0, 0, 0, 0, 0}},
    {false, "add a000 2f000 0 0, add 2a000 6400 -1 8, reserve 4000 1800 -1 0, add 2fc00 ac00 0 0, add a000 9000 2 0, add 47c00 18800 1 1",
	NO_LIMIT, 72, {0, 2, 1, 2, 3, 0, 0, 0, 0, 0, 0}},
    {false, "add 44000 f0000 1 8, add 8000 70000 2 0, add c0000 10000 0 1, mark 60000 18000 -1 4, add b8000 48000 -1 0",
	0x81, 60, {0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0}},
    {true, "add 10000 e0000 0 0, add 188000 50000 -1 1, reserve b8000 8000 -1 0, add e0000 40000 0 0",
	0x91, 129, {1, 0, 0, 0, 2, 1, 1, 0, 0, 0, 0}},
    /* clang-format on */
};

static enum mb_status apply(struct memblock *mb, const char *name,
    uint64_t base, uint64_t size, int32_t nid, uint32_t flags)
{
	struct memblock_met met;

	if (strcmp(name, "add") == 0)
		return memblock_add(mb, base, size, nid, flags, &met);
	if (strcmp(name, "reserve") == 0)
		return memblock_reserve(mb, base, size, nid, flags, &met);
	if (strcmp(name, "remove") == 0)
		return memblock_remove(mb, base, size);
	if (strcmp(name, "cap") == 0)
		return memblock_cap(mb, base, size);
	assert_string_equal(name, "mark");
	return memblock_mark(mb, base, size, flags);
}

static void apply_all(struct memblock *mb, const char *operations)
{
	const char *at = operations;
	uint64_t base, size;
	uint32_t flags;
	int32_t nid;
	char name[16];

	while (at != NULL) {
		assert_int_equal(
		    sscanf(at,
			" %15s %" SCNx64 " %" SCNx64 " %" SCNd32 " %" SCNu32,
			name, &base, &size, &nid, &flags),
		    5);
		assert_int_equal(
		    apply(mb, name, base, size, nid, flags), MB_OK);
		at = strchr(at, ',');
		at = at != NULL ? at + 1 : NULL;
	}
}

static void handover_is_what_the_kernel_frees(void **state)
{
	const size_t count = sizeof(answers) / sizeof(answers[0]);
	struct memblock_settings settings = memblock_settings_default();
	char message[OUTCOME_MESSAGE_MAX];
	struct handover handover;
	struct memblock *mb;
	size_t i;

	(void)state;
	settings.nodes = 3;
	for (i = 0; i < count; i++) {
		const struct answer *answer = &answers[i];
		const struct handover_request request = {
		    .max_low_pfn = answer->max_low_pfn};

		settings.movable_node = answer->movable_node;
		mb = memblock_create(&settings);
		assert_non_null(mb);
		apply_all(mb, answer->operations);
		assert_int_equal(
		    handover_compute(mb, &request, &handover, message), MB_OK);
		assert_int_equal(handover.pages, answer->pages);
		assert_memory_equal(
		    handover.orders, answer->orders, sizeof(answer->orders));
		handover_destroy(&handover);
		memblock_destroy(mb);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(handover_is_what_the_kernel_frees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
