/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/registry.h"
#include "tests/unit/asked_boot.h"
#include "tests/unit/daemon_harness.h"
#include "tests/unit/layout.h"
#include "tests/unit/tree_blob.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const Memblock__V1__Response *boot(struct harness *harness)
{
	struct asked asked;

	asked_boot(&asked);
	return harness_ask(harness, &asked);
}

static void boot_becomes_the_layout_and_survives_a_restart(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;
	struct instance *instance;
	struct journal_error error;

	harness_create(harness, "b");
	response = boot(harness);
	assert_int_equal(response->status->code, CODE(OK));
	assert_int_equal(
	    response->result_case, MEMBLOCK__V1__RESPONSE__RESULT_BOOT);
	assert_int_equal(response->seq, 5);
	harness_stop(harness);
	harness_start(harness);
	assert_int_equal(harness_seq(harness, "b"), 5);
	assert_int_equal(
	    registry_find(harness->service.registry, "b", &instance, &error),
	    JOURNAL_OK);
	assert_string_equal(
	    layout(instance->mb->memory), "[40000000-80000000]");
	assert_string_equal(layout(instance->mb->reserved),
	    "[40210000-42210000] [48000000-48001000]");
}

static void boot_on_lists_that_are_not_empty_is_refused(void **state)
{
	struct harness *harness = *state;

	harness_create_board(harness, "b");
	harness_expect_refused(boot(harness), CODE(FAILED_PRECONDITION),
	    "b: boot begins with empty lists");
	assert_int_equal(harness_seq(harness, "b"), 1);
}

static void boot_on_a_reservation_alone_is_refused(void **state)
{
	struct harness *harness = *state;

	harness_create(harness, "b");
	harness_range(harness, OPERATION(RESERVE), "b", 0x1000, 0x1000);
	harness_expect_refused(
	    boot(harness), CODE(FAILED_PRECONDITION), "empty lists");
}

/* What is missing or makes no sense, and what is said about it. */
static void arguments_are_checked_one_by_one(void **state)
{
	static char mips[] = "mips", arm64[] = "arm64", later[] = "later";
	struct harness *harness = *state;
	struct asked asked;
	Memblock__V1__Boot *boot = &asked.operation.boot;

	harness_create(harness, "b");
	asked_boot(&asked);
	boot->arch = NULL;
	harness_expect_refused(harness_ask(harness, &asked),
	    CODE(INVALID_ARGUMENT), "arch must be arm64 or arm");
	boot->arch = mips;
	harness_expect_refused(harness_ask(harness, &asked),
	    CODE(INVALID_ARGUMENT), "arch must be arm64 or arm");
	boot->arch = arm64;
	boot->until = later;
	harness_expect_refused(harness_ask(harness, &asked),
	    CODE(INVALID_ARGUMENT), "until must be setup_machine_fdt");
	boot->until = NULL;
	boot->has_dtb_at = 0;
	harness_expect_refused(harness_ask(harness, &asked),
	    CODE(INVALID_ARGUMENT), "dtb_at, the address of the tree, is");
	boot->has_dtb_at = 1;
	boot->has_image_size = 0;
	harness_expect_refused(harness_ask(harness, &asked),
	    CODE(INVALID_ARGUMENT), "image, the range of the kernel, is");
	boot->has_image_size = 1;
	boot->has_text = 0;
	harness_expect_refused(harness_ask(harness, &asked),
	    CODE(INVALID_ARGUMENT), "text, the address of _text, is missing");
	boot->has_text = 1;
	boot->has_cma_alignment = 1;
	boot->cma_alignment = 3;
	harness_expect_refused(harness_ask(harness, &asked),
	    CODE(INVALID_ARGUMENT), "cma-alignment must be a power of two");
	boot->has_cma_alignment = 0;
	boot->has_device_tree = 0;
	harness_expect_refused(harness_ask(harness, &asked),
	    CODE(INVALID_ARGUMENT), "the device tree is missing");
	assert_int_equal(harness_seq(harness, "b"), 0);
}

/* On arm the physical offset goes by the image if nobody tells it: memory below
 * 0x40000000 would be cut. */
static void arm_takes_its_offset_from_the_image(void **state)
{
	static char arm[] = "arm";
	struct harness *harness = *state;
	const Memblock__V1__Response *response;
	struct asked asked;

	harness_create(harness, "b");
	asked_boot(&asked);
	asked.operation.boot.arch = arm;
	response = harness_ask(harness, &asked);
	assert_int_equal(response->status->code, CODE(OK));
	assert_string_equal(response->boot->steps[0]->op, "add");
	assert_true(response->boot->steps[0]->address == 0x40000000);
	assert_true(response->boot->steps[0]->size == 0x40000000);
}

static void tree_past_the_limit_of_regions_leaves_nothing(void **state)
{
	struct harness *harness = *state;

	harness_create(harness, "b");
	registry_limit_regions(harness->service.registry, 2);
	harness_expect_refused(
	    boot(harness), CODE(RESOURCE_EXHAUSTED), "region");
	assert_int_equal(harness_seq(harness, "b"), 0);
}

static const Memblock__V1__Response *boot_again(
    struct harness *harness, uint64_t cma_size)
{
	struct asked asked;

	asked_boot(&asked);
	asked_put_key(&asked, "k");
	asked.operation.boot.has_cma_size = 1;
	asked.operation.boot.cma_size = cma_size;
	return harness_ask(harness, &asked);
}

/* CMA of 64 MiB is what is meant where nobody tells it. Expect the answer of
 * the first time for the same options alone, also where another would lead to
 * the same. */
static void key_is_one_tree_s_with_one_set_of_options(void **state)
{
	struct harness *harness = *state;
	struct asked asked;

	harness_create(harness, "b");
	asked_boot(&asked);
	asked_put_key(&asked, "k");
	assert_int_equal(harness_ask(harness, &asked)->seq, 5);
	assert_int_equal(boot_again(harness, 64 << 20)->seq, 5);
	harness_expect_refused(boot_again(harness, 32 << 20),
	    CODE(INVALID_ARGUMENT), "the request key was used before");
	assert_int_equal(harness_seq(harness, "b"), 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		boot_becomes_the_layout_and_survives_a_restart, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		boot_on_lists_that_are_not_empty_is_refused, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		boot_on_a_reservation_alone_is_refused, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(arguments_are_checked_one_by_one,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(arm_takes_its_offset_from_the_image,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		tree_past_the_limit_of_regions_leaves_nothing, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		key_is_one_tree_s_with_one_set_of_options, harness_setup,
		harness_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
