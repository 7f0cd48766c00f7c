/* SPDX-License-Identifier: BSD-2-Clause */
/* What memblockctl says about itself, out of the tables of its commands and
 * options. */
#ifndef CLIENT_CTL_HELP_H
#define CLIENT_CTL_HELP_H

#include "client/ctl_commands.h"

/* Every command in a line, and the options that all take. */
void ctl_help_overview(FILE *out);

/* One command: its usage, what it does, its options, an example. */
void ctl_help_command(const struct ctl_command *command, FILE *out);

#endif
