/* SPDX-License-Identifier: BSD-2-Clause */
#include "batch_text.h"

#include <inttypes.h>
#include <string.h>

void batch_text_begin(
    const struct batch_text *batch, const struct memblock_settings *settings)
{
	trace_print_create(batch->lines, settings);
}

/* An address is all that an operation prints. */
void batch_text_step(const struct batch_text *batch, const struct pair *pair)
{
	trace_print_op(batch->lines, pair->op);
	if (pair->op->kind == OP_ALLOC && pair->expected.status == MB_OK)
		fprintf(batch->answers, "0x%" PRIx64 "\n", pair->expected.base);
}

/* A kernel that has no physmem does not print its lines, which are the last. */
static void expect_dump(const struct batch_text *batch, const struct pair *pair)
{
	const char *dump = pair->kernel->dump();
	const char *physmem = strstr(dump, " physmem.");
	size_t size = strlen(dump);

	if (physmem != NULL && pair->mb->physmem == NULL)
		size = (size_t)(physmem - dump);
	fwrite(dump, 1, size, batch->answers);
}

/* Without nodes a kernel is built another way, with another column. */
static void expect_debugfs(const struct batch_text *batch,
    const struct pair *pair, enum kernel_list list, const char *name)
{
	if (pair->mb->settings.nodes == 0)
		return;
	fprintf(batch->lines, "dump m --format debugfs --type %s\n", name);
	fputs(pair->kernel->debugfs(list), batch->answers);
}

void batch_text_end(const struct batch_text *batch, const struct pair *pair)
{
	const enum memblock_kernel rules = pair->mb->settings.kernel;
	const bool prints_alike =
	    strcmp(pair->kernel->version, memblock_kernel_name(rules)) == 0;

	/* A total size that the kernel has wrong would be printed, too. */
	if (prints_alike && pair->stale == 0) {
		fprintf(batch->lines, "dump m --format kernel\n");
		expect_dump(batch, pair);
	}
	if (prints_alike) {
		expect_debugfs(batch, pair, KERNEL_MEMORY, "memory");
		expect_debugfs(batch, pair, KERNEL_RESERVED, "reserved");
	}
	if (prints_alike && pair->mb->physmem != NULL)
		expect_debugfs(batch, pair, KERNEL_PHYSMEM, "physmem");
	fprintf(batch->lines, "destroy m\n");
}
