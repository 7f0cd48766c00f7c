/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/memblock.h"

#include "layout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct memblock *mb;

/* ---- a process whose memory ends ---- */

static int allocations_left = -1; /* -1: no end */

void *__real_realloc(void *old, size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_malloc(size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_malloc(size_t size);

static bool memory_left(void)
{
	if (allocations_left < 0)
		return true;
	return allocations_left-- > 0;
}

void *__wrap_realloc(void *old, size_t size)
{
	return memory_left() ? __real_realloc(old, size) : NULL;
}

void *__wrap_calloc(size_t count, size_t size)
{
	return memory_left() ? __real_calloc(count, size) : NULL;
}

/* A compiler makes this of a realloc() of NULL. */
void *__wrap_malloc(size_t size)
{
	return memory_left() ? __real_malloc(size) : NULL;
}

/* ---- helpers ---- */

static int make_model(void **state)
{
	struct memblock_settings settings = memblock_settings_default();

	(void)state;
	settings.nodes = 2;
	mb = memblock_create(&settings);
	return mb == NULL;
}

static int destroy_model(void **state)
{
	(void)state;
	allocations_left = -1;
	memblock_destroy(mb);
	return 0;
}

static enum mb_status add(uint64_t base, uint64_t size)
{
	struct memblock_met met;

	return memblock_add(mb, base, size, MB_NO_NODE, 0, &met);
}

static enum mb_status reserve(uint64_t base, uint64_t size)
{
	struct memblock_met met;

	return memblock_reserve(mb, base, size, MB_NO_NODE, 0, &met);
}

static const char *memory(void)
{
	return layout(mb->memory);
}

static const char *reserved(void)
{
	return layout(mb->reserved);
}

/* ---- the whole ---- */

static void create_starts_as_the_settings_say(void **state)
{
	struct memblock_settings settings = memblock_settings_default();
	struct memblock *other;

	(void)state;
	settings.bottom_up = true;
	settings.phys_bits = 32;
	other = memblock_create(&settings);
	assert_non_null(other);
	assert_true(other->bottom_up);
	assert_true(other->current_limit == UINT32_MAX);
	assert_false(other->has_mirror);
	assert_false(other->can_resize);
	assert_int_equal(region_list_cnt(other->memory), 0);
	memblock_destroy(other);
}

static void copy_is_equal_until_one_changes(void **state)
{
	struct memblock *copy;

	(void)state;
	assert_int_equal(add(0x1000, 0x1000), MB_OK);
	copy = memblock_copy(mb);
	assert_non_null(copy);
	assert_true(memblock_equal(mb, copy));
	copy->bottom_up = true;
	assert_false(memblock_equal(mb, copy));
	copy->bottom_up = false;
	assert_int_equal(reserve(0x1000, 0x1), MB_OK);
	assert_false(memblock_equal(mb, copy));
	memblock_destroy(copy);
}

static void create_and_copy_without_host_memory_give_none(void **state)
{
	int n;

	(void)state;
	assert_int_equal(add(0x1000, 0x1000), MB_OK);
	for (n = 0; n < 3; n++) {
		allocations_left = n;
		assert_null(memblock_create(&mb->settings));
		allocations_left = n;
		assert_null(memblock_copy(mb));
	}
	allocations_left = 3;
	assert_null(memblock_copy(mb));
}

static void add_without_host_memory_changes_nothing(void **state)
{
	(void)state;
	allocations_left = 0;
	assert_int_equal(add(0x1000, 0x1000), MB_NO_MEMORY);
	assert_string_equal(memory(), "");
}

/* ---- limits of the address space ---- */

static void add_up_to_the_end_leaves_the_last_byte_out(void **state)
{
	(void)state;
	assert_int_equal(add(0xfffffffffffff000, 0x1000), MB_OK);
	assert_string_equal(memory(), "[fffffffffffff000-ffffffffffffffff]");
}

static void add_at_the_last_address_does_nothing(void **state)
{
	(void)state;
	assert_int_equal(add(UINT64_MAX, 0x1000), MB_OK);
	assert_string_equal(memory(), "");
}

static void add_on_32_bits_is_cut_there(void **state)
{
	(void)state;
	memblock_destroy(mb);
	mb = memblock_create(&(struct memblock_settings){
	    .phys_bits = 32, .page_size = 4096, .cache_line = 64});
	assert_int_equal(add(0x80000000, 0x100000000), MB_OK);
	assert_string_equal(memory(), "[80000000-ffffffff]");
}

/* ---- add and remove, reserve and free ---- */

static void reserve_outside_of_memory_is_allowed(void **state)
{
	(void)state;
	assert_int_equal(reserve(0x1000, 0x1000), MB_OK);
	assert_string_equal(reserved(), "[1000-2000]");
}

static void free_once_undoes_two_reserves(void **state)
{
	(void)state;
	assert_int_equal(reserve(0x1000, 0x2000), MB_OK);
	assert_int_equal(reserve(0x1000, 0x2000), MB_OK);
	assert_int_equal(memblock_phys_free(mb, 0x1000, 0x1000), MB_OK);
	assert_string_equal(reserved(), "[2000-3000]");
}

static void remove_leaves_reservations_alone(void **state)
{
	(void)state;
	assert_int_equal(add(0x1000, 0x4000), MB_OK);
	assert_int_equal(reserve(0x2000, 0x1000), MB_OK);
	assert_int_equal(memblock_remove(mb, 0x1000, 0x4000), MB_OK);
	assert_string_equal(memory(), "");
	assert_string_equal(reserved(), "[2000-3000]");
}

/* ---- flags and nodes ---- */

static void mark_and_clear_act_on_the_list_of_the_flag(void **state)
{
	(void)state;
	assert_int_equal(add(0x1000, 0x2000), MB_OK);
	assert_int_equal(reserve(0x1000, 0x2000), MB_OK);
	assert_int_equal(
	    memblock_mark(mb, 0x1000, 0x1000, MEMBLOCK_HOTPLUG), MB_OK);
	assert_int_equal(
	    memblock_mark(mb, 0x2000, 0x1000, MEMBLOCK_RSRV_NOINIT), MB_OK);
	assert_string_equal(memory(), "[1000-2000 hotplug] [2000-3000]");
	assert_string_equal(reserved(), "[1000-2000] [2000-3000 rsrv_noinit]");
	assert_int_equal(
	    memblock_clear(mb, 0x0, 0x8000, MEMBLOCK_HOTPLUG), MB_OK);
	assert_string_equal(memory(), "[1000-3000]");
}

static void mark_mirror_without_mirrored_kernelcore_does_nothing(void **state)
{
	(void)state;
	assert_int_equal(add(0x1000, 0x1000), MB_OK);
	assert_int_equal(
	    memblock_mark(mb, 0x1000, 0x1000, MEMBLOCK_MIRROR), MB_OK);
	assert_string_equal(memory(), "[1000-2000]");
	assert_false(mb->has_mirror);
}

static void mark_mirror_of_nothing_turns_mirror_first_on(void **state)
{
	(void)state;
	mb->settings.mirrored_kernelcore = true;
	assert_int_equal(memblock_mark(mb, 0x1000, 0, MEMBLOCK_MIRROR), MB_OK);
	assert_true(mb->has_mirror);
}

static void set_node_changes_the_list_it_is_given(void **state)
{
	(void)state;
	assert_int_equal(add(0x1000, 0x3000), MB_OK);
	assert_int_equal(reserve(0x1000, 0x3000), MB_OK);
	assert_int_equal(
	    memblock_set_node(mb, 0x2000, 0x1000, mb->reserved, 1), MB_OK);
	assert_string_equal(memory(), "[1000-4000]");
	assert_string_equal(
	    reserved(), "[1000-2000] [2000-3000 1] [3000-4000]");
}

/* ---- limit, cap, trim ---- */

/*   memory     |-0x2000-|    |-0x2000-|
 *   limit 0x3000             |---x
 *   reserved     |-----------------------|
 */
static void limit_cuts_both_lists_where_the_size_is_reached(void **state)
{
	(void)state;
	assert_int_equal(add(0x1000, 0x2000), MB_OK);
	assert_int_equal(add(0x5000, 0x2000), MB_OK);
	assert_int_equal(reserve(0x2000, 0x8000), MB_OK);
	memblock_limit(mb, 0x3000);
	assert_string_equal(memory(), "[1000-3000] [5000-6000]");
	assert_string_equal(reserved(), "[2000-6000]");
}

static void limit_of_exactly_all_memory_cuts_what_is_reserved_above(
    void **state)
{
	(void)state;
	assert_int_equal(add(0x1000, 0x2000), MB_OK);
	assert_int_equal(reserve(0x2000, 0x8000), MB_OK);
	memblock_limit(mb, 0x2000);
	assert_string_equal(memory(), "[1000-3000]");
	assert_string_equal(reserved(), "[2000-3000]");
}

static void limit_of_0_or_more_than_all_memory_does_nothing(void **state)
{
	(void)state;
	assert_int_equal(add(0x1000, 0x2000), MB_OK);
	assert_int_equal(reserve(0x2000, 0x8000), MB_OK);
	memblock_limit(mb, 0);
	memblock_limit(mb, 0x2001);
	assert_int_equal(memblock_limit_keep_nomap(mb, 0), MB_OK);
	assert_int_equal(memblock_limit_keep_nomap(mb, 0x2001), MB_OK);
	assert_string_equal(memory(), "[1000-3000]");
	assert_string_equal(reserved(), "[2000-a000]");
}

static void limit_that_keeps_nomap_spares_it_above(void **state)
{
	struct memblock_met met;

	(void)state;
	assert_int_equal(add(0x1000, 0x2000), MB_OK);
	assert_int_equal(
	    memblock_add(mb, 0x5000, 0x1000, MB_NO_NODE, MEMBLOCK_NOMAP, &met),
	    MB_OK);
	assert_int_equal(memblock_limit_keep_nomap(mb, 0x1000), MB_OK);
	assert_string_equal(memory(), "[1000-2000] [5000-6000 nomap]");
}

static void cap_takes_what_is_outside_from_both_lists(void **state)
{
	(void)state;
	assert_int_equal(add(0x1000, 0x8000), MB_OK);
	assert_int_equal(reserve(0x0, 0x10000), MB_OK);
	assert_int_equal(memblock_cap(mb, 0x2000, 0x1000), MB_OK);
	assert_string_equal(memory(), "[2000-3000]");
	assert_string_equal(reserved(), "[2000-3000]");
}

static void cap_reaching_past_the_end_caps_both_lists(void **state)
{
	(void)state;
	assert_int_equal(add(0x1000, 0x8000), MB_OK);
	assert_int_equal(reserve(0x1000, 0x8000), MB_OK);
	assert_int_equal(memblock_cap(mb, 0x2000, UINT64_MAX), MB_OK);
	assert_string_equal(memory(), "[2000-9000]");
	assert_string_equal(reserved(), "[2000-9000]");
}

static void cap_where_no_memory_is_leaves_only_nomap(void **state)
{
	struct memblock_met met;

	(void)state;
	assert_int_equal(add(0x1000, 0x1000), MB_OK);
	assert_int_equal(
	    memblock_add(mb, 0x5000, 0x1000, MB_NO_NODE, MEMBLOCK_NOMAP, &met),
	    MB_OK);
	assert_int_equal(memblock_cap(mb, 0x3000, 0x1000), MB_OK);
	assert_string_equal(memory(), "[5000-6000 nomap]");
}

static void cap_of_size_0_or_without_memory_does_nothing(void **state)
{
	(void)state;
	assert_int_equal(reserve(0x1000, 0x8000), MB_OK);
	assert_int_equal(memblock_cap(mb, 0x2000, 0x1000), MB_OK);
	assert_string_equal(reserved(), "[1000-9000]");
	assert_int_equal(add(0x1000, 0x8000), MB_OK);
	assert_int_equal(memblock_cap(mb, 0x2000, 0), MB_OK);
	assert_string_equal(memory(), "[1000-9000]");
}

/* The kernel would go by a total_size that trim left as it was. */
static void cap_and_limit_after_trim_took_all_memory_do_nothing(void **state)
{
	(void)state;
	assert_int_equal(add(0x1100, 0x800), MB_OK);
	assert_int_equal(reserve(0x1000, 0x8000), MB_OK);
	memblock_trim(mb, 0x1000);
	assert_string_equal(memory(), "");
	assert_int_equal(memblock_cap(mb, 0x2000, 0x1000), MB_OK);
	memblock_limit(mb, 0x100);
	assert_string_equal(reserved(), "[1000-9000]");
}

static void trim_keeps_the_total_size_right(void **state)
{
	(void)state;
	assert_int_equal(add(0x1100, 0x2000), MB_OK);
	memblock_trim(mb, 0x1000);
	assert_string_equal(memory(), "[2000-3000]");
	assert_true(region_list_total_size(mb->memory) == 0x1000);
}

/* A region cut by both ends of a cap, in each list: expect that running out
 * of host memory at any place leaves all as it was. */
static void cap_without_host_memory_changes_neither_list(void **state)
{
	struct memblock *before;
	struct memblock_met met;
	int n;

	(void)state;
	for (n = 0; n < 16; n++) /* fills the array that a list begins with */
		assert_int_equal(memblock_add(mb, 0x10000 * (uint64_t)n, 0x8000,
				     MB_NO_NODE, MEMBLOCK_NOMAP, &met),
		    MB_OK);
	assert_int_equal(reserve(0x1000, 0x80000), MB_OK);
	before = memblock_copy(mb);
	assert_non_null(before);
	allocations_left = 0;
	assert_int_equal(memblock_cap(mb, 0x1000, 0x1000), MB_NO_MEMORY);
	assert_true(memblock_equal(before, mb));
	memblock_destroy(before);
}

static void current_limit_above_the_address_space_is_its_last_address(
    void **state)
{
	(void)state;
	mb->settings.phys_bits = 32;
	memblock_set_current_limit(mb, 0x100000000);
	assert_true(mb->current_limit == UINT32_MAX);
	memblock_set_current_limit(mb, 0x1000);
	assert_true(mb->current_limit == 0x1000);
}

/* ---- regions_max ---- */

static void add_past_regions_max_is_refused_as_counted_before_merging(
    void **state)
{
	(void)state;
	mb->regions_max = 2;
	assert_int_equal(add(0x1000, 0x1000), MB_OK);
	assert_int_equal(reserve(0x1000, 0x1000), MB_OK);
	assert_int_equal(add(0x2000, 0x1000), MB_LIMIT);
	assert_string_equal(memory(), "[1000-2000]");
}

static void what_is_covered_or_taken_out_needs_no_region_more(void **state)
{
	(void)state;
	assert_int_equal(add(0x1000, 0x3000), MB_OK);
	mb->regions_max = 1;
	assert_int_equal(add(0x1000, 0x1000), MB_OK);
	assert_int_equal(memblock_remove(mb, 0x2000, 0x1000), MB_LIMIT);
	assert_int_equal(memblock_remove(mb, 0x1000, 0x1000), MB_OK);
	assert_int_equal(
	    memblock_mark(mb, 0x2000, 0x1000, MEMBLOCK_NOMAP), MB_LIMIT);
	assert_int_equal(
	    memblock_set_node(mb, 0x2000, 0x2000, mb->memory, 0), MB_OK);
	assert_string_equal(memory(), "[2000-4000 0]");
}

/* A limit that came down later, as after a restart. */
static void lists_above_regions_max_can_still_shrink(void **state)
{
	(void)state;
	assert_int_equal(reserve(0x1000, 0x1000), MB_OK);
	assert_int_equal(reserve(0x3000, 0x1000), MB_OK);
	mb->regions_max = 1;
	assert_int_equal(reserve(0x5000, 0x1000), MB_LIMIT);
	assert_int_equal(memblock_phys_free(mb, 0x1000, 0x1000), MB_OK);
	assert_string_equal(reserved(), "[3000-4000]");
}

#define MODEL_TEST(test)                                                       \
	cmocka_unit_test_setup_teardown(test, make_model, destroy_model)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    MODEL_TEST(create_starts_as_the_settings_say),
	    MODEL_TEST(copy_is_equal_until_one_changes),
	    MODEL_TEST(create_and_copy_without_host_memory_give_none),
	    MODEL_TEST(add_without_host_memory_changes_nothing),
	    MODEL_TEST(add_up_to_the_end_leaves_the_last_byte_out),
	    MODEL_TEST(add_at_the_last_address_does_nothing),
	    MODEL_TEST(add_on_32_bits_is_cut_there),
	    MODEL_TEST(reserve_outside_of_memory_is_allowed),
	    MODEL_TEST(free_once_undoes_two_reserves),
	    MODEL_TEST(remove_leaves_reservations_alone),
	    MODEL_TEST(mark_and_clear_act_on_the_list_of_the_flag),
	    MODEL_TEST(mark_mirror_without_mirrored_kernelcore_does_nothing),
	    MODEL_TEST(mark_mirror_of_nothing_turns_mirror_first_on),
	    MODEL_TEST(set_node_changes_the_list_it_is_given),
	    MODEL_TEST(limit_cuts_both_lists_where_the_size_is_reached),
	    MODEL_TEST(limit_of_exactly_all_memory_cuts_what_is_reserved_above),
	    MODEL_TEST(limit_of_0_or_more_than_all_memory_does_nothing),
	    MODEL_TEST(limit_that_keeps_nomap_spares_it_above),
	    MODEL_TEST(cap_takes_what_is_outside_from_both_lists),
	    MODEL_TEST(cap_reaching_past_the_end_caps_both_lists),
	    MODEL_TEST(cap_where_no_memory_is_leaves_only_nomap),
	    MODEL_TEST(cap_of_size_0_or_without_memory_does_nothing),
	    MODEL_TEST(cap_and_limit_after_trim_took_all_memory_do_nothing),
	    MODEL_TEST(trim_keeps_the_total_size_right),
	    MODEL_TEST(cap_without_host_memory_changes_neither_list),
	    MODEL_TEST(
		current_limit_above_the_address_space_is_its_last_address),
	    MODEL_TEST(
		add_past_regions_max_is_refused_as_counted_before_merging),
	    MODEL_TEST(what_is_covered_or_taken_out_needs_no_region_more),
	    MODEL_TEST(lists_above_regions_max_can_still_shrink),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
