/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/address.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#define HOST_MAX 256

static bool parse_unix(const char *path, struct address *ret_address,
    char error[ADDRESS_ERROR_MAX])
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};

	if (*path == '\0' || strlen(path) >= sizeof(name.sun_path)) {
		snprintf(error, ADDRESS_ERROR_MAX,
		    "the path of a Unix socket has 1 to %zu bytes",
		    sizeof(name.sun_path) - 1);
		return false;
	}
	strcpy(name.sun_path, path);
	memset(ret_address, 0, sizeof(*ret_address));
	memcpy(&ret_address->name, &name, sizeof(name));
	ret_address->name_size = sizeof(name);
	return true;
}

/* Splits "HOST:PORT" or "[V6]:PORT". NULL: it is neither; else the port. */
static const char *split_host(const char *text, char host[HOST_MAX])
{
	const char *colon = strrchr(text, ':');
	size_t length;

	if (colon == NULL)
		return NULL;
	length = (size_t)(colon - text);
	if (*text == '[') {
		if (length < 3 || text[length - 1] != ']')
			return NULL;
		text++;
		length -= 2;
	} else if (memchr(text, ':', length) != NULL) {
		return NULL;
	}
	if (length == 0 || length >= HOST_MAX)
		return NULL;
	memcpy(host, text, length);
	host[length] = '\0';
	return colon + 1;
}

static bool is_port(const char *text)
{
	const size_t length = strlen(text);

	return length >= 1 && length <= 5 &&
	       strspn(text, "0123456789") == length && atoi(text) <= 65535;
}

bool address_is_local(const struct address *address)
{
	const void *name = &address->name;
	const struct sockaddr_in *v4 = name;
	const struct sockaddr_in6 *v6 = name;

	switch (address->name.ss_family) {
	case AF_UNIX:
		return true;
	case AF_INET:
		return ntohl(v4->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
	case AF_INET6:
		return IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
	default:
		return false;
	}
}

static bool resolve(const char *host, const char *port,
    struct address *ret_address, char error[ADDRESS_ERROR_MAX])
{
	const struct addrinfo hints = {
	    .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
	struct address address;
	struct addrinfo *found;
	int failure;

	/* That name is loopback also where no file or server says so. */
	if (strcmp(host, "localhost") == 0)
		host = "127.0.0.1";
	failure = getaddrinfo(host, port, &hints, &found);
	if (failure != 0) {
		snprintf(error, ADDRESS_ERROR_MAX, "%s", gai_strerror(failure));
		return false;
	}
	memset(&address, 0, sizeof(address));
	memcpy(&address.name, found->ai_addr, found->ai_addrlen);
	address.name_size = found->ai_addrlen;
	freeaddrinfo(found);
	if (!address_is_local(&address)) {
		snprintf(error, ADDRESS_ERROR_MAX,
		    "TCP without TLS is for loopback addresses alone");
		return false;
	}
	*ret_address = address;
	return true;
}

bool address_parse(const char *text, struct address *ret_address,
    char error[ADDRESS_ERROR_MAX])
{
	char host[HOST_MAX];
	const char *port;

	if (strncmp(text, "unix:", 5) == 0)
		return parse_unix(text + 5, ret_address, error);
	port = split_host(text, host);
	if (port == NULL || !is_port(port)) {
		snprintf(error, ADDRESS_ERROR_MAX,
		    "not unix:PATH, HOST:PORT or [V6]:PORT");
		return false;
	}
	return resolve(host, port, ret_address, error);
}

void address_text(const struct address *address, char text[ADDRESS_TEXT_MAX])
{
	const struct sockaddr *name = (const struct sockaddr *)&address->name;
	char host[INET6_ADDRSTRLEN] = "?";
	const char *path = address_unix_path(address);

	if (path != NULL) {
		snprintf(text, ADDRESS_TEXT_MAX, "unix:%s", path);
	} else if (name->sa_family == AF_INET6) {
		const struct sockaddr_in6 *v6 = (const void *)name;

		inet_ntop(AF_INET6, &v6->sin6_addr, host, sizeof(host));
		snprintf(text, ADDRESS_TEXT_MAX, "[%s]:%u", host,
		    ntohs(v6->sin6_port));
	} else {
		const struct sockaddr_in *v4 = (const void *)name;

		inet_ntop(AF_INET, &v4->sin_addr, host, sizeof(host));
		snprintf(
		    text, ADDRESS_TEXT_MAX, "%s:%u", host, ntohs(v4->sin_port));
	}
}

const char *address_unix_path(const struct address *address)
{
	const struct sockaddr_un *name = (const void *)&address->name;

	return name->sun_family == AF_UNIX ? name->sun_path : NULL;
}
