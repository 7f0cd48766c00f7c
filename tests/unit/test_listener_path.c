/* SPDX-License-Identifier: BSD-2-Clause */
/* What stands where a Unix socket is to be, and is in use though it takes no
 * connection. */
#include "daemon/listener.h"

#include <event2/event.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static struct event_base *base;
static char directory[64], path[96];
static struct address address;

static int begin(void **state)
{
	char place[104], error[ADDRESS_ERROR_MAX];

	(void)state;
	strcpy(directory, "/tmp/test_listener_XXXXXX");
	assert_non_null(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/s", directory);
	snprintf(place, sizeof(place), "unix:%s", path);
	assert_true(address_parse(place, &address, error));
	base = event_base_new();
	return 0;
}

static int end(void **state)
{
	(void)state;
	event_base_free(base);
	unlink(path);
	return rmdir(directory);
}

static void take(void *arg, int fd, const char *principal)
{
	(void)arg, (void)fd, (void)principal;
	fail();
}

static int bind_socket(int type)
{
	const int fd = socket(AF_UNIX, type, 0);

	assert_true(fd >= 0);
	assert_int_equal(
	    bind(fd, (const struct sockaddr *)&address.name, address.name_size),
	    0);
	return fd;
}

static int try_to_connect(int *ret_fd)
{
	*ret_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	assert_true(*ret_fd >= 0);
	return connect(
	    *ret_fd, (const struct sockaddr *)&address.name, address.name_size);
}

static void assert_refused_and_left_alone(void)
{
	char error[ADDRESS_ERROR_MAX];

	assert_null(listener_open(base, &address, take, NULL, error));
	assert_string_equal(error, "another daemon listens there");
	assert_int_equal(access(path, F_OK), 0);
}

/* Another program's, which hears datagrams: expect it to keep its file. */
static void socket_of_another_kind_is_refused(void **state)
{
	const int fd = bind_socket(SOCK_DGRAM);

	(void)state;
	assert_refused_and_left_alone();
	close(fd);
}

/* A daemon that is stopped, with as many connections waiting as may: expect no
 * wait for it. */
static void live_socket_with_a_full_backlog_is_refused_at_once(void **state)
{
	const int listener = bind_socket(SOCK_STREAM);
	int fds[16], count = 0;

	(void)state;
	assert_int_equal(listen(listener, 0), 0);
	while (count < 15 && try_to_connect(&fds[count]) == 0)
		count++;
	assert_true(count < 15);
	alarm(10);
	assert_refused_and_left_alone();
	alarm(0);
	for (; count >= 0; count--)
		close(fds[count]);
	close(listener);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(socket_of_another_kind_is_refused),
	    TEST(live_socket_with_a_full_backlog_is_refused_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
