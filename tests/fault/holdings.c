/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/fault/holdings.h"

#include "storage/digest.h"
#include "storage/failure.h"
#include "storage/journal_verify.h"
#include "storage/snapshot.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool holdings_same(const struct holdings *a, const struct holdings *b)
{
	return a->count == b->count &&
	       memcmp(a->of, b->of, a->count * sizeof(a->of[0])) == 0;
}

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

static bool collect(void *arg, const struct journal_instance *instance)
{
	struct holdings *holdings = arg;
	struct holding *holding = &holdings->of[holdings->count++];

	assert(holdings->count <= HOLDINGS_MAX);
	holding->id = instance->id;
	holding->alive = instance->destroyed_us == 0;
	holding->seq = instance->seq;
	return true;
}

enum journal_status holdings_list(struct journal *journal,
    struct holdings *ret_holdings, struct journal_error *ret_error)
{
	memset(ret_holdings, 0, sizeof(*ret_holdings));
	return journal_each_instance(journal, collect, ret_holdings, ret_error);
}

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

static enum journal_status load(struct journal *journal,
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

enum journal_status holding_load(struct journal *journal,
    struct holding *holding, struct journal_error *ret_error)
{
	enum journal_status status;
	struct memblock *mb;

	status = load(journal, holding, &mb, ret_error);
	if (status == JOURNAL_OK)
		memblock_destroy(mb);
	return status;
}

static enum journal_status load_and_verify(struct journal *journal,
    struct holding *holding, struct journal_error *ret_error)
{
	enum journal_status status;
	struct memblock *mb;

	status = load(journal, holding, &mb, ret_error);
	if (status != JOURNAL_OK)
		return status;
	status = verify(journal, holding, mb, ret_error);
	memblock_destroy(mb);
	return status;
}

enum journal_status holdings_read(struct journal *journal,
    struct holdings *ret_holdings, struct journal_error *ret_error)
{
	struct holdings holdings;
	enum journal_status status;
	size_t i;

	status = holdings_list(journal, &holdings, ret_error);
	for (i = 0; i < holdings.count && status == JOURNAL_OK; i++)
		status = load_and_verify(journal, &holdings.of[i], ret_error);
	if (status == JOURNAL_OK)
		*ret_holdings = holdings;
	return status;
}

void holdings_text(const struct holdings *holdings, char *ret_text, size_t size)
{
	size_t i, used = 0;

	snprintf(ret_text, size, "nothing");
	for (i = 0; i < holdings->count && used < size; i++) {
		const struct holding *holding = &holdings->of[i];

		used += (size_t)snprintf(ret_text + used, size - used,
		    holding->alive ? "%lld@%llu " : "(%lld@%llu) ",
		    (long long)holding->id, (unsigned long long)holding->seq);
	}
}
