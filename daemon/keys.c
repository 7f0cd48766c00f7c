/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/keys.h"

#include "daemon/memory.h"

#include <assert.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

struct key {
	TAILQ_ENTRY(key) link;
	uint64_t batch;
	char name[JOURNAL_NAME_MAX + 1];
	uint8_t bytes[JOURNAL_KEY_MAX];
	size_t size;
};

struct keys {
	struct commit *commit;
	void *tree; /* of struct key, as tsearch() keeps it */
	TAILQ_HEAD(keys_in_order, key) in_order; /* of their batches */
};

static int compare(const void *a, const void *b)
{
	const struct key *left = a, *right = b;
	const int names = strcmp(left->name, right->name);

	if (names != 0)
		return names;
	if (left->size != right->size)
		return left->size < right->size ? -1 : 1;
	return memcmp(left->bytes, right->bytes, left->size);
}

static void fill(
    struct key *key, const char *name, const void *bytes, size_t size)
{
	assert(strlen(name) <= JOURNAL_NAME_MAX);
	assert(size <= JOURNAL_KEY_MAX);
	strcpy(key->name, name);
	memcpy(key->bytes, bytes, size);
	key->size = size;
}

struct keys *keys_new(struct commit *commit)
{
	struct keys *keys = memory_zeroed(1, sizeof(*keys));

	keys->commit = commit;
	TAILQ_INIT(&keys->in_order);
	return keys;
}

static void drop_first(struct keys *keys)
{
	struct key *key = TAILQ_FIRST(&keys->in_order);

	tdelete(key, &keys->tree, compare);
	TAILQ_REMOVE(&keys->in_order, key, link);
	free(key);
}

void keys_free(struct keys *keys)
{
	while (!TAILQ_EMPTY(&keys->in_order))
		drop_first(keys);
	free(keys);
}

/* A batch was written or lost, and every one before it. */
static void on_settled(void *arg, bool durable)
{
	struct keys *keys = arg;
	const uint64_t settled = commit_durable(keys->commit);
	const struct key *first;

	(void)durable;
	while ((first = TAILQ_FIRST(&keys->in_order)) != NULL &&
	       first->batch <= settled)
		drop_first(keys);
}

void keys_add(
    struct keys *keys, const char *name, const void *bytes, size_t size)
{
	const uint64_t batch = commit_number(keys->commit);
	struct key *key = memory_zeroed(1, sizeof(*key));
	struct key *last, **place;

	fill(key, name, bytes, size);
	key->batch = batch;
	place = memory_need(tsearch(key, &keys->tree, compare));
	assert(*place == key);
	last = TAILQ_LAST(&keys->in_order, keys_in_order);
	TAILQ_INSERT_TAIL(&keys->in_order, key, link);
	if (last == NULL || last->batch != batch)
		commit_then(keys->commit, batch, on_settled, keys);
}

bool keys_find(const struct keys *keys, const char *name, const void *bytes,
    size_t size, uint64_t *ret_batch)
{
	struct key wanted, *const *found;

	fill(&wanted, name, bytes, size);
	found = tfind(&wanted, &keys->tree, compare);
	if (found == NULL)
		return false;
	*ret_batch = (*found)->batch;
	return true;
}
