/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/commit_fixture.h"

#include "daemon/log.h"

#include <event2/event.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct event_base *base;
struct scratch *scratch; /* its journal is commit's */
struct commit *commit;
struct peer peer;
struct session_list list;
struct session *session;
static size_t asked; /* messages of the peer: requests in flight */

size_t lost_count;
uint64_t lost_durable;

static const struct limits limits = {
    .frame_bytes_max = 1024,
    .in_flight_max = 1000,
    .queued_bytes_max = 1 << 20,
    .stall_seconds = 60,
};

static void on_message(
    void *arg, struct session *from, const uint8_t *data, size_t size)
{
	(void)arg, (void)from, (void)data, (void)size;
	asked++;
}

static void on_fault(void *arg, struct session *from, enum session_fault fault,
    uint64_t message_size)
{
	(void)arg, (void)from, (void)fault, (void)message_size;
	fail_msg("a fault of the peer");
}

static void on_gone(void *arg, const struct session *gone_session)
{
	(void)arg;
	(void)gone_session;
}

static void on_lost(void *arg)
{
	assert_ptr_equal(arg, &lost_count);
	lost_count++;
	lost_durable = commit_durable(commit);
}

int commit_begin(void **state)
{
	if (scratch_setup(state) != 0)
		return -1;
	scratch = *state;
	log_set_level(LOG_LEVEL_ERROR);
	signal(SIGPIPE, SIG_IGN); /* as main() does */
	base = event_base_new();
	list = (struct session_list){
	    .base = base,
	    .limits = &limits,
	    .handler = {on_message, on_fault, on_gone, NULL},
	};
	session = session_open(&list, peer_open_pair(&peer, base), "uid:1000");
	asked = lost_count = 0;
	commit = commit_start(
	    base, scratch->journal, on_lost, &lost_count, &scratch->error);
	assert_non_null(commit);
	scratch->journal = NULL;
	return 0;
}

int commit_end(void **state)
{
	struct journal_error error;

	scratch_limit_files(-1);
	peer_close(&peer);
	session_list_abort(&list);
	if (commit != NULL)
		assert_true(commit_stop(commit, &error));
	event_base_free(base);
	return scratch_teardown(state);
}

/* ---- what a request does ---- */

static bool have_asked(void *arg)
{
	return asked >= *(const size_t *)arg;
}

void ask(size_t count)
{
	const size_t wanted = asked + count;
	size_t i;

	for (i = 0; i < count; i++)
		peer_send(&peer, "\0", 1);
	peer_run_until(base, have_asked, (void *)&wanted);
}

uint64_t change(void)
{
	struct journal_batch *own = scratch->batch;

	scratch->batch = commit_batch(commit);
	scratch_reserve(scratch, scratch->seq * 0x2000, 0x1000);
	scratch->batch = own;
	return commit_number(commit);
}

void hand_over(void)
{
	/* EVLOOP_NONBLOCK alone goes on as long as something is ready, and the
	 * writer's report soon is. */
	event_base_loop(base, EVLOOP_ONCE | EVLOOP_NONBLOCK);
}

void reply_part(uint64_t number, uint64_t id, bool last)
{
	struct reply reply = {.session = session, .id = id, .last = last};
	struct answer answer;

	answer_init(&answer, id);
	reply.frame = answer_frame(&answer, &reply.size);
	commit_reply(commit, number, &reply);
}

void reply(uint64_t number, uint64_t id)
{
	reply_part(number, id, true);
}

answer_code receive(uint64_t *ret_id)
{
	Memblock__V1__Response *response;
	const uint8_t *message;
	answer_code code;
	size_t size;

	peer_run_until_bytes(base, &peer, 2);
	message = peer_take_message(&peer, &size);
	assert_non_null(message);
	response = memblock__v1__response__unpack(NULL, size, message);
	assert_non_null(response);
	code = response->status->code;
	if (code != CODE(OK))
		assert_true(strlen(response->status->message) > 0);
	*ret_id = response->id;
	memblock__v1__response__free_unpacked(response, NULL);
	return code;
}

void assert_received(uint64_t count, answer_code code)
{
	uint64_t i, id;

	for (i = 1; i <= count; i++) {
		assert_int_equal(receive(&id), code);
		assert_int_equal(id, i);
	}
}

void assert_rows_on_disk(const char *count)
{
	assert_string_equal(
	    scratch_ask(scratch, "SELECT count(*) FROM operation"), count);
}

void note_call(void *arg, bool durable)
{
	struct call *call = arg;

	assert_false(call->called);
	call->called = true;
	call->durable = durable;
}
