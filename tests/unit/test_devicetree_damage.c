/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading a device tree on a bad day: the blob is damaged, or memory is out. */
#include "engine/devicetree.h"

#include "tests/unit/failing_alloc.h"
#include "tests/unit/tree_blob.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static char message[DEVICETREE_MESSAGE_MAX];

/* A tree with something of every kind. */
static void write_rich_tree(void)
{
	const uint64_t memreserve[] = {0x1000, 0x1000, 0x4000, 0x800};

	tree_begin(memreserve, 2);
	tree_widths(2, 2);
	tree_node("memory@40000000");
	tree_string("device_type", "memory");
	TREE_CELLS("reg", 0, 0x40000000, 0, 0x10000000, 1, 0, 0, 0x1000);
	tree_empty("hotpluggable");
	TREE_CELLS("numa-node-id", 0);
	tree_node_end();
	tree_node("memory@80000000");
	tree_string("device_type", "memory");
	TREE_CELLS("linux,usable-memory", 0, 0x80000000, 0, 0x1000);
	tree_string("status", "okay");
	tree_node_end();
	tree_node("reserved-memory");
	tree_widths(2, 2);
	tree_empty("ranges");
	tree_node("fb@50000000");
	TREE_CELLS("reg", 0, 0x50000000, 0, 0x100000);
	tree_empty("no-map");
	tree_node_end();
	tree_node("pool");
	TREE_CELLS("size", 0, 0x100000);
	TREE_CELLS("alloc-ranges", 0, 0x40000000, 0, 0x10000000);
	tree_string("compatible", "shared-dma-pool");
	TREE_CELLS("phandle", 1);
	tree_node_end();
	tree_node_end();
	tree_node("chosen");
	tree_string("bootargs", "quiet");
	tree_node_end();
	tree_node("vpu");
	TREE_CELLS("memory-region", 1);
	tree_string("memory-region-names", "frames");
	tree_node_end();
}

static void blob_cut_anywhere_is_refused_with_a_sentence(void **state)
{
	struct devicetree *tree = NULL;
	const uint8_t *blob;
	size_t size, cut;

	(void)state;
	write_rich_tree();
	blob = tree_end(&size);
	for (cut = 0; cut < size; cut++) {
		message[0] = '\0';
		assert_int_equal(
		    devicetree_read(blob, cut, &tree, message), MB_INVALID);
		assert_null(tree);
		assert_string_not_equal(message, "");
	}
}

static void blob_that_is_no_tree_is_refused(void **state)
{
	const char text[] = "This is no device tree, long as it may be, it is "
			    "just a line of text.";
	struct devicetree *tree = NULL;

	(void)state;
	assert_int_equal(
	    devicetree_read(text, sizeof(text), &tree, message), MB_INVALID);
	assert_string_equal(message,
	    "not a well-formed device tree: libfdt finds FDT_ERR_BADMAGIC");
	assert_int_equal(devicetree_read(NULL, 0, &tree, message), MB_INVALID);
	assert_null(tree);
}

/* A header of format 2, before a root whose name has no slash in it as that
 * format wants. Expect a refusal: libfdt would follow NULL. */
static void blob_of_an_old_format_is_refused(void **state)
{
	const size_t version = 20, oldest_compatible = 24; /* big-endian */
	struct devicetree *tree = NULL;
	uint8_t *blob;
	size_t size;

	(void)state;
	write_rich_tree();
	blob = tree_end(&size);
	blob[version + 3] = 2;
	blob[oldest_compatible + 3] = 1;
	assert_int_equal(
	    devicetree_read(blob, size, &tree, message), MB_INVALID);
	assert_string_equal(message,
	    "not a well-formed device tree: libfdt finds FDT_ERR_BADVERSION");
	assert_null(tree);
}

/* Expect an answer, whichever, and nothing read out of bounds (which the
 * sanitizers would see), for every byte of a good tree replaced. */
static void blob_with_any_byte_damaged_is_read_or_refused(void **state)
{
	static const uint8_t damage[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
	size_t size, at, i;
	uint8_t *blob;

	(void)state;
	write_rich_tree();
	blob = tree_end(&size);
	for (at = 0; at < size; at++) {
		const uint8_t good = blob[at];

		for (i = 0; i < sizeof(damage); i++) {
			struct devicetree *tree = NULL;
			enum mb_status status;

			blob[at] = damage[i];
			status = devicetree_read(blob, size, &tree, message);
			assert_true((status == MB_OK && tree != NULL) ||
				    (status == MB_INVALID && tree == NULL));
			devicetree_free(tree);
		}
		blob[at] = good;
	}
}

static void blob_at_an_odd_address_is_read(void **state)
{
	static uint8_t odd[4096];
	struct devicetree *tree = NULL;
	const uint8_t *blob;
	size_t size;

	(void)state;
	write_rich_tree();
	blob = tree_end(&size);
	assert_true(size < sizeof(odd));
	memcpy(odd + 1, blob, size);
	assert_int_equal(devicetree_read(odd + 1, size, &tree, message), MB_OK);
	assert_int_equal(tree->memory_count, 2);
	devicetree_free(tree);
}

/* Expect MB_NO_MEMORY for the first, second, … allocation that fails, nothing
 * lost (which the sanitizers would see), until there is none left to fail. */
static void any_allocation_that_fails_is_no_memory(void **state)
{
	struct devicetree *tree = NULL;
	enum mb_status status;
	const uint8_t *blob;
	size_t size, count = 0;

	(void)state;
	write_rich_tree();
	blob = tree_end(&size);
	do {
		failing_alloc_after(count++);
		status = devicetree_read(blob, size, &tree, message);
		failing_alloc_after(SIZE_MAX);
		if (status != MB_OK) {
			assert_int_equal(status, MB_NO_MEMORY);
			assert_null(tree);
			assert_non_null(strstr(message, "no memory"));
		}
	} while (status != MB_OK);
	/* blob, tree, bootargs, three lists, four paths, three of their ranges
	 * and one reg, compatible, alloc-ranges, phandles, users, a user's path
	 * and its name */
	assert_int_equal(count - 1, 20);
	devicetree_free(tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(blob_cut_anywhere_is_refused_with_a_sentence),
	    cmocka_unit_test(blob_that_is_no_tree_is_refused),
	    cmocka_unit_test(blob_of_an_old_format_is_refused),
	    cmocka_unit_test(blob_with_any_byte_damaged_is_read_or_refused),
	    cmocka_unit_test(blob_at_an_odd_address_is_read),
	    cmocka_unit_test(any_allocation_that_fails_is_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
