/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers in pages, of which logs are some. */
#include "daemon/pages.h"

#include "tests/unit/held_history.h"
#include "tests/unit/log_question.h"

#include <sqlite3.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* ---- pages ---- */

static void long_log_comes_in_pages_of_1000(void **state)
{
	struct harness *harness = *state;
	struct asked asked = log_question(0, 0);
	const Memblock__V1__Response *page;
	size_t i;

	harness_create_board(harness, "b");
	harness_reserve_many(harness, "b", 0x40000000, 2499);
	assert_int_equal(log_assert_seqs(harness, &asked, 1, 1, 2500), 3);
	for (i = 0; i < 3; i++) {
		page = harness_part(harness, harness->last_id, i);
		assert_int_equal(page->log->n_entries, i < 2 ? 1000 : 500);
		assert_int_equal(page->more, i < 2);
		assert_int_equal(page->seq, 2500);
	}
	asked = log_question(0, 0);
	asked.operation.log.has_reverse = asked.operation.log.reverse = 1;
	assert_int_equal(log_assert_seqs(harness, &asked, 2500, -1, 2500), 3);
	asked.operation.log.has_limit = 1;
	asked.operation.log.limit = 1500;
	assert_int_equal(log_assert_seqs(harness, &asked, 2500, -1, 1500), 2);
}

/* Expect no empty page behind the last full one. */
static void log_of_just_one_page_has_no_second(void **state)
{
	struct harness *harness = *state;
	struct asked asked = log_question(0, 0);

	harness_create_board(harness, "b");
	harness_reserve_many(harness, "b", 0x40000000, 999);
	assert_int_equal(log_assert_seqs(harness, &asked, 1, 1, 1000), 1);
	asked.operation.log.has_reverse = asked.operation.log.reverse = 1;
	assert_int_equal(log_assert_seqs(harness, &asked, 1000, -1, 1000), 1);
}

/* Expect the longest texts a row can have to fit into about 1 MiB a page. */
static void page_of_the_longest_labels_stays_below_a_mebibyte(void **state)
{
	struct harness *harness = *state;
	const uint64_t first = harness->last_id + 2;
	char label[JOURNAL_LABEL_MAX + 1] = {0};
	struct asked asked;
	size_t i;

	harness_create(harness, "b");
	memset(label, 'l', JOURNAL_LABEL_MAX);
	for (i = 0; i < 1000; i++) {
		asked_init(&asked, OPERATION(ALLOC), "b");
		asked.request.label = label;
		asked.operation.alloc.has_size = 1;
		asked.operation.alloc.size = 0x1000; /* refused, in words */
		harness_send(harness, &asked);
	}
	harness_receive(harness, first + 999);
	asked = log_question(0, 0);
	log_assert_seqs(harness, &asked, 1, 1, 1000);
	assert_in_range(memblock__v1__response__get_packed_size(
			    harness_part(harness, harness->last_id, 0)),
	    256000, 1 << 20);
}

/* Expect a client that takes nothing to get no more pages than may be queued,
 * to be answered other things, and to get the rest when it goes on. */
static void log_that_is_not_taken_waits_with_its_pages(void **state)
{
	struct harness *harness = *state;
	struct asked asked = log_question(0, 0);
	const Memblock__V1__Response *part;
	uint64_t id, seq = 1;
	size_t number, i;

	harness_create_board(harness, "b");
	harness_reserve_many(harness, "b", 0x40000000, 9999);
	harness->config.limits.queued_bytes_max = 4096;
	peer_stop_taking(&harness->peer);
	asked.request.log = &asked.operation.log;
	id = harness_send(harness, &asked);
	peer_run_what_is_ready(harness->base);
	peer_go_on_taking(&harness->peer);
	harness_receive(harness, id);
	for (number = 0; (part = harness_part(harness, id, number)) != NULL;
	     number++)
		for (i = 0; i < part->log->n_entries; i++)
			assert_int_equal(part->log->entries[i]->seq, seq++);
	assert_int_equal(seq, 10001);
}

/* Only when no transaction is open can the WAL begin anew. */
static void expect_nobody_reads(struct scratch *scratch)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(scratch->path, &db), SQLITE_OK);
	sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	/* It knows of no WAL before it has read. */
	assert_int_equal(
	    sqlite3_exec(db, "SELECT * FROM instance", NULL, NULL, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_wal_checkpoint_v2(
			     db, NULL, SQLITE_CHECKPOINT_RESTART, NULL, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* Expect no transaction to stay open while a client takes nothing: it would
 * keep the WAL from beginning anew. */
static void log_that_is_not_taken_keeps_no_transaction_open(void **state)
{
	struct harness *harness = *state;
	struct asked asked = log_question(0, 0);
	struct held_history held;
	uint64_t id;

	harness_create_board(harness, "b");
	harness_reserve_many(harness, "b", 0x40000000, 4999);
	harness->config.limits.queued_bytes_max = 4096;
	peer_stop_taking(&harness->peer);
	asked.request.log = &asked.operation.log;
	id = harness_send(harness, &asked);
	peer_run_what_is_ready(harness->base);
	/* Behind the page that was being read. */
	held_history_begin(&held, harness->service.history);
	expect_nobody_reads(harness->scratch);
	held_history_end(&held, harness->base);
	peer_go_on_taking(&harness->peer);
	harness_receive(harness, id);
	assert_non_null(harness_part(harness, id, 4));
}

static void two_logs_at_once_are_told_apart_by_their_ids(void **state)
{
	struct harness *harness = *state;
	struct asked asked = log_question(0, 0);
	uint64_t first, second;

	harness_create_board(harness, "b");
	harness_reserve_many(harness, "b", 0x40000000, 1499);
	asked.request.log = &asked.operation.log;
	first = harness_send(harness, &asked);
	second = harness_send(harness, &asked);
	harness_receive(harness, second);
	harness_receive(harness, first);
	assert_int_equal(harness_part(harness, first, 1)->log->n_entries, 500);
	assert_int_equal(harness_part(harness, second, 1)->log->n_entries, 500);
}

/* ---- when things go wrong ---- */

static bool is_without_sessions(void *arg)
{
	const struct harness *harness = arg;

	return harness->sessions.count == 0;
}

/* Expect a stream whose client hangs up to end, wherever it is. */
static void connection_lost_in_mid_stream_ends_it(void **state)
{
	struct harness *harness = *state;
	struct asked asked = log_question(0, 0);

	harness_create_board(harness, "b");
	harness_reserve_many(harness, "b", 0x40000000, 4999);
	harness->config.limits.queued_bytes_max = 4096;
	peer_stop_taking(&harness->peer);
	asked.request.log = &asked.operation.log;
	harness_send(harness, &asked);
	peer_run_what_is_ready(harness->base);
	harness_hang_up(harness);
	peer_run_until(harness->base, is_without_sessions, harness);
	harness_connect(harness);
	assert_int_equal(harness_seq(harness, "b"), 5000);
}

static void log_waits_for_what_it_tells(void **state)
{
	struct harness *harness = *state;
	struct asked asked;
	uint64_t id;

	harness_create(harness, "b");
	asked_init(&asked, OPERATION(SET), "b");
	asked.operation.set.setting_case = MEMBLOCK__V1__SET__SETTING_BOTTOM_UP;
	harness_send(harness, &asked);
	asked_init(&asked, OPERATION(LOG), "b");
	id = harness_send(harness, &asked);
	assert_int_equal(harness_receive(harness, id)->log->n_entries, 1);
}

static void log_of_what_was_lost_is_unavailable(void **state)
{
	struct harness *harness = *state;
	struct asked asked;
	uint64_t id;

	harness_create(harness, "b");
	scratch_limit_files(0);
	asked_init(&asked, OPERATION(SET), "b");
	asked.operation.set.setting_case = MEMBLOCK__V1__SET__SETTING_BOTTOM_UP;
	harness_send(harness, &asked);
	asked_init(&asked, OPERATION(LOG), "b");
	id = harness_send(harness, &asked);
	harness_expect_refused(
	    harness_receive(harness, id), CODE(UNAVAILABLE), "was not written");
	assert_int_equal(
	    harness_ask_for(harness, OPERATION(LOG), "b")->log->n_entries, 0);
}

/* Expect a refusal in place of the page that has it. */
static void damaged_row_ends_the_log_with_data_loss(void **state)
{
	struct harness *harness = *state;

	log_create_ten_rows(harness);
	harness_stop(harness);
	scratch_edit(harness->scratch,
	    "UPDATE operation SET hash = x'00' WHERE seq = 5");
	harness_start(harness);
	harness_expect_refused(
	    harness_ask_for(harness, OPERATION(LOG), "b"), CODE(DATA_LOSS), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(long_log_comes_in_pages_of_1000,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(log_of_just_one_page_has_no_second,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		page_of_the_longest_labels_stays_below_a_mebibyte,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		log_that_is_not_taken_waits_with_its_pages, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		log_that_is_not_taken_keeps_no_transaction_open, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		two_logs_at_once_are_told_apart_by_their_ids, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		connection_lost_in_mid_stream_ends_it, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		log_waits_for_what_it_tells, harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(log_of_what_was_lost_is_unavailable,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		damaged_row_ends_the_log_with_data_loss, harness_setup,
		harness_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
