/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/registry.h"

#include "daemon/log.h"
#include "daemon/memory.h"

#include <assert.h>
#include <inttypes.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct registry {
	struct journal *journal;
	void *tree; /* of struct instance, by name, as tsearch() keeps it */
	uint64_t count;
	int64_t next_id;
	uint64_t regions_max;
	bool damaged; /* the journal holds names that are not in the tree */
};

static int compare(const void *a, const void *b)
{
	const struct instance *left = a, *right = b;

	return strcmp(left->row.name, right->row.name);
}

static struct instance *lookup(struct registry *registry, const char *name)
{
	struct instance wanted;
	struct instance **found;

	strncpy(wanted.row.name, name, JOURNAL_NAME_MAX);
	wanted.row.name[JOURNAL_NAME_MAX] = '\0';
	found = tfind(&wanted, &registry->tree, compare);
	return found == NULL ? NULL : *found;
}

static struct instance *insert(
    struct registry *registry, const struct journal_instance *row)
{
	struct instance *instance = memory_zeroed(1, sizeof(*instance));

	instance->row = *row;
	instance->seq = row->seq;
	instance->known = true;
	memory_need(tsearch(instance, &registry->tree, compare));
	registry->count++;
	return instance;
}

static void remove_instance(
    struct registry *registry, struct instance *instance)
{
	tdelete(instance, &registry->tree, compare);
	if (!instance->departed)
		registry->count--;
	memblock_destroy(instance->mb);
	free(instance);
}

static bool insert_living(void *arg, const struct journal_instance *row)
{
	if (row->destroyed_us == 0)
		insert(arg, row);
	return true;
}

enum journal_status registry_open(struct journal *journal, uint64_t regions_max,
    struct registry **ret_registry, struct journal_error *ret_error)
{
	struct registry *registry = memory_zeroed(1, sizeof(*registry));
	enum journal_status status;

	registry->journal = journal;
	registry->regions_max = regions_max;
	status = journal_next_id(journal, &registry->next_id, ret_error);
	if (status == JOURNAL_OK)
		status = journal_each_instance(
		    journal, insert_living, registry, ret_error);
	registry->damaged = status == JOURNAL_DAMAGED;
	if (status != JOURNAL_OK && status != JOURNAL_DAMAGED) {
		registry_close(registry);
		return status;
	}
	*ret_registry = registry;
	return status;
}

static void free_instance(void *instance)
{
	memblock_destroy(((struct instance *)instance)->mb);
	free(instance);
}

void registry_close(struct registry *registry)
{
	struct journal_error ignored;

	tdestroy(registry->tree, free_instance);
	journal_close(registry->journal, &ignored);
	free(registry);
}

struct journal *registry_journal(struct registry *registry)
{
	return registry->journal;
}

uint64_t registry_count(const struct registry *registry)
{
	return registry->count;
}

/* Asks the journal what is true of a name after something was lost. */
static enum journal_status ask_again(struct registry *registry,
    struct instance *instance, struct journal_error *ret_error)
{
	struct journal_instance row;
	const enum journal_status status = journal_find_instance(
	    registry->journal, instance->row.name, &row, ret_error);

	if (status == JOURNAL_NOT_FOUND)
		remove_instance(registry, instance);
	if (status != JOURNAL_OK)
		return status;
	if (instance->departed)
		registry->count++;
	instance->departed = false;
	instance->row = row;
	instance->seq = row.seq;
	instance->known = true;
	return JOURNAL_OK;
}

/* A name that is not in the tree: it may be one that could not be read. */
static enum journal_status find_damaged(struct registry *registry,
    const char *name, struct instance **ret_instance,
    struct journal_error *ret_error)
{
	struct journal_instance row;
	enum journal_status status;

	if (!registry->damaged)
		return JOURNAL_NOT_FOUND;
	status =
	    journal_find_instance(registry->journal, name, &row, ret_error);
	if (status == JOURNAL_OK)
		*ret_instance = insert(registry, &row);
	return status;
}

enum journal_status registry_find(struct registry *registry, const char *name,
    struct instance **ret_instance, struct journal_error *ret_error)
{
	struct instance *instance = lookup(registry, name);
	enum journal_status status = JOURNAL_OK;

	if (instance == NULL)
		return find_damaged(registry, name, ret_instance, ret_error);
	if (!instance->known)
		status = ask_again(registry, instance, ret_error);
	if (status == JOURNAL_OK)
		*ret_instance = instance;
	return status;
}

void registry_tell_damage(const char *name, const struct journal_state *state)
{
	char damaged[24], begun[24];

	if (state->snapshots_damaged == 0)
		return;
	snprintf(
	    damaged, sizeof(damaged), "%" PRIu64, state->snapshots_damaged);
	snprintf(begun, sizeof(begun), "%" PRIu64, state->snapshot_seq);
	log_event(LOG_LEVEL_WARNING, "snapshot-damaged", "instance", name,
	    "passed-over", damaged, "begun-at-seq", begun, NULL);
}

enum journal_status registry_load(struct registry *registry,
    struct instance *instance, struct journal_error *ret_error)
{
	struct journal_state state;
	enum journal_status status;

	assert(instance->known);
	if (instance->mb != NULL)
		return JOURNAL_OK;
	status = journal_load(
	    registry->journal, instance->row.id, &state, ret_error);
	if (status != JOURNAL_OK)
		return status;
	registry_tell_damage(instance->row.name, &state);
	instance->mb = state.mb;
	instance->mb->regions_max = registry->regions_max;
	instance->seq = state.seq;
	instance->time_us = state.time_us;
	instance->snapshot_seq = state.snapshot_seq;
	memcpy(instance->hash, state.hash, sizeof(instance->hash));
	return JOURNAL_OK;
}

/* A new instance with that model, and without a hash. */
static struct instance *put_in_service(struct registry *registry,
    const struct journal_instance *row, struct memblock *mb)
{
	struct instance *instance = lookup(registry, row->name);

	mb->regions_max = registry->regions_max;
	if (instance != NULL) {
		assert(instance->departed);
		remove_instance(registry, instance);
	}
	instance = insert(registry, row);
	instance->row.id = registry->next_id++;
	instance->row.first_seq = row->first_seq > 0 ? row->first_seq : 1;
	instance->mb = mb;
	instance->time_us = row->created_us;
	return instance;
}

struct instance *registry_create(
    struct registry *registry, const struct journal_instance *row)
{
	struct memblock *mb = memblock_create(&row->settings);
	struct instance *instance;

	if (mb == NULL)
		return NULL;
	instance = put_in_service(registry, row, mb);
	journal_chain_start(&row->settings, instance->hash);
	return instance;
}

struct instance *registry_clone(struct registry *registry,
    const struct journal_instance *row, const struct journal_origin *origin,
    struct memblock *mb)
{
	struct instance *instance = put_in_service(registry, row, mb);

	journal_chain_start_copy(&row->settings, origin, instance->hash);
	return instance;
}

int64_t registry_next_id(const struct registry *registry)
{
	return registry->next_id;
}

struct instance *registry_import(struct registry *registry,
    const struct journal_instance *row, const struct journal_state *state)
{
	struct instance *instance = put_in_service(registry, row, state->mb);

	assert(instance->row.id == row->id);
	instance->seq = state->seq;
	instance->time_us = state->time_us;
	instance->snapshot_seq = state->snapshot_seq;
	memcpy(instance->hash, state->hash, sizeof(instance->hash));
	return instance;
}

void registry_destroy(struct registry *registry, struct instance *instance)
{
	assert(!instance->departed);
	instance->departed = true;
	registry->count--;
	memblock_destroy(instance->mb);
	instance->mb = NULL;
}

void registry_forget(struct registry *registry, const char *name, int64_t id)
{
	struct instance *instance = lookup(registry, name);

	if (instance != NULL && instance->departed && instance->row.id == id)
		remove_instance(registry, instance);
}

static void limit_one(const void *node, VISIT visit, void *arg)
{
	struct instance *instance = *(struct instance *const *)node;
	const uint64_t *regions_max = arg;

	if ((visit == postorder || visit == leaf) && instance->mb != NULL)
		instance->mb->regions_max = *regions_max;
}

void registry_limit_regions(struct registry *registry, uint64_t regions_max)
{
	registry->regions_max = regions_max;
	twalk_r(registry->tree, limit_one, &regions_max);
}

static void rebuild_one(const void *node, VISIT visit, void *arg)
{
	struct instance *instance = *(struct instance *const *)node;
	const uint64_t *durable = arg;

	if ((visit != postorder && visit != leaf) ||
	    instance->batch <= *durable)
		return;
	memblock_destroy(instance->mb);
	instance->mb = NULL;
	instance->known = false;
	instance->batch = 0;
}

void registry_rebuild(struct registry *registry, uint64_t durable)
{
	twalk_r(registry->tree, rebuild_one, &durable);
}

/* The instances of a tree in a row, so that the tree can change while they
 * are visited. */
struct row_of_instances {
	struct instance **all;
	size_t count;
};

static void collect(const void *node, VISIT visit, void *arg)
{
	struct row_of_instances *row = arg;

	if (visit == postorder || visit == leaf)
		row->all[row->count++] = *(struct instance *const *)node;
}

static void count_one(const void *node, VISIT visit, void *arg)
{
	size_t *count = arg;

	(void)node;
	if (visit == postorder || visit == leaf)
		(*count)++;
}

enum journal_status registry_each(struct registry *registry,
    bool (*visit)(void *arg, struct instance *instance), void *arg,
    struct journal_error *ret_error)
{
	struct row_of_instances row = {0};
	enum journal_status status = JOURNAL_OK;
	size_t count = 0, i;

	twalk_r(registry->tree, count_one, &count);
	row.all = memory_zeroed(count + 1, sizeof(*row.all));
	twalk_r(registry->tree, collect, &row);
	for (i = 0; i < row.count; i++) {
		if (!row.all[i]->known)
			status = ask_again(registry, row.all[i], ret_error);
		if (status == JOURNAL_NOT_FOUND) {
			status = JOURNAL_OK;
			continue;
		}
		if (status != JOURNAL_OK)
			break;
		if (!row.all[i]->departed && !visit(arg, row.all[i]))
			break;
	}
	free(row.all);
	return status;
}
