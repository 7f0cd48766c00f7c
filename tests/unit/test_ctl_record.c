/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void record_is_a_line_with_the_names_of_the_proto(void **state)
{
	/* A head of format 1 whose seq is 300. */
	static const char record[] = {
	    0x0a, 0x05, 0x08, 0x01, 0x60, (char)0xac, 0x02};
	char *line = ctl_record_line(record, sizeof(record));

	(void)state;
	assert_string_equal(line, "{\"head\":{\"format\":1,\"seq\":300}}");
	free(line);
}

static void bytes_are_hexadecimal_digits(void **state)
{
	static const char record[] = {0x12, 0x04, 0x0a, 0x02, 0x00, (char)0xff};
	char *line = ctl_record_line(record, sizeof(record));

	(void)state;
	assert_string_equal(line, "{\"layout\":{\"content\":\"00ff\"}}");
	free(line);
}

static void what_is_no_record_has_no_line(void **state)
{
	(void)state;
	assert_null(ctl_record_line("\xff", 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(record_is_a_line_with_the_names_of_the_proto),
	    cmocka_unit_test(bytes_are_hexadecimal_digits),
	    cmocka_unit_test(what_is_no_record_has_no_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
