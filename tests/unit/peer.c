/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/peer.h"

#include "proto/frame.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/event.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static const struct timeval patience = {.tv_sec = 30};

/* ---- one end of a connection ---- */

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct peer *peer = arg;
	const int size = evbuffer_read(peer->in, fd, -1);

	(void)what;
	if (size > 0 || (size < 0 && errno == EAGAIN))
		return;
	peer->ended = true;
	event_del(peer->readable);
}

static void on_writable(evutil_socket_t fd, short what, void *arg)
{
	struct peer *peer = arg;

	(void)what;
	if (evbuffer_write(peer->out, fd) < 0 && errno != EAGAIN)
		evbuffer_drain(peer->out, evbuffer_get_length(peer->out));
	if (evbuffer_get_length(peer->out) > 0)
		event_add(peer->writable, NULL);
}

void peer_open(struct peer *peer, struct event_base *base, int fd)
{
	*peer = (struct peer){.fd = fd};
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	peer->in = evbuffer_new();
	peer->out = evbuffer_new();
	peer->readable =
	    event_new(base, fd, EV_READ | EV_PERSIST, on_readable, peer);
	peer->writable = event_new(base, fd, EV_WRITE, on_writable, peer);
	event_add(peer->readable, NULL);
}

int peer_open_pair(struct peer *peer, struct event_base *base)
{
	int ends[2];

	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
	peer_open(peer, base, ends[0]);
	return ends[1];
}

void peer_close(struct peer *peer)
{
	if (peer->in == NULL)
		return;
	event_free(peer->readable);
	event_free(peer->writable);
	evbuffer_free(peer->in);
	evbuffer_free(peer->out);
	close(peer->fd);
	peer->in = NULL;
}

void peer_send(struct peer *peer, const void *bytes, size_t size)
{
	evbuffer_add(peer->out, bytes, size);
	on_writable(peer->fd, EV_WRITE, peer);
}

void peer_half_close(struct peer *peer)
{
	assert_int_equal(evbuffer_get_length(peer->out), 0);
	assert_int_equal(shutdown(peer->fd, SHUT_WR), 0);
}

void peer_stop_taking(struct peer *peer)
{
	event_del(peer->readable);
}

void peer_go_on_taking(struct peer *peer)
{
	event_add(peer->readable, NULL);
}

const uint8_t *peer_take_message(struct peer *peer, size_t *ret_size)
{
	static uint8_t message[4 << 20];
	const size_t size = evbuffer_get_length(peer->in);
	size_t header_size, message_size;

	if (size == 0 ||
	    frame_find(evbuffer_pullup(peer->in, -1), size, sizeof(message),
		&header_size, &message_size) != FRAME_COMPLETE)
		return NULL;
	evbuffer_drain(peer->in, header_size);
	evbuffer_remove(peer->in, message, message_size);
	*ret_size = message_size;
	return message;
}

/* ---- running the loop ---- */

static void on_impatience(evutil_socket_t fd, short what, void *arg)
{
	bool *impatient = arg;

	(void)fd, (void)what;
	*impatient = true;
}

void peer_run_until(struct event_base *base, bool (*done)(void *arg), void *arg)
{
	bool impatient = false;
	struct event *timer = event_new(base, -1, 0, on_impatience, &impatient);

	event_add(timer, &patience);
	while (!impatient && !done(arg))
		event_base_loop(base, EVLOOP_ONCE);
	event_free(timer);
	if (impatient)
		fail_msg("30 s passed without what was awaited");
}

static bool is_set(void *arg)
{
	return **(const bool *const *)arg;
}

void peer_run_until_set(struct event_base *base, const bool *flag)
{
	peer_run_until(base, is_set, &flag);
}

struct awaited {
	struct peer *peer;
	size_t size;
};

static bool have_come(void *arg)
{
	const struct awaited *awaited = arg;

	return evbuffer_get_length(awaited->peer->in) >= awaited->size;
}

void peer_run_until_bytes(
    struct event_base *base, struct peer *peer, size_t size)
{
	struct awaited awaited = {peer, size};

	peer_run_until(base, have_come, &awaited);
}

void peer_run_what_is_ready(struct event_base *base)
{
	int i;

	/* One pass handles what the kernel reported at its beginning. */
	for (i = 0; i < 20; i++)
		event_base_loop(base, EVLOOP_NONBLOCK);
}
