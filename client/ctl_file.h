/* SPDX-License-Identifier: BSD-2-Clause */
/* A file that a command takes, all of it. */
#ifndef CLIENT_CTL_FILE_H
#define CLIENT_CTL_FILE_H

#include "client/ctl_error.h"

#include <stddef.h>

/* Longer ones are no device trees; nothing would take them. */
#define CTL_FILE_BYTES_MAX ((size_t)1 << 30)

/* Reads a file. *ret_content is the caller's to free. False: it cannot be
 * read, and error says why. */
bool ctl_read_file(const char *path, char **ret_content, size_t *ret_size,
    struct ctl_error *error);

#endif
