/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/command.h"
#include "tests/unit/daemon_harness.h"
#include "tests/unit/layout.h"
#include "tests/unit/tree_blob.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* A small board:
 *
 *   /memory@40000000            [40000000-80000000]
 *   /memory@0                   reg is a size of 0: skipped
 *   /memreserve/                [48000000-48001000]
 *   /reserved-memory/fb@58000000  [58000000-58100000]
 *   /reserved-memory/fw@60000000  [60000000-60200000] no-map
 *   /reserved-memory/pool       without reg: skipped
 */
static uint8_t *make_tree(size_t *ret_size)
{
	static const uint64_t memreserve[] = {0x48000000, 0x1000};

	tree_begin(memreserve, 1);
	tree_widths(1, 1);
	tree_node("memory@40000000");
	tree_string("device_type", "memory");
	TREE_CELLS("reg", 0x40000000, 0x40000000);
	tree_node_end();
	tree_node("memory@0");
	tree_string("device_type", "memory");
	TREE_CELLS("reg", 0, 0);
	tree_node_end();
	tree_node("reserved-memory");
	tree_widths(1, 1);
	tree_empty("ranges");
	tree_node("fb@58000000");
	TREE_CELLS("reg", 0x58000000, 0x100000);
	tree_node_end();
	tree_node("fw@60000000");
	TREE_CELLS("reg", 0x60000000, 0x200000);
	tree_empty("no-map");
	tree_node_end();
	tree_node("pool");
	tree_node_end();
	tree_node_end();
	return tree_end(ret_size);
}

static const Memblock__V1__Response *load_blob(
    struct harness *harness, uint8_t *blob, size_t size, bool dry_run)
{
	struct asked asked;

	asked_init(&asked, OPERATION(LOAD), "b");
	asked.request.has_dry_run = 1;
	asked.request.dry_run = dry_run;
	asked.operation.load.has_device_tree = 1;
	asked.operation.load.device_tree = (ProtobufCBinaryData){size, blob};
	return harness_ask(harness, &asked);
}

static const Memblock__V1__LoadResult *load(struct harness *harness)
{
	const Memblock__V1__Response *response;
	uint8_t *blob;
	size_t size;

	blob = make_tree(&size);
	response = load_blob(harness, blob, size, false);
	assert_int_equal(response->status->code, CODE(OK));
	return response->load;
}

static struct instance *find(struct harness *harness)
{
	struct instance *instance;
	struct journal_error error;

	assert_int_equal(
	    registry_find(harness->service.registry, "b", &instance, &error),
	    JOURNAL_OK);
	return instance;
}

static void assert_board(const struct instance *instance)
{
	assert_string_equal(layout(instance->mb->memory),
	    "[40000000-60000000] [60000000-60200000 nomap] "
	    "[60200000-80000000]");
	assert_string_equal(layout(instance->mb->reserved),
	    "[48000000-48001000] [58000000-58100000]");
}

static void tree_becomes_the_layout_and_survives_a_restart(void **state)
{
	struct harness *harness = *state;

	harness_create(harness, "b");
	load(harness);
	assert_board(find(harness));
	harness_stop(harness);
	harness_start(harness);
	assert_int_equal(harness_seq(harness, "b"), 4);
	assert_board(find(harness));
}

/* Expect a step for each, done or skipped, with the node it came from. */
static void steps_say_what_was_done_and_what_not(void **state)
{
	static const struct {
		const char *op, *label;
		uint64_t address, seq;
		bool ok;
	} wanted[] = {
	    {"add", "/memory@40000000", 0x40000000, 1, true},
	    {"add", "/memory@0", 0, 0, false},
	    {"reserve", "/memreserve/", 0x48000000, 2, true},
	    {"reserve", "/reserved-memory/fb@58000000", 0x58000000, 3, true},
	    {"mark", "/reserved-memory/fw@60000000", 0x60000000, 4, true},
	    {NULL, "/reserved-memory/pool", 0, 0, false},
	};
	struct harness *harness = *state;
	const Memblock__V1__LoadResult *result;
	size_t i;

	harness_create(harness, "b");
	result = load(harness);
	assert_int_equal(result->n_steps, 6);
	for (i = 0; i < 6; i++) {
		const Memblock__V1__Step *step = result->steps[i];

		if (wanted[i].op != NULL)
			assert_string_equal(step->op, wanted[i].op);
		assert_string_equal(step->label, wanted[i].label);
		assert_int_equal(step->address, wanted[i].address);
		assert_int_equal(step->ok, wanted[i].ok);
		assert_int_equal(step->has_seq, wanted[i].ok);
		assert_int_equal(step->seq, wanted[i].seq);
		assert_int_equal(step->message != NULL, !wanted[i].ok);
	}
	assert_int_equal(result->steps[4]->flags, MEMBLOCK_NOMAP);
}

/* Expect one group, led to by the blob, each row labelled with its node. */
static void rows_are_one_group_with_its_tree(void **state)
{
	struct harness *harness = *state;
	char size_text[32];
	size_t size;

	harness_create_board(harness, "b"); /* seq 1: not of the group */
	load(harness);
	assert_string_equal(
	    scratch_ask(harness->scratch,
		"SELECT group_concat(coalesce(group_seq, '-') || ' ' || "
		"coalesce(label, '-'), ', ') FROM operation"),
	    "- -, 2 /memory@40000000, 2 /memreserve/, "
	    "2 /reserved-memory/fb@58000000, 2 /reserved-memory/fw@60000000");
	make_tree(&size);
	snprintf(size_text, sizeof(size_text), "2 %zu", size);
	assert_string_equal(
	    scratch_ask(harness->scratch,
		"SELECT g.seq || ' ' || length(b.content) FROM "
		"operation_group g JOIN blob b ON b.sha256 = g.blob"),
	    size_text);
}

static void same_tree_twice_is_kept_once(void **state)
{
	struct harness *harness = *state;

	harness_create(harness, "b");
	load(harness);
	load(harness);
	assert_string_equal(
	    scratch_ask(harness->scratch,
		"SELECT (SELECT count(*) FROM operation_group) || ' ' || "
		"(SELECT count(*) FROM blob)"),
	    "2 1");
}

static void dry_run_tells_the_steps_and_does_nothing(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;
	uint8_t *blob;
	size_t size;

	harness_create(harness, "b");
	blob = make_tree(&size);
	response = load_blob(harness, blob, size, true);
	assert_int_equal(response->load->n_steps, 6);
	assert_true(response->load->steps[0]->ok);
	assert_false(response->load->steps[0]->has_seq);
	assert_int_equal(response->seq, 0);
	assert_string_equal(layout(find(harness)->mb->memory), "");
	assert_string_equal(
	    scratch_ask(harness->scratch, "SELECT count(*) FROM blob"), "0");
}

static void bytes_that_are_no_tree_are_invalid_and_nothing_is_kept(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;
	uint8_t *blob;
	size_t size;

	harness_create(harness, "b");
	blob = make_tree(&size);
	response = load_blob(harness, blob, size - 1, false);
	harness_expect_refused(response, CODE(INVALID_ARGUMENT), "b: ");
	assert_int_equal(response->seq, 0);
	assert_string_equal(
	    scratch_ask(harness->scratch, "SELECT count(*) FROM blob"), "0");
}

static void load_without_a_tree_is_invalid(void **state)
{
	struct harness *harness = *state;

	harness_create(harness, "b");
	harness_expect_refused(harness_ask_for(harness, OPERATION(LOAD), "b"),
	    CODE(INVALID_ARGUMENT), "b: the device tree is missing");
}

/* Expect what was done before the limit was met to be undone: the group is
 * whole or not there. */
static void tree_past_the_limit_of_regions_leaves_nothing(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;
	uint8_t *blob;
	size_t size;

	harness_stop(harness);
	harness->config.limits.regions_max = 2;
	harness_start(harness);
	harness_create(harness, "b");
	blob = make_tree(&size);
	response = load_blob(harness, blob, size, false);
	assert_int_equal(response->status->code, CODE(RESOURCE_EXHAUSTED));
	assert_int_equal(response->seq, 0);
	assert_string_equal(layout(find(harness)->mb->memory), "");
	assert_string_equal(
	    scratch_ask(harness->scratch, "SELECT count(*) FROM operation"),
	    "0");
}

/* Expect a tree of which nothing is done to leave no trace. */
static void tree_of_skips_alone_is_no_group(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;
	uint8_t *blob;
	size_t size;

	harness_create(harness, "b");
	tree_begin(NULL, 0);
	tree_node("memory@0");
	tree_string("device_type", "memory");
	tree_node_end();
	blob = tree_end(&size);
	response = load_blob(harness, blob, size, false);
	assert_int_equal(response->status->code, CODE(OK));
	assert_int_equal(response->load->n_steps, 1);
	assert_false(response->load->steps[0]->ok);
	assert_int_equal(response->seq, 0);
	assert_string_equal(scratch_ask(harness->scratch,
				"SELECT count(*) FROM operation_group"),
	    "0");
}

static void load_on_a_full_disk_is_undone(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;
	uint8_t *blob;
	size_t size;

	harness_create(harness, "b");
	scratch_limit_files(0);
	blob = make_tree(&size);
	response = load_blob(harness, blob, size, false);
	assert_int_equal(response->status->code, CODE(UNAVAILABLE));
	assert_int_equal(harness_seq(harness, "b"), 0);
	assert_string_equal(layout(find(harness)->mb->memory), "");
	harness_empty_disk(harness);
	load(harness);
	assert_board(find(harness));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		tree_becomes_the_layout_and_survives_a_restart, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		steps_say_what_was_done_and_what_not, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(rows_are_one_group_with_its_tree,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		same_tree_twice_is_kept_once, harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		dry_run_tells_the_steps_and_does_nothing, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		bytes_that_are_no_tree_are_invalid_and_nothing_is_kept,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(load_without_a_tree_is_invalid,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		tree_past_the_limit_of_regions_leaves_nothing, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(tree_of_skips_alone_is_no_group,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		load_on_a_full_disk_is_undone, harness_setup, harness_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
