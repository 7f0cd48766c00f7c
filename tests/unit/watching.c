/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/watching.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct asked watching_question(const char *name, uint64_t from)
{
	struct asked asked;

	asked_init(&asked, OPERATION(WATCH), name);
	asked.operation.watch.has_from_seq = from != 0;
	asked.operation.watch.from_seq = from;
	return asked;
}

uint64_t watching_begin(
    struct harness *harness, const char *name, uint64_t from)
{
	struct asked asked = watching_question(name, from);

	asked.request.watch = &asked.operation.watch; /* it has moved */
	return harness_send(harness, &asked);
}

void watching_expect_heartbeat(
    struct harness *harness, uint64_t id, size_t number, uint64_t seq)
{
	const Memblock__V1__Response *part =
	    harness_receive_part(harness, id, number);

	assert_int_equal(part->status->code, CODE(OK));
	assert_true(part->more && part->watch->heartbeat);
	assert_int_equal(part->watch->n_entries, 0);
	assert_int_equal(part->seq, seq);
}

void watching_expect_rows(struct harness *harness, uint64_t id, size_t number,
    const char *name, uint64_t first, uint64_t last)
{
	const Memblock__V1__Response *part =
	    harness_receive_part(harness, id, number);
	size_t i;

	assert_int_equal(part->status->code, CODE(OK));
	assert_true(part->more && !part->watch->heartbeat);
	assert_string_equal(part->watch->instance, name);
	assert_int_equal(part->seq, last);
	assert_int_equal(part->watch->n_entries, last - first + 1);
	for (i = 0; i < part->watch->n_entries; i++)
		assert_int_equal(part->watch->entries[i]->seq, first + i);
}

const Memblock__V1__Response *watching_end(struct harness *harness, uint64_t id)
{
	const Memblock__V1__Response *part;
	size_t number = 0;

	harness_receive(harness, id);
	while ((part = harness_part(harness, id, number))->more)
		number++;
	return part;
}

void watching_reserve(struct harness *harness, const char *name)
{
	assert_int_equal(harness_range(harness, OPERATION(RESERVE), name, 0, 1)
			     ->status->code,
	    CODE(OK));
}

struct awaited_count {
	const struct watches *watches;
	uint64_t count;
};

static bool has_count(void *arg)
{
	const struct awaited_count *awaited = arg;

	return watches_count(awaited->watches) == awaited->count;
}

void watching_run_until_count(struct harness *harness, uint64_t count)
{
	struct awaited_count awaited = {harness->service.watches, count};

	peer_run_until(harness->base, has_count, &awaited);
}
