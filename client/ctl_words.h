/* SPDX-License-Identifier: BSD-2-Clause */
/* A line of a batch, taken apart as a shell would: words between blanks, '…'
 * as it stands, "…" with \" and \\ in it, \ before any other character for
 * itself, and # at the head of a word for a comment to the end of the line. */
#ifndef CLIENT_CTL_WORDS_H
#define CLIENT_CTL_WORDS_H

#include "client/ctl_error.h"

#include <stddef.h>

/* More words than any command has. */
#define CTL_WORDS_MAX 64

/* Takes line apart in place: the words point into it. None is fine. False: a
 * quote is left open, a \ has nothing behind it, or there are more than
 * CTL_WORDS_MAX words. */
bool ctl_split_words(char *line, const char *ret_words[CTL_WORDS_MAX],
    size_t *ret_count, struct ctl_error *error);

#endif
