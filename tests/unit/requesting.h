/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: what a command line of memblockctl makes a request of. */
#ifndef TESTS_UNIT_REQUESTING_H
#define TESTS_UNIT_REQUESTING_H

#include "client/ctl_commands.h"
#include "client/request.h"

#define OPERATION(NAME) MEMBLOCK__V1__REQUEST__OPERATION_##NAME

extern struct ctl_error error; /* of the last line that made none */

/* The request of a line with words between single blanks. NULL: it makes none.
 * The caller's to free. */
struct mbc_request *requesting(const char *line);

/* Expects one of that operation. */
struct mbc_request *expect_request(
    const char *line, Memblock__V1__Request__OperationCase operation);

#endif
