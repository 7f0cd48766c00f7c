/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/registry_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct registry *registry;
struct journal_error error;

enum journal_status open_registry(struct scratch *scratch)
{
	struct journal *reader;

	assert_int_equal(journal_open(scratch->path, JOURNAL_READ,
			     JOURNAL_SYNC_FULL, &reader, &error),
	    JOURNAL_OK);
	return registry_open(reader, REGIONS_MAX, &registry, &error);
}

int registry_begin(void **state)
{
	if (scratch_setup(state) != 0)
		return -1;
	scratch_fill(*state);
	scratch_create(*state, "board1");
	scratch_commit(*state);
	assert_int_equal(open_registry(*state), JOURNAL_OK);
	return 0;
}

int registry_end(void **state)
{
	if (registry != NULL)
		registry_close(registry);
	registry = NULL;
	return scratch_teardown(state);
}

struct instance *find(const char *name)
{
	struct instance *instance;

	assert_int_equal(
	    registry_find(registry, name, &instance, &error), JOURNAL_OK);
	assert_string_equal(instance->row.name, name);
	return instance;
}

void assert_not_found(const char *name)
{
	struct instance *instance = NULL;

	assert_int_equal(registry_find(registry, name, &instance, &error),
	    JOURNAL_NOT_FOUND);
	assert_null(instance);
}

struct instance *create(const char *name, uint64_t batch)
{
	struct journal_instance row = {
	    .created_us = 5,
	    .principal = "uid:1000",
	    .settings = memblock_settings_default(),
	};
	struct instance *instance;

	strcpy(row.name, name);
	instance = registry_create(registry, &row);
	assert_non_null(instance);
	instance->batch = batch;
	return instance;
}

static bool put_name(void *arg, struct instance *instance)
{
	struct names *names = arg;

	strcat(names->text, instance->row.name);
	strcat(names->text, " ");
	return --names->stop_after > 0;
}

const char *list(struct names *names, size_t stop_after)
{
	names->text[0] = '\0';
	names->stop_after = stop_after;
	assert_int_equal(
	    registry_each(registry, put_name, names, &error), JOURNAL_OK);
	return names->text;
}
