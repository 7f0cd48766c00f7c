/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs random operations against the engine and a kernel's own memblock,
 * compares every answer and all of both after each, and at a difference prints
 * the shortest list of operations that still leads to one. tests/kernel/compare
 * makes the shared object and runs this.
 *
 *   kernel_test --kernel SHARED-OBJECT [--operations N] [--seed S]
 *       [--rules 4.0|5.0] [--batch FOLDER]
 *   kernel_test --rows
 *
 * With a folder it also writes the operations there as lines for memblockctl,
 * and what that should answer: as JSON, and as text. The second form names the
 * differences it allows.
 *
 * Kernels before 6.1 have no such test program, so that they cannot be compiled
 * alone: --rules compares the engine's rules for them with a 6.1 which is told
 * to make the attempts of an allocation in their order. What else is different
 * in them is left out: bottom-up.
 */
#include "batch.h"
#include "batch_text.h"
#include "differences.h"
#include "kernel.h"
#include "pair.h"
#include "tests/model/trace.h"

#include <dlfcn.h>
#include <getopt.h>
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OPERATIONS_DEFAULT 50000
#define PATIENCE 60 /* seconds, for one trace */

static const struct kernel *kernel;
static enum memblock_kernel rules;

/* Without files, nothing is written. */
static struct batch batch;
static struct batch_text batch_text;

/* An assertion that fails, and a call that does not end, are differences. */
static sigjmp_buf broken_off;

static void on_signal(int number)
{
	siglongjmp(broken_off, number);
}

static size_t steps(struct pair *pair, const struct trace *trace)
{
	static volatile size_t i;
	int number;

	i = 0;
	number = sigsetjmp(broken_off, 1);
	if (number != 0) {
		snprintf(pair->difference, sizeof(pair->difference), "%s",
		    number == SIGALRM ? "no answer" : "an assertion failed");
		return i;
	}
	alarm(PATIENCE);
	while (i < trace->count) {
		const struct op *op = &trace->ops[i];

		i++;
		if (!pair_step(pair, op))
			return i;
		if (batch.lines != NULL) {
			batch_step(&batch, pair);
			batch_text_step(&batch_text, pair);
		}
	}
	return 0;
}

static size_t run(const struct trace *trace, char *ret_difference)
{
	static struct pair pair;
	size_t took;

	pair_begin(&pair, kernel, &trace->settings);
	if (batch.lines != NULL) {
		batch_begin(&batch, &trace->settings);
		batch_text_begin(&batch_text, &trace->settings);
	}
	took = steps(&pair, trace);
	if (batch.lines != NULL) {
		batch_end(&batch);
		batch_text_end(&batch_text, &pair);
	}
	if (took != 0)
		memcpy(
		    ret_difference, pair.difference, sizeof(pair.difference));
	pair_end(&pair);
	return took;
}

/* What the kernel side is compiled with, or can be told. */
static void choose_settings(
    struct random *random, struct memblock_settings *ret_settings)
{
	*ret_settings = memblock_settings_default();
	ret_settings->kernel = rules;
	ret_settings->page_size = KERNEL_PAGE_SIZE;
	ret_settings->cache_line = KERNEL_CACHE_LINE;
	ret_settings->nodes =
	    (uint32_t)RANDOM_PICK(random, KERNEL_NODES, KERNEL_NODES, 4, 2, 0);
	ret_settings->physmem = random_chance(random, 20);
	if (random_chance(random, 40)) {
		ret_settings->kernel_arrays = true;
		ret_settings->memory_regions =
		    (uint32_t)RANDOM_PICK(random, 1, 2, 4, 6, 9, 16, 128);
		ret_settings->reserved_regions =
		    (uint32_t)RANDOM_PICK(random, 1, 2, 4, 6, 9, 16, 128);
	}
	ret_settings->movable_node = random_chance(random, 30);
	ret_settings->mirrored_kernelcore = random_chance(random, 50);
}

static const struct kernel *load(const char *path)
{
	void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	const struct kernel *found =
	    object != NULL ? dlsym(object, "kernel") : NULL;

	if (found == NULL) {
		fprintf(stderr, "kernel_test: %s\n", dlerror());
		exit(2);
	}
	return found;
}

static FILE *create(const char *folder, const char *name)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	if (file == NULL) {
		perror(path);
		exit(2);
	}
	return file;
}

static void create_batches(const char *folder)
{
	batch.lines = create(folder, "json-batch");
	batch.answers = create(folder, "json-answers");
	batch_text.lines = create(folder, "text-batch");
	batch_text.answers = create(folder, "text-answers");
}

/* Nothing of the batch may be missing. */
static void finish(FILE *file)
{
	if (file != NULL && (ferror(file) || fclose(file) != 0)) {
		perror("kernel_test: batch");
		exit(2);
	}
}

static uint64_t parse(const char *text)
{
	char *end;
	const uint64_t value = strtoull(text, &end, 0);

	if (*text == '\0' || *end != '\0') {
		fprintf(stderr, "kernel_test: %s is not a number\n", text);
		exit(2);
	}
	return value;
}

static bool is_older_than_6_1(void)
{
	return rules == MEMBLOCK_KERNEL_5_0 || rules == MEMBLOCK_KERNEL_4_0;
}

static void leave_out_bottom_up(struct trace *trace)
{
	size_t i;

	trace->settings.bottom_up = false;
	trace->settings.kernel_end = 0;
	for (i = 0; i < trace->count; i++)
		if (trace->ops[i].kind == OP_SET_BOTTOM_UP)
			trace->ops[i].value = 0;
}

/* memblockctl has no word for setting no node. */
static void put_in_words(struct trace *trace)
{
	size_t i;

	for (i = 0; i < trace->count; i++)
		if (trace->ops[i].kind == OP_SET_NODE && trace->ops[i].nid < 0)
			trace->ops[i].nid = 0;
}

struct request {
	uint64_t operations;
	uint64_t seed;
};

/* 0, or 1 where there was a difference. */
static int compare(const struct request *request)
{
	static struct trace trace;
	char difference[TRACE_DIFFERENCE_MAX];
	uint64_t done = 0, number;

	for (number = 0; done < request->operations; number++) {
		trace_make(request->seed, number, choose_settings, &trace);
		if (is_older_than_6_1())
			leave_out_bottom_up(&trace);
		if (batch.lines != NULL)
			put_in_words(&trace);
		if (run(&trace, difference) != 0) {
			batch.lines = NULL;
			trace_shrink(&trace, run, difference);
			printf("trace %" PRIu64 " (%s), shortest failing "
			       "list:\n",
			    number, trace.style);
			trace_print(stdout, &trace);
			printf("%s\n", difference);
			return 1;
		}
		done += trace.count;
	}
	if (batch.lines != NULL)
		return 0;
	printf(
	    "%" PRIu64 " operations in %" PRIu64 " traces, %" PRIu64
	    " questions:\nno difference to Linux %s, except as docs/model.md "
	    "says, each so often:\n",
	    done, number, pair_questions, kernel->version);
	differences_report(stdout);
	return 0;
}

static bool take_option(int option, struct request *request)
{
	switch (option) {
	case 'k':
		kernel = load(optarg);
		return memblock_kernel_parse(kernel->version, &rules);
	case 'o':
		request->operations = parse(optarg);
		return true;
	case 's':
		request->seed = parse(optarg);
		return true;
	case 'R':
		return memblock_kernel_parse(optarg, &rules) &&
		       is_older_than_6_1();
	case 'b':
		create_batches(optarg);
		return true;
	case 'r':
		differences_names(stdout);
		exit(0);
	default:
		return false;
	}
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
	    {"kernel", required_argument, NULL, 'k'},
	    {"operations", required_argument, NULL, 'o'},
	    {"seed", required_argument, NULL, 's'},
	    {"rules", required_argument, NULL, 'R'},
	    {"batch", required_argument, NULL, 'b'},
	    {"rows", no_argument, NULL, 'r'},
	    {0},
	};
	struct request request = {OPERATIONS_DEFAULT, 1};
	int option, status;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (!take_option(option, &request))
			return 2;
	if (kernel == NULL) {
		fprintf(stderr, "kernel_test: --kernel is missing\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGABRT, on_signal);
	signal(SIGALRM, on_signal);
	if (batch.lines == NULL)
		printf("seed 0x%" PRIx64 "\n", request.seed);
	status = compare(&request);
	finish(batch.lines);
	finish(batch.answers);
	finish(batch_text.lines);
	finish(batch_text.answers);
	return status;
}
