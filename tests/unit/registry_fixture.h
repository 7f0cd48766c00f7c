/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: the registry of a small journal in a private directory. */
#ifndef TESTS_UNIT_REGISTRY_FIXTURE_H
#define TESTS_UNIT_REGISTRY_FIXTURE_H

#include "daemon/registry.h"
#include "tests/unit/scratch_journal.h"

#define REGIONS_MAX 1000

extern struct registry *registry;
extern struct journal_error error;

/* The names that registry_each() visits, a blank behind each. */
struct names {
	char text[256];
	size_t stop_after;
};

/* Opens the registry on a journal as it is. */
enum journal_status open_registry(struct scratch *scratch);

/* cmocka's setup and teardown: a journal with board0 at seq 4 and, behind it,
 * empty board1. */
int registry_begin(void **state);
int registry_end(void **state);

/* Expect it to be there; not to be there. */
struct instance *find(const char *name);
void assert_not_found(const char *name);

/* As the daemon does for create: in the registry, and not written yet. */
struct instance *create(const char *name, uint64_t batch);

/* Visits so many at most. The names are good until the next call. */
const char *list(struct names *names, size_t stop_after);

#endif
