/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/daemon_harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const Memblock__V1__Layout *dump(struct harness *harness)
{
	const Memblock__V1__Response *response =
	    harness_ask_for(harness, OPERATION(DUMP), "b");

	assert_int_equal(response->status->code, CODE(OK));
	assert_int_equal(
	    response->result_case, MEMBLOCK__V1__RESPONSE__RESULT_DUMP);
	return response->dump;
}

static void dump_of_an_empty_instance_has_both_lists(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Layout *layout;

	harness_create(harness, "b");
	layout = dump(harness);
	assert_string_equal(layout->kernel, "6.12");
	assert_int_equal(layout->phys_bits, 64);
	assert_false(layout->bottom_up);
	assert_true(layout->current_limit == UINT64_MAX);
	assert_true(layout->memory->has_cnt);
	assert_int_equal(layout->memory->cnt, 0);
	assert_int_equal(layout->memory->n_regions, 0);
	assert_false(layout->memory->has_max);
	assert_int_equal(layout->reserved->cnt, 0);
	assert_int_equal(layout->reserved->total_size, 0);
}

/* Expect max with kernel arrays, of which physmem has a small one. */
static void list_in_a_kernel_array_tells_its_max(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Layout *layout;
	struct asked asked;

	asked_init(&asked, OPERATION(CREATE), "b");
	asked.operation.create.settings = &asked.settings;
	asked.settings.arrays = (char *)"kernel";
	asked.settings.has_physmem = asked.settings.physmem = 1;
	asked.settings.has_reserved_regions = 1;
	asked.settings.reserved_regions = 64;
	harness_ask(harness, &asked);
	layout = dump(harness);
	assert_int_equal(layout->memory->max, 128);
	assert_int_equal(layout->reserved->max, 64);
	assert_int_equal(layout->physmem->max, 4);
}

static void region_tells_node_and_flags_where_it_has_them(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Layout *layout;
	const Memblock__V1__Region *region;
	struct asked asked;

	asked_init(&asked, OPERATION(CREATE), "b");
	asked.operation.create.settings = &asked.settings;
	asked.settings.has_nodes = 1;
	asked.settings.nodes = 2;
	harness_ask(harness, &asked);
	harness_range(harness, OPERATION(ADD), "b", 0, 0x1000);
	asked_init(&asked, OPERATION(ADD), "b");
	asked.operation.add.has_address = asked.operation.add.has_size = 1;
	asked.operation.add.address = 0x1000;
	asked.operation.add.size = 0x2000;
	asked.operation.add.has_nid = asked.operation.add.has_flags = 1;
	asked.operation.add.flags = MEMBLOCK_NOMAP;
	harness_ask(harness, &asked);

	layout = dump(harness);
	assert_int_equal(layout->memory->n_regions, 2);
	assert_int_equal(layout->memory->total_size, 0x3000);
	region = layout->memory->regions[0];
	assert_true(region->has_address);
	assert_int_equal(region->address, 0);
	assert_int_equal(region->size, 0x1000);
	assert_false(region->has_nid);
	assert_false(region->has_flags);
	region = layout->memory->regions[1];
	assert_int_equal(region->address, 0x1000);
	assert_true(region->has_nid);
	assert_int_equal(region->nid, 0);
	assert_int_equal(region->flags, MEMBLOCK_NOMAP);
}

static void dump_carries_the_seq_it_shows(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;

	harness_create_board(harness, "b");
	response = harness_ask_for(harness, OPERATION(DUMP), "b");
	assert_true(response->has_seq);
	assert_int_equal(response->seq, 1);
	assert_false(response->more);
}

/* Puts count regions into the model without asking: what is tested is their
 * way out. */
static void fill_model(struct harness *harness, size_t count)
{
	struct instance *instance;
	struct journal_error error;
	struct memblock_met met;
	size_t i;

	assert_int_equal(
	    registry_find(harness->service.registry, "b", &instance, &error),
	    JOURNAL_OK);
	for (i = 0; i < count; i++)
		assert_int_equal(memblock_reserve(instance->mb, i * 0x2000,
				     0x1000, MB_NO_NODE, MEMBLOCK_NONE, &met),
		    MB_OK);
}

/* Expect 20,000 regions of both lists together in a part, and the counts of
 * the whole in each:
 *
 *   memory     1
 *   reserved    ---- 19,999 ----|---- 20,000 ----|- 1 -
 *   parts      |-------0--------|-------1--------|--2--|
 */
static void large_dump_comes_in_parts(void **state)
{
	static const size_t sizes[] = {19999, 20000, 1};
	struct harness *harness = *state;
	const Memblock__V1__Response *part;
	struct asked asked;
	size_t i, k, at = 0;
	uint64_t id;

	harness_create_board(harness, "b");
	fill_model(harness, 40000);
	asked_init(&asked, OPERATION(DUMP), "b");
	id = harness_send(harness, &asked);
	harness_receive(harness, id);
	for (i = 0; i < 3; i++) {
		part = harness_part(harness, id, i);
		assert_non_null(part);
		assert_int_equal(part->more, i < 2);
		assert_int_equal(part->dump->memory->n_regions, i == 0);
		assert_int_equal(part->dump->reserved->cnt, 40000);
		assert_int_equal(part->dump->reserved->n_regions, sizes[i]);
		for (k = 0; k < sizes[i]; k++)
			assert_int_equal(
			    part->dump->reserved->regions[k]->address,
			    at++ * 0x2000);
		assert_in_range(
		    memblock__v1__response__get_packed_size(part), 1, 1 << 20);
	}
	assert_null(harness_part(harness, id, 3));
}

/* Expect no empty part behind one that is just full. */
static void dump_of_just_one_part_has_no_second(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Layout *layout;

	harness_create_board(harness, "b");
	fill_model(harness, 19999);
	layout = dump(harness);
	assert_int_equal(layout->reserved->n_regions, 19999);
	assert_null(harness_part(harness, harness->last_id, 1));
}

static void dump_of_damaged_rows_is_data_loss(void **state)
{
	struct harness *harness = *state;

	harness_create_board(harness, "b");
	harness_stop(harness);
	scratch_edit(harness->scratch, "DELETE FROM operation");
	harness_start(harness);
	harness_expect_refused(harness_ask_for(harness, OPERATION(DUMP), "b"),
	    CODE(DATA_LOSS), "b: ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		dump_of_an_empty_instance_has_both_lists, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		list_in_a_kernel_array_tells_its_max, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		region_tells_node_and_flags_where_it_has_them, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		dump_carries_the_seq_it_shows, harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		large_dump_comes_in_parts, harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(dump_of_just_one_part_has_no_second,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(dump_of_damaged_rows_is_data_loss,
		harness_setup, harness_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
