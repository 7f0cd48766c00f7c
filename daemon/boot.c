/* SPDX-License-Identifier: BSD-2-Clause */
/* boot: all that a booting kernel does with memblock, as one group of rows. */
#include "daemon/boot.h"

#include "daemon/memory.h"
#include "daemon/steps.h"

#include "engine/devicetree.h"
#include "engine/region_list.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name

/* Where 32-bit arm puts the physical offset that nobody told: the kernel lies
 * in the first 128 MiB of memory. */
#define ARM_OFFSET_MASK UINT64_C(0xf8000000)

static bool is_empty(const struct memblock *mb)
{
	return region_list_cnt(mb->memory) == 0 &&
	       region_list_cnt(mb->reserved) == 0;
}

static const char *find_missing(
    const Memblock__V1__Boot *boot, enum boot_arch arch)
{
	if (!boot->has_dtb_at)
		return "dtb_at, the address of the tree,";
	if (!boot->has_image_address || !boot->has_image_size)
		return "image, the range of the kernel,";
	if (arch == BOOT_ARM64 && !boot->has_text)
		return "text, the address of _text,";
	return NULL;
}

static void read_numbers(
    const Memblock__V1__Boot *boot, struct boot_options *options)
{
	options->dtb_at = boot->dtb_at;
	options->dtb_size = boot->dtb_size;
	options->image.base = boot->image_address;
	options->image.size = boot->image_size;
	options->text = boot->text;
	options->cmdline = boot->cmdline;
	options->swapper.base = boot->swapper_address;
	options->swapper.size = boot->swapper_size;
	options->init_pg.base = boot->init_pg_address;
	options->init_pg.size = boot->init_pg_size;
	if (boot->has_va_bits)
		options->va_bits = boot->va_bits;
	if (boot->has_phys_mask_bits)
		options->phys_mask_bits = boot->phys_mask_bits;
	options->phys_offset = boot->has_phys_offset
				   ? boot->phys_offset
				   : boot->image_address & ARM_OFFSET_MASK;
	if (boot->has_cma_size)
		options->cma_size = boot->cma_size;
	if (boot->has_cma_alignment)
		options->cma_alignment = boot->cma_alignment;
}

/* Otherwise refuses and returns false. */
static bool read_options(
    struct request *request, struct boot_options *ret_options)
{
	const Memblock__V1__Boot *boot = request->message->boot;
	enum boot_stage until = BOOT_MEMBLOCK_INIT;
	char message[BOOT_MESSAGE_MAX];
	struct boot_options options;
	const char *missing;
	enum boot_arch arch;

	if (boot->arch == NULL || !boot_arch_parse(boot->arch, &arch))
		return request_refuse(request, CODE(INVALID_ARGUMENT),
		    "arch must be arm64 or arm");
	if (boot->until != NULL && !boot_stage_parse(boot->until, &until))
		return request_refuse(request, CODE(INVALID_ARGUMENT),
		    "until must be setup_machine_fdt, memblock_init or "
		    "bootmem_init");
	missing = find_missing(boot, arch);
	if (missing != NULL)
		return request_refuse(
		    request, CODE(INVALID_ARGUMENT), "%s is missing", missing);
	options = boot_options_default(arch);
	options.until = until;
	read_numbers(boot, &options);
	if (boot_options_check(&options, message) != MB_OK)
		return request_refuse(
		    request, CODE(INVALID_ARGUMENT), "%s", message);
	*ret_options = options;
	return true;
}

static void print_range(
    FILE *file, const char *name, const struct devicetree_range *range)
{
	fprintf(file, " --%s 0x%" PRIx64 "+0x%" PRIx64, name, range->base,
	    range->size);
}

/* All of them as a command line has them, for the journal; the caller's to
 * free. */
static char *options_text(const struct boot_options *options)
{
	char *text = NULL;
	size_t size;
	FILE *file = memory_need(open_memstream(&text, &size));

	fprintf(file, "--arch %s --dtb-at 0x%" PRIx64 " --dtb-size %" PRIu64,
	    boot_arch_name(options->arch), options->dtb_at, options->dtb_size);
	print_range(file, "image", &options->image);
	fprintf(file,
	    " --text 0x%" PRIx64 " --va-bits %" PRIu32
	    " --phys-mask-bits %" PRIu32 " --phys-offset 0x%" PRIx64,
	    options->text, options->va_bits, options->phys_mask_bits,
	    options->phys_offset);
	print_range(file, "swapper-pg-dir", &options->swapper);
	print_range(file, "init-pg-dir", &options->init_pg);
	fprintf(file,
	    " --cma-size %" PRIu64 " --cma-alignment %" PRIu64 " --until %s",
	    options->cma_size, options->cma_alignment,
	    boot_stage_name(options->until));
	if (options->cmdline != NULL)
		fprintf(file, " --cmdline %s", options->cmdline);
	memory_check(fclose(file) == 0);
	return text;
}

static bool is_ready(struct request *request)
{
	return is_empty(request->instance->mb) ||
	       request_refuse(request, CODE(FAILED_PRECONDITION),
		   "boot begins with empty lists: this instance has memory or "
		   "reservations");
}

static void record(struct steps *steps, struct request *request,
    const struct boot_options *options)
{
	char *text = options_text(options);

	steps_record(
	    steps, request, &request->message->boot->device_tree, text);
	free(text);
}

enum command_end command_boot(struct request *request)
{
	const Memblock__V1__Boot *boot = request->message->boot;
	struct steps steps = {.is_boot = true};
	enum command_end end = COMMAND_ANSWER;
	struct reserved_memory table;
	struct boot_options options;
	struct devicetree *tree;
	struct boot_sink sink;

	if (!request_may_change(request) || !request_need_model(request) ||
	    !read_options(request, &options) || !is_ready(request))
		return COMMAND_ANSWER;
	tree =
	    steps_read_tree(request, boot->has_device_tree, &boot->device_tree);
	if (tree == NULL)
		return COMMAND_ANSWER;
	sink = steps_begin(&steps, request);
	boot_run(tree, &options, steps.mb, &sink, &table);
	devicetree_free(tree);
	if (steps_went_well(&steps, request)) {
		if (!request->message->dry_run)
			record(&steps, request, &options);
		steps_send(&steps, request);
		end = COMMAND_SENT;
	}
	steps_free(&steps);
	return end;
}

enum command_end boot_again(
    struct request *request, const struct journal_key_use *use)
{
	struct boot_options options;
	enum command_end end;
	char *text;

	if (!read_options(request, &options))
		return COMMAND_ANSWER;
	text = options_text(&options);
	end = steps_again(
	    request, use, &request->message->boot->device_tree, text);
	free(text);
	return end;
}
