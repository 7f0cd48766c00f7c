/* SPDX-License-Identifier: BSD-2-Clause */
/* An operation done to an instance: applied to its model, written down. */
#ifndef DAEMON_CHANGE_H
#define DAEMON_CHANGE_H

#include "daemon/command.h"

/* Whether an outcome is part of history: done, or refused by the model. */
bool change_is_history(enum mb_status status);

/* Adds the row of an operation that was applied to the instance's model to the
 * open batch, and moves the instance on to it. group is the seq of its group's
 * first row, 0 outside of groups, and tree what led to it, NULL for nothing;
 * that first row has the tree, and the request's key. */
void change_record(struct request *request, const struct op *op,
    const struct outcome *outcome, const char *label, uint64_t group,
    const struct journal_tree_seal *tree);

/* Sends what came of an operation, as the answer to the request. */
enum command_end change_answer(struct request *request, const struct op *op,
    const struct outcome *outcome);

/* Adds a snapshot to the open batch if one is due. The model stands as the last
 * row recorded left it. */
void change_take_snapshot_if_due(struct request *request);

#endif
