/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_watch.h"

#include "ctl_user.h"
#include "printing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name
#define EMPTY(name) PROTOBUF_C_MESSAGE_INIT(&memblock__v1__##name##__descriptor)

static struct fake_server server;
static struct ctl_session session;
static char *out, *err;
static size_t out_size, err_size;

/* A part that tells of one row, or with seq_told 0 a heartbeat. */
static void send_part(struct fake_server *to, uint64_t id, const char *name,
    uint64_t seq_told, uint64_t seq)
{
	Memblock__V1__Status status = MEMBLOCK__V1__STATUS__INIT;
	Memblock__V1__Reserve reserve = {
	    EMPTY(reserve), .has_size = true, .size = 1};
	Memblock__V1__LogEntry entry = {EMPTY(log_entry), .has_seq = true,
	    .seq = seq_told, .principal = (char *)"uid:0", .status = &status,
	    .operation_case = MEMBLOCK__V1__LOG_ENTRY__OPERATION_RESERVE,
	    .reserve = &reserve};
	Memblock__V1__LogEntry *entries[] = {&entry};
	Memblock__V1__WatchResult watch = {EMPTY(watch_result),
	    .instance = (char *)name, .entries = entries,
	    .n_entries = seq_told != 0, .has_heartbeat = seq_told == 0,
	    .heartbeat = seq_told == 0};
	Memblock__V1__Response part = {EMPTY(response), .has_id = true,
	    .id = id, .status = &status, .has_seq = name != NULL, .seq = seq,
	    .has_more = true, .more = true,
	    .result_case = MEMBLOCK__V1__RESPONSE__RESULT_WATCH,
	    .watch = &watch};

	fake_server_send(to, &part);
}

/* Tells of an instance of all that it is gone. */
static void send_warning(struct fake_server *to, uint64_t id, const char *name)
{
	Memblock__V1__Status status = MEMBLOCK__V1__STATUS__INIT;
	Memblock__V1__WatchResult watch = {
	    EMPTY(watch_result), .instance = (char *)name};
	char *warnings[] = {(char *)"c: gone"};
	Memblock__V1__Response part = {EMPTY(response), .has_id = true,
	    .id = id, .status = &status, .has_seq = true, .seq = 4,
	    .warnings = warnings, .n_warnings = 1, .has_more = true,
	    .more = true, .result_case = MEMBLOCK__V1__RESPONSE__RESULT_WATCH,
	    .watch = &watch};

	fake_server_send(to, &part);
}

/* Watches of all hear of c and its end; of "lost" that the connection is; of
 * "none" that it is not there; of others a row, from the seq that is asked for,
 * a heartbeat and that it is gone. */
static void handle(
    struct fake_server *from, const Memblock__V1__Request *request)
{
	const char *name = request->instance;
	const uint64_t id = request->id;
	const Memblock__V1__Watch *watch = request->watch;
	const uint64_t first = watch->has_from_seq ? watch->from_seq : 9;

	if (name != NULL && strcmp(name, "none") == 0) {
		fake_server_send_failed(
		    from, id, CODE(NOT_FOUND), "none: no such instance");
		return;
	}
	send_part(from, id, name == NULL ? "c" : name, first, first);
	if (name != NULL && strcmp(name, "lost") == 0) {
		fake_server_hang_up(from);
		return;
	}
	if (name == NULL)
		send_warning(from, id, "c");
	send_part(from, id, name, 0, first);
	fake_server_send_failed(from, id, CODE(UNAVAILABLE), "the end");
}

static int start(void **state)
{
	(void)state;
	fake_server_start(&server);
	fake_server_serve(&server, handle);
	session = (struct ctl_session){
	    .client = mbc_client_new(server.address),
	    .out = open_memstream(&out, &out_size),
	    .err = open_memstream(&err, &err_size),
	};
	return 0;
}

static int stop(void **state)
{
	(void)state;
	mbc_client_free(session.client);
	fclose(session.out);
	fclose(session.err);
	free(out);
	free(err);
	fake_server_stop(&server);
	return 0;
}

static enum ctl_exit run(const char *command)
{
	struct ctl_call call;
	enum ctl_exit status;
	char copy[128];

	strcpy(copy, command);
	call = printing_call(copy);
	session.json = ctl_given(&call.line, CTL_JSON);
	status = ctl_watch(&session, &call);
	fflush(session.out);
	fflush(session.err);
	return status;
}

static void one_instance_is_told_as_log_does(void **state)
{
	(void)state;
	assert_int_equal(run("watch b --from 3"), CTL_EXIT_REFUSED);
	assert_string_equal(
	    out, "3 1970-01-01T00:00:00.000000Z uid:0 reserve 0x1 ok\n");
	assert_string_equal(err, "memblockctl: watch: the end\n");
}

static void several_instances_are_told_with_their_names(void **state)
{
	(void)state;
	assert_int_equal(run("watch b none"), CTL_EXIT_REFUSED);
	assert_string_equal(
	    out, "b 9 1970-01-01T00:00:00.000000Z uid:0 reserve 0x1 ok\n");
	assert_non_null(
	    strstr(err, "memblockctl: watch: none: no such instance\n"));
	assert_non_null(strstr(err, "memblockctl: watch: the end\n"));
}

static void all_instances_are_told_with_their_names_and_ends(void **state)
{
	(void)state;
	assert_int_equal(run("watch --all"), CTL_EXIT_REFUSED);
	assert_string_equal(
	    out, "c 9 1970-01-01T00:00:00.000000Z uid:0 reserve 0x1 ok\n");
	assert_string_equal(err, "memblockctl: watch: warning: c: gone\n"
				 "memblockctl: watch: the end\n");
}

static void json_of_one_is_an_object_a_line(void **state)
{
	(void)state;
	assert_int_equal(run("watch b --json"), CTL_EXIT_REFUSED);
	assert_string_equal(out,
	    "{\"instance\":\"b\",\"seq\":9,"
	    "\"time\":\"1970-01-01T00:00:00.000000Z\",\"principal\":\"uid:0\","
	    "\"op\":\"reserve\",\"size\":\"0x1\",\"ok\":true}"
	    "\n"
	    "{\"op\":\"watch\",\"heartbeat\":true,\"seq\":9}\n"
	    "{\"op\":\"watch\",\"instance\":\"b\",\"ok\":false,"
	    "\"code\":\"UNAVAILABLE\",\"message\":\"the end\"}\n");
	assert_string_equal(err, "");
}

/* Expect a heartbeat of one among several to name it, and one of all to have
 * neither name nor seq. */
static void json_of_heartbeats_says_whose_they_are(void **state)
{
	(void)state;
	run("watch b none --json");
	assert_non_null(strstr(out, "{\"op\":\"watch\",\"instance\":\"b\","
				    "\"heartbeat\":true,\"seq\":9}\n"));
	run("watch --all --json");
	assert_non_null(strstr(out, "{\"op\":\"watch\",\"heartbeat\":true}\n"));
	assert_non_null(strstr(out, "{\"op\":\"watch\",\"instance\":\"c\","
				    "\"seq\":4,\"ok\":true,"
				    "\"warnings\":[\"c: gone\"]}\n"));
}

static void connection_lost_says_where_to_go_on(void **state)
{
	(void)state;
	assert_int_equal(run("watch lost --from 7"), CTL_EXIT_NOT_REACHED);
	assert_non_null(strstr(err, "connection lost"));
	assert_non_null(
	    strstr(err, "memblockctl: watch: lost: --from 8 goes on\n"));
}

static void names_and_all_are_one_or_the_other(void **state)
{
	(void)state;
	assert_int_equal(run("watch"), CTL_EXIT_USAGE);
	assert_non_null(strstr(err, "memblockctl: watch: NAME is missing"));
	assert_int_equal(run("watch b --all"), CTL_EXIT_USAGE);
	assert_non_null(strstr(err, "--all goes without a NAME"));
	assert_string_equal(out, "");
	assert_int_equal(mbc_connect(session.client, 1000), MBC_OK);
}

/* Expect it to end when nobody takes what it prints. */
static void output_that_cannot_be_written_ends_it(void **state)
{
	FILE *full = fopen("/dev/full", "w"), *kept = session.out;

	(void)state;
	session.out = full;
	run("watch lost");
	assert_true(ferror(full));
	session.out = kept;
	fclose(full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		one_instance_is_told_as_log_does, start, stop),
	    cmocka_unit_test_setup_teardown(
		several_instances_are_told_with_their_names, start, stop),
	    cmocka_unit_test_setup_teardown(
		all_instances_are_told_with_their_names_and_ends, start, stop),
	    cmocka_unit_test_setup_teardown(
		json_of_one_is_an_object_a_line, start, stop),
	    cmocka_unit_test_setup_teardown(
		json_of_heartbeats_says_whose_they_are, start, stop),
	    cmocka_unit_test_setup_teardown(
		connection_lost_says_where_to_go_on, start, stop),
	    cmocka_unit_test_setup_teardown(
		names_and_all_are_one_or_the_other, start, stop),
	    cmocka_unit_test_setup_teardown(
		output_that_cannot_be_written_ends_it, start, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
