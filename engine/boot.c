/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/boot.h"

#include "engine/boot_steps.h"
#include "engine/version.h"

#include <stdio.h>
#include <string.h>

#define MIB(n) ((uint64_t)(n) << 20)

struct boot_options boot_options_default(enum boot_arch arch)
{
	return (struct boot_options){
	    .arch = arch,
	    .va_bits = 48,
	    .phys_mask_bits = 48,
	    .cma_size = MIB(arch == BOOT_ARM ? 16 : 64),
	    .cma_alignment = MIB(arch == BOOT_ARM ? 8 : 2),
	    .until = BOOT_MEMBLOCK_INIT,
	};
}

static enum mb_status refuse(char *message, const char *why)
{
	snprintf(message, BOOT_MESSAGE_MAX, "%s", why);
	return MB_INVALID;
}

static bool ends_in_space(const struct devicetree_range *range)
{
	return range->size <= UINT64_MAX - range->base;
}

enum mb_status boot_options_check(
    const struct boot_options *options, char *message)
{
	const uint64_t image_end = options->image.base + options->image.size;

	if (options->image.size == 0 || !ends_in_space(&options->image))
		return refuse(
		    message, "the image is empty or passes the last address");
	if (!ends_in_space(&options->swapper) ||
	    !ends_in_space(&options->init_pg))
		return refuse(message,
		    "swapper-pg-dir or init-pg-dir passes the last address");
	if (options->arch == BOOT_ARM64 && options->text >= image_end)
		return refuse(message, "text lies behind the image");
	if (options->va_bits < 36 || options->va_bits > 52)
		return refuse(message, "va-bits must be 36 to 52");
	if (options->phys_mask_bits < 32 || options->phys_mask_bits > 52)
		return refuse(message, "phys-mask-bits must be 32 to 52");
	if (options->phys_offset > UINT32_MAX)
		return refuse(message, "phys-offset has more than 32 bits");
	if (options->cma_alignment == 0 ||
	    (options->cma_alignment & (options->cma_alignment - 1)) != 0)
		return refuse(message, "cma-alignment must be a power of two");
	return MB_OK;
}

static const char *const stage_names[] = {
    [BOOT_SETUP_MACHINE_FDT] = "setup_machine_fdt",
    [BOOT_MEMBLOCK_INIT] = "memblock_init",
    [BOOT_BOOTMEM_INIT] = "bootmem_init",
};
#define STAGE_COUNT (sizeof(stage_names) / sizeof(stage_names[0]))

static const char *const arch_names[] = {
    [BOOT_ARM64] = "arm64",
    [BOOT_ARM] = "arm",
};
#define ARCH_COUNT (sizeof(arch_names) / sizeof(arch_names[0]))

/* The index of a name; count: it is none of them. */
static size_t find_name(
    const char *const *names, size_t count, const char *name)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			break;
	return i;
}

const char *boot_stage_name(enum boot_stage stage)
{
	return (size_t)stage < STAGE_COUNT ? stage_names[stage] : NULL;
}

bool boot_stage_parse(const char *name, enum boot_stage *ret_stage)
{
	const size_t found = find_name(stage_names, STAGE_COUNT, name);

	if (found < STAGE_COUNT)
		*ret_stage = (enum boot_stage)found;
	return found < STAGE_COUNT;
}

const char *boot_arch_name(enum boot_arch arch)
{
	return (size_t)arch < ARCH_COUNT ? arch_names[arch] : NULL;
}

bool boot_arch_parse(const char *name, enum boot_arch *ret_arch)
{
	const size_t found = find_name(arch_names, ARCH_COUNT, name);

	if (found < ARCH_COUNT)
		*ret_arch = (enum boot_arch)found;
	return found < ARCH_COUNT;
}

bool boot_is_4_0(const struct boot *boot)
{
	return boot->options != NULL && boot->arch == BOOT_ARM64 &&
	       memblock_version(boot->mb->settings.kernel)->boots_as_4_0;
}

uint64_t boot_cma_alignment(const struct boot *boot)
{
	if (boot->options != NULL)
		return boot->options->cma_alignment;
	return boot_options_default(boot->arch).cma_alignment;
}

bool boot_load(const struct devicetree *tree, const struct memblock *mb,
    const struct boot_sink *sink, struct reserved_memory *ret_table)
{
	struct boot boot = {
	    .tree = tree,
	    .mb = mb,
	    .sink = sink,
	    .table = ret_table,
	    .arch = mb->settings.phys_bits == 32 ? BOOT_ARM : BOOT_ARM64,
	    .line = "",
	};

	memset(ret_table, 0, sizeof(*ret_table));
	boot_scan_memory(&boot);
	boot.stage = BOOT_MEMBLOCK_INIT;
	boot_scan_reserved(&boot);
	return !boot.stopped;
}

/* The command line as far as a kernel takes it. */
static void copy_line(const char *line, char copy[CMDLINE_SIZE_MAX])
{
	snprintf(copy, CMDLINE_SIZE_MAX, "%s", line == NULL ? "" : line);
}

bool boot_run(const struct devicetree *tree, const struct boot_options *options,
    const struct memblock *mb, const struct boot_sink *sink,
    struct reserved_memory *ret_table)
{
	char line[CMDLINE_SIZE_MAX];
	struct boot boot = {
	    .tree = tree,
	    .options = options,
	    .mb = mb,
	    .sink = sink,
	    .table = ret_table,
	    .arch = options->arch,
	    .line = line,
	};

	memset(ret_table, 0, sizeof(*ret_table));
	copy_line(
	    options->cmdline != NULL ? options->cmdline : tree->chosen.bootargs,
	    line);
	cmdline_parse(line, &boot.cmdline);
	if (options->arch == BOOT_ARM)
		boot_arm(&boot);
	else if (boot_is_4_0(&boot))
		boot_arm64_4_0(&boot);
	else
		boot_arm64(&boot);
	return !boot.stopped;
}
