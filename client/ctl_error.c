/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_error.h"

#include <stdarg.h>
#include <stdio.h>

bool ctl_fail(struct ctl_error *error, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(error->text, sizeof(error->text), format, arguments);
	va_end(arguments);
	return false;
}
