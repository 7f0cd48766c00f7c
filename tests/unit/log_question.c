/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/log_question.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct asked log_question(uint64_t from, uint64_t to)
{
	struct asked asked;

	asked_init(&asked, OPERATION(LOG), "b");
	asked.operation.log.has_from_seq = from != 0;
	asked.operation.log.from_seq = from;
	asked.operation.log.has_to_seq = to != 0;
	asked.operation.log.to_seq = to;
	return asked;
}

size_t log_assert_seqs(struct harness *harness, struct asked *asked,
    uint64_t first, int step, size_t count)
{
	const Memblock__V1__Response *part;
	size_t number, i, seen = 0;
	uint64_t id;

	asked->request.log = &asked->operation.log;
	id = harness_send(harness, asked);
	harness_receive(harness, id);
	for (number = 0; (part = harness_part(harness, id, number)) != NULL;
	     number++) {
		assert_int_equal(part->status->code, CODE(OK));
		for (i = 0; i < part->log->n_entries; i++) {
			assert_int_equal(part->log->entries[i]->seq, first);
			first += (uint64_t)step;
		}
		seen += part->log->n_entries;
	}
	assert_int_equal(seen, count);
	return number;
}

void log_create_ten_rows(struct harness *harness)
{
	harness_create_board(harness, "b");
	harness_reserve_many(harness, "b", 0x40000000, 9);
}
