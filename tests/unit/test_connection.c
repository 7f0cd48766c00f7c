/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/connection.h"

#include "proto/frame.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int peer;
static struct connection *connection;
static char error[CONNECTION_ERROR_MAX];

static int connect_pair(void **state)
{
	int ends[2];

	(void)state;
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
	connection = connection_new(ends[0]);
	peer = ends[1];
	return 0;
}

static int part_pair(void **state)
{
	(void)state;
	connection_free(connection);
	if (peer >= 0)
		close(peer);
	return 0;
}

static void queue(const char *message)
{
	memcpy(connection_append(connection, strlen(message)), message,
	    strlen(message));
}

static void expect_message(const char *expected)
{
	const uint8_t *message;
	size_t size;

	assert_int_equal(
	    connection_take(connection, error, &message, &size), CONNECTION_OK);
	if (expected == NULL) {
		assert_null(message);
		return;
	}
	assert_non_null(message);
	assert_int_equal(size, strlen(expected));
	assert_memory_equal(message, expected, size);
}

static void messages_leave_as_frames_in_order(void **state)
{
	char got[16];

	(void)state;
	queue("ab");
	queue("");
	queue("c");
	assert_true(connection_has_output(connection));
	assert_int_equal(connection_write(connection, error), CONNECTION_OK);
	assert_false(connection_has_output(connection));
	assert_int_equal(recv(peer, got, sizeof(got), 0), 6);
	assert_memory_equal(got,
	    "\x02"
	    "ab\0\x01"
	    "c",
	    6);
}

static void frames_in_one_read_are_taken_one_by_one(void **state)
{
	bool got_any;

	(void)state;
	assert_int_equal(send(peer, "\x02xy\0\x01z\x03p", 8, 0), 8);
	connection_read(connection, error, &got_any);
	assert_true(got_any);
	expect_message("xy");
	expect_message("");
	expect_message("z");
	expect_message(NULL);
	assert_int_equal(send(peer, "qr", 2, 0), 2);
	connection_read(connection, error, &got_any);
	expect_message("pqr");
	expect_message(NULL);
	connection_read(connection, error, &got_any);
	assert_false(got_any);
}

/* Expect what does not fit in the socket to stay, and to leave once the peer
 * has read, all of it and in order. */
static void output_the_socket_does_not_take_waits(void **state)
{
	enum { SIZE = 4 << 20 };
	static uint8_t got[1 << 16];
	uint8_t *message = connection_append(connection, SIZE);
	size_t total = 0, i, wrong = 0;
	ssize_t part;

	(void)state;
	for (i = 0; i < SIZE; i++)
		message[i] = (uint8_t)(i % 251);
	assert_int_equal(connection_write(connection, error), CONNECTION_OK);
	assert_true(connection_has_output(connection));
	while (total < 4 + SIZE) {
		part = recv(peer, got, sizeof(got), 0);
		assert_true(part > 0);
		for (i = 0; i < (size_t)part; i++)
			wrong +=
			    total + i >= 4 && got[i] != (total + i - 4) % 251;
		total += (size_t)part;
		connection_write(connection, error);
	}
	assert_int_equal(wrong, 0);
	assert_int_equal(total, 4 + SIZE);
	assert_false(connection_has_output(connection));
}

static void end_of_the_peer_is_a_loss(void **state)
{
	bool got_any;

	(void)state;
	close(peer);
	peer = -1;
	assert_int_equal(
	    connection_read(connection, error, &got_any), CONNECTION_LOST);
	assert_string_equal(error, "the server closed the connection");
}

/* Expect a write to a closed socket to be a loss and not a signal. */
static void write_to_a_peer_that_has_gone_is_a_loss(void **state)
{
	(void)state;
	close(peer);
	peer = -1;
	queue("ab");
	assert_int_equal(connection_write(connection, error), CONNECTION_LOST);
	assert_string_equal(error, "Broken pipe");
}

static void message_of_the_longest_size_is_taken_and_one_more_is_not(
    void **state)
{
	const uint8_t *message;
	uint8_t header[FRAME_HEADER_MAX];
	bool got_any;
	size_t size;

	(void)state;
	size = frame_header(CONNECTION_MESSAGE_MAX, header);
	assert_int_equal(send(peer, header, size, 0), size);
	connection_read(connection, error, &got_any);
	expect_message(NULL);
	connection_free(connection);
	close(peer);
	connect_pair(NULL);
	size = frame_header(CONNECTION_MESSAGE_MAX + 1, header);
	assert_int_equal(send(peer, header, size, 0), size);
	connection_read(connection, error, &got_any);
	assert_int_equal(connection_take(connection, error, &message, &size),
	    CONNECTION_LOST);
	assert_non_null(strstr(error, "16777217 bytes, more than 16777216"));
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, connect_pair, part_pair)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(messages_leave_as_frames_in_order),
	    TEST(frames_in_one_read_are_taken_one_by_one),
	    TEST(output_the_socket_does_not_take_waits),
	    TEST(end_of_the_peer_is_a_loss),
	    TEST(write_to_a_peer_that_has_gone_is_a_loss),
	    TEST(message_of_the_longest_size_is_taken_and_one_more_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
