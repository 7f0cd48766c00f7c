/* SPDX-License-Identifier: BSD-2-Clause */
/* The tables of a journal file, how a file is told to be one, and how one of
 * an earlier version is brought up to date. docs/journal.md describes them. */
#ifndef STORAGE_SCHEMA_H
#define STORAGE_SCHEMA_H

#include "storage/journal.h"

/* "mblk" in SQLite's application_id, and the version in its user_version. */
#define SCHEMA_APPLICATION_ID 0x6d626c6b
#define SCHEMA_VERSION 5
#define SCHEMA_VERSION_TEXT "5"

enum schema_state {
	SCHEMA_CURRENT,
	SCHEMA_EMPTY, /* a database without anything in it */
	SCHEMA_OLDER, /* a journal that schema_upgrade() brings up to date */
};

/* Looks at the file, and changes nothing. JOURNAL_OK, _FOREIGN, _NEWER,
 * _DAMAGED, _FAILED. */
enum journal_status schema_check(struct journal *journal,
    enum schema_state *ret_state, struct journal_error *ret_error);

/* Makes the tables or brings them up to date, in one transaction, and makes
 * the view anew where the program knows more names than it. JOURNAL_OK;
 * _DAMAGED, _FAILED: the file is as it was, and the connection is to be
 * closed. */
enum journal_status schema_upgrade(
    struct journal *journal, struct journal_error *ret_error);

#endif
