/* SPDX-License-Identifier: BSD-2-Clause */
#include "requesting.h"

#include "printing.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct ctl_error error;

struct mbc_request *requesting(const char *line)
{
	struct ctl_call call;
	char copy[512];

	strcpy(copy, line);
	call = printing_call(copy);
	return ctl_make_request(&call.line, &error);
}

struct mbc_request *expect_request(
    const char *line, Memblock__V1__Request__OperationCase operation)
{
	struct mbc_request *request = requesting(line);

	assert_non_null(request);
	assert_string_equal(request->error, "");
	assert_int_equal(request->message->operation_case, operation);
	return request;
}
