/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/snapshot.h"

#include "engine/op.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct memblock_settings settings;
static struct memblock *mb;
static uint8_t *bytes;
static size_t size;

static void apply(struct op op)
{
	struct outcome outcome;

	assert_int_equal(op_apply(mb, &op, &outcome), MB_OK);
}

/*   memory    |-- node 0, hotplug --|-- node 1 --|
 *   reserved        |--|                            */
static int setup(void **state)
{
	(void)state;
	settings = memblock_settings_default();
	settings.nodes = 2;
	mb = memblock_create(&settings);
	apply((struct op){.kind = OP_ADD,
	    .base = 0x100000,
	    .size = 0x100000,
	    .flags = MEMBLOCK_HOTPLUG});
	apply((struct op){
	    .kind = OP_ADD, .base = 0x200000, .size = 0x100000, .nid = 1});
	apply((struct op){.kind = OP_RESERVE,
	    .base = 0x140000,
	    .size = 0x1000,
	    .nid = MB_NO_NODE});
	apply((struct op){.kind = OP_SET_BOTTOM_UP, .value = 1});
	apply((struct op){.kind = OP_SET_CURRENT_LIMIT, .value = 0x280000});
	apply((struct op){.kind = OP_SET_RESIZE, .value = 1});
	size = snapshot_size(mb);
	bytes = malloc(size);
	snapshot_write(mb, bytes);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	memblock_destroy(mb);
	free(bytes);
	return 0;
}

static void model_written_is_the_model_read(void **state)
{
	struct memblock *read;

	(void)state;
	assert_int_equal(snapshot_read(bytes, size, &settings, &read), MB_OK);
	assert_true(memblock_equal(mb, read));
	assert_int_equal(read->current_limit, 0x280000);
	memblock_destroy(read);
}

/* Expect the third list behind the other two. */
static void physmem_is_the_last_list(void **state)
{
	struct memblock *read;

	(void)state;
	memblock_destroy(mb);
	free(bytes);
	settings.physmem = true;
	mb = memblock_create(&settings);
	apply((struct op){
	    .kind = OP_PHYSMEM_ADD, .base = 0x3000, .size = 0x1000});
	size = snapshot_size(mb);
	bytes = malloc(size);
	snapshot_write(mb, bytes);
	assert_int_equal(size, 16 + 8 + 8 + 8 + 24);
	assert_memory_equal(bytes + 32, "\1\0\0\0\0\0\0\0\0\x30", 10);
	assert_int_equal(snapshot_read(bytes, size, &settings, &read), MB_OK);
	assert_true(memblock_equal(mb, read));
	memblock_destroy(read);
	assert_int_equal(
	    snapshot_read(bytes, size - 1, &settings, &read), MB_INVALID);
}

/* An array of two regions that has doubled twice. */
static void make_with_arrays(void)
{
	uint64_t i;

	memblock_destroy(mb);
	free(bytes);
	settings.kernel_arrays = true;
	settings.memory_regions = settings.reserved_regions = 2;
	mb = memblock_create(&settings);
	apply((struct op){.kind = OP_SET_RESIZE, .value = 1});
	apply((struct op){
	    .kind = OP_ADD, .base = 0x10000, .size = 0x10000, .nid = -1});
	for (i = 0; i < 4; i++)
		apply((struct op){.kind = OP_RESERVE,
		    .base = 0x40000 + i * 0x2000,
		    .size = 0x1000,
		    .nid = MB_NO_NODE});
	size = snapshot_size(mb);
	bytes = malloc(size);
	snapshot_write(mb, bytes);
}

/* Expect each list's array behind the number of its regions. */
static void array_is_where_it_was(void **state)
{
	struct memblock *read;

	(void)state;
	make_with_arrays();
	assert_int_equal(region_list_max(mb->reserved), 8);
	assert_int_equal(size, 16 + 24 + 24 + 24 + 5 * 24);
	assert_memory_equal(bytes + 16, "\1\0\0\0\0\0\0\0\2", 9);
	assert_memory_equal(bytes + 16 + 48 + 8, "\10\0\0\0\0\0\0\0", 8);
	assert_int_equal(snapshot_read(bytes, size, &settings, &read), MB_OK);
	assert_true(memblock_equal(mb, read));
	memblock_destroy(read);
}

/* Expect arrays to be refused that no growing leads to, and those too small
 * for their regions. */
static void array_that_cannot_be_is_invalid(void **state)
{
	const size_t max = 16 + 48 + 8, array = max + 8;
	struct memblock *read;

	(void)state;
	make_with_arrays();
	bytes[max] = 12;
	assert_int_equal(
	    snapshot_read(bytes, size, &settings, &read), MB_INVALID);
	bytes[max] = 4;
	assert_int_equal(
	    snapshot_read(bytes, size, &settings, &read), MB_INVALID);
	bytes[max] = 8;
	memset(bytes + array, 0, 8);
	assert_int_equal(
	    snapshot_read(bytes, size, &settings, &read), MB_INVALID);
	memset(bytes + max, 0xff, 8);
	assert_int_equal(
	    snapshot_read(bytes, size, &settings, &read), MB_INVALID);
}

static void array_cut_short_is_invalid(void **state)
{
	struct memblock *read;

	(void)state;
	make_with_arrays();
	assert_int_equal(
	    snapshot_read(bytes, 16 + 8 + 15, &settings, &read), MB_INVALID);
}

/* Expect the bytes that docs/journal.md draws. */
static void bytes_are_as_documented(void **state)
{
	static const uint8_t head[] = {
	    'M', 'B', 'S', '1', 1, 1, 0, 0,	  /* switches */
	    0x00, 0x00, 0x28, 0, 0, 0, 0, 0,	  /* current_limit */
	    2, 0, 0, 0, 0, 0, 0, 0,		  /* memory */
	    0x00, 0x00, 0x10, 0, 0, 0, 0, 0,	  /* base */
	    0x00, 0x00, 0x10, 0, 0, 0, 0, 0,	  /* size */
	    MEMBLOCK_HOTPLUG, 0, 0, 0, 0, 0, 0, 0 /* flags, nid */
	};

	(void)state;
	assert_int_equal(size, 16 + 8 + 2 * 24 + 8 + 24);
	assert_memory_equal(bytes, head, sizeof(head));
	assert_memory_equal(bytes + size - 4, "\xff\xff\xff\xff", 4);
}

static void snapshot_cut_at_any_byte_is_invalid(void **state)
{
	struct memblock *read;
	uint8_t *cut;
	size_t i;

	(void)state;
	for (i = 0; i < size; i++) {
		cut = malloc(i == 0 ? 1 : i);
		memcpy(cut, bytes, i);
		assert_int_equal(
		    snapshot_read(cut, i, &settings, &read), MB_INVALID);
		free(cut);
	}
}

static void byte_behind_the_end_is_invalid(void **state)
{
	struct memblock *read;

	(void)state;
	bytes = realloc(bytes, size + 1);
	bytes[size] = 0;
	assert_int_equal(
	    snapshot_read(bytes, size + 1, &settings, &read), MB_INVALID);
}

static void node_beyond_the_settings_is_invalid(void **state)
{
	struct memblock *read;

	(void)state;
	settings.nodes = 1;
	assert_int_equal(
	    snapshot_read(bytes, size, &settings, &read), MB_INVALID);
}

static void other_version_is_invalid(void **state)
{
	struct memblock *read;

	(void)state;
	bytes[3] = '2';
	assert_int_equal(
	    snapshot_read(bytes, size, &settings, &read), MB_INVALID);
}

static void switch_that_is_neither_on_nor_off_is_invalid(void **state)
{
	struct memblock *read;

	(void)state;
	bytes[5] = 2;
	assert_int_equal(
	    snapshot_read(bytes, size, &settings, &read), MB_INVALID);
}

/* Expect the list to know that it had regions; reserved never had any. */
static void list_that_was_emptied_is_told_from_a_new_one(void **state)
{
	struct memblock *read;

	(void)state;
	memblock_destroy(mb);
	free(bytes);
	mb = memblock_create(&settings);
	apply((struct op){.kind = OP_ADD, .base = 0x1000, .size = 0x1000});
	apply((struct op){.kind = OP_REMOVE, .base = 0x1000, .size = 0x1000});
	size = snapshot_size(mb);
	bytes = malloc(size);
	snapshot_write(mb, bytes);
	assert_int_equal(snapshot_read(bytes, size, &settings, &read), MB_OK);
	assert_true(memblock_equal(mb, read));
	assert_true(region_list_used(read->memory));
	assert_false(region_list_used(read->reserved));
	memblock_destroy(read);
}

static void list_emptied_that_is_not_empty_or_not_there_is_invalid(void **state)
{
	static const uint8_t wrong[] = {1, 2, 4, 8};
	struct memblock *read;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong); i++) {
		bytes[7] = wrong[i];
		assert_int_equal(
		    snapshot_read(bytes, size, &settings, &read), MB_INVALID);
	}
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(model_written_is_the_model_read),
	    CASE(bytes_are_as_documented),
	    CASE(array_is_where_it_was),
	    CASE(array_that_cannot_be_is_invalid),
	    CASE(array_cut_short_is_invalid),
	    CASE(physmem_is_the_last_list),
	    CASE(snapshot_cut_at_any_byte_is_invalid),
	    CASE(byte_behind_the_end_is_invalid),
	    CASE(node_beyond_the_settings_is_invalid),
	    CASE(other_version_is_invalid),
	    CASE(list_that_was_emptied_is_told_from_a_new_one),
	    CASE(list_emptied_that_is_not_empty_or_not_there_is_invalid),
	    CASE(switch_that_is_neither_on_nor_off_is_invalid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
