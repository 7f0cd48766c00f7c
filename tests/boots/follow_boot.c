/* SPDX-License-Identifier: BSD-2-Clause */
/* Boots from what a recorded boot started with, and compares with the record:
 * each step must be the next call of the kernel's with the same arguments, none
 * may be left over, each allocation must come to the same address, and the
 * layout at the end of memblock_init must be the kernel's. On arm64 the boot
 * then goes on, and the layout at the end of bootmem_init must be the kernel's,
 * too.
 *
 * follow_boot DIRECTORY, one of tests/data/boots/. Exit status 0, or 1 with a
 * sentence. */
#include "engine/boot.h"
#include "engine/region_list.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TREE_BYTES_MAX 65536

static struct boot {
	const char *directory;
	FILE *trace;
	unsigned int line;
	struct memblock *mb;
	bool has_compared; /* the layout at the end of memblock_init */
} boot;

static void __attribute__((noreturn, format(printf, 1, 2)))
fail(const char *format, ...)
{
	va_list args;

	fprintf(stderr, "%s/trace.jsonl:%u: ", boot.directory, boot.line);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

/* ---- reading the record ---- */

static FILE *open_file(const char *name)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", boot.directory, name);
	file = fopen(path, "rb");
	if (file == NULL)
		fail("%s cannot be opened", path);
	return file;
}

static json_t *read_json(const char *name)
{
	FILE *file = open_file(name);
	json_t *json = json_loadf(file, 0, NULL);

	fclose(file);
	if (json == NULL)
		fail("%s is no JSON", name);
	return json;
}

static const char *word(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text == NULL ? "" : text;
}

static uint64_t number(const json_t *object, const char *key)
{
	return strtoull(word(object, key), NULL, 16);
}

static bool is(const json_t *call, const char *op)
{
	return strcmp(word(call, "op"), op) == 0;
}

static bool is_by(const json_t *call, const char *function)
{
	const char *by = word(call, "by");
	const size_t length = strlen(function);

	return strncmp(by, function, length) == 0 && by[length] == '+';
}

static struct op parse_call(const json_t *call)
{
	static const struct {
		const char *name;
		enum op_kind kind;
	} kinds[] = {
	    {"add", OP_ADD},
	    {"remove", OP_REMOVE},
	    {"reserve", OP_RESERVE},
	    {"alloc", OP_ALLOC},
	    {"setclr_flag", OP_MARK},
	    {"mem_limit_remove_map", OP_LIMIT},
	    {"set_current_limit", OP_SET_CURRENT_LIMIT},
	};
	struct op op = {.nid = MB_NO_NODE};
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (is(call, kinds[i].name))
			op.kind = kinds[i].kind;
	if (op.kind == 0)
		fail("no operation stands for %s", word(call, "op"));
	if (op.kind == OP_MARK &&
	    json_number_value(json_object_get(call, "set")) == 0)
		op.kind = OP_CLEAR;
	op.base = number(call, "base");
	op.size =
	    op.kind == OP_LIMIT ? number(call, "limit") : number(call, "size");
	op.flags = (uint32_t)number(call, "flag");
	op.align = number(call, "align");
	op.from = number(call, "start");
	op.to = number(call, "end");
	op.exact_nid = json_number_value(json_object_get(call, "exact")) != 0;
	op.keep_nomap = op.kind == OP_LIMIT;
	op.value = op.kind == OP_SET_CURRENT_LIMIT ? number(call, "limit") : 0;
	return op;
}

/* ---- following ---- */

/* The next call of the record; NULL: it is at its end. What is part of another
 * call, and what changes nothing, is passed over. */
static json_t *next_call(void)
{
	char line[1024];

	while (fgets(line, sizeof(line), boot.trace) != NULL) {
		json_t *call = json_loads(line, 0, NULL);

		boot.line++;
		if (call == NULL)
			fail("this is no JSON");
		if (json_object_get(call, "stage") == NULL &&
		    !is_by(call, "memblock_mem_limit_remove_map") &&
		    !(is(call, "add") && number(call, "size") == 0))
			return call;
		json_decref(call);
	}
	return NULL;
}

static void compare_call(const struct op *op)
{
	json_t *call = next_call();
	struct op expected;

	if (call == NULL)
		fail("the boot does more than the kernel did");
	expected = parse_call(call);
	if (op->kind != expected.kind || op->base != expected.base ||
	    op->size != expected.size || op->flags != expected.flags ||
	    op->align != expected.align || op->from != expected.from ||
	    op->to != expected.to || op->value != expected.value)
		fail("here the kernel did %s [%s, +%s), the boot %s "
		     "[0x%" PRIx64 ", +0x%" PRIx64 ")",
		    word(call, "op"), word(call, "base"), word(call, "size"),
		    op_info((int)op->kind)->name, op->base, op->size);
	json_decref(call);
}

/* An allocation is followed by the reservation that shows where it came to. */
static void compare_address(uint64_t base)
{
	json_t *call = next_call();

	if (call == NULL || !is_by(call, "memblock_alloc_range_nid"))
		fail("the kernel could not allocate this");
	if (number(call, "base") != base)
		fail("the kernel allocated %s, the model 0x%" PRIx64,
		    word(call, "base"), base);
	json_decref(call);
}

static void compare_layout(const char *name);

static bool perform(void *arg, const struct op *op,
    const struct boot_step *step, struct outcome *ret_outcome)
{
	(void)arg;
	printf("%s 0x%" PRIx64 "+0x%" PRIx64 " %s\n",
	    op_info((int)op->kind)->name, op->base, op->size, step->label);
	if (step->stage == BOOT_BOOTMEM_INIT && !boot.has_compared) {
		compare_layout("expected.json");
		boot.has_compared = true;
	}
	if (step->stage < BOOT_BOOTMEM_INIT)
		compare_call(op);
	if (op_apply(boot.mb, op, ret_outcome) != MB_OK)
		fail("the model refuses: %s", ret_outcome->message);
	if (op->kind == OP_ALLOC && step->stage < BOOT_BOOTMEM_INIT)
		compare_address(ret_outcome->base);
	return true;
}

static bool skip(void *arg, const struct op *op, const struct boot_step *step,
    const char *message)
{
	(void)arg;
	(void)op;
	printf("%s skipped: %s\n", step->label, message);
	return true;
}

/* ---- the whole ---- */

static int read_nid(const json_t *region)
{
	const json_t *nid = json_object_get(region, "nid");

	return nid == NULL ? MB_NO_NODE : (int)json_integer_value(nid);
}

static void compare_list(
    const json_t *expected, const char *name, const struct memblock_type *type)
{
	const json_t *regions = json_object_get(expected, name);
	size_t i;

	if (json_array_size(regions) != region_list_cnt(type))
		fail("%s has %zu regions, the kernel's %zu", name,
		    region_list_cnt(type), json_array_size(regions));
	for (i = 0; i < region_list_cnt(type); i++) {
		const json_t *wanted = json_array_get(regions, i);
		const struct memblock_region *region = region_list_at(type, i);

		if (region->base != number(wanted, "base") ||
		    region->size != number(wanted, "size") ||
		    region->flags != number(wanted, "flags") ||
		    region->nid != read_nid(wanted))
			fail("%s[%zu] is 0x%" PRIx64 "+0x%" PRIx64
			     " flags 0x%" PRIx32 ", the kernel's %s+%s flags "
			     "0x%" PRIx64,
			    name, i, region->base, region->size, region->flags,
			    word(wanted, "base"), word(wanted, "size"),
			    number(wanted, "flags"));
	}
}

static void compare_layout(const char *name)
{
	json_t *expected = read_json(name);

	compare_list(expected, "memory", boot.mb->memory);
	compare_list(expected, "reserved", boot.mb->reserved);
	json_decref(expected);
}

static struct memblock *make_model(enum boot_arch arch)
{
	struct memblock_settings settings = memblock_settings_default();
	struct memblock *mb;

	settings.kernel = MEMBLOCK_KERNEL_6_1;
	if (arch == BOOT_ARM) {
		settings.phys_bits = 32;
		settings.current_limit = UINT32_MAX;
	} else {
		settings.nodes = 16;
	}
	mb = memblock_create(&settings);
	if (mb == NULL)
		fail("no memory");
	return mb;
}

/* A range of facts.json, [start, end). */
static struct devicetree_range read_range(const json_t *facts, const char *key)
{
	const json_t *pair = json_object_get(facts, key);
	struct devicetree_range range = {0};

	if (json_array_size(pair) != 2)
		return range;
	range.base =
	    strtoull(json_string_value(json_array_get(pair, 0)), NULL, 16);
	range.size =
	    strtoull(json_string_value(json_array_get(pair, 1)), NULL, 16) -
	    range.base;
	return range;
}

static struct boot_options read_options(const json_t *facts)
{
	const json_t *dtb = json_object_get(facts, "dtb");
	struct boot_options options = boot_options_default(
	    strcmp(word(facts, "arch"), "arm") == 0 ? BOOT_ARM : BOOT_ARM64);
	char message[BOOT_MESSAGE_MAX];

	options.dtb_at =
	    strtoull(json_string_value(json_array_get(dtb, 0)), NULL, 16);
	options.dtb_size =
	    strtoull(json_string_value(json_array_get(dtb, 1)), NULL, 16);
	options.image = read_range(facts, "kernel_image_phys");
	options.text = number(facts, "kernel_text_phys");
	options.init_pg = read_range(facts, "init_pg_dir");
	options.swapper = read_range(facts, "swapper_pg_dir");
	options.phys_offset = number(facts, "phys_offset");
	options.cma_size = number(facts, "cma_size_config");
	options.cma_alignment = number(facts, "cma_min_alignment");
	options.cmdline = word(facts, "cmdline");
	options.until =
	    options.arch == BOOT_ARM ? BOOT_MEMBLOCK_INIT : BOOT_BOOTMEM_INIT;
	if (boot_options_check(&options, message) != MB_OK)
		fail("%s", message);
	return options;
}

static struct devicetree *read_tree(void)
{
	char message[DEVICETREE_MESSAGE_MAX];
	uint8_t *blob = malloc(TREE_BYTES_MAX);
	FILE *file = open_file("board.dtb");
	struct devicetree *tree;
	size_t size;

	if (blob == NULL)
		fail("no memory");
	size = fread(blob, 1, TREE_BYTES_MAX, file);
	fclose(file);
	if (devicetree_read(blob, size, &tree, message) != MB_OK)
		fail("board.dtb: %s", message);
	free(blob);
	return tree;
}

int main(int argc, char **argv)
{
	const struct boot_sink sink = {perform, skip, NULL};
	struct reserved_memory table;
	struct boot_options options;
	struct devicetree *tree;
	json_t *facts, *left;

	if (argc != 2) {
		fprintf(stderr, "usage: follow_boot DIRECTORY\n");
		return 2;
	}
	boot.directory = argv[1];
	facts = read_json("facts.json");
	options = read_options(facts);
	boot.mb = make_model(options.arch);
	boot.trace = open_file("trace.jsonl");
	tree = read_tree();

	boot_run(tree, &options, boot.mb, &sink, &table);
	left = next_call();
	if (left != NULL)
		fail("the kernel did %s here, the boot does not",
		    word(left, "op"));
	compare_layout(options.arch == BOOT_ARM ? "expected.json"
						: "expected-bootmem.json");

	json_decref(facts);
	devicetree_free(tree);
	fclose(boot.trace);
	memblock_destroy(boot.mb);
	return 0;
}
