/* SPDX-License-Identifier: BSD-2-Clause */
/* What the commands print for programs: one JSON object a line. Large ones are
 * written as they are walked, so that none is ever in memory twice. */
#ifndef CLIENT_CTL_JSON_H
#define CLIENT_CTL_JSON_H

#include "client/ctl_commands.h"

#include <jansson.h>

/* The whole line for an answer; for a part of a log what is new in it, and the
 * end of the line with the last part. */
void ctl_json_answer(
    struct ctl_call *call, const struct mbc_answer *answer, FILE *out);

/* The whole line for a call that could not be asked. */
void ctl_json_failure(const struct ctl_call *call, FILE *out);

/* An entry of a log: what its line has between the brackets. */
json_t *ctl_json_entry(const struct mbc_entry *entry);

/* What single commands add to it, for the table of commands. */
void ctl_json_list(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out);
void ctl_json_info(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out);
void ctl_json_origin(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out);
void ctl_json_range(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out);
void ctl_json_dump(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out);
void ctl_json_steps(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out);
void ctl_json_verdict(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out);
void ctl_json_ping(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out);
void ctl_json_version(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out);

#endif
