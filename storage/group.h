/* SPDX-License-Identifier: BSD-2-Clause */
/* Device trees that groups of rows were led to by, as statements read them. */
#ifndef STORAGE_GROUP_H
#define STORAGE_GROUP_H

#include <sqlite3.h>
#include <stdbool.h>

/* Whether the tree of the group that a statement of STATEMENT_LAST_GROUP,
 * _GROUP_CONTENT or _EACH_GROUP stands on is there, and what its hash says. */
bool group_is_whole(sqlite3_stmt *statement);

#endif
