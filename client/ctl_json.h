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

/* Members of such an object: which command, on which instance; what came of
 * it; and its warnings, where there are some. */
json_t *ctl_json_call(const struct ctl_call *call);
void ctl_json_put_outcome(json_t *members, const struct mbc_answer *answer);
json_t *ctl_json_warnings(const struct mbc_answer *answer);

/* What single commands add to it, for the table of commands. */
void ctl_json_list(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out);
void ctl_json_info(
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
