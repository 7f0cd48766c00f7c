/* SPDX-License-Identifier: BSD-2-Clause */
/* reserved-memory: the table that the kernel makes of /reserved-memory, made
 * once more from the tree in the journal and from the rows it led to. */
#include "daemon/command.h"
#include "daemon/memory.h"

#include "engine/boot_recall.h"
#include "engine/devicetree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name

/* The group that is asked about. */
struct group {
	uint64_t seq;
	struct boot_row *rows;
	size_t count, room;
	struct devicetree *tree;
};

static bool keep_row(void *arg, const struct journal_row *row)
{
	struct group *group = arg;
	struct boot_row *kept;

	if (row->group != group->seq)
		return false;
	if (group->count == group->room) {
		group->room = 2 * group->room + 16;
		group->rows = memory_need(
		    reallocarray(group->rows, group->room, sizeof(*kept)));
	}
	kept = &group->rows[group->count++];
	kept->op = row->op;
	kept->status = row->outcome.status;
	kept->base = row->outcome.base;
	snprintf(kept->label, sizeof(kept->label), "%s",
	    row->label == NULL ? "" : row->label);
	return true;
}

/* The tree in a blob of the journal. False: refused. */
static bool read_tree(struct request *request, const void *blob, size_t size,
    struct devicetree **ret_tree)
{
	char reason[DEVICETREE_MESSAGE_MAX];
	const enum mb_status status =
	    devicetree_read(blob, size, ret_tree, reason);

	return status == MB_OK ||
	       request_refuse(request, CODE(DATA_LOSS),
		   "the device tree in the journal: %s", reason);
}

/* Finds the last group that a tree led to: of the instance, or of the one that
 * it began as a copy of, as far as that went then, and so on. */
static enum journal_status find_group(struct journal *journal, int64_t *id,
    struct group *group, void **ret_blob, size_t *ret_size,
    struct journal_error *ret_error)
{
	struct journal_origin origin;
	enum journal_status status;
	uint64_t to = UINT64_MAX;
	bool is_copy = true;

	for (;;) {
		status = journal_last_group(journal, *id, to, &group->seq,
		    ret_blob, ret_size, ret_error);
		if (status != JOURNAL_NOT_FOUND)
			return status;
		status = journal_find_origin(
		    journal, *id, &is_copy, &origin, ret_error);
		if (status != JOURNAL_OK)
			return status;
		if (!is_copy)
			return JOURNAL_NOT_FOUND;
		*id = origin.instance;
		to = origin.seq;
	}
}

/* False: refused. */
static bool read_group(struct request *request, struct group *group)
{
	struct journal *journal = registry_journal(request->service->registry);
	int64_t id = request->instance->row.id;
	struct journal_error error;
	enum journal_status status;
	void *blob;
	size_t size;
	bool read;

	status = find_group(journal, &id, group, &blob, &size, &error);
	if (status == JOURNAL_NOT_FOUND)
		return request_refuse(request, CODE(NOT_FOUND),
		    "no device tree was loaded, or booted from");
	if (status != JOURNAL_OK)
		return request_refuse_journal(request, status, &error);
	read = read_tree(request, blob, size, &group->tree);
	free(blob);
	if (!read)
		return false;
	status = journal_each_row(journal, id, group->seq, UINT64_MAX, false,
	    keep_row, group, &error);
	return status == JOURNAL_OK ||
	       request_refuse_journal(request, status, &error);
}

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

static void send_table(struct request *request, const struct devicetree *tree,
    const struct reserved_memory *table)
{
	Memblock__V1__ReservedMemoryResult result =
	    MEMBLOCK__V1__RESERVED_MEMORY_RESULT__INIT;
	Memblock__V1__ReservedEntry *list[RESERVED_ENTRIES_MAX];
	struct entry entry;
	size_t i = 0;

	request->answer.response.result_case =
	    MEMBLOCK__V1__RESPONSE__RESULT_RESERVED_MEMORY;
	request->answer.response.reserved_memory = &result;
	result.entries = list;
	if (table->count == 0)
		request_send(request, true);
	/* A part each: one can have a thousand users. */
	for (; i < table->count; i++) {
		memset(&entry, 0, sizeof(entry));
		fill_entry(&entry, tree, &table->entries[i]);
		list[0] = &entry.message;
		result.n_entries = 1;
		request_send(request, i + 1 == table->count);
		free(entry.users);
		free(entry.user_list);
		free(entry.compatible);
	}
	/* What was sent goes with this function. */
	request->answer.response.reserved_memory = NULL;
}

enum command_end command_reserved_memory(struct request *request)
{
	const struct instance *instance = request->instance;
	struct reserved_memory table;
	struct group group = {0};
	bool found;

	if (instance->batch > commit_durable(request->service->commit)) {
		request_put_aside(request, instance->batch);
		return COMMAND_SENT;
	}
	found = read_group(request, &group);
	if (found) {
		boot_recall(group.tree, &instance->row.settings, group.rows,
		    group.count, &table);
		send_table(request, group.tree, &table);
	}
	devicetree_free(group.tree);
	free(group.rows);
	return found ? COMMAND_SENT : COMMAND_ANSWER;
}
