/* SPDX-License-Identifier: BSD-2-Clause */
/* NAME, NAME@SEQ and NAME@TIME: an instance as it stands, or as it stood. */
#ifndef CLIENT_CTL_MOMENT_H
#define CLIENT_CTL_MOMENT_H

#include "client/ctl_error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ctl_when {
	CTL_NOW,
	CTL_AT_SEQ,  /* after the operation of that seq */
	CTL_AT_TIME, /* after the last operation not later than that */
};

struct ctl_moment {
	enum ctl_when when;
	uint64_t value; /* a seq; or microseconds since 1970, UTC */
};

/* What is typed in a name's place, cut to what can be one and more. */
#define CTL_INSTANCE_MAX 256

/* Takes NAME[@SEQ] apart; the name is checked as ctl_check_name() does. False:
 * a sentence is in error, and ret_instance has what stands before the @. */
bool ctl_parse_instance(const char *word, char ret_instance[CTL_INSTANCE_MAX],
    struct ctl_moment *ret_moment, struct ctl_error *error);

/* A time as RFC 3339 writes it, "2026-01-02T03:04:05.678901Z" or with an offset
 * such as +01:00, in microseconds since 1970; digits beyond them are
 * dropped. */
bool ctl_parse_time(
    const char *word, uint64_t *ret_us, struct ctl_error *error);

#endif
