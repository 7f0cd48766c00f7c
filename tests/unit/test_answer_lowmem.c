/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/answer.h"

#include "printing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define EMPTY(name) PROTOBUF_C_MESSAGE_INIT(&memblock__v1__##name##__descriptor)

static void mappings_and_highmem_are_read(void **state)
{
	Memblock__V1__Range range = {EMPTY(range), .has_start = true,
	    .start = 3, .has_end = true, .end = 4, .has_nid = true, .nid = 1};
	Memblock__V1__Range *ranges[] = {&range, &range, &range};
	Memblock__V1__Mapping mapping = {EMPTY(mapping), .has_start = true,
	    .start = 1, .has_end = true, .end = 9, .has_type = true,
	    .type = MEMBLOCK__V1__MAPPING__TYPE__MEMORY_RW,
	    .has_sections = true, .sections = 7, .n_by_pages = 3,
	    .by_pages = ranges};
	Memblock__V1__Mapping *mappings[] = {&mapping};
	Memblock__V1__LowmemResult lowmem = {EMPTY(lowmem_result),
	    .n_mappings = 1, .mappings = mappings, .n_highmem = 2,
	    .highmem = ranges};
	Memblock__V1__Response part = PRINTING_RESPONSE;
	struct mbc_answer *answer;
	const struct mbc_mapping *read;

	(void)state;
	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_LOWMEM;
	part.lowmem = &lowmem;
	answer = printing_answer(&part);
	assert_int_equal(mbc_answer_mapping_count(answer), 1);
	read = mbc_answer_mapping(answer, 0);
	assert_int_equal(read->start, 1);
	assert_int_equal(read->end, 9);
	assert_int_equal(read->type, MBC_MEMORY_RW);
	assert_int_equal(read->sections, 7);
	assert_int_equal(read->by_pages_count, 2); /* for more is no room */
	assert_int_equal(read->by_pages[1].end, 4);
	assert_null(mbc_answer_mapping(answer, 1));
	assert_int_equal(mbc_answer_highmem_count(answer), 2);
	assert_int_equal(mbc_answer_highmem(answer, 1)->start, 3);
	assert_int_equal(mbc_answer_highmem(answer, 1)->nid, 1);
	assert_null(mbc_answer_highmem(answer, 2));
	mbc_answer_free(answer);
}

static void answer_to_something_else_has_no_mappings(void **state)
{
	Memblock__V1__Response part = PRINTING_RESPONSE;
	struct mbc_answer *answer = printing_answer(&part);

	(void)state;
	assert_int_equal(mbc_answer_mapping_count(answer), 0);
	assert_int_equal(mbc_answer_highmem_count(answer), 0);
	assert_int_equal(mbc_answer_mapping_count(NULL), 0);
	assert_null(mbc_answer_mapping(NULL, 0));
	assert_null(mbc_answer_highmem(NULL, 0));
	mbc_answer_free(answer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(mappings_and_highmem_are_read),
	    cmocka_unit_test(answer_to_something_else_has_no_mappings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
