/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether what was done under a request key is found under it: through the
 * indices that the one who asks whether a key is new goes by. One that lost an
 * entry would have it done twice.
 *
 * Each answers JOURNAL_OK, _DAMAGED with a finding, or _FAILED. */
#ifndef STORAGE_VERIFY_KEYS_H
#define STORAGE_VERIFY_KEYS_H

#include "storage/replay.h"

/* Whether the instance is among those of its name. */
enum journal_status verify_name(
    struct replay *replay, struct journal_error *ret_error);

/* Whether the row is the one of its key; one without a key is. */
enum journal_status verify_key(struct replay *replay,
    const struct journal_row *row, struct journal_error *ret_error);

#endif
