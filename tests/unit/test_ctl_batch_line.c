/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_batch_line.h"

#include "printing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct ctl_place place = {"F", 7};

/* Takes a line apart below `--label all --dry-run batch`. */
static bool take(
    const char *text, ctl_option_set allowed, struct ctl_call *call)
{
	static char copy[128];
	char above[] = "--label all --dry-run batch";
	const struct ctl_call batch = printing_call(above);
	bool found;

	strcpy(copy, text);
	found = ctl_batch_line(copy, &place, &batch.line, allowed, call);
	if (found && ctl_given(&call->line, CTL_LABEL))
		/* It points into above. */
		call->line.values[CTL_LABEL].text =
		    strcmp(call->line.values[CTL_LABEL].text, "all") == 0
			? "all"
			: "mine";
	return found;
}

static void line_is_taken_apart_with_its_place(void **state)
{
	struct ctl_call call;

	(void)state;
	assert_true(take("alloc b 4K", CTL_LINE_OPTIONS, &call));
	assert_int_equal(call.failed, MBC_OK);
	assert_string_equal(call.file, "F");
	assert_int_equal(call.line_number, 7);
	assert_string_equal(call.line.instance, "b");
}

static void line_without_a_command_is_none(void **state)
{
	struct ctl_call call;

	(void)state;
	assert_false(take("", CTL_LINE_OPTIONS, &call));
	assert_false(take("  # alloc b 4K", CTL_LINE_OPTIONS, &call));
}

/* Expect the label above, unless it has its own; and no dry run where lines may
 * have none. */
static void line_inherits_what_it_may_have(void **state)
{
	struct ctl_call call;

	(void)state;
	assert_true(take("alloc b 4K", CTL_LINE_OPTIONS, &call));
	assert_string_equal(call.line.values[CTL_LABEL].text, "all");
	assert_true(ctl_given(&call.line, CTL_DRY_RUN));
	assert_true(take("alloc b 4K --label x", CTL_LINE_OPTIONS, &call));
	assert_string_equal(call.line.values[CTL_LABEL].text, "mine");
	assert_true(take("alloc b 4K", CTL_BIT(CTL_LABEL), &call));
	assert_false(ctl_given(&call.line, CTL_DRY_RUN));
}

static void line_that_makes_no_sense_has_failed(void **state)
{
	struct ctl_call call;

	(void)state;
	assert_true(take("alloc b", CTL_LINE_OPTIONS, &call));
	assert_int_equal(call.failed, MBC_INVALID_ARGUMENT);
	assert_true(take("batch -", CTL_LINE_OPTIONS, &call));
	assert_int_equal(call.failed, MBC_INVALID_ARGUMENT);
	assert_string_equal(call.error.text, "not in a batch");
	assert_true(take("alloc 'b 4K", CTL_LINE_OPTIONS, &call));
	assert_int_equal(call.failed, MBC_INVALID_ARGUMENT);
	assert_true(take("alloc b 4K --key k", CTL_BIT(CTL_LABEL), &call));
	assert_int_equal(call.failed, MBC_INVALID_ARGUMENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(line_is_taken_apart_with_its_place),
	    cmocka_unit_test(line_without_a_command_is_none),
	    cmocka_unit_test(line_inherits_what_it_may_have),
	    cmocka_unit_test(line_that_makes_no_sense_has_failed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
