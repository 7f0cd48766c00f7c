/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/fault/ledger.h"

#include <assert.h>
#include <string.h>

struct ledger_life *ledger_begin(struct ledger *ledger, size_t name)
{
	struct ledger_life *life = &ledger->lives[ledger->count++];

	assert(ledger->count <= HOLDINGS_MAX);
	life->id = (int64_t)ledger->count;
	life->name = name;
	life->alive = true;
	life->first_seq = 1;
	life->created_key = life->destroyed_key = LEDGER_NO_KEY;
	life->rows[0].key = LEDGER_NO_KEY;
	return life;
}

struct ledger_row *ledger_add_row(struct ledger_life *life)
{
	struct ledger_row *row = &life->rows[++life->seq];

	assert(life->seq < LEDGER_ROWS);
	row->key = LEDGER_NO_KEY;
	return row;
}

struct ledger_life *ledger_import(
    struct ledger *ledger, const struct ledger_life *source, size_t name)
{
	struct ledger_life *life = ledger_begin(ledger, name);

	life->is_copy = source->is_copy;
	life->origin = source->origin;
	life->origin.instance = 0;
	life->first_seq = source->first_seq;
	life->seq = source->seq;
	memcpy(life->rows, source->rows, sizeof(life->rows));
	return life;
}

uint64_t ledger_cut(const struct ledger_life *life, uint64_t seq)
{
	uint64_t group;

	assert(seq + 1 >= life->first_seq && seq <= life->seq);
	if (seq == life->seq)
		return seq;
	group = life->rows[seq + 1].group;
	return group == 0 || group > seq ? seq : group - 1;
}

/* ---- keys ---- */

static void sum_keys(const struct ledger_life *life, struct holding_key *keys)
{
	uint64_t seq;

	if (life->created_key != LEDGER_NO_KEY)
		keys[life->created_key] =
		    (struct holding_key){life->id, JOURNAL_KEY_CREATE, 0};
	if (life->destroyed_key != LEDGER_NO_KEY)
		keys[life->destroyed_key] =
		    (struct holding_key){life->id, JOURNAL_KEY_DESTROY, 0};
	for (seq = life->first_seq; seq <= life->seq; seq++)
		if (life->rows[seq].key != LEDGER_NO_KEY)
			keys[life->rows[seq].key] = (struct holding_key){
			    life->id, JOURNAL_KEY_ROW, seq};
}

bool ledger_life_has_key(const struct ledger_life *life, size_t key)
{
	struct holding_key keys[HOLDINGS_KEYS] = {{0}};

	sum_keys(life, keys);
	return keys[key].id != 0;
}

bool ledger_has_key(const struct ledger *ledger, size_t name, size_t key)
{
	size_t i;

	for (i = 0; i < ledger->count; i++)
		if (ledger->lives[i].id != 0 && ledger->lives[i].name == name &&
		    ledger_life_has_key(&ledger->lives[i], key))
			return true;
	return false;
}

/* ---- all of it ---- */

static void sum_life(
    const struct ledger_life *life, struct holding *holding, uint8_t *trees)
{
	const struct ledger_row *before = &life->rows[life->first_seq - 1];
	const struct ledger_row *last = &life->rows[life->seq];
	uint64_t seq;

	holding->id = life->id;
	holding->alive = life->alive;
	holding->first_seq = life->first_seq;
	holding->seq = life->seq;
	if (life->is_copy)
		holdings_origin(&life->origin, holding->origin);
	memcpy(holding->first_hash, before->hash, JOURNAL_HASH_SIZE);
	memcpy(holding->first_layout, before->layout, JOURNAL_HASH_SIZE);
	memcpy(holding->hash, last->hash, JOURNAL_HASH_SIZE);
	memcpy(holding->layout, last->layout, JOURNAL_HASH_SIZE);
	for (seq = life->first_seq; seq <= life->seq; seq++)
		if (life->rows[seq].tree != NULL)
			holdings_add_tree(trees, seq, life->rows[seq].tree,
			    life->rows[seq].tree_size, life->rows[seq].options);
}

/* Of several lives that know a key the latest counts. */
void ledger_sum(const struct ledger *ledger, struct holdings *ret_holdings)
{
	size_t i;

	memset(ret_holdings, 0, sizeof(*ret_holdings));
	for (i = 0; i < ledger->count; i++) {
		const struct ledger_life *life = &ledger->lives[i];

		if (life->id == 0)
			continue;
		sum_life(life, &ret_holdings->of[i], ret_holdings->trees[i]);
		sum_keys(life, ret_holdings->keys[life->name]);
		if (life->alive)
			ret_holdings->living[life->name] = life->id;
	}
}
