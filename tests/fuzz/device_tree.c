/* SPDX-License-Identifier: BSD-2-Clause */
/* A device tree, read and loaded into a new model. */
#include "engine/boot.h"
#include "tests/fuzz/target.h"

#include <assert.h>
#include <string.h>

static void check_label(const char *label)
{
	assert(label[0] != '\0');
	assert(strlen(label) < DEVICETREE_PATH_MAX);
	for (; *label != '\0'; label++)
		assert(*label >= ' ' && *label <= '~');
}

static bool perform(void *arg, const struct op *op, const char *label)
{
	struct outcome outcome;

	check_label(label);
	op_apply(arg, op, &outcome);
	return true;
}

static bool skip(
    void *arg, const struct op *op, const char *label, const char *message)
{
	(void)arg;
	(void)op;
	check_label(label);
	assert(message[0] != '\0');
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct memblock_settings settings = memblock_settings_default();
	struct memblock *mb = memblock_create(&settings);
	const struct boot_sink sink = {perform, skip, mb};
	char message[DEVICETREE_MESSAGE_MAX] = "";
	struct devicetree *tree = NULL;

	assert(mb != NULL);
	if (devicetree_read(data, size, &tree, message) != MB_OK) {
		assert(tree == NULL);
		assert(message[0] != '\0');
	} else {
		assert(boot_load(tree, mb, &sink));
	}
	devicetree_free(tree);
	memblock_destroy(mb);
	return 0;
}
