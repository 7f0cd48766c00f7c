/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/fault/holdings.h"

#include "storage/failure.h"
#include "storage/journal_history.h"
#include "storage/journal_verify.h"
#include "storage/statement.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static bool collect(void *arg, const struct journal_instance *instance)
{
	struct lives *lives = arg;

	assert(lives->count < HOLDINGS_MAX && instance->id >= 1 &&
	       instance->id <= HOLDINGS_MAX);
	lives->of[lives->count++] = *instance;
	return true;
}

enum journal_status holdings_list(struct journal *journal,
    struct lives *ret_lives, struct journal_error *ret_error)
{
	ret_lives->count = 0;
	return journal_each_instance(journal, collect, ret_lives, ret_error);
}

/* ---- how a life began and stands ---- */

static enum journal_status load_end(struct journal *journal,
    struct holding *holding, struct memblock **ret_mb,
    struct journal_error *ret_error)
{
	struct journal_state state;
	enum journal_status status;

	status = journal_load(journal, holding->id, &state, ret_error);
	if (status != JOURNAL_OK)
		return status;
	holding->seq = state.seq;
	memcpy(holding->hash, state.hash, sizeof(holding->hash));
	holdings_layout(state.mb, holding->layout);
	*ret_mb = state.mb;
	return JOURNAL_OK;
}

static enum journal_status load_beginning(struct journal *journal,
    struct holding *holding, struct journal_error *ret_error)
{
	struct journal_state state;
	enum journal_status status;

	status = journal_load_at(
	    journal, holding->id, holding->first_seq - 1, &state, ret_error);
	if (status != JOURNAL_OK)
		return status;
	memcpy(holding->first_hash, state.hash, sizeof(holding->first_hash));
	holdings_layout(state.mb, holding->first_layout);
	memblock_destroy(state.mb);
	return JOURNAL_OK;
}

static enum journal_status load_origin(struct journal *journal,
    struct holding *holding, struct journal_error *ret_error)
{
	struct journal_origin origin;
	enum journal_status status;
	bool is_copy;

	status = journal_find_origin(
	    journal, holding->id, &is_copy, &origin, ret_error);
	if (status == JOURNAL_OK && is_copy)
		holdings_origin(&origin, holding->origin);
	return status;
}

static enum journal_status load(struct journal *journal,
    const struct journal_instance *life, struct holding *ret_holding,
    struct memblock **ret_mb, struct journal_error *ret_error)
{
	enum journal_status status;

	memset(ret_holding, 0, sizeof(*ret_holding));
	ret_holding->id = life->id;
	ret_holding->alive = life->destroyed_us == 0;
	ret_holding->first_seq = life->first_seq;
	status = load_origin(journal, ret_holding, ret_error);
	if (status == JOURNAL_OK)
		status = load_beginning(journal, ret_holding, ret_error);
	if (status == JOURNAL_OK)
		status = load_end(journal, ret_holding, ret_mb, ret_error);
	return status;
}

enum journal_status holding_load(struct journal *journal,
    const struct journal_instance *life, struct holding *ret_holding,
    struct journal_error *ret_error)
{
	enum journal_status status;
	struct memblock *mb;

	status = load(journal, life, ret_holding, &mb, ret_error);
	if (status == JOURNAL_OK)
		memblock_destroy(mb);
	return status;
}

/* ---- what else there is to a life ---- */

/* The live model is the one that was just loaded: verify then compares what
 * snapshots and rows after them give with what all rows give. */
static enum journal_status verify(struct journal *journal,
    const struct holding *holding, const struct memblock *mb,
    struct journal_error *ret_error)
{
	struct journal_verdict verdict;
	enum journal_status status;

	status = journal_verify(
	    journal, holding->id, holding->seq, mb, &verdict, ret_error);
	if (status == JOURNAL_OK && !verdict.identical)
		return failure(JOURNAL_DIFFERS, ret_error,
		    "verify of instance %lld at seq %llu: %.200s; %.200s",
		    (long long)holding->id,
		    (unsigned long long)verdict.difference_seq, verdict.journal,
		    verdict.replay);
	return status;
}

/* What was compacted away is refused. */
static enum journal_status check_not_kept(struct journal *journal,
    const struct holding *holding, struct journal_error *ret_error)
{
	struct journal_state state;
	enum journal_status status;

	if (holding->first_seq == 1)
		return JOURNAL_OK;
	status = journal_load_at(
	    journal, holding->id, holding->first_seq - 2, &state, ret_error);
	if (status == JOURNAL_NOT_FOUND)
		return JOURNAL_OK;
	if (status != JOURNAL_OK)
		return status;
	memblock_destroy(state.mb);
	return failure(JOURNAL_DIFFERS, ret_error,
	    "instance %lld is served at seq %llu, which is not kept",
	    (long long)holding->id, (unsigned long long)holding->first_seq - 2);
}

/* Where the groups of a life begin. */
struct groups {
	uint64_t at[64];
	size_t count;
};

static bool note_group(void *arg, const struct journal_row *row)
{
	struct groups *groups = arg;

	if (row->group == row->seq && groups->count < 64)
		groups->at[groups->count++] = row->seq;
	return true;
}

/* A group has a device tree or, if it was an atomic one, none. */
static enum journal_status read_tree(struct journal *journal, int64_t id,
    uint64_t seq, uint8_t trees[JOURNAL_HASH_SIZE],
    struct journal_error *ret_error)
{
	enum journal_status status;
	bool with_options, without;
	struct journal_tree tree;

	status = journal_find_tree(journal, id, seq, &tree, ret_error);
	if (status != JOURNAL_OK)
		return status == JOURNAL_NOT_FOUND ? JOURNAL_OK : status;
	status = journal_group_is_of(journal, id, seq, tree.content, tree.size,
	    holdings_options, &with_options, ret_error);
	if (status == JOURNAL_OK)
		status = journal_group_is_of(journal, id, seq, tree.content,
		    tree.size, NULL, &without, ret_error);
	if (status == JOURNAL_OK && with_options == without)
		status = failure(JOURNAL_DIFFERS, ret_error,
		    "the group at seq %llu of instance %lld has options that "
		    "it never had",
		    (unsigned long long)seq, (long long)id);
	if (status == JOURNAL_OK)
		holdings_add_tree(
		    trees, seq, tree.content, tree.size, tree.options);
	journal_tree_clear(&tree);
	return status;
}

static enum journal_status read_trees(struct journal *journal, int64_t id,
    uint8_t trees[JOURNAL_HASH_SIZE], struct journal_error *ret_error)
{
	struct groups groups = {.count = 0};
	enum journal_status status;
	size_t i;

	status = journal_each_row(
	    journal, id, 1, INT64_MAX, false, note_group, &groups, ret_error);
	for (i = 0; i < groups.count && status == JOURNAL_OK; i++)
		status = read_tree(journal, id, groups.at[i], trees, ret_error);
	return status;
}

static enum journal_status read_life(struct journal *journal,
    const struct journal_instance *life, struct holdings *holdings,
    struct journal_error *ret_error)
{
	const size_t at = (size_t)life->id - 1;
	struct holding *holding = &holdings->of[at];
	enum journal_status status;
	struct memblock *mb;

	status = load(journal, life, holding, &mb, ret_error);
	if (status != JOURNAL_OK)
		return status;
	status = verify(journal, holding, mb, ret_error);
	memblock_destroy(mb);
	if (status == JOURNAL_OK)
		status = check_not_kept(journal, holding, ret_error);
	if (status == JOURNAL_OK)
		status = read_trees(
		    journal, life->id, holdings->trees[at], ret_error);
	return status;
}

/* ---- names and keys ---- */

static enum journal_status read_key(struct journal *journal, size_t name,
    size_t number, struct holding_key *key, struct journal_error *ret_error)
{
	uint8_t bytes[HOLDINGS_KEY_SIZE];
	struct journal_key_use use;
	enum journal_status status;

	holdings_key(number, bytes);
	status = journal_find_key(journal, holdings_names[name], bytes,
	    sizeof(bytes), &use, ret_error);
	if (status == JOURNAL_NOT_FOUND)
		return JOURNAL_OK;
	if (status == JOURNAL_OK)
		*key = (struct holding_key){
		    use.instance.id, (uint64_t)use.kind, use.seq};
	return status;
}

static enum journal_status read_name(struct journal *journal, size_t name,
    struct holdings *holdings, struct journal_error *ret_error)
{
	struct journal_instance instance;
	enum journal_status status;
	size_t i;

	status = journal_find_instance(
	    journal, holdings_names[name], &instance, ret_error);
	if (status == JOURNAL_OK)
		holdings->living[name] = instance.id;
	if (status == JOURNAL_NOT_FOUND)
		status = JOURNAL_OK;
	for (i = 0; i < HOLDINGS_KEYS && status == JOURNAL_OK; i++)
		status = read_key(
		    journal, name, i, &holdings->keys[name][i], ret_error);
	return status;
}

/* ---- all of it ---- */

/* Rows of lives that are not there, or that they do not keep any more, unless
 * they are noted to be deleted yet; device trees that nothing was led to by. */
static const char strays[] =
    "WITH l AS (SELECT instance FROM leftover)"
    " SELECT (SELECT count(*) FROM operation AS o LEFT JOIN instance AS i"
    "  ON id = instance WHERE instance NOT IN l AND (id IS NULL OR"
    "  o.seq NOT BETWEEN first_seq AND i.seq))"
    " + (SELECT count(*) FROM snapshot AS s LEFT JOIN instance AS i"
    "  ON id = instance WHERE instance NOT IN l AND (id IS NULL OR"
    "  s.seq NOT BETWEEN first_seq - 1 AND i.seq))"
    " + (SELECT count(*) FROM operation_group AS g LEFT JOIN instance AS i"
    "  ON id = instance WHERE instance NOT IN l AND (id IS NULL OR"
    "  g.seq NOT BETWEEN first_seq AND i.seq))"
    " + (SELECT count(*) FROM blob WHERE NOT EXISTS (SELECT * FROM l) AND"
    "  sha256 NOT IN (SELECT blob FROM operation_group))";

static enum journal_status check_strays(
    struct journal *journal, struct journal_error *ret_error)
{
	enum journal_status status = JOURNAL_OK;
	sqlite3_stmt *statement;

	if (sqlite3_prepare_v2(journal->db, strays, -1, &statement, NULL) !=
	    SQLITE_OK)
		return statement_failure(journal, ret_error);
	if (sqlite3_step(statement) != SQLITE_ROW)
		status = statement_failure(journal, ret_error);
	else if (sqlite3_column_int64(statement, 0) != 0)
		status = failure(JOURNAL_DIFFERS, ret_error,
		    "%lld rows of tables are nobody's",
		    (long long)sqlite3_column_int64(statement, 0));
	sqlite3_finalize(statement);
	return status;
}

enum journal_status holdings_read(struct journal *journal,
    struct holdings *ret_holdings, struct journal_error *ret_error)
{
	struct holdings holdings;
	enum journal_status status;
	struct lives lives;
	size_t i;

	memset(&holdings, 0, sizeof(holdings));
	status = holdings_list(journal, &lives, ret_error);
	for (i = 0; i < lives.count && status == JOURNAL_OK; i++)
		status = read_life(journal, &lives.of[i], &holdings, ret_error);
	for (i = 0; i < HOLDINGS_NAMES && status == JOURNAL_OK; i++)
		status = read_name(journal, i, &holdings, ret_error);
	if (status == JOURNAL_OK)
		status = check_strays(journal, ret_error);
	if (status == JOURNAL_OK)
		*ret_holdings = holdings;
	return status;
}
