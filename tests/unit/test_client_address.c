/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/address.h"

#include "fake_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char error[ADDRESS_ERROR_MAX];

static void expect_failed(const char *address, enum mbc_code code)
{
	int fd = -2;

	assert_int_equal(address_connect(address, 1000, error, &fd), code);
	assert_int_equal(fd, -2);
	assert_non_null(strstr(error, address));
}

static void unix_socket_that_listens_is_connected(void **state)
{
	struct fake_server server;
	int fd;

	(void)state;
	fake_server_start(&server);
	assert_int_equal(
	    address_connect(server.address, MBC_FOREVER, error, &fd), MBC_OK);
	close(fd);
	assert_int_equal(
	    address_connect(server.address, 1000, error, &fd), MBC_OK);
	close(fd);
	fake_server_stop(&server);
}

static void unix_socket_nobody_listens_on_is_unavailable(void **state)
{
	(void)state;
	expect_failed("unix:/nonexistent/socket", MBC_UNAVAILABLE);
}

/* Expect a server that accepts nobody, with its backlog full, to be given up
 * when the time is over. */
static void unix_socket_with_a_full_backlog_is_waited_for(void **state)
{
	enum mbc_code code = MBC_OK;
	struct fake_server server;
	int fds[64], count = 0;

	(void)state;
	fake_server_start(&server);
	while (code == MBC_OK && count < 64)
		code = address_connect(server.address, 1, error, &fds[count++]);
	assert_int_equal(code, MBC_DEADLINE_EXCEEDED);
	while (--count > 0)
		close(fds[count - 1]);
	fake_server_stop(&server);
}

static void on_alarm(int number)
{
	(void)number;
}

/* Signals while it waits for the backlog: expect it to wait on. */
static void signal_does_not_end_the_wait_for_a_unix_socket(void **state)
{
	const struct itimerval often = {{0, 5000}, {0, 5000}}, never = {0};
	struct sigaction action = {.sa_handler = on_alarm};
	enum mbc_code code = MBC_OK;
	struct fake_server server;
	int fds[64], count = 0;

	(void)state;
	fake_server_start(&server);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	while (code == MBC_OK && count < 64)
		code =
		    address_connect(server.address, 100, error, &fds[count++]);
	setitimer(ITIMER_REAL, &never, NULL);
	assert_int_equal(code, MBC_DEADLINE_EXCEEDED);
	while (--count > 0)
		close(fds[count - 1]);
	fake_server_stop(&server);
}

static void path_that_is_empty_or_too_long_is_no_address(void **state)
{
	char address[160] = "unix:";

	(void)state;
	expect_failed("unix:", MBC_INVALID_ARGUMENT);
	memset(address + 5, 'x', 108);
	expect_failed(address, MBC_INVALID_ARGUMENT);
	address[5 + 107] = '\0';
	expect_failed(address, MBC_UNAVAILABLE);
}

static void word_that_is_no_address_is_named(void **state)
{
	static const char *const words[] = {"", "localhost", ":6255",
	    "host:", "host:x", "host:0", "host:65536", "host:-1", "host:123456",
	    "::1:6255", "[::1]", "[::1:6255", "[]:6255", "/run/socket",
	    "tcp://localhost:1"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		expect_failed(words[i], MBC_INVALID_ARGUMENT);
}

/* A listener on a free port of the loopback; -1 when there is none. */
static int listen_on_loopback(int family, char *ret_address)
{
	struct sockaddr_in6 six = {
	    .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	struct sockaddr_in four = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr *name = family == AF_INET ? (struct sockaddr *)&four
						  : (struct sockaddr *)&six;
	socklen_t size =
	    family == AF_INET ? (socklen_t)sizeof(four) : sizeof(six);
	int fd = socket(family, SOCK_STREAM, 0);

	if (fd < 0)
		return -1;
	if (bind(fd, name, size) < 0 || listen(fd, 1) < 0) {
		close(fd);
		return -1;
	}
	assert_int_equal(getsockname(fd, name, &size), 0);
	if (family == AF_INET)
		sprintf(ret_address, "127.0.0.1:%d", ntohs(four.sin_port));
	else
		sprintf(ret_address, "[::1]:%d", ntohs(six.sin6_port));
	return fd;
}

static void port_on_the_loopback_is_connected(void **state)
{
	char address[64];
	int listener = listen_on_loopback(AF_INET, address), fd;

	(void)state;
	assert_true(listener >= 0);
	assert_int_equal(address_connect(address, 10000, error, &fd), MBC_OK);
	close(fd);
	close(listener);
	expect_failed(address, MBC_UNAVAILABLE);
}

static void port_of_ipv6_stands_behind_brackets(void **state)
{
	char address[64];
	int listener = listen_on_loopback(AF_INET6, address), fd;

	(void)state;
	if (listener < 0)
		skip(); /* a machine without IPv6 */
	assert_int_equal(address_connect(address, 10000, error, &fd), MBC_OK);
	close(fd);
	close(listener);
}

static void default_is_what_the_environment_names(void **state)
{
	char *address;

	(void)state;
	setenv("MEMBLOCKD_SERVER", "host:1", 1);
	address = address_default();
	assert_string_equal(address, "host:1");
	free(address);
}

static void default_without_environment_is_the_usual_socket(void **state)
{
	char *address;

	(void)state;
	setenv("MEMBLOCKD_SERVER", "", 1);
	setenv("XDG_RUNTIME_DIR", "/run/user/1", 1);
	address = address_default();
	assert_string_equal(address, geteuid() == 0
					 ? "unix:/run/memblockd/memblockd.sock"
					 : "unix:/run/user/1/memblockd.sock");
	free(address);
	unsetenv("XDG_RUNTIME_DIR");
	address = address_default();
	assert_string_equal(address, "unix:/run/memblockd/memblockd.sock");
	free(address);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(unix_socket_that_listens_is_connected),
	    cmocka_unit_test(unix_socket_nobody_listens_on_is_unavailable),
	    cmocka_unit_test(unix_socket_with_a_full_backlog_is_waited_for),
	    cmocka_unit_test(signal_does_not_end_the_wait_for_a_unix_socket),
	    cmocka_unit_test(path_that_is_empty_or_too_long_is_no_address),
	    cmocka_unit_test(word_that_is_no_address_is_named),
	    cmocka_unit_test(port_on_the_loopback_is_connected),
	    cmocka_unit_test(port_of_ipv6_stands_behind_brackets),
	    cmocka_unit_test(default_is_what_the_environment_names),
	    cmocka_unit_test(default_without_environment_is_the_usual_socket),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
