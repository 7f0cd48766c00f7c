/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/command.h"

#include "tests/unit/daemon_harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define BASE UINT64_C(0x40000000)

static struct asked lowmem_of(uint64_t kernel_start, uint64_t kernel_end)
{
	struct asked asked;

	asked_init(&asked, OPERATION(LOWMEM), "b");
	asked.operation.lowmem.has_kernel_start = 1;
	asked.operation.lowmem.kernel_start = kernel_start;
	asked.operation.lowmem.has_kernel_end = 1;
	asked.operation.lowmem.kernel_end = kernel_end;
	return asked;
}

static const Memblock__V1__Response *ask(
    struct harness *harness, struct asked asked)
{
	/* It points into itself, and was copied. */
	asked.request.ping = &asked.operation.ping;
	return harness_ask(harness, &asked);
}

/*   memory     |-----------------------------|  1 GiB
 *   kernel        |--|
 *   limit                      ^ and a page
 */
static void answer_has_mappings_and_highmem(void **state)
{
	struct harness *harness = *state;
	struct asked asked = lowmem_of(BASE + 0x108000, BASE + 0x300000);
	const Memblock__V1__Response *response;
	const Memblock__V1__LowmemResult *result;

	harness_create_board(harness, "b");
	asked.operation.lowmem.has_lowmem_limit = 1;
	asked.operation.lowmem.lowmem_limit = BASE + 0x20001000;
	response = ask(harness, asked);
	assert_int_equal(response->status->code, CODE(OK));
	assert_int_equal(response->seq, 1);
	result = response->lowmem;
	assert_int_equal(result->n_mappings, 3);
	assert_int_equal(result->mappings[0]->start, BASE);
	assert_int_equal(result->mappings[0]->end, BASE + 0x100000);
	assert_int_equal(
	    result->mappings[0]->type, MEMBLOCK__V1__MAPPING__TYPE__MEMORY_RW);
	assert_int_equal(
	    result->mappings[1]->type, MEMBLOCK__V1__MAPPING__TYPE__MEMORY_RWX);
	assert_int_equal(result->mappings[2]->sections, 0x1fd);
	assert_int_equal(result->mappings[2]->n_by_pages, 1);
	assert_int_equal(
	    result->mappings[2]->by_pages[0]->start, BASE + 0x20000000);
	assert_int_equal(result->n_highmem, 1);
	assert_int_equal(result->highmem[0]->start, BASE + 0x20001000);
	assert_int_equal(result->highmem[0]->end, BASE + 0x40000000);
}

/* Expect a warning of the version, as that of a new instance is 6.12, and one
 * of a kernel that memory does not hold. */
static void kernel_that_is_odd_is_warned_of(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;

	harness_create_board(harness, "b");
	response = ask(harness, lowmem_of(BASE, BASE + 0x1000));
	assert_int_equal(response->n_warnings, 1);
	assert_non_null(strstr(response->warnings[0], "map the kernel apart"));
	response = ask(harness, lowmem_of(0x1000, 0x2000));
	assert_int_equal(response->n_warnings, 2);
	assert_non_null(strstr(response->warnings[1], "are not mapped"));
	response = ask(harness, lowmem_of(BASE - 0x200000, BASE + 0x1000));
	assert_int_equal(response->n_warnings, 2);
	assert_non_null(strstr(response->warnings[1], "not all in one region"));
}

/* Expect 12,000 regions to come in two parts, the warning with the first. */
static void long_answer_comes_in_parts(void **state)
{
	struct harness *harness = *state;
	struct asked asked = lowmem_of(0x1000, 0x2000);
	const Memblock__V1__Response *part;
	size_t mappings = 0, i;
	uint64_t id;

	harness_create(harness, "b");
	for (i = 0; i < 12000; i++) {
		struct asked add;

		asked_init_range(
		    &add, OPERATION(ADD), "b", BASE + i * 0x2000, 0x1000);
		harness_send(harness, &add);
	}
	asked.request.ping = &asked.operation.ping;
	id = harness_send(harness, &asked);
	harness_receive(harness, id);
	for (i = 0; (part = harness_part(harness, id, i)) != NULL; i++) {
		assert_int_equal(part->n_warnings, i == 0 ? 2 : 0);
		mappings += part->lowmem->n_mappings;
	}
	assert_int_equal(i, 2);
	assert_int_equal(mappings, 12000);
}

static void lowmem_that_cannot_be_is_refused(void **state)
{
	struct harness *harness = *state;
	struct asked asked = lowmem_of(BASE + 0x1000, BASE);

	harness_create_board(harness, "b");
	harness_expect_refused(ask(harness, asked), CODE(INVALID_ARGUMENT),
	    "b: the kernel begins at 0x40001000 and ends at 0x40000000");
	asked = lowmem_of(BASE, BASE + 0x1000);
	asked.operation.lowmem.has_lowmem_limit = 1;
	harness_expect_refused(ask(harness, asked), CODE(INVALID_ARGUMENT),
	    "does not lie below the lowmem limit 0x0");
	asked.operation.lowmem.has_kernel_end = 0;
	harness_expect_refused(ask(harness, asked), CODE(INVALID_ARGUMENT),
	    "b: the kernel's end is missing");
	asked.operation.lowmem.has_kernel_start = 0;
	harness_expect_refused(ask(harness, asked), CODE(INVALID_ARGUMENT),
	    "b: the kernel's start is missing");
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, harness_setup, harness_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(answer_has_mappings_and_highmem),
	    CASE(kernel_that_is_odd_is_warned_of),
	    CASE(long_answer_comes_in_parts),
	    CASE(lowmem_that_cannot_be_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
