/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/log_entry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct journal_row row_of_alloc(void)
{
	return (struct journal_row){.seq = 7,
	    .time_us = 11,
	    .principal = "uid:0",
	    .op = {.kind = OP_ALLOC, .size = 0x1000, .align = 0x40},
	    .outcome = {.status = MB_OK, .base = 0x2000}};
}

static void entry_of_an_alloc_has_its_address(void **state)
{
	struct journal_row row = row_of_alloc();
	struct log_entry entry = {0};

	(void)state;
	log_entry_fill(&row, &entry);
	assert_int_equal(entry.message.seq, 7);
	assert_int_equal(entry.message.time_us, 11);
	assert_string_equal(entry.message.principal, "uid:0");
	assert_null(entry.message.label);
	assert_false(entry.message.has_group);
	assert_int_equal(
	    entry.message.status->code, MEMBLOCK__V1__STATUS__CODE__OK);
	assert_int_equal(entry.message.address, 0x2000);
	assert_int_equal(entry.message.alloc->size, 0x1000);
	assert_int_equal(entry.message.n_warnings, 0);
}

static void entry_of_a_refusal_has_its_sentence(void **state)
{
	struct journal_row row = row_of_alloc();
	struct log_entry entry = {0};

	(void)state;
	row.outcome =
	    (struct outcome){.status = MB_NO_SPACE, .message = "no room"};
	row.label = "why";
	row.group = 6;
	log_entry_fill(&row, &entry);
	assert_int_equal(entry.message.status->code,
	    MEMBLOCK__V1__STATUS__CODE__RESOURCE_EXHAUSTED);
	assert_string_equal(entry.message.status->message, "no room");
	assert_string_equal(entry.message.status->errno_name, "ENOMEM");
	assert_false(entry.message.has_address);
	assert_string_equal(entry.message.label, "why");
	assert_int_equal(entry.message.group, 6);
}

/* Expect it to own its texts: rows are gone when it is packed. */
static void entry_outlives_its_row(void **state)
{
	struct journal_row row = row_of_alloc();
	struct log_entry entry = {0};
	char label[] = "why";

	(void)state;
	row.label = label;
	log_entry_fill(&row, &entry);
	memset(label, '!', 3);
	assert_string_equal(entry.message.label, "why");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(entry_of_an_alloc_has_its_address),
	    cmocka_unit_test(entry_of_a_refusal_has_its_sentence),
	    cmocka_unit_test(entry_outlives_its_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
