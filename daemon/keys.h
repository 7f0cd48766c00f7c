/* SPDX-License-Identifier: BSD-2-Clause */
/* The request keys of changes that are not on disk yet. Once they are, the
 * journal has them; until then a request that comes again under one waits for
 * its batch, and then asks the journal. */
#ifndef DAEMON_KEYS_H
#define DAEMON_KEYS_H

#include "daemon/commit.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct keys;

/* commit outlives it. */
struct keys *keys_new(struct commit *commit);

void keys_free(struct keys *keys);

/* Something was done to the instance of that name under a key that keys does
 * not have, and is in the open batch. Forgotten when that batch is durable or
 * lost. */
void keys_add(
    struct keys *keys, const char *name, const void *key, size_t key_size);

/* The number of the batch in which something was done under that key. False:
 * in none that is still to be written. */
bool keys_find(const struct keys *keys, const char *name, const void *key,
    size_t key_size, uint64_t *ret_batch);

#endif
