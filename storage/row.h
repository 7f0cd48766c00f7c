/* SPDX-License-Identifier: BSD-2-Clause */
/* A row of the table of operations: from columns to struct journal_row and
 * back. */
#ifndef STORAGE_ROW_H
#define STORAGE_ROW_H

#include "storage/instance_record.h"
#include "storage/journal.h"

#include <sqlite3.h>

/* Reads the row that statement stands on, one of STATEMENT_EACH_ROW and
 * _EACH_ROW_BACK; its strings are good until the statement moves. The hash is
 * read, not checked. JOURNAL_OK; _DAMAGED: no operation has such a row;
 * _FAILED. */
enum journal_status row_read(struct journal *journal, sqlite3_stmt *statement,
    struct journal_row *ret_row, struct journal_error *ret_error);

/* Binds all of row to STATEMENT_INSERT_ROW; what it points to must stay until
 * the statement was stepped. False: no memory. */
bool row_bind(sqlite3_stmt *statement, const struct journal_row *row);

/* Seals a row that was read, of one that begins a group with the tree that led
 * to it. *ret_is_link: whether its hash is as it was. JOURNAL_OK; _DAMAGED: the
 * journal cannot be read there; _FAILED. */
enum journal_status row_check_link(struct journal *journal,
    struct journal_row *row, const uint8_t before[JOURNAL_HASH_SIZE],
    bool *ret_is_link, struct journal_error *ret_error);

/* Readies STATEMENT_EACH_ROW or _EACH_ROW_BACK for rows of an instance with
 * from <= seq <= to. JOURNAL_OK, or as statement_get(). */
enum journal_status row_select(struct journal *journal, bool reverse,
    int64_t instance, uint64_t from, uint64_t to, sqlite3_stmt **ret_statement,
    struct journal_error *ret_error);

/* The hash that the chain of an instance has at seq, which is that before its
 * first row for first_seq - 1. JOURNAL_OK; _DAMAGED: there is no such row;
 * _FAILED. */
enum journal_status row_hash_at(struct journal *journal,
    const struct instance_record *record, uint64_t seq,
    uint8_t ret_hash[JOURNAL_HASH_SIZE], struct journal_error *ret_error);

#endif
