/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/listener.h"

#include "daemon/log.h"
#include "tests/unit/peer.h"

#include <event2/event.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

static struct event_base *base;
static char directory[64], path[96], place[104];
static struct address address;
static char error[ADDRESS_ERROR_MAX];

/* The connections that were taken. */
static int taken_fds[8];
static char taken_principal[128];
static size_t taken;

static void take(void *arg, int fd, const char *principal)
{
	assert_ptr_equal(arg, &taken);
	taken_fds[taken++] = fd;
	snprintf(taken_principal, sizeof(taken_principal), "%s", principal);
}

static int begin(void **state)
{
	(void)state;
	strcpy(directory, "/tmp/test_listener_XXXXXX");
	assert_non_null(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/s", directory);
	snprintf(place, sizeof(place), "unix:%s", path);
	assert_true(address_parse(place, &address, error));
	base = event_base_new();
	taken = 0;
	error[0] = '\0';
	return 0;
}

static int end(void **state)
{
	(void)state;
	while (taken > 0)
		close(taken_fds[--taken]);
	event_base_free(base);
	unlink(path);
	return rmdir(directory);
}

static struct listener *open_listener(void)
{
	struct listener *listener =
	    listener_open(base, &address, take, &taken, error);

	if (listener == NULL)
		fail_msg("%s", error);
	return listener;
}

static void assert_refused(const char *words)
{
	assert_null(listener_open(base, &address, take, &taken, error));
	if (strstr(error, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", error, words);
}

static int connect_to(const struct address *to)
{
	const struct sockaddr *name = (const void *)&to->name;
	const int fd = socket(name->sa_family, SOCK_STREAM, 0);

	assert_int_equal(connect(fd, name, to->name_size), 0);
	return fd;
}

static bool is_taken(void *arg)
{
	return taken >= *(const size_t *)arg;
}

static void run_until_taken(size_t count)
{
	peer_run_until(base, is_taken, &count);
}

static bool is_there(void)
{
	return access(path, F_OK) == 0;
}

/* A socket file that nobody listens on, as a daemon that was killed leaves. */
static void leave_stale_file(void)
{
	const int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	assert_int_equal(
	    bind(fd, (const void *)&address.name, address.name_size), 0);
	close(fd);
	assert_true(is_there());
}

/* ---- the file ---- */

static void socket_file_has_mode_0660_under_any_umask(void **state)
{
	const mode_t before = umask(0);
	struct listener *listener = open_listener();
	struct stat there;

	(void)state;
	assert_int_equal(umask(before), 0);
	assert_int_equal(stat(path, &there), 0);
	assert_true(S_ISSOCK(there.st_mode));
	assert_int_equal(there.st_mode & 0777, 0660);
	listener_close(listener);
}

static void socket_file_goes_when_it_closes(void **state)
{
	(void)state;
	listener_close(open_listener());
	assert_false(is_there());
	listener_close(NULL);
}

static void stale_file_is_replaced(void **state)
{
	struct listener *listener;
	int fd;

	(void)state;
	leave_stale_file();
	listener = open_listener();
	fd = connect_to(&address);
	run_until_taken(1);
	close(fd);
	listener_close(listener);
}

static void live_file_is_refused_and_left_alone(void **state)
{
	struct listener *listener = open_listener();
	int fd;

	(void)state;
	assert_refused("another daemon listens there");
	fd = connect_to(&address);
	close(fd);
	listener_close(listener);
}

static void file_that_is_no_socket_is_refused_and_left_alone(void **state)
{
	const int fd = open(path, O_CREAT | O_WRONLY, 0600);
	struct stat there;

	(void)state;
	assert_int_equal(write(fd, "mine", 4), 4);
	close(fd);
	assert_refused("no socket is in the way");
	assert_int_equal(stat(path, &there), 0);
	assert_int_equal(there.st_size, 4);
}

static void directory_that_is_not_there_is_refused_with_the_reason(void **state)
{
	(void)state;
	strcat(place, "/no/such");
	assert_true(address_parse(place, &address, error));
	assert_refused("No such file or directory");
}

/* ---- sockets of a service manager ---- */

/* A socket that listens there, opened by somebody else. */
static int open_for_us(void)
{
	const int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	assert_int_equal(
	    bind(fd, (const void *)&address.name, address.name_size), 0);
	assert_int_equal(listen(fd, 8), 0);
	return fd;
}

/* Expect it to serve, and its file to stay for the next start. */
static void adopted_socket_serves_and_leaves_its_file(void **state)
{
	struct listener *listener =
	    listener_adopt(base, open_for_us(), take, &taken, error);
	char text[ADDRESS_TEXT_MAX];
	int fd;

	(void)state;
	assert_non_null(listener);
	listener_text(listener, text);
	assert_string_equal(text, place);
	fd = connect_to(&address);
	run_until_taken(1);
	close(fd);
	listener_close(listener);
	assert_true(is_there());
}

static void descriptor_that_does_not_listen_is_not_adopted(void **state)
{
	const int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)state;
	assert_null(listener_adopt(base, fd, take, &taken, error));
	assert_non_null(strstr(error, "no socket that listens"));
	close(fd);
	assert_null(listener_adopt(base, 0, take, &taken, error));
}

static void socket_that_others_reach_is_not_adopted(void **state)
{
	const struct sockaddr_in any = {.sin_family = AF_INET};
	const int fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)state;
	assert_int_equal(bind(fd, (const void *)&any, sizeof(any)), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_null(listener_adopt(base, fd, take, &taken, error));
	assert_non_null(strstr(error, "loopback"));
}

/* ---- connections ---- */

static void unix_peer_is_known_by_its_user(void **state)
{
	struct listener *listener = open_listener();
	char wanted[64], text[ADDRESS_TEXT_MAX];
	const int fd = connect_to(&address);

	(void)state;
	run_until_taken(1);
	snprintf(wanted, sizeof(wanted), "uid:%u", getuid());
	assert_string_equal(taken_principal, wanted);
	listener_text(listener, text);
	assert_string_equal(text, place);
	close(fd);
	listener_close(listener);
}

static void connection_that_is_taken_does_not_block(void **state)
{
	struct listener *listener = open_listener();
	const int fd = connect_to(&address);

	(void)state;
	run_until_taken(1);
	assert_true(fcntl(taken_fds[0], F_GETFL) & O_NONBLOCK);
	assert_true(fcntl(taken_fds[0], F_GETFD) & FD_CLOEXEC);
	close(fd);
	listener_close(listener);
}

static int option_of(int fd, int level, int name)
{
	int value = -1;

	getsockopt(fd, level, name, &value, &(socklen_t){sizeof(value)});
	return value;
}

/* Expect a real port in place of 0, and a peer that is known by its address. */
static void assert_tcp_peer_is(
    const char *place_with_port_0, const char *prefix, const char *principal)
{
	char text[ADDRESS_TEXT_MAX];
	struct listener *listener;
	int fd;

	assert_true(address_parse(place_with_port_0, &address, error));
	listener = open_listener();
	listener_text(listener, text);
	assert_int_equal(strncmp(text, prefix, strlen(prefix)), 0);
	assert_true(atoi(text + strlen(prefix)) > 0);
	assert_true(address_parse(text, &address, error));
	fd = connect_to(&address);
	run_until_taken(1);
	assert_string_equal(taken_principal, principal);
	assert_int_equal(option_of(taken_fds[0], SOL_SOCKET, SO_KEEPALIVE), 1);
	assert_int_equal(
	    option_of(taken_fds[0], IPPROTO_TCP, TCP_KEEPIDLE), 60);
	close(fd);
	listener_close(listener);
}

static void tcp_peer_is_known_by_its_address(void **state)
{
	(void)state;
	assert_tcp_peer_is("127.0.0.1:0", "127.0.0.1:", "tcp:127.0.0.1");
}

static void tcp_port_that_is_taken_is_refused(void **state)
{
	struct listener *listener;
	char text[ADDRESS_TEXT_MAX];

	(void)state;
	assert_true(address_parse("127.0.0.1:0", &address, error));
	listener = open_listener();
	listener_text(listener, text);
	assert_true(address_parse(text, &address, error));
	assert_refused("Address already in use");
	listener_close(listener);
}

/* The lowest descriptor that is free: the process can have no more. */
static int fill_descriptors(int *fds, size_t room)
{
	size_t count = 0;

	while (count < room && (fds[count] = dup(0)) >= 0)
		count++;
	return (int)count;
}

/* Expect a pause instead of a spin, and the connection to be taken when there
 * is a descriptor again. */
static void connection_without_a_descriptor_waits_for_one(void **state)
{
	static int fds[4096];
	struct rlimit before, tight;
	struct listener *listener = open_listener();
	const int fd = connect_to(&address);
	int count;

	(void)state;
	log_set_level(LOG_LEVEL_ERROR);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	tight = before;
	tight.rlim_cur = 256;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &tight), 0);
	count = fill_descriptors(fds, 4096);
	peer_run_what_is_ready(base);
	assert_int_equal(taken, 0);
	while (count > 0)
		close(fds[--count]);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	run_until_taken(1);
	close(fd);
	listener_close(listener);
	log_set_level(LOG_LEVEL_INFO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		socket_file_has_mode_0660_under_any_umask, begin, end),
	    cmocka_unit_test_setup_teardown(
		socket_file_goes_when_it_closes, begin, end),
	    cmocka_unit_test_setup_teardown(stale_file_is_replaced, begin, end),
	    cmocka_unit_test_setup_teardown(
		live_file_is_refused_and_left_alone, begin, end),
	    cmocka_unit_test_setup_teardown(
		file_that_is_no_socket_is_refused_and_left_alone, begin, end),
	    cmocka_unit_test_setup_teardown(
		directory_that_is_not_there_is_refused_with_the_reason, begin,
		end),
	    cmocka_unit_test_setup_teardown(
		adopted_socket_serves_and_leaves_its_file, begin, end),
	    cmocka_unit_test_setup_teardown(
		descriptor_that_does_not_listen_is_not_adopted, begin, end),
	    cmocka_unit_test_setup_teardown(
		socket_that_others_reach_is_not_adopted, begin, end),
	    cmocka_unit_test_setup_teardown(
		unix_peer_is_known_by_its_user, begin, end),
	    cmocka_unit_test_setup_teardown(
		connection_that_is_taken_does_not_block, begin, end),
	    cmocka_unit_test_setup_teardown(
		tcp_peer_is_known_by_its_address, begin, end),
	    cmocka_unit_test_setup_teardown(
		tcp_port_that_is_taken_is_refused, begin, end),
	    cmocka_unit_test_setup_teardown(
		connection_without_a_descriptor_waits_for_one, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
