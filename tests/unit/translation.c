/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/translation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

Memblock__V1__Request message;
struct memblock_settings settings;
struct op op;
Memblock__V1__LogEntry entry;
union translate_operation room;

int translation_begin(void **state)
{
	(void)state;
	memblock__v1__request__init(&message);
	memblock__v1__log_entry__init(&entry);
	settings = memblock_settings_default();
	settings.cache_line = 128;
	return 0;
}

void translate_there_and_back(void)
{
	assert_null(translate_request(&message, &settings, &op));
	translate_entry(&op, &entry, &room);
}

void assert_missing(const char *sentence)
{
	const char *missing = translate_request(&message, &settings, &op);

	assert_non_null(missing);
	assert_string_equal(missing, sentence);
}
