/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/lowmem.h"

#include "engine/op.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define MIB UINT64_C(0x100000)

static struct memblock *mb;
static struct lowmem_request request;

static void make(struct memblock_settings settings)
{
	memblock_destroy(mb);
	mb = memblock_create(&settings);
	assert_non_null(mb);
}

/* A kernel from 0x60208000 to 0x60b12345: sections 0x60200000-0x60c00000. */
static int make_model(void **state)
{
	(void)state;
	mb = NULL;
	make(memblock_settings_default());
	request = (struct lowmem_request){
	    .kernel_start = 0x60208000, .kernel_end = 0x60b12345};
	return 0;
}

static int destroy_model(void **state)
{
	(void)state;
	memblock_destroy(mb);
	return 0;
}

static void add(uint64_t base, uint64_t end, uint32_t flags)
{
	struct memblock_met met;

	assert_int_equal(
	    memblock_add(mb, base, end - base, MB_NO_NODE, flags, &met), MB_OK);
}

/* One line for all: "START-END TYPE SECTIONS [PAGES-END …], …". */
static const char *mapped(void)
{
	static const char *const types[] = {"RWX", "RW", "high"};
	struct lowmem_walk walk = lowmem_walk_begin(mb, &request);
	struct lowmem_mapping mapping;
	static char text[512];
	size_t used = 0, i;

	text[0] = '\0';
	while (lowmem_walk_next(&walk, &mapping)) {
		used += (size_t)snprintf(text + used, sizeof(text) - used,
		    "%s%" PRIx64 "-%" PRIx64 " %s", used > 0 ? ", " : "",
		    mapping.start, mapping.end, types[mapping.type]);
		if (mapping.type != LOWMEM_HIGHMEM)
			used += (size_t)snprintf(text + used,
			    sizeof(text) - used, " %" PRIu64, mapping.sections);
		for (i = 0; i < mapping.by_pages_count; i++)
			used += (size_t)snprintf(text + used,
			    sizeof(text) - used, " %" PRIx64 "-%" PRIx64,
			    mapping.by_pages[i].start, mapping.by_pages[i].end);
	}
	return text;
}

/*   memory  |---------------------------------|
 *   kernel        |-sections-|
 *   type    |--RW-|----RWX---|--------RW------|
 */
static void region_that_holds_the_kernel_is_three_mappings(void **state)
{
	(void)state;
	add(0x60000000, 0x70000000, 0);
	assert_string_equal(mapped(),
	    "60000000-60200000 RW 2, 60200000-60c00000 RWX 10, "
	    "60c00000-70000000 RW 244");
	assert_int_equal(lowmem_kernel(mb, &request), LOWMEM_KERNEL_WHOLE);
}

static void kernel_at_the_ends_of_its_region_leaves_out_what_is_empty(
    void **state)
{
	(void)state;
	add(0x60200000, 0x60c00000, 0);
	assert_string_equal(mapped(), "60200000-60c00000 RWX 10");
}

/*   memory  |------|    |--------|    |------|
 *   kernel              |sections|
 *   type    |--RWX-|    |--RWX---|    |--RW--|
 */
static void regions_below_and_above_the_kernel_are_rwx_and_rw(void **state)
{
	(void)state;
	add(0x50000000, 0x50200000, 0);
	add(0x60200000, 0x60c00000, 0);
	add(0x61000000, 0x61200000, 0);
	assert_string_equal(mapped(),
	    "50000000-50200000 RWX 2, 60200000-60c00000 RWX 10, "
	    "61000000-61200000 RW 2");
}

/* Expect the kernel's comparison: a region is below its sections when it ends
 * below, and above when it begins where they end. */
static void region_that_ends_where_the_sections_begin_maps_them(void **state)
{
	(void)state;
	add(0x60000000, 0x60200000, 0);
	add(0x60c00000, 0x60e00000, 0);
	assert_string_equal(mapped(),
	    "60000000-60200000 RW 2, 60200000-60c00000 RWX 10, "
	    "60c00000-60e00000 RW 2");
	assert_int_equal(lowmem_kernel(mb, &request), LOWMEM_KERNEL_SPLIT);
}

static void region_that_holds_part_of_the_sections_maps_all(void **state)
{
	(void)state;
	add(0x60400000, 0x60e00000, 0);
	assert_string_equal(
	    mapped(), "60200000-60c00000 RWX 10, 60c00000-60e00000 RW 2");
	assert_int_equal(lowmem_kernel(mb, &request), LOWMEM_KERNEL_SPLIT);
}

static void kernel_outside_of_memory_is_not_mapped(void **state)
{
	(void)state;
	add(0x50000000, 0x50200000, 0);
	assert_string_equal(mapped(), "50000000-50200000 RWX 2");
	assert_int_equal(lowmem_kernel(mb, &request), LOWMEM_KERNEL_NOWHERE);
}

/* Expect the kernel to be where nomap memory is to be mapped by nobody. */
static void nomap_region_is_passed_over(void **state)
{
	(void)state;
	add(0x60000000, 0x60d00000, MEMBLOCK_NOMAP);
	add(0x60d00000, 0x60e00000, 0);
	assert_string_equal(mapped(), "60d00000-60e00000 RW 1");
	assert_int_equal(lowmem_kernel(mb, &request), LOWMEM_KERNEL_NOWHERE);
}

/*   memory   |-------------|   |-----|
 *   limit          ^
 *   type     |--RW-|-------|   |-----|     Expect what is above to be high,
 *                    highmem   highmem     and nomap neither
 */
static void memory_above_the_limit_is_highmem(void **state)
{
	(void)state;
	add(0x60200000, 0x80000000, 0);
	add(0x90000000, 0x91000000, 0);
	add(0xa0000000, 0xa1000000, MEMBLOCK_NOMAP);
	request.has_limit = true;
	request.limit = 0x70000000;
	assert_string_equal(mapped(),
	    "60200000-60c00000 RWX 10, 60c00000-70000000 RW 244, "
	    "70000000-80000000 high, 90000000-91000000 high");
}

static void limit_that_is_not_given_is_the_current_limit(void **state)
{
	(void)state;
	add(0x60200000, 0x80000000, 0);
	memblock_set_current_limit(mb, 0x61000000);
	assert_string_equal(mapped(),
	    "60200000-60c00000 RWX 10, 60c00000-61000000 RW 4, "
	    "61000000-80000000 high");
}

/*   PMDs      |---2M---|--------|--------|
 *   mapping       |-----------------|          Expect its part of the last to
 *   sections      |-S--|-S----S-|              take pages, sections and all
 *   pages                       |---|
 */
static void pmd_that_is_filled_in_part_takes_pages(void **state)
{
	(void)state;
	add(0x60d00000, 0x61101000 + MIB, 0);
	assert_string_equal(
	    mapped(), "60d00000-61201000 RW 5 61200000-61201000");
	make(memblock_settings_default());
	add(0x60d00000, 0x61301000, 0);
	assert_string_equal(
	    mapped(), "60d00000-61301000 RW 5 61200000-61301000");
	make(memblock_settings_default());
	add(0x60d01000, 0x61101000, 0);
	assert_string_equal(mapped(),
	    "60d01000-61101000 RW 2 60d01000-60e00000 61000000-61101000");
}

static void mapping_inside_of_one_pmd_is_one_part(void **state)
{
	(void)state;
	add(0x60f00000, 0x60f03000, 0);
	assert_string_equal(
	    mapped(), "60f00000-60f03000 RW 0 60f00000-60f03000");
	make(memblock_settings_default());
	add(0x60f00000, 0x61000000, 0);
	assert_string_equal(mapped(), "60f00000-61000000 RW 1");
}

static void mapping_is_filled_outwards_to_pages(void **state)
{
	(void)state;
	add(0x60f00800, 0x60f01001, 0);
	assert_string_equal(
	    mapped(), "60f00800-60f01001 RW 0 60f00000-60f02000");
}

static void last_page_of_addresses_does_not_wrap(void **state)
{
	(void)state;
	add(UINT64_MAX - 0x1fff, UINT64_MAX, 0);
	assert_string_equal(mapped(), "ffffffffffffe000-ffffffffffffffff RW 0 "
				      "ffffffffffffe000-ffffffffffffffff");
}

static void expect_wrong(const char *sentence)
{
	char message[OUTCOME_MESSAGE_MAX];

	assert_false(lowmem_check(mb, &request, message));
	assert_string_equal(message, sentence);
}

static void request_that_makes_no_sense_is_refused(void **state)
{
	struct memblock_settings settings = memblock_settings_default();
	char message[OUTCOME_MESSAGE_MAX];

	(void)state;
	assert_true(lowmem_check(mb, &request, message));
	request.has_limit = true;
	request.limit = 0x60b12345;
	assert_true(lowmem_check(mb, &request, message));
	request.limit--;
	expect_wrong("the kernel [0x60208000-0x60b12344] does not lie below "
		     "the lowmem limit 0x60b12344");
	request.has_limit = false;
	request.kernel_end = request.kernel_start;
	expect_wrong("the kernel begins at 0x60208000 and ends at 0x60208000, "
		     "which is not above that");
	request.kernel_end = UINT64_MAX;
	expect_wrong("the kernel's end 0xffffffffffffffff is beyond the last "
		     "section below 0xffffffffffffffff");
	settings.phys_bits = 32;
	make(settings);
	request.kernel_end = UINT64_C(0x100000000);
	expect_wrong("the kernel's end 0x100000000 is beyond the last section "
		     "below 0xffffffff");
	settings.page_size = 0x4000;
	make(settings);
	expect_wrong("lowmem is about 32-bit arm, whose pages are of 0x1000 "
		     "bytes and not of 0x4000");
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, make_model, destroy_model)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(region_that_holds_the_kernel_is_three_mappings),
	    CASE(kernel_at_the_ends_of_its_region_leaves_out_what_is_empty),
	    CASE(regions_below_and_above_the_kernel_are_rwx_and_rw),
	    CASE(region_that_ends_where_the_sections_begin_maps_them),
	    CASE(region_that_holds_part_of_the_sections_maps_all),
	    CASE(kernel_outside_of_memory_is_not_mapped),
	    CASE(nomap_region_is_passed_over),
	    CASE(memory_above_the_limit_is_highmem),
	    CASE(limit_that_is_not_given_is_the_current_limit),
	    CASE(pmd_that_is_filled_in_part_takes_pages),
	    CASE(mapping_inside_of_one_pmd_is_one_part),
	    CASE(mapping_is_filled_outwards_to_pages),
	    CASE(last_page_of_addresses_does_not_wrap),
	    CASE(request_that_makes_no_sense_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
