/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/fault/holdings.h"

#include "storage/digest.h"
#include "storage/snapshot.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const holdings_names[HOLDINGS_NAMES] = {
    "board0", "board1", "board2", "board3"};

const char holdings_options[] = "--arch arm64";

/* With a NUL in it, and a byte that is in no text. */
void holdings_key(size_t number, uint8_t ret_key[HOLDINGS_KEY_SIZE])
{
	memcpy(ret_key, "\0key \xff  ", HOLDINGS_KEY_SIZE);
	ret_key[HOLDINGS_KEY_SIZE - 1] = (uint8_t)number;
}

/* ---- digests ---- */

void holdings_layout(
    const struct memblock *mb, uint8_t ret_layout[JOURNAL_HASH_SIZE])
{
	const size_t size = snapshot_size(mb);
	uint8_t *bytes = malloc(size);

	assert(bytes != NULL);
	snapshot_write(mb, bytes);
	digest_bytes(bytes, size, ret_layout);
	free(bytes);
}

void holdings_origin(
    const struct journal_origin *origin, uint8_t ret_origin[JOURNAL_HASH_SIZE])
{
	struct journal_origin plain;

	memset(&plain, 0, sizeof(plain)); /* what is between its members, too */
	strcpy(plain.name, origin->name);
	plain.instance = origin->instance;
	plain.seq = origin->seq;
	memcpy(plain.hash, origin->hash, sizeof(plain.hash));
	digest_bytes(&plain, sizeof(plain), ret_origin);
}

void holdings_add_tree(uint8_t trees[JOURNAL_HASH_SIZE], uint64_t seq,
    const void *tree, size_t size, const char *options)
{
	struct {
		uint8_t before[JOURNAL_HASH_SIZE], tree[JOURNAL_HASH_SIZE];
		uint64_t seq, has_options;
	} all = {.seq = seq, .has_options = options != NULL};

	memcpy(all.before, trees, sizeof(all.before));
	digest_bytes(tree, size, all.tree);
	digest_bytes(&all, sizeof(all), trees);
}

/* ---- comparing ---- */

bool holdings_same(const struct holdings *a, const struct holdings *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

bool holdings_same_lives(const struct holdings *a, const struct holdings *b)
{
	return memcmp(a->of, b->of, sizeof(a->of)) == 0;
}

static bool say(char *text, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Answers true. */
static bool say(char *text, size_t size, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, size, format, arguments);
	va_end(arguments);
	return true;
}

static bool tell_life(const struct holding *found, const struct holding *wanted,
    char *text, size_t size)
{
	const long long id =
	    (long long)(found->id != 0 ? found->id : wanted->id);
	const char *what = "where it came from";

	if (memcmp(found, wanted, sizeof(*found)) == 0)
		return false;
	if (found->id != wanted->id)
		return say(text, size, "instance %lld %s", id,
		    found->id == 0 ? "is not there" : "is there");
	if (found->alive != wanted->alive)
		return say(text, size, "instance %lld is %s", id,
		    found->alive ? "alive" : "destroyed");
	if (found->seq != wanted->seq || found->first_seq != wanted->first_seq)
		return say(text, size,
		    "instance %lld has seqs %llu to %llu, not %llu to %llu", id,
		    (unsigned long long)found->first_seq,
		    (unsigned long long)found->seq,
		    (unsigned long long)wanted->first_seq,
		    (unsigned long long)wanted->seq);
	if (memcmp(found->first_hash, wanted->first_hash,
		sizeof(found->first_hash)) != 0)
		what = "the hash it begins with";
	else if (memcmp(found->first_layout, wanted->first_layout,
		     sizeof(found->first_layout)) != 0)
		what = "the layout it begins with";
	else if (memcmp(found->hash, wanted->hash, sizeof(found->hash)) != 0)
		what = "its hash";
	else if (memcmp(found->layout, wanted->layout, sizeof(found->layout)) !=
		 0)
		what = "its layout";
	return say(text, size, "of instance %lld %s is another", id, what);
}

static bool tell_key(const struct holdings *found,
    const struct holdings *wanted, size_t name, size_t key, char *text,
    size_t size)
{
	const struct holding_key *is = &found->keys[name][key];
	const struct holding_key *was = &wanted->keys[name][key];

	if (memcmp(is, was, sizeof(*is)) == 0)
		return false;
	return say(text, size,
	    "key %zu on %s leads to instance %lld seq %llu (kind %llu), not "
	    "to %lld seq %llu (kind %llu)",
	    key, holdings_names[name], (long long)is->id,
	    (unsigned long long)is->seq, (unsigned long long)is->kind,
	    (long long)was->id, (unsigned long long)was->seq,
	    (unsigned long long)was->kind);
}

static bool tell_name(const struct holdings *found,
    const struct holdings *wanted, size_t name, char *text, size_t size)
{
	size_t key;

	if (found->living[name] != wanted->living[name])
		return say(text, size, "%s is instance %lld, not %lld",
		    holdings_names[name], (long long)found->living[name],
		    (long long)wanted->living[name]);
	for (key = 0; key < HOLDINGS_KEYS; key++)
		if (tell_key(found, wanted, name, key, text, size))
			return true;
	return false;
}

void holdings_difference(const struct holdings *found,
    const struct holdings *wanted, char *ret_text, size_t size)
{
	size_t i;

	for (i = 0; i < HOLDINGS_MAX; i++) {
		if (tell_life(&found->of[i], &wanted->of[i], ret_text, size))
			return;
		if (memcmp(found->trees[i], wanted->trees[i],
			sizeof(found->trees[i])) != 0) {
			say(ret_text, size,
			    "the device trees of instance %zu are others",
			    i + 1);
			return;
		}
	}
	for (i = 0; i < HOLDINGS_NAMES; i++)
		if (tell_name(found, wanted, i, ret_text, size))
			return;
	say(ret_text, size, "nothing differs");
}
