/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/request.h"
#include "tests/unit/printing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void import_holds_copies_of_what_was_added(void **state)
{
	const uint8_t head[] = {0x0a, 0x02, 0x08, 0x01}; /* format 1 */
	struct mbc_request *request = mbc_import("c");
	const Memblock__V1__Import *import = request->message->import;
	size_t i;

	(void)state;
	for (i = 0; i < 5; i++)
		mbc_import_add(request, head, sizeof(head));
	mbc_import_last(request);
	assert_int_equal(import->n_records, 5);
	assert_int_equal(import->records[4]->head->format, 1);
	assert_true(import->last);
	assert_string_equal(mbc_request_error(request), "");
	mbc_request_free(request);
}

static void record_that_is_none_is_an_error(void **state)
{
	struct mbc_request *request = mbc_import("c");

	(void)state;
	mbc_import_add(request, "\xff", 1);
	assert_string_not_equal(mbc_request_error(request), "");
	mbc_request_free(request);
	mbc_import_add(NULL, "", 0);
	mbc_import_last(NULL);
}

/* Expect it to be an error, and never one message taken for another. */
static void request_that_is_no_import_takes_no_records(void **state)
{
	struct mbc_request *adding = mbc_reserve("b", 0, 1);
	struct mbc_request *ending = mbc_ping();

	(void)state;
	mbc_import_add(adding, "", 0);
	assert_string_equal(mbc_request_error(adding), "reserve is no import");
	mbc_request_free(adding);
	mbc_import_last(ending);
	assert_string_equal(mbc_request_error(ending), "ping is no import");
	mbc_request_free(ending);
}

static void answer_has_its_records_packed(void **state)
{
	Memblock__V1__HistoryHead head = MEMBLOCK__V1__HISTORY_HEAD__INIT;
	Memblock__V1__HistoryRecord record = MEMBLOCK__V1__HISTORY_RECORD__INIT;
	Memblock__V1__HistoryRecord *list[] = {&record};
	Memblock__V1__ExportResult result = MEMBLOCK__V1__EXPORT_RESULT__INIT;
	Memblock__V1__Response part = PRINTING_RESPONSE;
	struct mbc_answer *answer;
	void *bytes;
	size_t size;

	(void)state;
	head.has_format = 1;
	head.format = 1;
	record.record_case = MEMBLOCK__V1__HISTORY_RECORD__RECORD_HEAD;
	record.head = &head;
	result.n_records = 1;
	result.records = list;
	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_EXPORT;
	part.export = &result;
	answer = printing_answer(&part);
	assert_true(mbc_answer_record(answer, 0, &bytes, &size));
	assert_int_equal(size, 4);
	assert_memory_equal(bytes, "\x0a\x02\x08\x01", 4);
	free(bytes);
	assert_false(mbc_answer_record(answer, 1, &bytes, &size));
	assert_false(mbc_answer_record(NULL, 0, &bytes, &size));
	mbc_answer_free(answer);
}

static void answer_tells_what_was_imported(void **state)
{
	uint8_t hash[MBC_HASH_SIZE] = {1, 2, 3};
	Memblock__V1__ImportResult result = MEMBLOCK__V1__IMPORT_RESULT__INIT;
	Memblock__V1__Response part = PRINTING_RESPONSE;
	struct mbc_answer *answer;
	uint64_t operations = 0;

	(void)state;
	result.has_operations = result.has_hash = 1;
	result.operations = 9;
	result.hash.data = hash;
	result.hash.len = sizeof(hash);
	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_IMPORT;
	part.import = &result;
	answer = printing_answer(&part);
	assert_memory_equal(
	    mbc_answer_imported(answer, &operations), hash, sizeof(hash));
	assert_int_equal(operations, 9);
	mbc_answer_free(answer);
	result.hash.len = 3;
	answer = printing_answer(&part);
	assert_null(mbc_answer_imported(answer, &operations));
	mbc_answer_free(answer);
	assert_null(mbc_answer_imported(NULL, &operations));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(import_holds_copies_of_what_was_added),
	    cmocka_unit_test(record_that_is_none_is_an_error),
	    cmocka_unit_test(request_that_is_no_import_takes_no_records),
	    cmocka_unit_test(answer_has_its_records_packed),
	    cmocka_unit_test(answer_tells_what_was_imported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
