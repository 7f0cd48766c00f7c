/* SPDX-License-Identifier: BSD-2-Clause */
/* Outcomes in words: for the view, and for the sentences about a replay that
 * differs. */
#ifndef STORAGE_OUTCOME_NAME_H
#define STORAGE_OUTCOME_NAME_H

#include "engine/op.h"

#include <stddef.h>

/* One row for each status that history can hold: "ok", "ENOMEM", "EBUSY". Ends
 * with a NULL name. */
struct outcome_name {
	const char *name;
	enum mb_status status;
};
extern const struct outcome_name outcome_names[];

/* Whether history can hold that status: done, or refused by the model. */
bool outcome_is_history(int status);

/* "ok at 0x1000", "ENOMEM", "ok with warnings 0x1"; cut to size. */
void outcome_describe(
    const struct outcome *outcome, char *ret_text, size_t size);

#endif
