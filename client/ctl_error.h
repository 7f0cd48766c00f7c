/* SPDX-License-Identifier: BSD-2-Clause */
/* The sentence that a user of memblockctl reads when something is wrong. */
#ifndef CLIENT_CTL_ERROR_H
#define CLIENT_CTL_ERROR_H

#include <stdbool.h>

#define CTL_ERROR_MAX 640

struct ctl_error {
	char text[CTL_ERROR_MAX]; /* "" when nothing is */
};

/* Writes the sentence, and answers false, for `return ctl_fail(…)`. */
__attribute__((format(printf, 2, 3))) bool ctl_fail(
    struct ctl_error *error, const char *format, ...);

#endif
