/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/command.h"
#include "tests/unit/daemon_harness.h"
#include "tests/unit/tree_blob.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* One gigabyte, a pool without a place, and one who uses it. Sent, and not
 * waited for. */
static uint64_t send_load(struct harness *harness)
{
	struct asked asked;
	size_t size;
	uint8_t *blob;

	tree_begin(NULL, 0);
	tree_widths(1, 1);
	tree_node("memory@40000000");
	tree_string("device_type", "memory");
	TREE_CELLS("reg", 0x40000000, 0x40000000);
	tree_node_end();
	tree_node("reserved-memory");
	tree_widths(1, 1);
	tree_empty("ranges");
	tree_node("pool");
	tree_string("compatible", "shared-dma-pool");
	TREE_CELLS("size", 0x200000);
	TREE_CELLS("alloc-ranges", 0x50000000, 0x1000000);
	TREE_CELLS("phandle", 5);
	tree_node_end();
	tree_node_end();
	tree_node("vpu");
	TREE_CELLS("memory-region", 5);
	tree_string("memory-region-names", "frames");
	tree_node_end();
	blob = tree_end(&size);
	asked_init(&asked, OPERATION(LOAD), "b");
	asked.operation.load.has_device_tree = 1;
	asked.operation.load.device_tree = (ProtobufCBinaryData){size, blob};
	return harness_send(harness, &asked);
}

static void assert_table(struct harness *harness)
{
	const Memblock__V1__Response *response =
	    harness_ask_for(harness, OPERATION(RESERVED_MEMORY), "b");
	const Memblock__V1__ReservedEntry *entry;

	assert_int_equal(response->status->code, CODE(OK));
	assert_int_equal(response->reserved_memory->n_entries, 1);
	entry = response->reserved_memory->entries[0];
	assert_string_equal(entry->node, "/reserved-memory/pool");
	assert_int_equal(entry->phandle, 5);
	assert_true(entry->address == 0x50e00000);
	assert_true(entry->size == 0x200000);
	assert_string_equal(entry->placement, "dynamic");
	assert_true(entry->range_address == 0x50000000);
	assert_true(entry->range_size == 0x1000000);
	assert_string_equal(entry->use, "dma-pool");
	assert_string_equal(entry->compatible[0], "shared-dma-pool");
	assert_int_equal(entry->n_users, 1);
	assert_string_equal(entry->users[0]->node, "/vpu");
	assert_string_equal(entry->users[0]->name, "frames");
}

/* Asked in one breath with the load, again, and after a restart. */
static void table_is_the_same_at_once_and_after_a_restart(void **state)
{
	struct harness *harness = *state;
	uint64_t load;

	harness_create(harness, "b");
	load = send_load(harness);
	assert_table(harness);
	assert_int_equal(
	    harness_receive(harness, load)->status->code, CODE(OK));
	assert_table(harness);
	harness_stop(harness);
	harness_start(harness);
	assert_table(harness);
}

/* What came later does not change what the tree led to. */
static void table_stays_when_the_layout_changes(void **state)
{
	struct harness *harness = *state;

	harness_create(harness, "b");
	harness_receive(harness, send_load(harness));
	harness_range(harness, OPERATION(FREE), "b", 0x50000000, 0x1000000);
	assert_table(harness);
}

static void instance_without_a_tree_has_none(void **state)
{
	struct harness *harness = *state;

	harness_create_board(harness, "b");
	harness_expect_refused(
	    harness_ask_for(harness, OPERATION(RESERVED_MEMORY), "b"),
	    CODE(NOT_FOUND), "b: no device tree was loaded");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		table_is_the_same_at_once_and_after_a_restart, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(table_stays_when_the_layout_changes,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(instance_without_a_tree_has_none,
		harness_setup, harness_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
