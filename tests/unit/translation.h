/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: a request's message translated to an operation, and the operation
 * to an entry of the log. */
#ifndef TESTS_UNIT_TRANSLATION_H
#define TESTS_UNIT_TRANSLATION_H

#include "daemon/translate.h"
#include "daemon/translate_entry.h"

#define OPERATION(name) MEMBLOCK__V1__REQUEST__OPERATION_##name
#define ENTRY(name) MEMBLOCK__V1__LOG_ENTRY__OPERATION_##name

extern Memblock__V1__Request message;
extern struct memblock_settings settings; /* with a cache line of 128 */
extern struct op op;
extern Memblock__V1__LogEntry entry;
extern union translate_operation room;

/* cmocka's setup: a message that asks for nothing. */
int translation_begin(void **state);

/* Translates the request, which must work, and op back to an entry. */
void translate_there_and_back(void);

void assert_missing(const char *sentence);

/* Takes away the address, then also the size, of a range that was complete. */
#define ASSERT_NEEDS_A_RANGE(range)                                            \
	do {                                                                   \
		(range)->has_size = 0;                                         \
		assert_missing("the size is missing");                         \
		(range)->has_address = 0;                                      \
		assert_missing("the address is missing");                      \
	} while (0)

#endif
