/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/log_filter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static Memblock__V1__Log asked(void)
{
	return (Memblock__V1__Log)MEMBLOCK__V1__LOG__INIT;
}

static struct log_filter read_filter(const Memblock__V1__Log *log)
{
	struct log_filter filter;
	char wrong[OUTCOME_MESSAGE_MAX];

	if (!log_filter_read(log, &filter, wrong, sizeof(wrong)))
		fail_msg("%s", wrong);
	return filter;
}

static bool passes(const Memblock__V1__Log *log, const struct journal_row *row)
{
	const struct log_filter filter = read_filter(log);

	return log_filter_passes(&filter, row);
}

static void expect_wrong(const Memblock__V1__Log *log, const char *words)
{
	struct log_filter filter;
	char wrong[OUTCOME_MESSAGE_MAX];

	assert_false(log_filter_read(log, &filter, wrong, sizeof(wrong)));
	assert_non_null(strstr(wrong, words));
}

/* reserve of [0x2000, 0x3000) by uid:1000 under "initrd". */
static struct journal_row a_reserve(void)
{
	return (struct journal_row){
	    .principal = "uid:1000",
	    .label = "initrd",
	    .op = {.kind = OP_RESERVE, .base = 0x2000, .size = 0x1000},
	};
}

static void filter_of_nothing_passes_every_row(void **state)
{
	const Memblock__V1__Log log = asked();
	const struct journal_row row = a_reserve();

	(void)state;
	assert_true(passes(&log, &row));
}

static void operation_is_compared_by_its_name(void **state)
{
	Memblock__V1__Log log = asked();
	struct journal_row row = a_reserve();

	(void)state;
	log.operation = (char *)"reserve";
	assert_true(passes(&log, &row));
	log.operation = (char *)"set";
	assert_false(passes(&log, &row));
	row.op.kind = OP_SET_CURRENT_LIMIT;
	assert_true(passes(&log, &row));
	log.operation = (char *)"set-node";
	assert_false(passes(&log, &row));
}

static void operation_that_is_none_is_wrong(void **state)
{
	Memblock__V1__Log log = asked();

	(void)state;
	log.operation = (char *)"reserves";
	expect_wrong(&log, "no operation is called 'reserves'");
	log.operation = (char *)"";
	expect_wrong(&log, "''");
}

static void principal_is_compared_to_the_letter(void **state)
{
	Memblock__V1__Log log = asked();
	const struct journal_row row = a_reserve();

	(void)state;
	log.principal = (char *)"uid:1000";
	assert_true(passes(&log, &row));
	log.principal = (char *)"uid:100";
	assert_false(passes(&log, &row));
}

/* Expect a name longer than any principal not to pass for its beginning. */
static void principal_that_is_too_long_is_nobody(void **state)
{
	char name[JOURNAL_PRINCIPAL_MAX + 2], kept[JOURNAL_PRINCIPAL_MAX + 1];
	Memblock__V1__Log log = asked();
	struct journal_row row = a_reserve();

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	memcpy(kept, name, sizeof(kept) - 1);
	kept[sizeof(kept) - 1] = '\0';
	log.principal = name;
	row.principal = kept;
	expect_wrong(&log, "no principal has so many bytes");
	log.principal = kept;
	assert_true(passes(&log, &row));
}

static void label_is_matched_as_the_shell_does(void **state)
{
	static const struct {
		const char *pattern;
		bool passes;
	} cases[] = {{"initrd", true}, {"init*", true}, {"*rd", true},
	    {"i?itrd", true}, {"[a-i]nitrd", true}, {"init", false},
	    {"Initrd", false}, {"", false}, {"*", true}};
	const struct journal_row row = a_reserve();
	Memblock__V1__Log log = asked();
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		log.label_glob = (char *)cases[i].pattern;
		assert_int_equal(passes(&log, &row), cases[i].passes);
	}
}

static void slash_and_dot_of_a_label_are_letters_like_others(void **state)
{
	struct journal_row row = a_reserve();
	Memblock__V1__Log log = asked();

	(void)state;
	row.label = "/reserved-memory/.vpu@52000000";
	log.label_glob = (char *)"*vpu*";
	assert_true(passes(&log, &row));
}

static void row_without_a_label_has_an_empty_one(void **state)
{
	struct journal_row row = a_reserve();
	Memblock__V1__Log log = asked();

	(void)state;
	row.label = NULL;
	log.label_glob = (char *)"?*";
	assert_false(passes(&log, &row));
	log.label_glob = (char *)"";
	assert_true(passes(&log, &row));
}

/* Expect a pattern that could be tried in more ways than there is time for to
 * be answered all the same. */
static void pattern_of_many_stars_takes_no_time(void **state)
{
	char pattern[JOURNAL_LABEL_MAX + 1], label[JOURNAL_LABEL_MAX + 1];
	struct journal_row row = a_reserve();
	Memblock__V1__Log log = asked();
	size_t i;

	(void)state;
	for (i = 0; i < JOURNAL_LABEL_MAX; i++) {
		pattern[i] = i % 2 == 0 ? '*' : 'a';
		label[i] = 'a';
	}
	pattern[JOURNAL_LABEL_MAX - 1] = 'b';
	pattern[JOURNAL_LABEL_MAX] = label[JOURNAL_LABEL_MAX] = '\0';
	row.label = label;
	log.label_glob = pattern;
	assert_false(passes(&log, &row));
}

static void pattern_that_is_too_long_is_wrong(void **state)
{
	char pattern[JOURNAL_LABEL_MAX + 2];
	Memblock__V1__Log log = asked();

	(void)state;
	memset(pattern, '*', sizeof(pattern) - 1);
	pattern[sizeof(pattern) - 1] = '\0';
	log.label_glob = pattern;
	expect_wrong(&log, "has 257 bytes, and at most 256 are taken");
}

static Memblock__V1__Log touching(uint64_t address, uint64_t size)
{
	Memblock__V1__Log log = asked();

	log.has_touching_address = log.has_touching_size = 1;
	log.touching_address = address;
	log.touching_size = size;
	return log;
}

/*
 *   reserved        |0x2000 ------ 0x3000|
 *   no        |----|                     |----|
 *   yes       |------|   |----|       |-----|
 *   yes       |--------------------------------|
 */
static void range_passes_what_it_has_an_address_in_common_with(void **state)
{
	static const struct {
		uint64_t address, size;
		bool passes;
	} cases[] = {{0x1000, 0x1000, false}, {0x3000, 0x1000, false},
	    {0x1000, 0x1001, true}, {0x2800, 0x10, true}, {0x2fff, 0x10, true},
	    {0, 0x10000, true}, {0, UINT64_MAX, true},
	    {0x3000, UINT64_MAX, false}};
	const struct journal_row row = a_reserve();
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const Memblock__V1__Log log =
		    touching(cases[i].address, cases[i].size);

		assert_int_equal(passes(&log, &row), cases[i].passes);
	}
}

/* Expect a range that would pass the last address to end there. */
static void range_of_an_operation_can_end_with_the_address_space(void **state)
{
	const Memblock__V1__Log log = touching(UINT64_MAX, 1);
	struct journal_row row = a_reserve();

	(void)state;
	row.op.size = UINT64_MAX;
	assert_true(passes(&log, &row));
	row.op.size = UINT64_MAX - 0x2000;
	assert_false(passes(&log, &row));
}

static void operation_of_size_0_touches_nothing(void **state)
{
	const Memblock__V1__Log log = touching(0, UINT64_MAX);
	struct journal_row row = a_reserve();

	(void)state;
	row.op.size = 0;
	assert_false(passes(&log, &row));
}

static void alloc_touches_what_it_got(void **state)
{
	const Memblock__V1__Log log = touching(0x8000, 0x1000);
	struct journal_row row = {
	    .principal = "uid:0",
	    .op = {.kind = OP_ALLOC, .size = 0x2000},
	    .outcome = {.base = 0x7000},
	};

	(void)state;
	assert_true(passes(&log, &row));
	row.outcome.base = 0x9000;
	assert_false(passes(&log, &row));
	row.outcome = (struct outcome){.status = MB_NO_SPACE};
	assert_false(passes(&log, &row));
}

static void operation_without_a_range_touches_nothing(void **state)
{
	const Memblock__V1__Log log = touching(0, UINT64_MAX);
	struct journal_row row = {.principal = "uid:0",
	    .op = {.kind = OP_SET_CURRENT_LIMIT, .value = 0x1000}};

	(void)state;
	assert_false(passes(&log, &row));
	row.op = (struct op){.kind = OP_LIMIT, .size = 0x1000};
	assert_false(passes(&log, &row));
}

static void range_of_size_0_is_wrong(void **state)
{
	Memblock__V1__Log log = touching(0x1000, 0);

	(void)state;
	expect_wrong(&log, "touched by nothing");
	log.has_touching_size = 0;
	expect_wrong(&log, "touched by nothing");
}

static void failed_passes_what_the_model_refused(void **state)
{
	struct journal_row row = a_reserve();
	Memblock__V1__Log log = asked();

	(void)state;
	log.has_failed = log.failed = 1;
	assert_false(passes(&log, &row));
	row.outcome.status = MB_BUSY;
	assert_true(passes(&log, &row));
}

static void all_of_a_filter_must_hold(void **state)
{
	Memblock__V1__Log log = touching(0x2000, 0x1000);
	const struct journal_row row = a_reserve();

	(void)state;
	log.operation = (char *)"reserve";
	log.principal = (char *)"uid:1000";
	log.label_glob = (char *)"initrd";
	assert_true(passes(&log, &row));
	log.label_glob = (char *)"kernel";
	assert_false(passes(&log, &row));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(filter_of_nothing_passes_every_row),
	    cmocka_unit_test(operation_is_compared_by_its_name),
	    cmocka_unit_test(operation_that_is_none_is_wrong),
	    cmocka_unit_test(principal_is_compared_to_the_letter),
	    cmocka_unit_test(principal_that_is_too_long_is_nobody),
	    cmocka_unit_test(label_is_matched_as_the_shell_does),
	    cmocka_unit_test(slash_and_dot_of_a_label_are_letters_like_others),
	    cmocka_unit_test(row_without_a_label_has_an_empty_one),
	    cmocka_unit_test(pattern_of_many_stars_takes_no_time),
	    cmocka_unit_test(pattern_that_is_too_long_is_wrong),
	    cmocka_unit_test(
		range_passes_what_it_has_an_address_in_common_with),
	    cmocka_unit_test(
		range_of_an_operation_can_end_with_the_address_space),
	    cmocka_unit_test(operation_of_size_0_touches_nothing),
	    cmocka_unit_test(alloc_touches_what_it_got),
	    cmocka_unit_test(operation_without_a_range_touches_nothing),
	    cmocka_unit_test(range_of_size_0_is_wrong),
	    cmocka_unit_test(failed_passes_what_the_model_refused),
	    cmocka_unit_test(all_of_a_filter_must_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
