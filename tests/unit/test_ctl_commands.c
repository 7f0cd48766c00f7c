/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_commands.h"

#include "requesting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void each_command_makes_its_request(void **state)
{
	static const struct {
		const char *line;
		Memblock__V1__Request__OperationCase operation;
	} rows[] = {
	    {"create b", OPERATION(CREATE)},
	    {"list --long --all", OPERATION(LIST)},
	    {"info b", OPERATION(INFO)},
	    {"destroy b", OPERATION(DESTROY)},
	    {"add b 1 2 --nid 0 --flags none", OPERATION(ADD)},
	    {"remove b 1 2", OPERATION(REMOVE)},
	    {"reserve b 1 2 --nid 0 --flags rsrv_noinit", OPERATION(RESERVE)},
	    {"free b 1 2", OPERATION(FREE)},
	    {"alloc b 1", OPERATION(ALLOC)},
	    {"find b 1", OPERATION(FIND)},
	    {"mark b nomap 1 2", OPERATION(MARK)},
	    {"clear b nomap 1 2", OPERATION(CLEAR)},
	    {"set-node b 1 2 0 --type reserved", OPERATION(SET_NODE)},
	    {"trim b 4K", OPERATION(TRIM)},
	    {"limit b 1G --keep-nomap", OPERATION(LIMIT)},
	    {"cap b 1 2", OPERATION(CAP)},
	    {"ranges b free --reverse", OPERATION(RANGES)},
	    {"query b memory 1", OPERATION(QUERY)},
	    {"handover b --max-low-pfn 1 --cma 1+1", OPERATION(HANDOVER)},
	    {"lowmem b --kernel-start 1 --kernel-end 2 --lowmem-limit 3",
		OPERATION(LOWMEM)},
	    {"set b resize on", OPERATION(SET)},
	    {"dump b --format table", OPERATION(DUMP)},
	    {"log b", OPERATION(LOG)},
	    {"verify b", OPERATION(VERIFY)},
	    {"compact b --keep 5", OPERATION(COMPACT)},
	    {"ping", OPERATION(PING)},
	    {"version", OPERATION(HELLO)},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		mbc_request_free(
		    expect_request(rows[i].line, rows[i].operation));
}

static void create_sends_every_setting_that_is_given(void **state)
{
	struct mbc_request *request = expect_request(
	    "create b --kernel 6.12 --page-size 16K --cache-line 128 "
	    "--phys-bits 32 --nodes 2 --arrays kernel --memory-regions 5 "
	    "--reserved-regions 6 --physmem --bottom-up --current-limit 4G "
	    "--movable-node --mirrored-kernelcore --kernel-end 1M",
	    OPERATION(CREATE));
	const Memblock__V1__Settings *settings =
	    request->message->create->settings;

	(void)state;
	assert_string_equal(settings->kernel, "6.12");
	assert_true(settings->page_size == 0x4000);
	assert_true(settings->cache_line == 128);
	assert_true(settings->phys_bits == 32);
	assert_true(settings->nodes == 2);
	assert_string_equal(settings->arrays, "kernel");
	assert_true(settings->memory_regions == 5);
	assert_true(settings->reserved_regions == 6);
	assert_true(settings->physmem);
	assert_true(settings->bottom_up);
	assert_true(settings->current_limit == UINT64_C(4) << 30);
	assert_true(settings->movable_node);
	assert_true(settings->mirrored_kernelcore);
	assert_true(settings->kernel_end == 1 << 20);
	mbc_request_free(request);
}

static void alloc_sends_every_option_that_is_given(void **state)
{
	struct mbc_request *request = expect_request(
	    "alloc b 1M --align 0 --from 1 --to 2 --nid 3 --exact-nid "
	    "--min-fallback --label x --if-seq 4 --key k --dry-run",
	    OPERATION(ALLOC));
	const Memblock__V1__Alloc *alloc = request->message->alloc;

	(void)state;
	assert_true(alloc->has_align && alloc->align == 0);
	assert_true(alloc->from_address == 1 && alloc->to_address == 2);
	assert_true(alloc->nid == 3 && alloc->exact_nid && alloc->min_fallback);
	assert_string_equal(request->message->label, "x");
	assert_true(request->message->if_seq == 4);
	assert_int_equal(request->message->request_key.len, 1);
	assert_true(request->message->dry_run);
	mbc_request_free(request);
	request = expect_request("alloc b 1M", OPERATION(ALLOC));
	assert_false(request->message->alloc->has_align);
	assert_false(request->message->has_request_key);
	assert_false(request->message->has_if_seq);
	mbc_request_free(request);
}

static void handover_sends_every_area_that_is_given(void **state)
{
	struct mbc_request *request =
	    expect_request("handover b --init 0x30..0x40 --cma 4K@0x1000 "
			   "--max-low-pfn 0x70000 --cma=0x5000-0x5fff",
		OPERATION(HANDOVER));
	const Memblock__V1__Handover *handover = request->message->handover;

	(void)state;
	assert_true(handover->has_max_low_pfn);
	assert_true(handover->max_low_pfn == 0x70000);
	assert_int_equal(handover->n_cma, 2);
	assert_true(handover->cma[0]->address == 0x1000);
	assert_true(handover->cma[0]->size == 0x1000);
	assert_true(handover->cma[1]->address == 0x5000);
	assert_int_equal(handover->n_init, 1);
	assert_true(handover->init[0]->size == 0x10);
	mbc_request_free(request);
}

static void log_sends_its_seqs_and_comes_in_parts(void **state)
{
	struct mbc_request *request =
	    expect_request("log b --from 1 --to 2 --reverse --limit 3 --life 9",
		OPERATION(LOG));
	const Memblock__V1__Log *log = request->message->log;

	(void)state;
	assert_true(log->from_seq == 1 && log->to_seq == 2 && log->reverse &&
		    log->limit == 3 && log->life == 9);
	assert_true(request->in_parts);
	mbc_request_free(request);
}

/* Expect every row to be complete, so that help has something to say. */
static void each_row_of_the_table_is_complete(void **state)
{
	const struct ctl_command *row;

	(void)state;
	for (row = ctl_commands; row->name != NULL; row++) {
		assert_non_null(row->arguments);
		assert_non_null(row->summary);
		assert_non_null(row->example);
		assert_ptr_equal(ctl_command_find(row->name), row);
		assert_int_equal(row->options & CTL_GLOBAL_OPTIONS, 0);
	}
	assert_null(ctl_command_find("nothing"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_command_makes_its_request),
	    cmocka_unit_test(create_sends_every_setting_that_is_given),
	    cmocka_unit_test(alloc_sends_every_option_that_is_given),
	    cmocka_unit_test(handover_sends_every_area_that_is_given),
	    cmocka_unit_test(log_sends_its_seqs_and_comes_in_parts),
	    cmocka_unit_test(each_row_of_the_table_is_complete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
