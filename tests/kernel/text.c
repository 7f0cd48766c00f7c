/* SPDX-License-Identifier: BSD-2-Clause */
#include "text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
	char *bytes;
	size_t size;
	size_t room;
	bool is_kept;
} text;

static void append(const char *bytes, size_t size)
{
	if (text.size + size + 1 > text.room) {
		text.room = 2 * (text.size + size + 1);
		text.bytes = realloc(text.bytes, text.room);
		if (text.bytes == NULL)
			abort();
	}
	memcpy(text.bytes + text.size, bytes, size);
	text.size += size;
	text.bytes[text.size] = '\0';
}

void text_begin(void)
{
	text.size = 0;
	append("", 0);
	text.is_kept = true;
}

const char *text_end(void)
{
	text.is_kept = false;
	return text.bytes;
}

/* A number, with the specification that it was to be printed by. */
static void append_number(const char *spec, char kind, uint64_t number)
{
	char bytes[64];
	char wider[40];
	int size;

	if (kind == 'x' && strchr(spec, '#') != NULL && number == 0) {
		append("0x0", 3);
		return;
	}
	snprintf(wider, sizeof(wider), "%%%s%s", spec,
	    kind == 'x'	  ? PRIx64
	    : kind == 'u' ? PRIu64
			  : PRId64);
	size = snprintf(bytes, sizeof(bytes), wider, number);
	append(bytes, (size_t)size);
}

/* The pointers that a kernel looks behind. Returns what comes after. */
static const char *append_pointer(const char *format, const void *pointer)
{
	char bytes[32];
	uint64_t address;

	if (*format == 'a') {
		memcpy(&address, pointer, sizeof(address));
		append(bytes, (size_t)snprintf(bytes, sizeof(bytes),
				  "0x%016" PRIx64, address));
		return format[1] == 'p' ? format + 2 : format + 1;
	}
	return *format == 'S' ? format + 1 : format;
}

/* One specification, from behind its "%". Returns what comes after it. Strings
 * are not padded by the functions that are called here. */
static const char *append_one(const char *format, va_list *args)
{
	const size_t flags = strspn(format, "0123456789#-+ .");
	const size_t longs = strspn(format + flags, "lz");
	const char kind = format[flags + longs];
	const char *rest = format + flags + longs + 1;
	char spec[32] = "";
	char bytes[64];

	if (flags < sizeof(spec))
		memcpy(spec, format, flags);
	if (kind == 'p')
		return append_pointer(rest, va_arg(*args, void *));
	if (kind == 's') {
		const char *string = va_arg(*args, char *);

		append(string, strlen(string));
	} else if (kind == 'c') {
		snprintf(bytes, sizeof(bytes), "%*c", atoi(spec),
		    va_arg(*args, int));
		append(bytes, strlen(bytes));
	} else if (strchr("xudi", kind) == NULL) {
		abort();
	} else if (longs > 0) {
		append_number(spec, kind, va_arg(*args, uint64_t));
	} else if (kind == 'd' || kind == 'i') {
		append_number(spec, 'd', (uint64_t)va_arg(*args, int));
	} else {
		append_number(spec, kind, va_arg(*args, unsigned int));
	}
	return rest;
}

void text_print(const char *format, ...)
{
	va_list args;

	if (!text.is_kept)
		return;
	va_start(args, format);
	while (*format != '\0') {
		const size_t plain = strcspn(format, "%");

		append(format, plain);
		format += plain;
		if (*format == '%')
			format = append_one(format + 1, &args);
	}
	va_end(args);
}
