/* SPDX-License-Identifier: BSD-2-Clause */
/* A device tree, read, loaded into a new model, and booted from: on arm64, on
 * arm, and by 4.0's sequence. */
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

static bool perform(void *arg, const struct op *op,
    const struct boot_step *step, struct outcome *ret_outcome)
{
	check_label(step->label);
	if (step->node != NULL)
		check_label(step->node);
	op_apply(arg, op, ret_outcome);
	return true;
}

static bool skip(void *arg, const struct op *op, const struct boot_step *step,
    const char *message)
{
	(void)arg;
	(void)op;
	check_label(step->label);
	assert(message[0] != '\0');
	return true;
}

static void check_table(
    const struct devicetree *tree, const struct reserved_memory *table)
{
	size_t i;

	assert(table->count <= RESERVED_ENTRIES_MAX);
	for (i = 0; i < table->count; i++)
		assert(table->entries[i].node < tree->reserved_count);
	for (i = 0; i < tree->user_count; i++) {
		assert(tree->users[i].reserved < tree->reserved_count);
		check_label(tree->users[i].path);
	}
}

static void load(const struct devicetree *tree)
{
	const struct memblock_settings settings = memblock_settings_default();
	struct memblock *mb = memblock_create(&settings);
	const struct boot_sink sink = {perform, skip, mb};
	struct reserved_memory table;

	assert(mb != NULL);
	assert(boot_load(tree, mb, &sink, &table));
	check_table(tree, &table);
	memblock_destroy(mb);
}

static void boot(const struct devicetree *tree, enum boot_arch arch,
    enum memblock_kernel kernel, uint32_t phys_bits)
{
	struct memblock_settings settings = memblock_settings_default();
	struct boot_options options = boot_options_default(arch);
	char message[BOOT_MESSAGE_MAX];
	struct reserved_memory table;
	struct memblock *mb;
	struct boot_sink sink = {perform, skip, NULL};

	settings.kernel = kernel;
	settings.phys_bits = phys_bits;
	settings.nodes = 4;
	if (phys_bits == 32)
		settings.current_limit = UINT32_MAX;
	mb = memblock_create(&settings);
	assert(mb != NULL);
	sink.arg = mb;
	options.dtb_at = 0x48000000;
	options.image = (struct devicetree_range){0x40210000, 0x2000000};
	options.text = 0x40200000;
	options.phys_offset = 0x40000000;
	options.until = BOOT_BOOTMEM_INIT;
	assert(boot_options_check(&options, message) == MB_OK);
	assert(boot_run(tree, &options, mb, &sink, &table));
	check_table(tree, &table);
	memblock_destroy(mb);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char message[DEVICETREE_MESSAGE_MAX] = "";
	struct devicetree *tree = NULL;

	if (devicetree_read(data, size, &tree, message) != MB_OK) {
		assert(tree == NULL);
		assert(message[0] != '\0');
		return 0;
	}
	load(tree);
	boot(tree, BOOT_ARM64, MEMBLOCK_KERNEL_6_1, 64);
	boot(tree, BOOT_ARM64, MEMBLOCK_KERNEL_4_0, 64);
	boot(tree, BOOT_ARM, MEMBLOCK_KERNEL_6_1, 32);
	devicetree_free(tree);
	return 0;
}
