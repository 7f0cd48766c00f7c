/* SPDX-License-Identifier: BSD-2-Clause */
/* What somebody may have meant. */
#ifndef CLIENT_CTL_NEAREST_H
#define CLIENT_CTL_NEAREST_H

#include <stddef.h>

/* The name that takes the fewest changes of a letter from word, the first of
 * several; NULL when none is near: more than two changes, or as many as half
 * of the letters. */
const char *ctl_nearest(
    const char *word, const char *const *names, size_t count);

#endif
