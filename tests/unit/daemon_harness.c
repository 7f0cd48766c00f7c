/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/daemon_harness.h"

#include "daemon/import.h"
#include "daemon/request.h"
#include "proto/frame.h"

#include <event2/event.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- the service ---- */

static void on_message(
    void *arg, struct session *session, const uint8_t *data, size_t size)
{
	struct harness *harness = arg;

	request_handle(&harness->service, session, data, size);
}

static void on_fault(void *arg, struct session *session,
    enum session_fault fault, uint64_t message_size)
{
	struct harness *harness = arg;

	request_fault(&harness->service, session, fault, message_size);
}

static void on_gone(void *arg, const struct session *session)
{
	struct harness *harness = arg;

	import_drop(&harness->service, session);
}

static void on_lost(void *arg)
{
	struct harness *harness = arg;

	registry_rebuild(
	    harness->service.registry, commit_durable(harness->service.commit));
}

static struct journal *open_journal(
    struct harness *harness, enum journal_access access)
{
	struct journal *journal;

	assert_int_equal(
	    journal_open(harness->scratch->path, access, harness->config.sync,
		&journal, &harness->scratch->error),
	    JOURNAL_OK);
	return journal;
}

void harness_start(struct harness *harness)
{
	struct journal *writer = open_journal(harness, JOURNAL_WRITE);
	struct journal_error error;
	enum journal_status status;

	harness->base = event_base_new();
	harness->sessions = (struct session_list){
	    .base = harness->base,
	    .limits = &harness->config.limits,
	    .handler = {on_message, on_fault, on_gone, harness},
	};
	harness->service.config = &harness->config;
	status = registry_open(open_journal(harness, JOURNAL_READ),
	    harness->config.limits.regions_max, &harness->service.registry,
	    &error);
	assert_true(status == JOURNAL_OK || status == JOURNAL_DAMAGED);
	harness->service.commit =
	    commit_start(harness->base, writer, on_lost, harness, &error);
	assert_non_null(harness->service.commit);
	harness->service.keys = keys_new(harness->service.commit);
	harness->service.watches =
	    watches_new(harness->base, harness->service.commit);
	harness->service.history =
	    history_start(harness->base, harness->scratch->path, 1, &error);
	harness_ask_as_first(harness);
	harness_connect(harness);
}

static bool is_without_sessions(void *arg)
{
	const struct harness *harness = arg;

	return harness->sessions.count == 0;
}

void harness_hang_up(struct harness *harness)
{
	peer_close(harness->client);
}

void harness_connect(struct harness *harness)
{
	session_open(&harness->sessions,
	    peer_open_pair(harness->client, harness->base), "uid:1000");
}

void harness_ask_as_first(struct harness *harness)
{
	harness->client = &harness->peer;
}

void harness_ask_as_second(struct harness *harness)
{
	harness->client = &harness->second_peer;
	if (harness->client->in == NULL)
		harness_connect(harness);
}

static void forget_answers(struct harness *harness)
{
	size_t i;

	for (i = 0; i < harness->part_count; i++)
		memblock__v1__response__free_unpacked(harness->parts[i], NULL);
	free(harness->parts);
	harness->parts = NULL;
	harness->part_count = 0;
}

void harness_stop(struct harness *harness)
{
	struct journal_error error;

	peer_close(&harness->peer);
	peer_close(&harness->second_peer);
	session_list_finish(&harness->sessions);
	peer_run_until(harness->base, is_without_sessions, harness);
	history_stop(harness->service.history);
	watches_free(harness->service.watches);
	registry_close(harness->service.registry);
	keys_free(harness->service.keys);
	assert_true(commit_stop(harness->service.commit, &error));
	event_base_free(harness->base);
	harness->base = NULL;
	forget_answers(harness);
}

int harness_setup_stopped(void **state)
{
	struct harness *harness = calloc(1, sizeof(*harness));
	void *scratch;

	if (scratch_setup_empty(&scratch) != 0)
		return -1;
	harness->scratch = scratch;
	harness->config.sync = JOURNAL_SYNC_OFF;
	harness->config.limits = (struct limits){
	    .frame_bytes_max = 16 << 20,
	    .sessions_max = 16,
	    .instances_max = 65536,
	    .regions_max = 1048576,
	    .batch_max = 65536,
	    .imports_max = 16,
	    .in_flight_max = 1024,
	    .queued_bytes_max = 64 << 20,
	    .watchers_max = 256,
	    .stall_seconds = 30,
	};
	log_set_level(LOG_LEVEL_ERROR);
	signal(SIGPIPE, SIG_IGN); /* as main() does */
	*state = harness;
	return 0;
}

int harness_setup(void **state)
{
	if (harness_setup_stopped(state) != 0)
		return -1;
	harness_start(*state);
	return 0;
}

int harness_teardown(void **state)
{
	struct harness *harness = *state;
	void *scratch = harness->scratch;

	scratch_limit_files(-1);
	if (harness->base != NULL)
		harness_stop(harness);
	free(harness);
	return scratch_teardown(&scratch);
}

/* ---- asking ---- */

uint64_t harness_send(struct harness *harness, struct asked *asked)
{
	const uint64_t id = ++harness->last_id;
	uint8_t header[FRAME_HEADER_MAX], *bytes;
	size_t header_size, size;

	asked->request.has_id = 1;
	asked->request.id = id;
	size = memblock__v1__request__get_packed_size(&asked->request);
	header_size = frame_header(size, header);
	bytes = malloc(header_size + size);
	memcpy(bytes, header, header_size);
	memblock__v1__request__pack(&asked->request, bytes + header_size);
	peer_send(harness->client, bytes, header_size + size);
	free(bytes);
	return id;
}

static void take_answers(struct harness *harness)
{
	const uint8_t *message;
	size_t size;

	while ((message = peer_take_message(harness->client, &size)) != NULL) {
		Memblock__V1__Response *part =
		    memblock__v1__response__unpack(NULL, size, message);

		assert_non_null(part);
		harness->parts = realloc(harness->parts,
		    (harness->part_count + 1) * sizeof(*harness->parts));
		harness->parts[harness->part_count++] = part;
	}
}

struct awaited_answer {
	struct harness *harness;
	uint64_t id;
	size_t number; /* of a part */
};

static bool has_come(void *arg)
{
	const struct awaited_answer *awaited = arg;
	const struct harness *harness = awaited->harness;
	size_t i;

	take_answers(awaited->harness);
	for (i = harness->part_count; i-- > 0;)
		if (harness->parts[i]->id == awaited->id)
			return !harness->parts[i]->more;
	return false;
}

const Memblock__V1__Response *harness_part(
    const struct harness *harness, uint64_t id, size_t number)
{
	size_t i;

	for (i = 0; i < harness->part_count; i++)
		if (harness->parts[i]->id == id && number-- == 0)
			return harness->parts[i];
	return NULL;
}

static bool has_part(void *arg)
{
	const struct awaited_answer *awaited = arg;

	take_answers(awaited->harness);
	return harness_part(awaited->harness, awaited->id, awaited->number) !=
	       NULL;
}

const Memblock__V1__Response *harness_receive_part(
    struct harness *harness, uint64_t id, size_t number)
{
	struct awaited_answer awaited = {harness, id, number};

	peer_run_until(harness->base, has_part, &awaited);
	return harness_part(harness, id, number);
}

const Memblock__V1__Response *harness_receive(
    struct harness *harness, uint64_t id)
{
	struct awaited_answer awaited = {.harness = harness, .id = id};

	peer_run_until(harness->base, has_come, &awaited);
	return harness_part(harness, id, 0);
}

const Memblock__V1__Response *harness_ask(
    struct harness *harness, struct asked *asked)
{
	return harness_receive(harness, harness_send(harness, asked));
}

const Memblock__V1__Response *harness_ask_for(struct harness *harness,
    Memblock__V1__Request__OperationCase operation, const char *instance)
{
	struct asked asked;

	asked_init(&asked, operation, instance);
	return harness_ask(harness, &asked);
}

const Memblock__V1__Response *harness_range(struct harness *harness,
    Memblock__V1__Request__OperationCase operation, const char *instance,
    uint64_t address, uint64_t size)
{
	struct asked asked;

	asked_init_range(&asked, operation, instance, address, size);
	return harness_ask(harness, &asked);
}

void harness_create(struct harness *harness, const char *name)
{
	const Memblock__V1__Response *response =
	    harness_ask_for(harness, OPERATION(CREATE), name);

	assert_int_equal(response->status->code, CODE(OK));
}

void harness_create_board(struct harness *harness, const char *name)
{
	const Memblock__V1__Response *response;

	harness_create(harness, name);
	response = harness_range(
	    harness, OPERATION(ADD), name, 0x40000000, 0x40000000);
	assert_int_equal(response->status->code, CODE(OK));
}

void harness_reserve_many(
    struct harness *harness, const char *name, uint64_t base, size_t count)
{
	const uint64_t first = harness->last_id + 1;
	struct asked asked;
	size_t i;

	for (i = 0; i < count; i++) {
		asked_init_range(&asked, OPERATION(RESERVE), name,
		    base + i * 0x2000, 0x1000);
		harness_send(harness, &asked);
	}
	for (i = 0; i < count; i++)
		assert_int_equal(
		    harness_receive(harness, first + i)->status->code,
		    CODE(OK));
}

void harness_expect_refused(const Memblock__V1__Response *response,
    Memblock__V1__Status__Code code, const char *words)
{
	assert_int_equal(response->status->code, code);
	assert_non_null(response->status->message);
	if (strstr(response->status->message, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"",
		    response->status->message, words);
}

uint64_t harness_seq(struct harness *harness, const char *name)
{
	const Memblock__V1__Response *response =
	    harness_ask_for(harness, OPERATION(INFO), name);

	assert_int_equal(response->status->code, CODE(OK));
	assert_true(response->has_seq);
	return response->seq;
}

/* ---- a full disk ---- */

void harness_fill_disk(struct harness *harness, const char *name)
{
	const Memblock__V1__Response *response;

	scratch_limit_files(0);
	response = harness_range(harness, OPERATION(RESERVE), name, 0, 0x1000);
	assert_int_equal(response->status->code, CODE(UNAVAILABLE));
	assert_non_null(commit_refusal(harness->service.commit));
}

static bool is_writing(void *arg)
{
	const struct harness *harness = arg;

	return commit_refusal(harness->service.commit) == NULL;
}

void harness_empty_disk(struct harness *harness)
{
	scratch_limit_files(-1);
	peer_run_until(harness->base, is_writing, harness);
}
