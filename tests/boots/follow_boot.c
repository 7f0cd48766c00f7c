/* SPDX-License-Identifier: BSD-2-Clause */
/* Loads the device tree of a recorded boot, and plays what else that kernel did
 * with memblock around it (its image, initrd, mem=, dynamic nodes):
 *
 *   record      reserve  add     remove  reserve  reserve  mark   …
 *   boot_load            add                      reserve  mark
 *   played      reserve          remove  reserve                  …
 *
 * Each step of boot_load() must be the next call of the kernel's that load
 * stands for, none may be left over, each recorded allocation must come to the
 * same address, and the layout at the end must be the kernel's.
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
	uint64_t alloc_base, alloc_size; /* what was allocated last */
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

/* Whether load stands for a call. A no-map node of dynamic placement is marked
 * once it is allocated; and a pair without a full page can reach memblock_add
 * with nothing left of it, where load skips it. */
static bool is_loads(const json_t *call)
{
	if (is_by(call, "memblock_mark_nomap"))
		return number(call, "base") != boot.alloc_base ||
		       number(call, "size") != boot.alloc_size;
	if (is(call, "add") && number(call, "size") == 0)
		return false;
	return is_by(call, "early_init_dt_add_memory_arch") ||
	       is_by(call, "early_init_dt_scan_memory") ||
	       is_by(call, "memblock_mark_hotplug") ||
	       is_by(call, "early_init_fdt_scan_reserved_mem");
}

/* ---- playing ---- */

static struct outcome apply(const struct op *op)
{
	struct outcome outcome;

	if (op_apply(boot.mb, op, &outcome) != MB_OK)
		fail("the model refuses: %s", outcome.message);
	return outcome;
}

static void play(const json_t *call)
{
	struct op op;
	struct outcome outcome;

	/* Parts of the call before them. */
	if (is_by(call, "memblock_mem_limit_remove_map"))
		return;
	if (is_by(call, "memblock_alloc_range_nid")) {
		if (number(call, "base") != boot.alloc_base)
			fail("the kernel allocated %s, the model 0x%" PRIx64,
			    word(call, "base"), boot.alloc_base);
		return;
	}
	op = parse_call(call);
	outcome = apply(&op);
	if (op.kind == OP_ALLOC) {
		boot.alloc_base = outcome.base;
		boot.alloc_size = op.size;
	}
}

/* Plays the record up to the next call that load stands for, which it returns,
 * or to its end: NULL. */
static json_t *play_up_to_loads_next(void)
{
	char line[1024];

	while (fgets(line, sizeof(line), boot.trace) != NULL) {
		json_t *call = json_loads(line, 0, NULL);

		boot.line++;
		if (call == NULL)
			fail("this is no JSON");
		if (json_object_get(call, "stage") == NULL) {
			if (is_loads(call))
				return call;
			play(call);
		}
		json_decref(call);
	}
	return NULL;
}

static bool perform(void *arg, const struct op *op, const char *label)
{
	json_t *call = play_up_to_loads_next();
	struct op expected;

	(void)arg;
	printf("%s 0x%" PRIx64 "+0x%" PRIx64 " %s\n",
	    op_info((int)op->kind)->name, op->base, op->size, label);
	if (call == NULL)
		fail("load does more than the kernel did: %s", label);
	expected = parse_call(call);
	if (op->kind != expected.kind || op->base != expected.base ||
	    op->size != expected.size || op->flags != expected.flags)
		fail("here the kernel did %s [%s, +%s), load does not",
		    word(call, "op"), word(call, "base"), word(call, "size"));
	json_decref(call);
	apply(op);
	return true;
}

static bool skip(
    void *arg, const struct op *op, const char *label, const char *message)
{
	(void)arg;
	(void)op;
	printf("%s skipped: %s\n", label, message);
	return true;
}

/* ---- the whole ---- */

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
		    region->flags != number(wanted, "flags"))
			fail("%s[%zu] is 0x%" PRIx64 "+0x%" PRIx64
			     " flags 0x%" PRIx32 ", the kernel's %s+%s flags "
			     "0x%" PRIx64,
			    name, i, region->base, region->size, region->flags,
			    word(wanted, "base"), word(wanted, "size"),
			    number(wanted, "flags"));
	}
}

static struct memblock *make_model(void)
{
	struct memblock_settings settings = memblock_settings_default();
	json_t *facts = read_json("facts.json");
	struct memblock *mb;

	settings.kernel = MEMBLOCK_KERNEL_6_1;
	if (strcmp(word(facts, "arch"), "arm") == 0) {
		settings.phys_bits = 32;
		settings.current_limit = UINT32_MAX;
	}
	json_decref(facts);
	mb = memblock_create(&settings);
	if (mb == NULL)
		fail("no memory");
	return mb;
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
	struct devicetree *tree;
	json_t *expected;

	if (argc != 2) {
		fprintf(stderr, "usage: follow_boot DIRECTORY\n");
		return 2;
	}
	boot.directory = argv[1];
	boot.mb = make_model();
	boot.trace = open_file("trace.jsonl");
	tree = read_tree();
	expected = read_json("expected.json");

	boot_load(tree, boot.mb, &sink);
	if (play_up_to_loads_next() != NULL)
		fail("the kernel did this, load does not");
	compare_list(expected, "memory", boot.mb->memory);
	compare_list(expected, "reserved", boot.mb->reserved);

	json_decref(expected);
	devicetree_free(tree);
	fclose(boot.trace);
	memblock_destroy(boot.mb);
	return 0;
}
