/* SPDX-License-Identifier: BSD-2-Clause */
/* The records of an import, taken in one after the other: whether they are a
 * history, from its head to its end. Used by one thread at a time. */
#ifndef DAEMON_IMPORT_RECORDS_H
#define DAEMON_IMPORT_RECORDS_H

#include "daemon/answer.h"
#include "daemon/config.h"
#include "storage/journal_import.h"

struct import_records;

/* No records yet. limits are read now. */
struct import_records *import_records_new(const struct limits *limits);

void import_records_free(struct import_records *records);

/* Takes a part. False: refused with *ret_code, and *ret_error is one sentence,
 * beginning with the number of the record; what was taken is good for nothing
 * any more. */
bool import_records_take(struct import_records *records,
    const Memblock__V1__Import *part, answer_code *ret_code,
    struct journal_error *ret_error);

/* What all of them came to, once the last part was taken; theirs. */
struct journal_import *import_records_all(struct import_records *records);

/* How many operations there were. */
uint64_t import_records_operations(const struct import_records *records);

#endif
