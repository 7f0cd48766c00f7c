/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/answer.h"

#include "printing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define EMPTY(name) PROTOBUF_C_MESSAGE_INIT(&memblock__v1__##name##__descriptor)

/* A part as it comes from the wire, to be given to answer_append(). */
static Memblock__V1__Response *received(const Memblock__V1__Response *part)
{
	uint8_t packed[1024];
	size_t size = memblock__v1__response__get_packed_size(part);

	assert_in_range(size, 0, sizeof(packed));
	memblock__v1__response__pack(part, packed);
	return memblock__v1__response__unpack(NULL, size, packed);
}

/* Expect items and warnings of both parts in their order, and the seq and
 * status of the last. */
static void parts_are_put_together_in_order(void **state)
{
	Memblock__V1__InstanceSummary a = {
	    EMPTY(instance_summary), .name = (char *)"a"};
	Memblock__V1__InstanceSummary b = {
	    EMPTY(instance_summary), .name = (char *)"b"};
	Memblock__V1__InstanceSummary *first[] = {&a}, *second[] = {&b};
	Memblock__V1__ListResult list = {
	    EMPTY(list_result), .instances = first, .n_instances = 1};
	Memblock__V1__Response part = PRINTING_RESPONSE;
	struct mbc_answer *answer = answer_new(7);
	char *warnings[] = {(char *)"w"};
	uint64_t seq;

	(void)state;
	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_LIST;
	part.list = &list;
	part.warnings = warnings;
	part.n_warnings = 1;
	part.has_more = part.more = true;
	assert_true(answer_append(answer, received(&part)));
	assert_true(mbc_answer_more(answer));
	list.instances = second;
	part.more = false;
	part.seq = 11;
	assert_true(answer_append(answer, received(&part)));
	assert_false(mbc_answer_more(answer));
	assert_int_equal(mbc_answer_instance_count(answer), 2);
	assert_string_equal(mbc_answer_instance(answer, 0)->name, "a");
	assert_string_equal(mbc_answer_instance(answer, 1)->name, "b");
	assert_null(mbc_answer_instance(answer, 2));
	assert_int_equal(mbc_answer_warning_count(answer), 2);
	assert_true(mbc_answer_seq(answer, &seq) && seq == 11);
	mbc_answer_free(answer);
}

static void answer_that_fails_is_local_whatever_came(void **state)
{
	Memblock__V1__Response part = PRINTING_RESPONSE;
	struct mbc_answer *answer = printing_answer(&part);
	uint64_t seq;

	(void)state;
	answer_fail(answer, MBC_UNKNOWN, "lost");
	assert_int_equal(mbc_answer_code(answer), MBC_UNKNOWN);
	assert_true(mbc_answer_is_local(answer));
	assert_string_equal(mbc_answer_message(answer), "lost");
	assert_false(mbc_answer_seq(answer, &seq));
	mbc_answer_free(answer);
}

/* Expect a server of another version, which leaves out what it could say, to
 * be read as saying nothing. */
static void region_without_any_field_is_empty(void **state)
{
	Memblock__V1__Region region = MEMBLOCK__V1__REGION__INIT;
	Memblock__V1__Region *regions[] = {&region};
	Memblock__V1__RegionList list = {
	    EMPTY(region_list), .regions = regions, .n_regions = 1};
	Memblock__V1__Layout layout = {EMPTY(layout), .reserved = &list};
	Memblock__V1__Response part = PRINTING_RESPONSE;
	const struct mbc_region *got;
	struct mbc_answer *answer;

	(void)state;
	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_DUMP;
	part.dump = &layout;
	answer = printing_answer(&part);
	assert_int_equal(mbc_answer_layout(answer)->phys_bits, 64);
	got = mbc_answer_region(answer, MBC_RESERVED, 0);
	assert_true(got->base == 0 && got->size == 0 && got->flags == 0);
	assert_int_equal(got->nid, MBC_NO_NODE);
	assert_null(mbc_answer_region(answer, MBC_MEMORY, 0));
	mbc_answer_free(answer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(parts_are_put_together_in_order),
	    cmocka_unit_test(answer_that_fails_is_local_whatever_came),
	    cmocka_unit_test(region_without_any_field_is_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
