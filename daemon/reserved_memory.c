/* SPDX-License-Identifier: BSD-2-Clause */
/* reserved-memory: the table that the kernel makes of /reserved-memory, made
 * once more from the tree in the journal and from the rows it led to, on a
 * history thread. */
#include "daemon/command.h"
#include "daemon/memory.h"
#include "daemon/pages.h"
#include "daemon/past.h"
#include "daemon/reserved_group.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reserved {
	struct pages pages;
	char name[JOURNAL_NAME_MAX + 1];
	struct memblock_settings settings;
	struct past_point point;
	uint64_t seq; /* that is told of; of a refusal: where it stands */
	bool begun;
	struct reserved_group group;
	struct reserved_memory table;
	size_t told; /* entries */
	enum journal_status status;
	struct journal_error error;
};

/* ---- the answer ---- */

/* An entry with all that its message points to. */
struct entry {
	Memblock__V1__ReservedEntry message;
	Memblock__V1__ReservedUser *users;
	Memblock__V1__ReservedUser **user_list;
	char **compatible;
};

static void fill_users(
    struct entry *entry, const struct devicetree *tree, size_t node)
{
	Memblock__V1__ReservedEntry *message = &entry->message;
	size_t i;

	entry->users =
	    memory_zeroed(tree->user_count + 1, sizeof(*entry->users));
	entry->user_list =
	    memory_zeroed(tree->user_count + 1, sizeof(*entry->user_list));
	for (i = 0; i < tree->user_count; i++) {
		Memblock__V1__ReservedUser *user =
		    &entry->users[message->n_users];

		if (tree->users[i].reserved != node)
			continue;
		memblock__v1__reserved_user__init(user);
		user->node = tree->users[i].path;
		user->name = tree->users[i].name;
		entry->user_list[message->n_users++] = user;
	}
	message->users = entry->user_list;
}

static void fill_compatible(
    struct entry *entry, const struct devicetree_reserved *node)
{
	Memblock__V1__ReservedEntry *message = &entry->message;
	char *at = node->compatible;
	char *end = at == NULL ? NULL : at + node->compatible_size;

	entry->compatible = memory_zeroed(
	    node->compatible_size + 1, sizeof(*entry->compatible));
	for (; at != end; at += strlen(at) + 1)
		entry->compatible[message->n_compatible++] = at;
	message->compatible = entry->compatible;
}

static void fill_place(Memblock__V1__ReservedEntry *message,
    const struct reserved_entry *entry, const struct devicetree_reserved *node)
{
	message->has_address = message->has_size = 1;
	message->address = entry->base;
	message->size = entry->size;
	message->placement = (char *)reserved_placement_name(entry->placement);
	if (entry->placement != RESERVED_DYNAMIC || !entry->in_alloc_range)
		return;
	message->has_range_address = message->has_range_size = 1;
	message->range_address = node->alloc_ranges[entry->alloc_range].base;
	message->range_size = node->alloc_ranges[entry->alloc_range].size;
}

static void fill_entry(struct entry *to, const struct devicetree *tree,
    const struct reserved_entry *entry)
{
	const struct devicetree_reserved *node = &tree->reserved[entry->node];
	Memblock__V1__ReservedEntry *message = &to->message;

	memblock__v1__reserved_entry__init(message);
	message->node = node->path;
	message->has_phandle = node->has_phandle;
	message->phandle = node->phandle;
	fill_place(message, entry, node);
	message->has_no_map = message->has_reusable = 1;
	message->no_map = node->no_map;
	message->reusable = node->reusable;
	message->use = (char *)reserved_use_name(entry->use);
	if (entry->overlaps)
		message->overlaps = tree->reserved[entry[1].node].path;
	fill_compatible(to, node);
	fill_users(to, tree, entry->node);
}

static void pack(
    struct reserved *reserved, Memblock__V1__ReservedMemoryResult *result)
{
	struct answer answer;

	answer_init(&answer, reserved->pages.id);
	answer_seq(&answer, reserved->seq);
	answer.response.result_case =
	    MEMBLOCK__V1__RESPONSE__RESULT_RESERVED_MEMORY;
	answer.response.reserved_memory = result;
	reserved->pages.last = reserved->told == reserved->table.count;
	pages_pack(&reserved->pages, &answer);
}

/* A part for each: one can have a thousand users. */
static void pack_entry(struct reserved *reserved)
{
	Memblock__V1__ReservedMemoryResult result =
	    MEMBLOCK__V1__RESERVED_MEMORY_RESULT__INIT;
	const struct reserved_memory *table = &reserved->table;
	Memblock__V1__ReservedEntry *list[1];
	struct entry entry = {0};

	if (table->count > 0) {
		fill_entry(&entry, reserved->group.tree,
		    &table->entries[reserved->told++]);
		list[0] = &entry.message;
		result.n_entries = 1;
		result.entries = list;
	}
	pack(reserved, &result);
	free(entry.users);
	free(entry.user_list);
	free(entry.compatible);
}

static void pack_failure(struct reserved *reserved)
{
	struct answer answer;

	answer_init(&answer, reserved->pages.id);
	answer_seq(&answer, reserved->seq);
	past_refuse(
	    &answer, reserved->name, reserved->status, &reserved->error);
	reserved->pages.last = true;
	pages_pack(&reserved->pages, &answer);
}

/* ---- on a history thread ---- */

/* The seq of the point, of which something is kept. */
static enum journal_status find_seq(
    struct reserved *reserved, struct journal *journal, uint64_t *ret_seq)
{
	const int64_t instance = reserved->point.instance;
	struct journal_error *error = &reserved->error;
	struct journal_instance life;
	enum journal_status status;
	uint64_t seq;

	status = past_seq(journal, &reserved->point, &seq, error);
	if (status == JOURNAL_OK)
		status = journal_find_life(journal, instance, &life, error);
	if (status != JOURNAL_OK)
		return status;
	if (seq + 1 < life.first_seq) {
		snprintf(error->text, sizeof(error->text),
		    "seq %" PRIu64 " is not kept any more: the first that is "
		    "kept is %" PRIu64,
		    seq, life.first_seq - 1);
		return JOURNAL_NOT_FOUND;
	}
	*ret_seq = seq;
	return JOURNAL_OK;
}

static void begin(struct reserved *reserved, struct journal *journal)
{
	uint64_t seq;

	reserved->begun = true;
	reserved->status = find_seq(reserved, journal, &seq);
	if (reserved->status == JOURNAL_OK) {
		reserved->seq = seq;
		reserved->status =
		    reserved_group_find(journal, reserved->point.instance, seq,
			&reserved->group, &reserved->error);
	}
	if (reserved->status == JOURNAL_OK)
		boot_recall(reserved->group.tree, &reserved->settings,
		    reserved->group.rows, reserved->group.count,
		    &reserved->table);
}

static void make_page(struct pages *pages, struct journal *journal)
{
	struct reserved *reserved = (struct reserved *)pages;

	if (!reserved->begun)
		begin(reserved, journal);
	if (reserved->status == JOURNAL_OK)
		pack_entry(reserved);
	else
		pack_failure(reserved);
}

/* ---- on the loop ---- */

static void drop(struct pages *pages)
{
	struct reserved *reserved = (struct reserved *)pages;

	reserved_group_clear(&reserved->group);
	free(reserved);
}

enum command_end command_reserved_memory(struct request *request)
{
	const struct past_moment moment = past_moment_of(request->message);
	const struct instance *instance = request->instance;
	struct reserved *reserved;
	struct past_point point;

	if (!past_locate(instance, &moment, &request->answer, &point))
		return COMMAND_ANSWER;
	reserved = memory_zeroed(1, sizeof(*reserved));
	strcpy(reserved->name, instance->row.name);
	reserved->settings = instance->row.settings;
	reserved->point = point;
	reserved->seq = instance->seq;
	reserved->pages.make = make_page;
	reserved->pages.drop = drop;
	pages_begin(&reserved->pages, request, instance->batch);
	return COMMAND_SENT;
}
