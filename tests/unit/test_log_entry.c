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
	struct log_entry entry;

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
	struct log_entry entry;

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

static void warnings_are_told_one_by_one(void **state)
{
	struct journal_row row = row_of_alloc();
	struct log_entry entry;

	(void)state;
	row.outcome.warnings = 3;
	strcpy(row.outcome.message, "one\ntwo");
	log_entry_fill(&row, &entry);
	assert_int_equal(entry.message.n_warnings, 2);
	assert_string_equal(entry.message.warnings[0], "one");
	assert_string_equal(entry.message.warnings[1], "two");
	assert_null(entry.message.status->message);
}

/* Expect what is promised of the length to hold for the longest texts and the
 * longest numbers, of every kind. */
static void entry_is_never_longer_than_promised(void **state)
{
	char principal[JOURNAL_PRINCIPAL_MAX + 1] = {0};
	char label[JOURNAL_LABEL_MAX + 1] = {0};
	uint8_t hash[JOURNAL_HASH_SIZE] = {0}, key[JOURNAL_KEY_MAX] = {0};
	struct journal_row row = {.seq = UINT64_MAX,
	    .time_us = -1,
	    .principal = principal,
	    .label = label,
	    .group = UINT64_MAX};
	struct log_entry entry;
	size_t kinds = 0;
	int kind;

	(void)state;
	memset(principal, 'p', sizeof(principal) - 1);
	memset(label, 'l', sizeof(label) - 1);
	memset(&row.op, 0xff, sizeof(row.op));
	row.op.exact_nid = row.op.min_fallback = row.op.keep_nomap = true;
	row.outcome.base = UINT64_MAX;
	memset(row.outcome.message, 'm', sizeof(row.outcome.message) - 1);
	for (kind = 0; kind < 100; kind++) {
		if (op_info(kind) == NULL)
			continue;
		kinds++;
		row.op.kind = (enum op_kind)kind;
		for (row.outcome.status = MB_OK; row.outcome.status <= MB_BUSY;
		     row.outcome.status++) {
			log_entry_fill(&row, &entry);
			entry.message.has_hash = 1;
			entry.message.hash =
			    (ProtobufCBinaryData){sizeof(hash), hash};
			entry.message.has_request_key = 1;
			entry.message.request_key =
			    (ProtobufCBinaryData){sizeof(key), key};
			entry.message.has_warning_bits = 1;
			entry.message.warning_bits = UINT32_MAX;
			assert_true(
			    memblock__v1__log_entry__get_packed_size(
				&entry.message) <= log_entry_bytes_max(&row));
		}
	}
	assert_true(kinds >= 13);
}

/* Expect an entry that was added to need its row no more. */
static void entry_added_outlives_its_row(void **state)
{
	Memblock__V1__LogResult result = MEMBLOCK__V1__LOG_RESULT__INIT, *read;
	struct journal_row row = row_of_alloc();
	struct repeated entries = {0};
	char label[] = "why";
	uint8_t bytes[256];

	(void)state;
	row.label = label;
	log_entry_add(&row, 1, &entries);
	memset(label, '!', 3);
	log_entry_add(&row, 1, &entries);
	repeated_attach(&entries, &result.base);
	read = memblock__v1__log_result__unpack(
	    NULL, memblock__v1__log_result__pack(&result, bytes), bytes);
	assert_int_equal(read->n_entries, 2);
	assert_string_equal(read->entries[0]->label, "why");
	assert_string_equal(read->entries[1]->label, "!!!");
	memblock__v1__log_result__free_unpacked(read, NULL);
	repeated_free(&entries);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(entry_of_an_alloc_has_its_address),
	    cmocka_unit_test(entry_of_a_refusal_has_its_sentence),
	    cmocka_unit_test(warnings_are_told_one_by_one),
	    cmocka_unit_test(entry_is_never_longer_than_promised),
	    cmocka_unit_test(entry_added_outlives_its_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
