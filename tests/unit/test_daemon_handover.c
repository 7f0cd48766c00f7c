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

static void create_with_reservation(struct harness *harness)
{
	harness_create_board(harness, "b");
	harness_range(harness, OPERATION(RESERVE), "b", BASE, 0x100000);
}

static const Memblock__V1__Response *ask(struct harness *harness,
    uint64_t max_low_pfn, Memblock__V1__Area *cma, Memblock__V1__Area *init)
{
	struct asked asked;

	asked_init(&asked, OPERATION(HANDOVER), "b");
	asked.operation.handover.has_max_low_pfn = max_low_pfn != UINT64_MAX;
	asked.operation.handover.max_low_pfn = max_low_pfn;
	asked.operation.handover.n_cma = cma != NULL;
	asked.operation.handover.cma = &cma;
	asked.operation.handover.n_init = init != NULL;
	asked.operation.handover.init = &init;
	return harness_ask(harness, &asked);
}

static Memblock__V1__Area area_of(uint64_t address, uint64_t size)
{
	Memblock__V1__Area area = MEMBLOCK__V1__AREA__INIT;

	area.has_address = area.has_size = 1;
	area.address = address;
	area.size = size;
	return area;
}

/*   memory     |-----------------------|   1 GiB
 *   reserved   |-------|                   1 MiB
 *                ^cma ^init
 */
static void answer_has_every_count(void **state)
{
	struct harness *harness = *state;
	Memblock__V1__Area cma = area_of(BASE, 0x10000);
	Memblock__V1__Area init = area_of(BASE + 0x80000, 0x2800);
	const Memblock__V1__HandoverResult *result;
	const Memblock__V1__Response *response;

	create_with_reservation(harness);
	response = ask(harness, (BASE >> 12) + 0x300, &cma, &init);
	assert_int_equal(response->status->code, CODE(OK));
	assert_int_equal(response->seq, 2);
	result = response->handover;
	assert_int_equal(result->pages, 0x200);
	assert_int_equal(result->n_orders, 11);
	assert_int_equal(result->orders[8], 2);
	assert_int_equal(result->orders[9], 0);
	assert_int_equal(result->bytes_lost, 0);
	assert_int_equal(result->pages_lost, 0);
	assert_int_equal(result->highmem, 0x40000 - 0x300);
	assert_int_equal(result->cma, 0x10);
	assert_int_equal(result->init, 2);
	assert_int_equal(result->totalram, 0x40000 - 0x100 + 0x12);
	assert_int_equal(result->n_nodes, 1);
	assert_false(result->nodes[0]->has_nid);
	assert_int_equal(result->nodes[0]->pages, 0x200);
	assert_int_equal(result->nodes[0]->n_orders, 11);
	assert_int_equal(result->nodes[0]->orders[8], 2);
}

static void handover_changes_nothing(void **state)
{
	struct harness *harness = *state;

	create_with_reservation(harness);
	assert_int_equal(ask(harness, UINT64_MAX, NULL, NULL)->handover->pages,
	    0x40000 - 0x100);
	assert_int_equal(harness_seq(harness, "b"), 2);
}

static void handover_that_cannot_be_is_refused(void **state)
{
	struct harness *harness = *state;
	Memblock__V1__Area area = area_of(BASE + 0xff000, 0x2000);

	create_with_reservation(harness);
	harness_expect_refused(ask(harness, 0, NULL, NULL),
	    CODE(INVALID_ARGUMENT), "b: max_low_pfn is 0");
	harness_expect_refused(ask(harness, UINT64_MAX, &area, NULL),
	    CODE(INVALID_ARGUMENT),
	    "b: cma [0x400ff000-0x40100fff] is not all reserved");
	area.has_size = 0;
	harness_expect_refused(ask(harness, UINT64_MAX, NULL, &area),
	    CODE(INVALID_ARGUMENT),
	    "b: the size of an area of init is missing");
	area.has_address = 0;
	harness_expect_refused(ask(harness, UINT64_MAX, &area, NULL),
	    CODE(INVALID_ARGUMENT),
	    "b: the address of an area of cma is missing");
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, harness_setup, harness_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(answer_has_every_count),
	    CASE(handover_changes_nothing),
	    CASE(handover_that_cannot_be_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
