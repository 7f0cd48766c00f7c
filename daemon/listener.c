/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/listener.h"

#include "daemon/log.h"
#include "daemon/memory.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PRINCIPAL_MAX 64

/* How many connections are taken at one turn of the loop, so that a flood of
 * them does not keep those that are there from being served. */
#define ACCEPTS_PER_TURN 64

/* How long no connection is taken after the system had no descriptor for one:
 * an event of the listening socket would only come again at once. */
static const struct timeval accept_pause = {.tv_usec = 100 * 1000};

struct listener {
	int fd;
	bool adopted;
	struct address address;
	struct event *readable;
	struct event *pause_over;
	listener_accept *accept;
	void *arg;
};

/* How long a peer on TCP may say nothing until it is asked whether it is still
 * there, in seconds; and how often it is, this long apart, before it is taken
 * for gone. */
static const int ask_after = 60, ask_again_after = 10, ask_times = 6;

static void name_peer(int fd, char principal[PRINCIPAL_MAX])
{
	struct sockaddr_storage name = {0};
	socklen_t size = sizeof(name);
	char host[INET6_ADDRSTRLEN] = "?";

	getpeername(fd, (struct sockaddr *)&name, &size);
	if (name.ss_family == AF_INET) {
		const struct sockaddr_in *v4 = (const void *)&name;

		inet_ntop(AF_INET, &v4->sin_addr, host, sizeof(host));
	} else if (name.ss_family == AF_INET6) {
		const struct sockaddr_in6 *v6 = (const void *)&name;

		inet_ntop(AF_INET6, &v6->sin6_addr, host, sizeof(host));
	} else {
		struct ucred peer = {.uid = (uid_t)-1};

		size = sizeof(peer);
		getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size);
		snprintf(principal, PRINCIPAL_MAX, "uid:%u", peer.uid);
		return;
	}
	snprintf(principal, PRINCIPAL_MAX, "tcp:%s", host);
}

static void take_connection(struct listener *listener, int fd)
{
	char principal[PRINCIPAL_MAX];
	const int one = 1;

	name_peer(fd, principal);
	/* Answers leave in one write each turn: there is nothing to wait for.
	 * And a machine that lost its power says no farewell: its sessions
	 * would stay until there is no room for others. These fail on a Unix
	 * socket, where they mean nothing. */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	setsockopt(
	    fd, IPPROTO_TCP, TCP_KEEPIDLE, &ask_after, sizeof(ask_after));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &ask_again_after,
	    sizeof(ask_again_after));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &ask_times, sizeof(ask_times));
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one));
	listener->accept(listener->arg, fd, principal);
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct listener *listener = arg;
	int i, peer;

	(void)what;
	for (i = 0; i < ACCEPTS_PER_TURN; i++) {
		peer = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (peer >= 0) {
			take_connection(listener, peer);
			continue;
		}
		if (errno == ECONNABORTED || errno == EINTR)
			continue;
		if (errno != EAGAIN) {
			log_event(LOG_LEVEL_WARNING, "accept-failed", "reason",
			    strerror(errno), NULL);
			event_del(listener->readable);
			event_add(listener->pause_over, &accept_pause);
		}
		return;
	}
}

static void on_pause_over(evutil_socket_t fd, short what, void *arg)
{
	struct listener *listener = arg;

	(void)fd, (void)what;
	event_add(listener->readable, NULL);
}

/* Whether somebody has that socket file: everybody, but for one that is known
 * to have nobody behind it. One that is too busy to take a connection is not
 * waited for. */
static bool is_live(const struct address *address)
{
	const int fd =
	    socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	bool live;

	if (fd < 0)
		return true; /* leave it alone */
	live = connect(fd, (const struct sockaddr *)&address->name,
		   address->name_size) == 0 ||
	       (errno != ECONNREFUSED && errno != ENOENT);
	close(fd);
	return live;
}

/* Makes room for a socket at path, if what is there is only what a daemon that
 * was killed left behind. */
static bool clear_path(const struct address *address, const char *path,
    char error[ADDRESS_ERROR_MAX])
{
	struct stat there;

	if (lstat(path, &there) < 0)
		return true; /* bind says what else is wrong */
	if (!S_ISSOCK(there.st_mode)) {
		snprintf(error, ADDRESS_ERROR_MAX,
		    "a file that is no socket is in the way");
		return false;
	}
	if (is_live(address)) {
		snprintf(
		    error, ADDRESS_ERROR_MAX, "another daemon listens there");
		return false;
	}
	unlink(path);
	return true;
}

static bool bind_and_listen(int fd, const struct address *address,
    const char *path, char error[ADDRESS_ERROR_MAX])
{
	const int one = 1;
	mode_t mask;
	int result;

	if (path != NULL && !clear_path(address, path, error))
		return false;
	if (path == NULL)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	mask = umask(0117);
	result = bind(
	    fd, (const struct sockaddr *)&address->name, address->name_size);
	umask(mask);
	if (result == 0)
		result = listen(fd, SOMAXCONN);
	if (result < 0)
		snprintf(error, ADDRESS_ERROR_MAX, "%s", strerror(errno));
	return result == 0;
}

static struct listener *listener_new(
    struct event_base *base, int fd, listener_accept *accept, void *arg)
{
	struct listener *listener = memory_zeroed(1, sizeof(*listener));

	listener->fd = fd;
	listener->accept = accept;
	listener->arg = arg;
	listener->address.name_size = sizeof(listener->address.name);
	getsockname(fd, (struct sockaddr *)&listener->address.name,
	    &listener->address.name_size);
	listener->readable = memory_need(
	    event_new(base, fd, EV_READ | EV_PERSIST, on_readable, listener));
	listener->pause_over =
	    memory_need(event_new(base, -1, 0, on_pause_over, listener));
	event_add(listener->readable, NULL);
	return listener;
}

struct listener *listener_open(struct event_base *base,
    const struct address *address, listener_accept *accept, void *arg,
    char error[ADDRESS_ERROR_MAX])
{
	const int fd =
	    socket(((const struct sockaddr *)&address->name)->sa_family,
		SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0) {
		snprintf(error, ADDRESS_ERROR_MAX, "%s", strerror(errno));
		return NULL;
	}
	if (!bind_and_listen(fd, address, address_unix_path(address), error)) {
		close(fd);
		return NULL;
	}
	return listener_new(base, fd, accept, arg);
}

struct listener *listener_adopt(struct event_base *base, int fd,
    listener_accept *accept, void *arg, char error[ADDRESS_ERROR_MAX])
{
	struct listener *listener;
	socklen_t size = sizeof(int);
	int listens = 0;

	getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size);
	if (!listens || evutil_make_socket_nonblocking(fd) < 0) {
		snprintf(
		    error, ADDRESS_ERROR_MAX, "it is no socket that listens");
		return NULL;
	}
	listener = listener_new(base, fd, accept, arg);
	listener->adopted = true;
	if (!address_is_local(&listener->address)) {
		listener_close(listener);
		snprintf(error, ADDRESS_ERROR_MAX,
		    "TCP without TLS is for loopback addresses alone");
		return NULL;
	}
	return listener;
}

void listener_text(const struct listener *listener, char text[ADDRESS_TEXT_MAX])
{
	address_text(&listener->address, text);
}

void listener_close(struct listener *listener)
{
	const char *path;

	if (listener == NULL)
		return;
	path = address_unix_path(&listener->address);
	event_free(listener->readable);
	event_free(listener->pause_over);
	close(listener->fd);
	if (path != NULL && !listener->adopted)
		unlink(path);
	free(listener);
}
