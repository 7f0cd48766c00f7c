/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/daemon_harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* ---- create ---- */

static struct asked creation(const char *name)
{
	struct asked asked;

	asked_init(&asked, OPERATION(CREATE), name);
	return asked;
}

/* Creates with asked->settings. */
static const Memblock__V1__Response *create_with(
    struct harness *harness, struct asked *asked)
{
	asked->request.create = &asked->operation.create;
	asked->operation.create.settings = &asked->settings;
	return harness_ask(harness, asked);
}

static void create_answers_seq_0_and_is_on_disk(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response =
	    harness_ask_for(harness, OPERATION(CREATE), "b");

	assert_int_equal(response->status->code, CODE(OK));
	assert_true(response->has_seq);
	assert_int_equal(response->seq, 0);
	assert_string_equal(
	    scratch_ask(harness->scratch,
		"SELECT name || ' ' || created_by FROM instance"),
	    "b uid:1000");
}

static void create_of_a_name_that_is_there_already_exists(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;

	harness_create_board(harness, "b");
	response = harness_ask_for(harness, OPERATION(CREATE), "b");
	harness_expect_refused(
	    response, CODE(ALREADY_EXISTS), "b: is there already, at seq 1");
	assert_int_equal(response->seq, 1);
}

static void create_takes_every_setting(void **state)
{
	struct harness *harness = *state;
	struct asked asked = creation("b");
	Memblock__V1__Settings *wanted = &asked.settings;
	const Memblock__V1__Settings *got;

	wanted->kernel = (char *)"6.12";
	wanted->arrays = (char *)"host";
	wanted->has_page_size = wanted->has_cache_line = 1;
	wanted->page_size = 16384;
	wanted->cache_line = 128;
	wanted->has_phys_bits = wanted->has_nodes = 1;
	wanted->phys_bits = 32;
	wanted->nodes = 4;
	wanted->has_movable_node = wanted->movable_node = 1;
	wanted->has_mirrored_kernelcore = wanted->mirrored_kernelcore = 1;
	wanted->has_kernel_end = 1;
	wanted->kernel_end = 0x8000000;
	wanted->has_bottom_up = wanted->bottom_up = 1;
	wanted->has_current_limit = 1;
	wanted->current_limit = 0x30000000;
	assert_int_equal(create_with(harness, &asked)->status->code, CODE(OK));
	harness_stop(harness); /* settings come from the journal again */
	harness_start(harness);
	got = harness_ask_for(harness, OPERATION(INFO), "b")->info->settings;
	assert_string_equal(got->kernel, "6.12");
	assert_string_equal(got->arrays, "host");
	assert_int_equal(got->page_size, 16384);
	assert_int_equal(got->cache_line, 128);
	assert_int_equal(got->phys_bits, 32);
	assert_int_equal(got->nodes, 4);
	assert_true(got->movable_node);
	assert_true(got->mirrored_kernelcore);
	assert_int_equal(got->kernel_end, 0x8000000);
	assert_true(got->bottom_up);
	assert_int_equal(got->current_limit, 0x30000000);
	assert_false(got->has_memory_regions);
}

/* Expect "anywhere" and everything above the last address to be that. */
static void create_cuts_current_limit_to_the_last_address(void **state)
{
	struct harness *harness = *state;
	struct asked asked = creation("b");

	asked.settings.has_phys_bits = asked.settings.has_current_limit = 1;
	asked.settings.phys_bits = 32;
	asked.settings.current_limit = UINT64_MAX;
	create_with(harness, &asked);
	assert_int_equal(harness_ask_for(harness, OPERATION(INFO), "b")
			     ->info->settings->current_limit,
	    UINT32_MAX);
}

static void assert_settings_refused(struct harness *harness,
    struct asked *asked, Memblock__V1__Status__Code code, const char *words)
{
	const Memblock__V1__Response *response = create_with(harness, asked);

	harness_expect_refused(response, code, words);
	assert_false(response->has_seq);
	assert_int_equal(registry_count(harness->service.registry), 0);
}

static void setting_that_no_model_has_is_invalid(void **state)
{
	struct harness *harness = *state;
	struct asked asked = creation("b");

	asked.settings.kernel = (char *)"2.6";
	assert_settings_refused(harness, &asked, CODE(INVALID_ARGUMENT),
	    "b: kernel '2.6' is none of");
	asked = creation("b");
	asked.settings.arrays = (char *)"both";
	assert_settings_refused(harness, &asked, CODE(INVALID_ARGUMENT),
	    "arrays 'both' is neither");
	asked = creation("b");
	asked.settings.has_page_size = 1;
	asked.settings.page_size = 8192;
	assert_settings_refused(
	    harness, &asked, CODE(INVALID_ARGUMENT), "page-size");
	asked = creation("b");
	asked.settings.has_memory_regions = 1;
	asked.settings.memory_regions = 128;
	assert_settings_refused(
	    harness, &asked, CODE(INVALID_ARGUMENT), "memory-regions");
}

static void create_past_the_limit_is_refused_and_named(void **state)
{
	struct harness *harness = *state;

	harness->config.limits.instances_max = 2;
	harness_create(harness, "a");
	harness_create(harness, "b");
	harness_expect_refused(harness_ask_for(harness, OPERATION(CREATE), "c"),
	    CODE(RESOURCE_EXHAUSTED), "max-instances");
	harness_ask_for(harness, OPERATION(DESTROY), "a");
	harness_create(harness, "c");
}

/* ---- info ---- */

static void info_of_an_empty_instance_is_all_zero(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__InfoResult *info;

	harness_create(harness, "b");
	info = harness_ask_for(harness, OPERATION(INFO), "b")->info;
	assert_int_equal(info->settings->page_size, 4096);
	assert_int_equal(info->settings->cache_line, 64);
	assert_int_equal(info->settings->phys_bits, 64);
	assert_true(info->settings->current_limit == UINT64_MAX);
	assert_false(info->settings->has_kernel_end);
	assert_false(info->resize);
	assert_int_equal(info->memory_cnt, 0);
	assert_true(info->has_dram_start);
	assert_int_equal(info->dram_start, 0);
	assert_int_equal(info->dram_end, 0);
}

static void info_tells_sizes_and_the_switches_as_they_stand(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__InfoResult *info;
	struct asked asked;

	harness_create_board(harness, "b");
	harness_range(harness, OPERATION(ADD), "b", 0x1000, 0x1000);
	harness_range(harness, OPERATION(RESERVE), "b", 0x1000, 0x800);
	asked_init(&asked, OPERATION(SET), "b");
	asked.operation.set.setting_case = MEMBLOCK__V1__SET__SETTING_BOTTOM_UP;
	asked.operation.set.bottom_up = 1;
	harness_ask(harness, &asked);
	info = harness_ask_for(harness, OPERATION(INFO), "b")->info;
	assert_int_equal(info->memory_size, 0x40001000);
	assert_int_equal(info->memory_cnt, 2);
	assert_int_equal(info->reserved_size, 0x800);
	assert_int_equal(info->reserved_cnt, 1);
	assert_int_equal(info->dram_start, 0x1000);
	assert_int_equal(info->dram_end, 0x80000000);
	assert_true(info->settings->bottom_up);
}

/* Expect the chain's hash of the last operation, as its row has it, and of an
 * instance without one that of its settings. */
static void info_tells_the_hash_of_the_last_row(void **state)
{
	static const char ask[] = "SELECT lower(hex(hash)) FROM operation "
				  "ORDER BY seq DESC LIMIT 1";
	struct harness *harness = *state;
	const Memblock__V1__InfoResult *info;
	char first[65];

	harness_create(harness, "b");
	info = harness_ask_for(harness, OPERATION(INFO), "b")->info;
	assert_int_equal(strlen(info->hash), 64);
	strcpy(first, info->hash);
	harness_range(harness, OPERATION(ADD), "b", 0x1000, 0x1000);
	harness_range(harness, OPERATION(RESERVE), "b", 0x1000, 0x800);
	info = harness_ask_for(harness, OPERATION(INFO), "b")->info;
	assert_string_equal(info->hash, scratch_ask(harness->scratch, ask));
	harness_create(harness, "c");
	info = harness_ask_for(harness, OPERATION(INFO), "c")->info;
	assert_string_equal(info->hash, first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(info_tells_the_hash_of_the_last_row,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(create_answers_seq_0_and_is_on_disk,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		create_of_a_name_that_is_there_already_exists, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		create_takes_every_setting, harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		create_cuts_current_limit_to_the_last_address, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		setting_that_no_model_has_is_invalid, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		create_past_the_limit_is_refused_and_named, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		info_of_an_empty_instance_is_all_zero, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		info_tells_sizes_and_the_switches_as_they_stand, harness_setup,
		harness_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
