/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: everything that is read of a journal, and how it compares with
 * what is known to have been written. */
#ifndef TESTS_FAULT_READING_H
#define TESTS_FAULT_READING_H

#include "tests/fault/scenario.h"

/* A digest of all that is told of each instance: what it is, its rows, and
 * where it stands. Comes from a journal that is whole. */
struct reading {
	struct holdings holdings;
	uint8_t told[HOLDINGS_MAX][JOURNAL_HASH_SIZE];
};

/* What a journal that may be damaged does about it. */
enum verdict {
	VERDICT_SAME,	 /* all is told as it was */
	VERDICT_EARLIER, /* as it was after an earlier batch, whole */
	VERDICT_FOUND,	 /* verify or the list says where; the rest is told as
			    it was */
	VERDICT_REFUSED, /* it does not open */
	VERDICT_WRONG,	 /* something is told as it never was */
};
#define VERDICT_COUNT (VERDICT_WRONG + 1)

/* Ends the program where the journal is not whole. */
void reading_take(const char *path, struct reading *ret_reading);

/* Opens the journal at path as a daemon does, and asks for everything. At
 * VERDICT_WRONG, what is the sentence for it. */
enum verdict reading_compare(const char *path, const struct reading *whole,
    const struct scenario *scenario, struct journal_error *ret_what);

#endif
