/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/repeat.h"

#include "tests/unit/keyed.h"
#include "tests/unit/tree_blob.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* ---- instances ---- */

static void create_under_a_known_key_is_answered_again(void **state)
{
	struct harness *harness = *state;
	struct asked asked;

	keyed_expect_ok(keyed_ask(harness, OPERATION(CREATE), "c"), 0);
	harness_range(harness, OPERATION(ADD), "b", 0, 0x1000);
	keyed_expect_ok(keyed_ask(harness, OPERATION(CREATE), "c"), 0);
	harness_expect_refused(keyed_ask(harness, OPERATION(CREATE), "another"),
	    CODE(ALREADY_EXISTS), "b: is there");
	asked_init(&asked, OPERATION(CREATE), "b");
	asked_put_key(&asked, "c");
	asked.operation.create.settings = &asked.settings;
	asked.settings.has_nodes = 1;
	asked.settings.nodes = 2;
	harness_expect_refused(harness_ask(harness, &asked),
	    CODE(INVALID_ARGUMENT), "other settings");
}

/* Expect the key to outlive the instance, and to say so across a restart. */
static void destroy_under_a_known_key_is_answered_again(void **state)
{
	struct harness *harness = *state;
	int i;

	harness_create_board(harness, "b");
	for (i = 0; i < 3; i++)
		keyed_expect_ok(keyed_ask(harness, OPERATION(DESTROY), "d"), 1);
	keyed_restart(harness);
	keyed_expect_ok(keyed_ask(harness, OPERATION(DESTROY), "d"), 1);
	harness_expect_refused(
	    keyed_ask(harness, OPERATION(DESTROY), "another"), CODE(NOT_FOUND),
	    "b: no such instance");
}

/* Expect neither a second instance nor a change to it from what was asked of
 * the first. */
static void keys_of_an_earlier_life_are_known(void **state)
{
	struct harness *harness = *state;
	struct asked asked;

	keyed_expect_ok(keyed_ask(harness, OPERATION(CREATE), "c"), 0);
	keyed_reserve(&asked, 0x1000, "k");
	keyed_expect_ok(harness_ask(harness, &asked), 1);
	keyed_expect_ok(keyed_ask(harness, OPERATION(DESTROY), "d"), 1);
	keyed_expect_ok(keyed_ask(harness, OPERATION(CREATE), "c"), 0);
	harness_expect_refused(harness_ask_for(harness, OPERATION(INFO), "b"),
	    CODE(NOT_FOUND), "");
	harness_create(harness, "b");
	keyed_expect_ok(harness_ask(harness, &asked), 1);
	assert_int_equal(harness_seq(harness, "b"), 0);
}

/* ---- groups ---- */

static uint8_t *make_tree(size_t *ret_size)
{
	tree_begin(NULL, 0);
	tree_widths(1, 1);
	tree_node("memory@40000000");
	tree_string("device_type", "memory");
	TREE_CELLS("reg", 0x40000000, 0x40000000);
	tree_node_end();
	return tree_end(ret_size);
}

/* Expect the steps that are rows, with their seqs, and another tree to be
 * refused. */
static void load_under_a_known_key_is_answered_again(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;
	struct asked asked;
	uint8_t *blob;
	size_t size;
	int i;

	harness_create(harness, "b");
	blob = make_tree(&size);
	asked_init(&asked, OPERATION(LOAD), "b");
	asked.operation.load.has_device_tree = 1;
	asked.operation.load.device_tree = (ProtobufCBinaryData){size, blob};
	asked_put_key(&asked, "k");
	for (i = 0; i < 2; i++) {
		response = harness_ask(harness, &asked);
		keyed_expect_ok(response, 1);
		assert_int_equal(response->load->n_steps, 1);
		assert_int_equal(response->load->steps[0]->seq, 1);
		assert_string_equal(
		    response->load->steps[0]->label, "/memory@40000000");
	}
	asked.operation.load.device_tree.len--;
	harness_expect_refused(
	    harness_ask(harness, &asked), CODE(INVALID_ARGUMENT), "seq 1");
	keyed_reserve(&asked, 0x40000000, "k");
	harness_expect_refused(
	    harness_ask(harness, &asked), CODE(INVALID_ARGUMENT), "seq 1");
	keyed_expect_rows(harness, "1");
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, harness_setup, harness_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(create_under_a_known_key_is_answered_again),
	    CASE(destroy_under_a_known_key_is_answered_again),
	    CASE(keys_of_an_earlier_life_are_known),
	    CASE(load_under_a_known_key_is_answered_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
