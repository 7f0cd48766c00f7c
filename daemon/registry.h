/* SPDX-License-Identifier: BSD-2-Clause */
/* The instances in service, by name. What is here is a cache of the journal,
 * ahead of it by what is still being written; a model is brought back from the
 * journal when it is first needed. Used by the loop's thread alone. */
#ifndef DAEMON_REGISTRY_H
#define DAEMON_REGISTRY_H

#include "storage/journal.h"

#include <stdbool.h>
#include <stdint.h>

struct registry;

struct instance {
	struct journal_instance row; /* row.seq is not kept up: see seq */
	uint64_t seq;
	/* The number of the batch with the newest of what is told here. */
	uint64_t batch;
	bool departed; /* destroyed, and that is still being written */
	/* What only a loaded instance has. */
	struct memblock *mb; /* NULL: not loaded */
	int64_t time_us;     /* of the last operation */
	uint8_t hash[JOURNAL_HASH_SIZE];
	uint64_t snapshot_seq;
	bool known; /* false: the journal must be asked again */
};

/* Reads the list of instances. journal is a reading connection, the registry's
 * from now on. regions_max is set in every model. JOURNAL_DAMAGED: instances
 * whose rows are damaged are left out, and asking for one of them finds that;
 * *ret_registry is set all the same. */
enum journal_status registry_open(struct journal *journal, uint64_t regions_max,
    struct registry **ret_registry, struct journal_error *ret_error);

void registry_close(struct registry *registry);

/* Sets regions_max in every model, now and later. */
void registry_limit_regions(struct registry *registry, uint64_t regions_max);

/* Its reading connection, for the loop's thread to ask between its calls. */
struct journal *registry_journal(struct registry *registry);

/* How many are in service. */
uint64_t registry_count(const struct registry *registry);

/* The instance of that name, which may have departed. JOURNAL_OK, _NOT_FOUND;
 * or the journal had to be asked: _FAILED, _DAMAGED. */
enum journal_status registry_find(struct registry *registry, const char *name,
    struct instance **ret_instance, struct journal_error *ret_error);

/* Brings its model back if it is not there; snapshots that were found damaged
 * on the way are told in one line of the log. Answers as journal_load(). */
enum journal_status registry_load(struct registry *registry,
    struct instance *instance, struct journal_error *ret_error);

/* A new instance with a model of its own, in the place of one that departed if
 * there is one. row's id, seq and times are filled in. NULL: no memory. */
struct instance *registry_create(
    struct registry *registry, const struct journal_instance *row);

/* The same for one that begins as a copy, with that model, which is the
 * instance's from then on. */
struct instance *registry_clone(struct registry *registry,
    const struct journal_instance *row, const struct journal_origin *origin,
    struct memblock *mb);

/* The id that the next one gets. */
int64_t registry_next_id(const struct registry *registry);

/* The same for one with a history: it stands as state says, whose model is the
 * instance's from then on. row's id is registry_next_id(). */
struct instance *registry_import(struct registry *registry,
    const struct journal_instance *row, const struct journal_state *state);

/* Takes an instance out of service; it goes on as departed. */
void registry_destroy(struct registry *registry, struct instance *instance);

/* Forgets the instance that departed under that name and id, if it has not
 * been replaced or brought back meanwhile. */
void registry_forget(struct registry *registry, const char *name, int64_t id);

/* What came with a batch above durable was lost: those instances are asked
 * for in the journal again. */
void registry_rebuild(struct registry *registry, uint64_t durable);

/* Logs a warning where snapshots were passed over on the way to that state. A
 * snapshot is for speed alone: without it the rows say the same, later. */
void registry_tell_damage(const char *name, const struct journal_state *state);

/* Every instance that was not destroyed, by name. visit returns false to stop.
 * JOURNAL_OK, or why one could not be asked for in the journal. */
enum journal_status registry_each(struct registry *registry,
    bool (*visit)(void *arg, struct instance *instance), void *arg,
    struct journal_error *ret_error);

#endif
