/* SPDX-License-Identifier: BSD-2-Clause */
/* One line of a batch. */
#ifndef CLIENT_CTL_BATCH_LINE_H
#define CLIENT_CTL_BATCH_LINE_H

#include "client/ctl_commands.h"

/* Where a line stands. */
struct ctl_place {
	const char *file;
	size_t line_number;
};

/* Takes a line apart in place: the call points into text. allowed are the
 * global options that it may have; those of them that can be inherited it has
 * from the line of the batch itself where it does not say them. What is wrong
 * with it is kept in the call. False: there is no command on it. */
bool ctl_batch_line(char *text, const struct ctl_place *place,
    const struct ctl_line *batch, ctl_option_set allowed,
    struct ctl_call *ret_call);

#endif
