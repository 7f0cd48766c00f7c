/* SPDX-License-Identifier: BSD-2-Clause */
/* From a command line to its request: the functions of the rows in the table
 * of commands, each for the command in its name. They read the arguments; the
 * options are set by ctl_make_request(). NULL with a sentence in error when an
 * argument makes no sense, and without one when there is no memory. */
#ifndef CLIENT_CTL_REQUESTS_H
#define CLIENT_CTL_REQUESTS_H

#include "client/ctl_options.h"

typedef struct mbc_request *ctl_make_fn(
    const struct ctl_line *line, struct ctl_error *error);

ctl_make_fn ctl_make_ranges, ctl_make_query, ctl_make_blame, ctl_make_diff;
ctl_make_fn ctl_make_clone, ctl_make_compact, ctl_make_explain;
ctl_make_fn ctl_make_create, ctl_make_list, ctl_make_info, ctl_make_destroy,
    ctl_make_add, ctl_make_remove, ctl_make_reserve, ctl_make_free,
    ctl_make_alloc, ctl_make_find, ctl_make_mark, ctl_make_clear,
    ctl_make_set_node, ctl_make_trim, ctl_make_limit, ctl_make_cap,
    ctl_make_physmem_add, ctl_make_set, ctl_make_dump, ctl_make_load,
    ctl_make_boot, ctl_make_reserved_memory, ctl_make_log, ctl_make_verify,
    ctl_make_ping, ctl_make_version;

#endif
