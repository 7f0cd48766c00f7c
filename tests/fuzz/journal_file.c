/* SPDX-License-Identifier: BSD-2-Clause */
/* A file that may or may not be a journal: opened, and every instance in it
 * brought back and verified. */
#include "storage/journal_verify.h"
#include "tests/fuzz/folder.h"
#include "tests/fuzz/target.h"

#include <assert.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#define INSTANCES_MAX 16

struct found {
	struct journal_instance instances[INSTANCES_MAX];
	size_t count;
};

static void write_file(const char *path, const uint8_t *data, size_t size)
{
	FILE *file = fopen(path, "wb");

	if (file == NULL || fwrite(data, 1, size, file) != size ||
	    fclose(file) != 0)
		err(EXIT_FAILURE, "%s", path);
}

static bool note(void *arg, const struct journal_instance *instance)
{
	struct found *found = arg;

	found->instances[found->count++] = *instance;
	return found->count < INSTANCES_MAX;
}

static bool look_at_row(void *arg, const struct journal_row *row)
{
	const struct journal_instance *instance = arg;

	assert(row->instance == instance->id);
	assert(row->principal != NULL);
	return true;
}

static void use_instance(
    struct journal *journal, struct journal_instance *instance)
{
	struct journal_verdict verdict;
	struct journal_error error;
	struct journal_state state = {.mb = NULL};

	if (journal_load(journal, instance->id, &state, &error) != JOURNAL_OK)
		assert(state.mb == NULL && error.text[0] != '\0');
	journal_verify(
	    journal, instance->id, instance->seq, state.mb, &verdict, &error);
	memblock_destroy(state.mb);
	journal_each_row(journal, instance->id, 1, UINT64_MAX, true,
	    look_at_row, instance, &error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct found found;
	struct journal_error error = {""};
	struct journal *journal = NULL;
	struct folder folder;
	size_t i;

	folder_make(&folder);
	write_file(folder.journal, data, size);
	if (journal_open(folder.journal, JOURNAL_WRITE, JOURNAL_SYNC_OFF,
		&journal, &error) == JOURNAL_OK) {
		found.count = 0;
		journal_each_instance(journal, note, &found, &error);
		for (i = 0; i < found.count; i++)
			use_instance(journal, &found.instances[i]);
	} else {
		assert(journal == NULL);
		assert(error.text[0] != '\0');
	}
	journal_close(journal, &error);
	folder_remove(&folder);
	return 0;
}
