/* SPDX-License-Identifier: BSD-2-Clause */
#include "fake_server.h"

#include "proto/frame.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void fake_server_start(struct fake_server *server)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};

	memset(server, 0, sizeof(*server));
	server->session = -1;
	strcpy(server->directory, "/tmp/memblock-test-XXXXXX");
	assert(mkdtemp(server->directory) != NULL);
	snprintf(
	    server->path, sizeof(server->path), "%s/socket", server->directory);
	snprintf(
	    server->address, sizeof(server->address), "unix:%s", server->path);
	strcpy(name.sun_path, server->path);
	server->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert(server->listener >= 0);
	assert(bind(server->listener, (struct sockaddr *)&name, sizeof(name)) ==
	       0);
	assert(listen(server->listener, 8) == 0);
}

void fake_server_stop(struct fake_server *server)
{
	if (server->handle != NULL)
		pthread_join(server->thread, NULL);
	fake_server_hang_up(server);
	close(server->listener);
	unlink(server->path);
	rmdir(server->directory);
}

void fake_server_accept(struct fake_server *server)
{
	server->session = accept(server->listener, NULL, NULL);
	server->in_size = 0;
	assert(server->session >= 0);
}

void fake_server_hang_up(struct fake_server *server)
{
	if (server->session >= 0)
		close(server->session);
	server->session = -1;
}

Memblock__V1__Request *fake_server_receive(struct fake_server *server)
{
	size_t header_size, message_size;
	Memblock__V1__Request *request;
	ssize_t got;

	while (frame_find(server->in, server->in_size, sizeof(server->in),
		   &header_size, &message_size) != FRAME_COMPLETE) {
		got = recv(server->session, server->in + server->in_size,
		    sizeof(server->in) - server->in_size, 0);
		if (got <= 0)
			return NULL;
		server->in_size += (size_t)got;
	}
	request = memblock__v1__request__unpack(
	    NULL, message_size, server->in + header_size);
	assert(request != NULL);
	server->in_size -= header_size + message_size;
	memmove(server->in, server->in + header_size + message_size,
	    server->in_size);
	return request;
}

void fake_server_send_bytes(
    struct fake_server *server, const void *bytes, size_t size)
{
	const uint8_t *at = bytes;
	ssize_t sent;

	while (size > 0) {
		sent = send(server->session, at, size, MSG_NOSIGNAL);
		assert(sent > 0);
		at += sent;
		size -= (size_t)sent;
	}
}

void fake_server_send(
    struct fake_server *server, const Memblock__V1__Response *response)
{
	const size_t size = memblock__v1__response__get_packed_size(response);
	uint8_t *frame = malloc(FRAME_HEADER_MAX + size);
	size_t header_size;

	assert(frame != NULL);
	header_size = frame_header(size, frame);
	memblock__v1__response__pack(response, frame + header_size);
	fake_server_send_bytes(server, frame, header_size + size);
	free(frame);
}

void fake_server_send_failed(struct fake_server *server, uint64_t id,
    Memblock__V1__Status__Code code, const char *message)
{
	Memblock__V1__Response response = MEMBLOCK__V1__RESPONSE__INIT;
	Memblock__V1__Status status = MEMBLOCK__V1__STATUS__INIT;

	response.has_id = true;
	response.id = id;
	response.status = &status;
	status.has_code = true;
	status.code = code;
	status.message = (char *)message;
	fake_server_send(server, &response);
}

void fake_server_send_ok(struct fake_server *server, uint64_t id)
{
	fake_server_send_failed(
	    server, id, MEMBLOCK__V1__STATUS__CODE__OK, NULL);
}

static void *serve(void *arg)
{
	struct fake_server *server = arg;
	Memblock__V1__Request *request;

	fake_server_accept(server);
	while ((request = fake_server_receive(server)) != NULL) {
		server->handle(server, request);
		memblock__v1__request__free_unpacked(request, NULL);
	}
	return NULL;
}

void fake_server_serve(
    struct fake_server *server, void (*handle)(struct fake_server *server,
				    const Memblock__V1__Request *request))
{
	server->handle = handle;
	assert(pthread_create(&server->thread, NULL, serve, server) == 0);
}
