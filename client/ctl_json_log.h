/* SPDX-License-Identifier: BSD-2-Clause */
/* A log for programs: one object, written part by part. */
#ifndef CLIENT_CTL_JSON_LOG_H
#define CLIENT_CTL_JSON_LOG_H

#include "client/ctl_commands.h"

#include <jansson.h>

/* Writes what is new in a part of a log: the head of the object with the first,
 * its end with the last. */
void ctl_json_log_part(
    struct ctl_call *call, const struct mbc_answer *answer, FILE *out);

/* An entry of a log: what its line has between the brackets. */
json_t *ctl_json_entry(const struct mbc_entry *entry);

/* Where a copy came from, for the table of commands. */
void ctl_json_origin(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out);

#endif
