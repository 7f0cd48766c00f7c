/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/keyed.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

const Memblock__V1__Response *keyed_ask(struct harness *harness,
    Memblock__V1__Request__OperationCase operation, const char *key)
{
	struct asked asked;

	asked_init(&asked, operation, "b");
	asked_put_key(&asked, key);
	return harness_ask(harness, &asked);
}

void keyed_reserve(struct asked *asked, uint64_t address, const char *key)
{
	asked_init_range(asked, OPERATION(RESERVE), "b", address, 0x1000);
	asked_put_key(asked, key);
}

void keyed_expect_ok(const Memblock__V1__Response *response, uint64_t seq)
{
	assert_int_equal(response->status->code, CODE(OK));
	assert_true(response->has_seq);
	assert_int_equal(response->seq, seq);
}

void keyed_expect_rows(struct harness *harness, const char *count)
{
	assert_string_equal(
	    scratch_ask(harness->scratch, "SELECT count(*) FROM operation"),
	    count);
}

void keyed_restart(struct harness *harness)
{
	harness_stop(harness);
	harness_start(harness);
}
