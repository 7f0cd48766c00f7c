/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: the other end of a connection, on the same event base as what is
 * tested, so that no second thread is needed. */
#ifndef TESTS_UNIT_PEER_H
#define TESTS_UNIT_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct event;
struct event_base;
struct evbuffer;

struct peer {
	int fd;
	struct evbuffer *in, *out;
	struct event *readable, *writable;
	bool ended; /* nothing more will come: closed, or reset */
};

/* Takes over a connected fd. */
void peer_open(struct peer *peer, struct event_base *base, int fd);

/* Makes a pair of connected, non-blocking sockets; the peer has one, the other
 * is returned. */
int peer_open_pair(struct peer *peer, struct event_base *base);

/* Hangs up; does nothing the second time. */
void peer_close(struct peer *peer);

/* Sends bytes: in one write if the socket takes them, the rest as it does. */
void peer_send(struct peer *peer, const void *bytes, size_t size);

/* Says that it will send nothing more. */
void peer_half_close(struct peer *peer);

/* Stops and goes on taking what comes. */
void peer_stop_taking(struct peer *peer);
void peer_go_on_taking(struct peer *peer);

/* Takes the next frame's message out of what came. NULL: no whole one yet; the
 * bytes are good until the next call for any peer. */
const uint8_t *peer_take_message(struct peer *peer, size_t *ret_size);

/* Runs base until done(arg) holds. It is asked after each event; without it in
 * 30 s the test fails. */
void peer_run_until(
    struct event_base *base, bool (*done)(void *arg), void *arg);

/* The same for *flag, which a callback sets. */
void peer_run_until_set(struct event_base *base, const bool *flag);

/* The same until that many bytes have come to peer and not been taken out. */
void peer_run_until_bytes(
    struct event_base *base, struct peer *peer, size_t size);

/* Runs what base can do now, without waiting for anything. */
void peer_run_what_is_ready(struct event_base *base);

#endif
