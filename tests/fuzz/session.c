/* SPDX-License-Identifier: BSD-2-Clause */
/* All bytes of one connection, given to a daemon with an empty journal: frames,
 * requests, answers. What comes back must be whole frames with responses. */
#include "daemon/import.h"
#include "daemon/option.h"
#include "daemon/request.h"
#include "memblock.pb-c.h"
#include "proto/frame.h"
#include "tests/fuzz/folder.h"
#include "tests/fuzz/target.h"

#include <assert.h>
#include <err.h>
#include <event2/buffer.h>
#include <event2/event.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* What surely fits into a socket before anyone reads. */
#define INPUT_MAX 65536

struct daemon {
	struct folder folder;
	struct config config;
	struct event_base *base;
	struct service service;
	struct session_list sessions;
};

/* The other end of the connection. */
struct peer {
	int fd;
	struct event *readable;
	struct evbuffer *answers;
};

/* ---- the daemon ---- */

static void on_message(
    void *arg, struct session *session, const uint8_t *data, size_t size)
{
	struct daemon *daemon = arg;

	request_handle(&daemon->service, session, data, size);
}

static void on_fault(void *arg, struct session *session,
    enum session_fault fault, uint64_t message_size)
{
	struct daemon *daemon = arg;

	request_fault(&daemon->service, session, fault, message_size);
}

static void on_gone(void *arg, const struct session *session)
{
	struct daemon *daemon = arg;

	import_drop(&daemon->service, session);
	event_base_loopbreak(daemon->base);
}

/* No disk fails here. */
static void on_lost(void *arg)
{
	(void)arg;
	abort();
}

static struct journal *open_journal(
    const struct daemon *daemon, enum journal_access access)
{
	struct journal *journal = NULL;
	struct journal_error error;

	if (journal_open(daemon->config.journal, access, JOURNAL_SYNC_OFF,
		&journal, &error) != JOURNAL_OK)
		errx(EXIT_FAILURE, "%s", error.text);
	return journal;
}

static void start(struct daemon *daemon)
{
	struct service *service = &daemon->service;
	struct journal_error error;
	struct journal *writer;

	folder_make(&daemon->folder);
	option_defaults(&daemon->config);
	daemon->config.journal = daemon->folder.journal;
	daemon->config.limits.frame_bytes_max = 32768;
	daemon->config.limits.in_flight_max = 16;
	daemon->config.limits.regions_max = 256;
	daemon->base = event_base_new();
	writer = open_journal(daemon, JOURNAL_WRITE);
	if (registry_open(open_journal(daemon, JOURNAL_READ),
		daemon->config.limits.regions_max, &service->registry,
		&error) != JOURNAL_OK)
		errx(EXIT_FAILURE, "%s", error.text);
	service->config = &daemon->config;
	service->commit =
	    commit_start(daemon->base, writer, on_lost, daemon, &error);
	service->keys = keys_new(service->commit);
	service->watches = watches_new(daemon->base, service->commit);
	service->history =
	    history_start(daemon->base, daemon->config.journal, 1, &error);
	assert(service->commit != NULL && service->history != NULL);
	daemon->sessions = (struct session_list){
	    .base = daemon->base,
	    .limits = &daemon->config.limits,
	    .handler = {on_message, on_fault, on_gone, daemon},
	};
}

static void stop(struct daemon *daemon)
{
	struct journal_error error;

	history_stop(daemon->service.history);
	watches_free(daemon->service.watches);
	keys_free(daemon->service.keys);
	registry_close(daemon->service.registry);
	if (!commit_stop(daemon->service.commit, &error))
		errx(EXIT_FAILURE, "%s", error.text);
	event_base_free(daemon->base);
	folder_remove(&daemon->folder);
}

/* ---- the peer ---- */

static void on_answers(evutil_socket_t fd, short what, void *arg)
{
	struct peer *peer = arg;

	(void)what;
	if (evbuffer_read(peer->answers, fd, -1) == 0)
		event_del(peer->readable);
}

/* Connects, and sends everything there will be. */
static void connect_peer(
    struct daemon *daemon, struct peer *peer, const uint8_t *data, size_t size)
{
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds) != 0)
		err(EXIT_FAILURE, "socketpair");
	peer->fd = fds[0];
	peer->answers = evbuffer_new();
	peer->readable = event_new(
	    daemon->base, peer->fd, EV_READ | EV_PERSIST, on_answers, peer);
	event_add(peer->readable, NULL);
	if (send(peer->fd, data, size, MSG_NOSIGNAL) != (ssize_t)size)
		err(EXIT_FAILURE, "send");
	shutdown(peer->fd, SHUT_WR);
	session_open(&daemon->sessions, fds[1], "uid:0");
}

static void check_answers(struct peer *peer)
{
	size_t size = evbuffer_get_length(peer->answers);
	const uint8_t *data = evbuffer_pullup(peer->answers, -1);
	size_t header_size, message_size;
	Memblock__V1__Response *response;

	while (size > 0) {
		assert(frame_find(data, size, FRAME_BYTES_LIMIT, &header_size,
			   &message_size) == FRAME_COMPLETE);
		response = memblock__v1__response__unpack(
		    NULL, message_size, data + header_size);
		assert(response != NULL && response->status != NULL);
		memblock__v1__response__free_unpacked(response, NULL);
		data += header_size + message_size;
		size -= header_size + message_size;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct daemon daemon = {.base = NULL};
	struct peer peer;

	if (size > INPUT_MAX)
		return 0;
	log_set_level(LOG_LEVEL_ERROR);
	start(&daemon);
	connect_peer(&daemon, &peer, data, size);
	while (daemon.sessions.count > 0)
		event_base_dispatch(daemon.base);
	while (evbuffer_read(peer.answers, peer.fd, -1) > 0)
		;
	check_answers(&peer);
	event_free(peer.readable);
	evbuffer_free(peer.answers);
	close(peer.fd);
	stop(&daemon);
	return 0;
}
