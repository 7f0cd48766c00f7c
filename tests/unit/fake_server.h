/* SPDX-License-Identifier: BSD-2-Clause */
/* A server that does what a test tells it to: it listens on a Unix socket in a
 * directory of its own and speaks frames. Ids begin with 1 on each client, so
 * an answer can be put on the wire before its request, and a test needs no
 * second thread; where it wants one, it has fake_server_serve(). Whatever goes
 * wrong in here is an assertion that fails. */
#ifndef TESTS_FAKE_SERVER_H
#define TESTS_FAKE_SERVER_H

#include "memblock.pb-c.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fake_server {
	char directory[64];
	char path[96];
	char address[104]; /* "unix:…" */
	int listener;
	int session; /* -1: none */
	uint8_t in[1 << 16];
	size_t in_size;
	pthread_t thread;
	void (*handle)(
	    struct fake_server *server, const Memblock__V1__Request *request);
};

void fake_server_start(struct fake_server *server);
void fake_server_stop(struct fake_server *server);

/* Takes the client that has connected. */
void fake_server_accept(struct fake_server *server);

/* Ends the session. */
void fake_server_hang_up(struct fake_server *server);

/* Waits for the next request, the caller's to free. NULL: the client has
 * gone. */
Memblock__V1__Request *fake_server_receive(struct fake_server *server);

/* Sends bytes as they are; a message as a frame; an answer that is no more
 * than its id and OK; one with a code and a message. */
void fake_server_send_bytes(
    struct fake_server *server, const void *bytes, size_t size);
void fake_server_send(
    struct fake_server *server, const Memblock__V1__Response *response);
void fake_server_send_ok(struct fake_server *server, uint64_t id);
void fake_server_send_failed(struct fake_server *server, uint64_t id,
    Memblock__V1__Status__Code code, const char *message);

/* Accepts one client and calls handle for each request, in a thread of its
 * own, until the client has gone; fake_server_stop() waits for that. */
void fake_server_serve(
    struct fake_server *server, void (*handle)(struct fake_server *server,
				    const Memblock__V1__Request *request));

#endif
