/* SPDX-License-Identifier: BSD-2-Clause */
/* The device tree that an instance was loaded or booted from last, and the rows
 * that it led to. On a history thread. */
#ifndef DAEMON_RESERVED_GROUP_H
#define DAEMON_RESERVED_GROUP_H

#include "storage/journal.h"

#include "engine/boot_recall.h"
#include "engine/devicetree.h"

struct reserved_group {
	uint64_t seq; /* that it begins at, in the instance that it is in */
	struct boot_row *rows;
	size_t count, room;
	struct devicetree *tree;
};

/* Finds the last that begins at seq or before it: of the instance or, where it
 * has none, of the one that it is a copy of, as far as that went then, and so
 * on. Of a group in the middle of which that is, the rows up to there.
 * JOURNAL_OK: the caller's to clear; _NOT_FOUND: there is none, or none is kept
 * (a sentence without the instance's name says which); _DAMAGED, _FAILED. */
enum journal_status reserved_group_find(struct journal *journal,
    int64_t instance, uint64_t seq, struct reserved_group *ret_group,
    struct journal_error *ret_error);

/* Frees what it has. */
void reserved_group_clear(struct reserved_group *group);

#endif
