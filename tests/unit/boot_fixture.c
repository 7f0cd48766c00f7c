/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/boot_fixture.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct boot_fixture fixture;

static char memory_path[] = "/memory@40000000";

static void write_step(const char *prefix, const struct op *op, uint64_t base,
    const struct boot_step *step, const char *separator, const char *message)
{
	const size_t used = strlen(fixture.text);
	const bool is_set = (op_info((int)op->kind)->fields & OP_FIELD_VALUE);

	fixture.count++;
	if (is_set)
		base = op->value;
	snprintf(fixture.text + used, sizeof(fixture.text) - used,
	    "%s%s 0x%" PRIx64 "+0x%" PRIx64 " %s%s%s\n", prefix,
	    op_info((int)op->kind)->name, base, op->size, step->label,
	    separator, message);
}

static bool perform(void *arg, const struct op *op,
    const struct boot_step *step, struct outcome *ret_outcome)
{
	(void)arg;
	op_apply(fixture.mb, op, ret_outcome);
	if (fixture.row_count <
	    sizeof(fixture.rows) / sizeof(fixture.rows[0])) {
		struct boot_row *row = &fixture.rows[fixture.row_count++];

		row->op = *op;
		row->status = ret_outcome->status;
		row->base = ret_outcome->base;
		snprintf(row->label, sizeof(row->label), "%s", step->label);
	}
	if (ret_outcome->status == MB_OK)
		write_step("", op,
		    op->kind == OP_ALLOC ? ret_outcome->base : op->base, step,
		    "", "");
	else
		write_step(
		    "! ", op, op->base, step, ": ", ret_outcome->message);
	return true;
}

static bool skip(void *arg, const struct op *op, const struct boot_step *step,
    const char *message)
{
	(void)arg;
	write_step("- ", op, op->base, step, ": ", message);
	return true;
}

static void prepare(enum boot_arch arch)
{
	memset(&fixture, 0, sizeof(fixture));
	fixture.settings = memblock_settings_default();
	fixture.settings.kernel = MEMBLOCK_KERNEL_6_1;
	fixture.options = boot_options_default(arch);
	fixture.options.dtb_at = 0x48000000;
	fixture.options.dtb_size = 0x1000;
	fixture.options.image = (struct devicetree_range){0x40210000, MIB(32)};
	fixture.options.text = 0x40200000;
	fixture.range = (struct devicetree_range){0x40000000, GIB(1)};
	fixture.memory = (struct devicetree_memory){
	    .path = memory_path, .ranges = &fixture.range, .range_count = 1};
	fixture.tree.memory = &fixture.memory;
	fixture.tree.memory_count = 1;
	fixture.tree.unflattened_size = 0x8000;
}

void fixture_arm64(void)
{
	prepare(BOOT_ARM64);
	fixture.settings.nodes = 4;
}

void fixture_arm(void)
{
	prepare(BOOT_ARM);
	fixture.settings.phys_bits = 32;
	fixture.settings.current_limit = UINT32_MAX;
	fixture.options.phys_offset = 0x40000000;
}

static void begin(void)
{
	memblock_destroy(fixture.mb);
	fixture.mb = memblock_create(&fixture.settings);
	assert(fixture.mb != NULL);
	fixture.text[0] = '\0';
	fixture.count = fixture.row_count = 0;
}

void fixture_load(void)
{
	const struct boot_sink sink = {perform, skip, NULL};
	bool whole;

	begin();
	whole = boot_load(&fixture.tree, fixture.mb, &sink, &fixture.table);
	assert(whole);
}

void fixture_boot(enum boot_stage until, const char *cmdline)
{
	const struct boot_sink sink = {perform, skip, NULL};
	char message[BOOT_MESSAGE_MAX];
	bool whole;

	fixture.options.until = until;
	fixture.options.cmdline = cmdline;
	assert(boot_options_check(&fixture.options, message) == MB_OK);
	begin();
	whole = boot_run(
	    &fixture.tree, &fixture.options, fixture.mb, &sink, &fixture.table);
	assert(whole);
}

void fixture_free(void)
{
	memblock_destroy(fixture.mb);
	fixture.mb = NULL;
}

size_t fixture_count(const char *line)
{
	const char *at = fixture.text;
	size_t count = 0;

	for (; at != NULL && *at != '\0'; at = strchr(at, '\n') + 1)
		count += strncmp(at, line, strlen(line)) == 0;
	return count;
}

void fixture_expect(const char *line)
{
	if (fixture_count(line) == 0)
		fprintf(stderr, "no '%s' in:\n%s", line, fixture.text);
	assert(fixture_count(line) > 0);
}

void fixture_expect_none(const char *line)
{
	if (fixture_count(line) != 0)
		fprintf(stderr, "'%s' in:\n%s", line, fixture.text);
	assert(fixture_count(line) == 0);
}
