/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/ranges.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct memblock *mb;
static char text[1024];

static int make_model(void **state)
{
	struct memblock_settings settings = memblock_settings_default();

	(void)state;
	settings.nodes = 2;
	settings.movable_node = true;
	mb = memblock_create(&settings);
	return mb == NULL;
}

static int destroy_model(void **state)
{
	(void)state;
	memblock_destroy(mb);
	return 0;
}

static void add(uint64_t base, uint64_t end, int32_t nid, uint32_t flags)
{
	struct memblock_met met;

	assert_int_equal(
	    memblock_add(mb, base, end - base, nid, flags, &met), MB_OK);
}

static void reserve(uint64_t base, uint64_t end, int32_t nid, uint32_t flags)
{
	struct memblock_met met;

	assert_int_equal(
	    memblock_reserve(mb, base, end - base, nid, flags, &met), MB_OK);
}

/* The ranges in the order that they come: "[start-end nid flags]". */
static const char *ranges_of(struct ranges_request request)
{
	struct ranges_walk walk = ranges_walk_begin(mb, &request);
	struct memblock_range range;
	size_t used = 0;

	text[0] = '\0';
	while (ranges_walk_next(&walk, &range))
		used += (size_t)snprintf(text + used, sizeof(text) - used,
		    "[%" PRIx64 "-%" PRIx64 " %" PRId32 " %" PRIx32 "]",
		    range.start, range.end, range.nid, range.flags);
	return text;
}

static const char *both_ways(enum ranges_kind kind, bool reverse)
{
	return ranges_of((struct ranges_request){.kind = kind,
	    .nid = MB_NO_NODE,
	    .flags = ranges_flags_default(mb, kind),
	    .reverse = reverse});
}

/*   memory   |--0--|  |-nomap-||-hotplug-||-driver_managed-|
 *   ranges   |-----|           |---------||----------------|
 */
static void memory_skips_nomap_and_nothing_else(void **state)
{
	(void)state;
	add(0x1000, 0x2000, 0, 0);
	add(0x3000, 0x4000, MB_NO_NODE, MEMBLOCK_NOMAP);
	add(0x4000, 0x5000, MB_NO_NODE, MEMBLOCK_HOTPLUG);
	add(0x5000, 0x6000, 1, MEMBLOCK_DRIVER_MANAGED);
	assert_string_equal(both_ways(RANGES_MEMORY, false),
	    "[1000-2000 0 0][4000-5000 -1 1][5000-6000 1 8]");
	assert_string_equal(both_ways(RANGES_MEMORY, true),
	    "[5000-6000 1 8][4000-5000 -1 1][1000-2000 0 0]");
}

/* Expect flags to ask for what is skipped without them, and only mirror to
 * leave others out. */
static void flags_ask_and_only_mirror_restricts(void **state)
{
	struct ranges_request request = {
	    .kind = RANGES_MEMORY, .nid = MB_NO_NODE};

	(void)state;
	add(0x1000, 0x2000, MB_NO_NODE, 0);
	add(0x2000, 0x3000, MB_NO_NODE, MEMBLOCK_NOMAP);
	add(0x3000, 0x4000, MB_NO_NODE, MEMBLOCK_MIRROR);
	assert_string_equal(
	    ranges_of(request), "[1000-2000 -1 0][3000-4000 -1 2]");
	request.flags = MEMBLOCK_NOMAP;
	assert_string_equal(ranges_of(request),
	    "[1000-2000 -1 0][2000-3000 -1 4][3000-4000 -1 2]");
	request.flags = MEMBLOCK_MIRROR;
	assert_string_equal(ranges_of(request), "[3000-4000 -1 2]");
}

static void reserved_skips_nothing(void **state)
{
	struct ranges_request request = {.kind = RANGES_RESERVED,
	    .nid = 1,
	    .flags = MEMBLOCK_RSRV_NOINIT,
	    .reverse = true};

	(void)state;
	reserve(0x0, 0x1000, MB_NO_NODE, 0);
	reserve(0x1000, 0x2000, 0, MEMBLOCK_RSRV_NOINIT);
	assert_string_equal(
	    ranges_of(request), "[1000-2000 0 10][0-1000 -1 0]");
	request.reverse = false;
	assert_string_equal(
	    ranges_of(request), "[0-1000 -1 0][1000-2000 0 10]");
}

static void physmem_skips_nothing(void **state)
{
	struct memblock_settings settings = memblock_settings_default();
	struct memblock_met met;

	(void)state;
	memblock_destroy(mb);
	settings.physmem = true;
	mb = memblock_create(&settings);
	memblock_physmem_add(mb, 0x1000, 0x1000, &met);
	memblock_physmem_add(mb, 0x4000, 0x1000, &met);
	assert_string_equal(
	    ranges_of((struct ranges_request){.kind = RANGES_PHYSMEM,
		.nid = 1,
		.flags = MEMBLOCK_MIRROR,
		.reverse = true}),
	    "[4000-5000 -1 0][1000-2000 -1 0]");
}

/*   memory     |------0------||--1 hotplug--|
 *   reserved       |--|
 *   free       |---|  |------|
 */
static void free_has_node_and_flags_of_its_memory(void **state)
{
	struct ranges_request request = {
	    .kind = RANGES_FREE, .nid = MB_NO_NODE};

	(void)state;
	add(0x1000, 0x5000, 0, 0);
	add(0x5000, 0x6000, 1, MEMBLOCK_HOTPLUG);
	reserve(0x2000, 0x3000, MB_NO_NODE, 0);
	assert_string_equal(
	    ranges_of(request), "[1000-2000 0 0][3000-5000 0 0]");
	request.flags = MEMBLOCK_HOTPLUG;
	request.reverse = true;
	assert_string_equal(ranges_of(request),
	    "[5000-6000 1 1][3000-5000 0 0][1000-2000 0 0]");
	request.nid = 1;
	assert_string_equal(ranges_of(request), "[5000-6000 1 1]");
}

/*   pages    |-------|-------|-------|-------|
 *   memory      |--------------|  |-|
 *   frames           |-------|
 */
static void frames_are_the_whole_pages_inside(void **state)
{
	(void)state;
	add(0x1800, 0x3800, 1, MEMBLOCK_NOMAP);
	add(0x4100, 0x4200, MB_NO_NODE, 0);
	add(0x5000, 0x7000, 0, 0);
	assert_string_equal(both_ways(RANGES_PFN, false), "[2-3 1 4][5-7 0 0]");
	assert_string_equal(both_ways(RANGES_PFN, true), "[5-7 0 0][2-3 1 4]");
	assert_string_equal(
	    ranges_of((struct ranges_request){.kind = RANGES_PFN, .nid = 0}),
	    "[5-7 0 0]");
}

/* Where the kernel's arithmetic passes the end and begins again with 0. */
static void frames_of_the_last_page_of_addresses_are_none(void **state)
{
	(void)state;
	add(UINT64_MAX - 0x800, UINT64_MAX, MB_NO_NODE, 0);
	assert_string_equal(both_ways(RANGES_PFN, false), "");
}

static void nothing_has_no_ranges(void **state)
{
	(void)state;
	assert_string_equal(both_ways(RANGES_MEMORY, false), "");
	assert_string_equal(both_ways(RANGES_RESERVED, true), "");
	assert_string_equal(both_ways(RANGES_FREE, false), "");
	assert_string_equal(both_ways(RANGES_PFN, true), "");
}

static void expect_refused(struct ranges_request request, const char *why)
{
	char message[128];

	assert_false(ranges_check(mb, &request, message, sizeof(message)));
	assert_string_equal(message, why);
}

static void node_or_flag_that_is_none_is_refused(void **state)
{
	char message[128];

	(void)state;
	expect_refused(
	    (struct ranges_request){.nid = 2}, "nid 2 is not one of 0 to 1");
	expect_refused((struct ranges_request){.kind = RANGES_FREE,
			   .flags = MEMBLOCK_RSRV_NOINIT},
	    "flag rsrv_noinit is not one that memory takes");
	expect_refused((struct ranges_request){.kind = RANGES_RESERVED,
			   .flags = MEMBLOCK_NOMAP},
	    "flag nomap is not one that reserved takes");
	expect_refused(
	    (struct ranges_request){.flags = 0x40}, "flags 0x40 are unknown");
	assert_true(ranges_check(mb,
	    &(struct ranges_request){.nid = 1, .flags = MEMBLOCK_NOMAP},
	    message, sizeof(message)));
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, make_model, destroy_model)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(memory_skips_nomap_and_nothing_else),
	    CASE(flags_ask_and_only_mirror_restricts),
	    CASE(reserved_skips_nothing),
	    CASE(physmem_skips_nothing),
	    CASE(free_has_node_and_flags_of_its_memory),
	    CASE(frames_are_the_whole_pages_inside),
	    CASE(frames_of_the_last_page_of_addresses_are_none),
	    CASE(nothing_has_no_ranges),
	    CASE(node_or_flag_that_is_none_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
