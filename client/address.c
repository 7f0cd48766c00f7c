/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/address.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define HOST_MAX 255

static char *unix_address(const char *directory)
{
	char *address;

	if (asprintf(&address, "unix:%s/memblockd.sock", directory) < 0)
		return NULL;
	return address;
}

char *address_default(void)
{
	const char *server = getenv("MEMBLOCKD_SERVER");
	const char *runtime = getenv("XDG_RUNTIME_DIR");

	if (server != NULL && server[0] != '\0')
		return strdup(server);
	if (geteuid() != 0 && runtime != NULL && runtime[0] != '\0')
		return unix_address(runtime);
	return unix_address("/run/memblockd");
}

__attribute__((format(printf, 3, 4))) static enum mbc_code fail(
    char *error, enum mbc_code code, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(error, ADDRESS_ERROR_MAX, format, arguments);
	va_end(arguments);
	return code;
}

static enum mbc_code fail_connect(char *error, const char *address, int reason)
{
	return fail(error,
	    reason == ETIMEDOUT ? MBC_DEADLINE_EXCEEDED : MBC_UNAVAILABLE,
	    "cannot connect to %s: %s", address, strerror(reason));
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int time_left(int64_t deadline_ms)
{
	const int64_t left = deadline_ms - now_ms();

	if (deadline_ms < 0)
		return -1;
	return left < 0 ? 0 : (int)left;
}

/* Has a connect() that blocks give up after that time; -1: never. */
static void limit_connect(int fd, int timeout_ms)
{
	struct timeval wait = {
	    .tv_sec = timeout_ms / 1000, .tv_usec = timeout_ms % 1000 * 1000};

	if (timeout_ms < 0)
		return;
	if (timeout_ms == 0)
		wait.tv_usec = 1; /* 0 would mean never */
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
}

/* 0 or an errno. A wait that a signal cut short has connected nothing. */
static int connect_blocking(
    int fd, const struct sockaddr_un *name, int64_t deadline_ms)
{
	do {
		limit_connect(fd, time_left(deadline_ms));
		if (connect(fd, (const struct sockaddr *)name, sizeof(*name)) ==
		    0)
			return 0;
	} while (errno == EINTR);
	return errno == EAGAIN ? ETIMEDOUT : errno;
}

/* connect() to a Unix socket whose backlog is full waits in a blocking socket,
 * and says EAGAIN at once in another; so it is made non-blocking after. */
static enum mbc_code connect_unix(const char *address, const char *path,
    int64_t deadline_ms, char *error, int *ret_fd)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	int fd, reason;

	if (path[0] == '\0' || strlen(path) >= sizeof(name.sun_path))
		return fail(error, MBC_INVALID_ARGUMENT,
		    "'%s': a socket's path has 1 to %zu bytes", address,
		    sizeof(name.sun_path) - 1);
	memcpy(name.sun_path, path, strlen(path));

	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return fail_connect(error, address, errno);
	reason = connect_blocking(fd, &name, deadline_ms);
	if (reason == 0 && fcntl(fd, F_SETFL, O_NONBLOCK) < 0)
		reason = errno;
	if (reason != 0) {
		close(fd);
		return fail_connect(error, address, reason);
	}
	*ret_fd = fd;
	return MBC_OK;
}

/* Waits for a connect() under way. 0 or an errno. */
static int finish_connect(int fd, int64_t deadline_ms)
{
	struct pollfd waiting = {.fd = fd, .events = POLLOUT};
	socklen_t size = sizeof(int);
	int ready, reason;

	do {
		ready = poll(&waiting, 1, time_left(deadline_ms));
	} while (ready < 0 && errno == EINTR);
	if (ready == 0)
		return ETIMEDOUT;
	if (ready < 0 ||
	    getsockopt(fd, SOL_SOCKET, SO_ERROR, &reason, &size) < 0)
		return errno;
	return reason;
}

/* 0 or an errno. */
static int connect_one(
    const struct addrinfo *to, int64_t deadline_ms, int *ret_fd)
{
	const int on = 1;
	int fd, reason = 0;

	fd = socket(to->ai_family,
	    to->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, to->ai_protocol);
	if (fd < 0)
		return errno;
	if (connect(fd, to->ai_addr, to->ai_addrlen) < 0)
		reason = errno == EINPROGRESS ? finish_connect(fd, deadline_ms)
					      : errno;
	if (reason != 0) {
		close(fd);
		return reason;
	}
	/* Requests leave in full buffers; what is in one shall not wait. */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	*ret_fd = fd;
	return 0;
}

/* Takes "HOST:PORT" or "[IPV6]:PORT" apart. */
static bool split_host_port(
    const char *address, char host[HOST_MAX + 1], const char **ret_port)
{
	const char *colon = strrchr(address, ':');
	const char *begin = address, *end = colon;
	unsigned long port;

	if (colon == NULL)
		return false;
	if (address[0] == '[') {
		begin++;
		end--;
		if (end < begin || *end != ']')
			return false;
	} else if (memchr(begin, ':', (size_t)(end - begin)) != NULL) {
		return false;
	}
	if (begin == end || end - begin > HOST_MAX)
		return false;
	if (strspn(colon + 1, "0123456789") != strlen(colon + 1) ||
	    strlen(colon + 1) > 5)
		return false;
	port = strtoul(colon + 1, NULL, 10);
	if (port == 0 || port > 65535)
		return false;
	memcpy(host, begin, (size_t)(end - begin));
	host[end - begin] = '\0';
	*ret_port = colon + 1;
	return true;
}

static enum mbc_code connect_tcp(
    const char *address, int64_t deadline_ms, char *error, int *ret_fd)
{
	const struct addrinfo hints = {
	    .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
	struct addrinfo *found, *one;
	char host[HOST_MAX + 1];
	const char *port;
	int reason;

	if (!split_host_port(address, host, &port))
		return fail(error, MBC_INVALID_ARGUMENT,
		    "'%s': not an address: unix:PATH, HOST:PORT or [IPV6]:PORT",
		    address);
	reason = getaddrinfo(host, port, &hints, &found);
	if (reason == EAI_MEMORY)
		return fail(error, MBC_RESOURCE_EXHAUSTED, "out of memory");
	if (reason != 0)
		return fail(error, MBC_UNAVAILABLE, "cannot connect to %s: %s",
		    address,
		    reason == EAI_SYSTEM ? strerror(errno)
					 : gai_strerror(reason));
	for (one = found; one != NULL; one = one->ai_next) {
		/* One address may take all the time there is, but a timeout of
		 * the kernel's own is no reason not to try the next. */
		reason = connect_one(one, deadline_ms, ret_fd);
		if (reason == 0 || time_left(deadline_ms) == 0)
			break;
	}
	freeaddrinfo(found);
	return reason == 0 ? MBC_OK : fail_connect(error, address, reason);
}

enum mbc_code address_connect(
    const char *address, int timeout_ms, char *error, int *ret_fd)
{
	const int64_t deadline_ms = timeout_ms < 0 ? -1 : now_ms() + timeout_ms;

	if (strncmp(address, "unix:", 5) == 0)
		return connect_unix(
		    address, address + 5, deadline_ms, error, ret_fd);
	return connect_tcp(address, deadline_ms, error, ret_fd);
}
