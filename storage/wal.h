/* SPDX-License-Identifier: BSD-2-Clause */
/* When the WAL is copied into the file, and how it is kept from growing for
 * ever. */
#ifndef STORAGE_WAL_H
#define STORAGE_WAL_H

#include "storage/statement.h"

/* Pages of 4096 bytes. From the first number on, what can be copied without
 * waiting is copied after each commit; from the second on, readers of earlier
 * commits are waited for: a tenth of a second, and where that was too short, a
 * while later for twice as long. */
#define WAL_COPY_PAGES 4096
#define WAL_WAIT_PAGES 16384

/* A writer's connection does that from now on. */
void wal_bound(struct journal *journal);

#endif
