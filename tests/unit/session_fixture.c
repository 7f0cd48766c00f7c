/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/session_fixture.h"

#include "daemon/log.h"
#include "proto/frame.h"

#include <event2/buffer.h>
#include <event2/event.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct event_base *base;
struct limits limits;
struct session_list list;
struct session *session;
struct peer peer;
char messages[512];
size_t message_count;
size_t last_size;
enum session_fault last_fault;
uint64_t fault_size;
size_t fault_count, gone_count;
bool gone;
size_t answer_at_once;
bool says_farewell;

/* ---- answers ---- */

/* Answers one message with a frame of size bytes of letter. */
void answer(char letter, size_t size, bool last)
{
	uint8_t *frame = malloc(FRAME_HEADER_MAX + size);
	const size_t header_size = frame_header(size, frame);

	memset(frame + header_size, letter, size);
	session_answer(session, frame, header_size + size, last);
}

static uint8_t *farewell(size_t *ret_size)
{
	uint8_t *frame = malloc(4);

	memcpy(frame,
	    "\x03"
	    "bye",
	    4);
	*ret_size = 4;
	return frame;
}

/* ---- the handler ---- */

static void on_message(
    void *arg, struct session *from, const uint8_t *data, size_t size)
{
	assert_ptr_equal(arg, &list);
	assert_ptr_equal(from, session);
	messages[message_count++] = size == 0 ? '-' : (char)data[0];
	last_size = size;
	if (answer_at_once > 0)
		answer(messages[message_count - 1], answer_at_once, true);
}

static void on_fault(void *arg, struct session *from, enum session_fault fault,
    uint64_t message_size)
{
	uint8_t *frame;
	size_t size;

	(void)arg;
	assert_ptr_equal(from, session);
	last_fault = fault;
	fault_size = message_size;
	fault_count++;
	if (says_farewell) {
		frame = farewell(&size);
		session_answer(session, frame, size, false);
	}
}

static void on_gone(void *arg, const struct session *gone_session)
{
	(void)arg;
	(void)gone_session;
	gone = true;
	gone_count++;
}

int session_begin(void **state)
{
	(void)state;
	log_set_level(LOG_LEVEL_ERROR);
	signal(SIGPIPE, SIG_IGN); /* as main() does */
	base = event_base_new();
	limits = (struct limits){
	    .frame_bytes_max = 1 << 20,
	    .in_flight_max = 100,
	    .queued_bytes_max = 64 << 20,
	    .stall_seconds = 60,
	};
	list = (struct session_list){
	    .base = base,
	    .limits = &limits,
	    .handler = {on_message, on_fault, on_gone, &list},
	};
	memset(messages, 0, sizeof(messages));
	message_count = fault_count = gone_count = answer_at_once = 0;
	gone = false;
	says_farewell = true;
	session = session_open(&list, peer_open_pair(&peer, base), "uid:1000");
	return 0;
}

int session_end(void **state)
{
	(void)state;
	peer_close(&peer);
	session_list_abort(&list);
	while (list.count > 0)
		session_answer(session, NULL, 0, true), session_go(session);
	event_base_free(base);
	return 0;
}

/* ---- waiting ---- */

static bool have_messages(void *arg)
{
	return message_count >= *(const size_t *)arg;
}

void run_until_messages(size_t count)
{
	peer_run_until(base, have_messages, &count);
	assert_int_equal(message_count, count);
}

/* Expect that many bytes, of letter, and no other, as the next answer. */
void assert_answer(char letter, size_t size)
{
	const uint8_t *message;
	size_t got, i;

	peer_run_until_bytes(base, &peer, size + (size < 128 ? 1 : 2));
	message = peer_take_message(&peer, &got);
	assert_non_null(message);
	assert_int_equal(got, size);
	for (i = 0; i < size; i++)
		assert_int_equal(message[i], letter);
}

void assert_nothing_came(void)
{
	peer_run_what_is_ready(base);
	assert_int_equal(evbuffer_get_length(peer.in), 0);
}

/* Sends a frame for each letter, all in one write. */
void send_each(const char *letters)
{
	char frames[64];
	size_t i;

	for (i = 0; letters[i] != '\0'; i++) {
		frames[2 * i] = 1;
		frames[2 * i + 1] = letters[i];
	}
	peer_send(&peer, frames, 2 * i);
}
