/* SPDX-License-Identifier: BSD-2-Clause */
/* A record of a history as a line of JSON, and back: a HistoryRecord of the
 * .proto with its fields under their names there, so that no kind of operation
 * needs code of its own. docs/history.md describes it. */
#ifndef CLIENT_CTL_RECORD_H
#define CLIENT_CTL_RECORD_H

#include "client/ctl_error.h"

#include <stddef.h>

/* The line of a packed record, without a newline; the caller's to free. NULL:
 * it is no record, or there is no memory. */
char *ctl_record_line(const void *record, size_t size);

/* The record of a line, packed; the caller's to free. False: the line is none,
 * and error says why. */
bool ctl_record_parse(const char *line, void **ret_record, size_t *ret_size,
    struct ctl_error *error);

#endif
