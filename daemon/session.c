/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/session_parts.h"

#include "daemon/log.h"
#include "daemon/memory.h"
#include "proto/frame.h"

#include <assert.h>
#include <errno.h>
#include <event2/buffer.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* How much is read at one turn of the loop: many small requests, or a piece of
 * a large one. */
#define READ_BYTES (64 * 1024)

/* Answers from this size on are handed to the buffer as they are; smaller ones
 * are cheaper to copy. */
#define COPY_BYTES_MAX (16 * 1024)

/* ---- closing ---- */

static void free_if_done(struct session *session)
{
	struct session_list *list = session->list;

	if (session->fd >= 0 || session->in_flight > 0 || session->holds > 0)
		return;
	session_list_remove(session);
	list->handler.gone(list->handler.arg, session);
	free(session);
}

static void drop_connection(struct session *session, const char *reason)
{
	if (session->fd < 0)
		return;
	log_event(LOG_LEVEL_DEBUG, "session-closed", "peer", session->principal,
	    "reason", reason, NULL);
	event_free(session->readable);
	event_free(session->writable);
	event_free(session->stalled);
	evbuffer_free(session->input);
	evbuffer_free(session->output);
	close(session->fd);
	session->fd = -1;
}

void session_lose(struct session *session, const char *reason)
{
	session->holds++;
	drop_connection(session, reason);
	waiters_call(&session->taken);
	waiters_call(&session->over);
	session->holds--;
	free_if_done(session);
}

/* ---- reading ---- */

size_t session_queued(const struct session *session)
{
	return session->fd < 0 ? 0 : evbuffer_get_length(session->output);
}

static bool has_room(const struct session *session)
{
	return session->pauses == 0 &&
	       session->in_flight < session->list->limits->in_flight_max &&
	       session->waiting_bytes + session_queued(session) <
		   session->list->limits->queued_bytes_max;
}

static void fault(struct session *session, enum session_fault which,
    uint64_t message_size, const char *reason)
{
	session->list->handler.fault(
	    session->list->handler.arg, session, which, message_size);
	session_break(session, reason);
}

/* Hands the frame at the head of the input to the handler. False: there is no
 * whole one. */
static bool hand_over_frame(struct session *session)
{
	uint8_t head[16];
	const ev_ssize_t head_size =
	    evbuffer_copyout(session->input, head, sizeof(head));
	const size_t input_size = evbuffer_get_length(session->input);
	size_t header_size, message_size;
	const uint8_t *frame;

	switch (frame_find(head, head_size < 0 ? 0 : (size_t)head_size,
	    session->list->limits->frame_bytes_max, &header_size,
	    &message_size)) {
	case FRAME_TOO_LONG:
		fault(session, SESSION_FRAME_TOO_LONG, message_size,
		    "a frame over the limit");
		return false;
	case FRAME_MALFORMED:
		fault(session, SESSION_FRAME_MALFORMED, 0,
		    "a length that never ends");
		return false;
	case FRAME_PARTIAL:
		if (header_size == 0 || message_size > input_size - header_size)
			return false;
		break;
	case FRAME_COMPLETE:
		break;
	}
	frame = memory_need(evbuffer_pullup(
	    session->input, (ev_ssize_t)(header_size + message_size)));
	session->in_flight++;
	session->list->handler.message(session->list->handler.arg, session,
	    frame + header_size, message_size);
	if (session->fd >= 0)
		evbuffer_drain(session->input, header_size + message_size);
	return true;
}

/* Hands over what is whole. True: it stopped for want of room, and there may be
 * more. */
static bool hand_over_frames(struct session *session)
{
	while (session->fd >= 0 && !session->broken) {
		if (!has_room(session))
			return true;
		if (!hand_over_frame(session))
			return false;
	}
	return false;
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
	static uint8_t bytes[READ_BYTES]; /* one for all: there is one loop */
	struct session *session = arg;
	const ssize_t size = recv(fd, bytes, sizeof(bytes), 0);

	(void)what;
	if (size < 0 && errno != EAGAIN && errno != EINTR) {
		session_lose(session, strerror(errno));
		return;
	}
	if (size == 0)
		session->finished_reading = true;
	if (size > 0) {
		memory_check(
		    evbuffer_add(session->input, bytes, (size_t)size) == 0);
		event_del(session->stalled); /* it goes on */
	}
	session_go(session);
}

/* ---- writing ---- */

static void write_output(struct session *session)
{
	if (session->fd < 0 || session_queued(session) == 0)
		return;
	if (evbuffer_write(session->output, session->fd) > 0) {
		event_del(session->stalled); /* it goes on */
		return;
	}
	if (errno != EAGAIN && errno != EINTR)
		drop_connection(session, strerror(errno));
}

static void on_writable(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	session_go(arg);
}

static void on_stalled(evutil_socket_t fd, short what, void *arg)
{
	struct session *session = arg;

	(void)fd, (void)what;
	log_event(LOG_LEVEL_INFO, "session-stalled", "peer", session->principal,
	    NULL);
	if (session_queued(session) > 0) {
		session_lose(session, "does not take its answers");
		return;
	}
	fault(session, SESSION_STALLED, 0, "a frame that does not go on");
	session_go(session);
}

/* ---- what happens next ---- */

/* Sets the events for what the session waits for now. */
static void wait_for_next(struct session *session)
{
	const bool output = session_queued(session) > 0;
	const bool read =
	    !session->finished_reading && !session->broken && has_room(session);
	const bool halfway = read && evbuffer_get_length(session->input) > 0;
	const struct timeval stall = {
	    .tv_sec = (time_t)session->list->limits->stall_seconds};

	if (read != session->reading) {
		session->reading = read;
		if (read)
			event_add(session->readable, NULL);
		else
			event_del(session->readable);
	}
	if (output)
		event_add(session->writable, NULL);
	if (!output && !halfway)
		event_del(session->stalled);
	else if (!event_pending(session->stalled, EV_TIMEOUT, NULL))
		event_add(session->stalled, &stall);
}

void session_go(struct session *session)
{
	bool more;

	if (session->holds > 0)
		return; /* whoever holds it goes on */
	session->holds++;
	more = hand_over_frames(session);
	write_output(session);
	if (session_queued(session) <
	    session->list->limits->queued_bytes_max / 2)
		waiters_call(&session->taken);
	if (session->fd < 0 || session->broken || session->finished_reading)
		waiters_call(&session->over);

	if (session->fd >= 0 && session_queued(session) == 0 &&
	    session->in_flight == 0 && !more &&
	    (session->broken || session->finished_reading))
		drop_connection(session, "done");
	if (session->fd >= 0)
		wait_for_next(session);
	/* There is room again for what was already read: after the others'
	 * turn, for no news from the socket would tell. */
	if (session->fd >= 0 && more && has_room(session))
		event_active(session->writable, EV_WRITE, 1);
	session->holds--;
	free_if_done(session);
}

void session_hold(struct session *session)
{
	session->holds++;
}

void session_release(struct session *session)
{
	assert(session->holds > 0);
	session->holds--;
	session_go(session);
}

void session_pause(struct session *session)
{
	assert(session->in_flight > 0);
	session->pauses++;
}

void session_resume(struct session *session)
{
	assert(session->pauses > 0);
	session->pauses--;
	session_go(session);
}

/* ---- the owner's side ---- */

struct session *session_open(
    struct session_list *list, int fd, const char *principal)
{
	struct session *session = memory_zeroed(1, sizeof(*session));

	session_list_add(list, session);
	session->fd = fd;
	snprintf(
	    session->principal, sizeof(session->principal), "%s", principal);
	session->input = memory_need(evbuffer_new());
	session->output = memory_need(evbuffer_new());
	session->readable = memory_need(event_new(
	    list->base, fd, EV_READ | EV_PERSIST, on_readable, session));
	session->writable = memory_need(
	    event_new(list->base, fd, EV_WRITE, on_writable, session));
	session->stalled =
	    memory_need(event_new(list->base, -1, 0, on_stalled, session));
	log_event(LOG_LEVEL_DEBUG, "session-opened", "peer", principal, NULL);
	wait_for_next(session);
	return session;
}

const char *session_principal(const struct session *session)
{
	return session->principal;
}

bool session_is_lost(const struct session *session)
{
	return session->fd < 0;
}

void session_expect(struct session *session, ssize_t size)
{
	session->waiting_bytes += (uint64_t)size;
	assert(session->waiting_bytes <= INT64_MAX);
}

static void free_frame(const void *data, size_t size, void *arg)
{
	(void)data, (void)size;
	free(arg);
}

void session_answer(
    struct session *session, uint8_t *frame, size_t size, bool last)
{
	struct evbuffer *output = session->output;

	assert(!last || session->in_flight > 0);
	session->in_flight -= last ? 1 : 0;
	if (session->fd >= 0 && size > COPY_BYTES_MAX) {
		memory_check(evbuffer_add_reference(
				 output, frame, size, free_frame, frame) == 0);
		return;
	}
	if (session->fd >= 0)
		memory_check(evbuffer_add(output, frame, size) == 0);
	free(frame);
}

void session_when_taken(struct session *session, struct session_waiter *waiter)
{
	waiters_add(&session->taken, waiter);
}

void session_when_over(struct session *session, struct session_waiter *waiter)
{
	waiters_add(&session->over, waiter);
}

void session_break(struct session *session, const char *reason)
{
	if (session->fd < 0 || session->broken)
		return;
	log_event(LOG_LEVEL_INFO, "session-broken", "peer", session->principal,
	    "reason", reason, NULL);
	session->broken = true;
}
