/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/address.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct address address;
static char error[ADDRESS_ERROR_MAX];

/* Expect an address that reads back as that text. */
static void assert_parsed(const char *text, const char *again)
{
	char back[ADDRESS_TEXT_MAX];

	if (!address_parse(text, &address, error))
		fail_msg("%s: %s", text, error);
	address_text(&address, back);
	assert_string_equal(back, again);
}

/* Expect a sentence with these words, and the output left alone. */
static void assert_refused(const char *text, const char *words)
{
	struct address untouched;

	memset(&address, 0xa5, sizeof(address));
	untouched = address;
	error[0] = '\0';
	assert_false(address_parse(text, &address, error));
	if (strstr(error, words) == NULL)
		fail_msg("%s: \"%s\" does not say \"%s\"", text, error, words);
	assert_memory_equal(&address, &untouched, sizeof(address));
}

static void unix_path_is_read_and_given_back(void **state)
{
	(void)state;
	assert_parsed("unix:/run/m.sock", "unix:/run/m.sock");
	assert_string_equal(address_unix_path(&address), "/run/m.sock");
	assert_parsed("unix:relative:1", "unix:relative:1");
}

/* Expect the longest path that a socket's name holds with its NUL, 107 bytes,
 * and not one more. */
static void unix_path_of_107_bytes_is_the_longest(void **state)
{
	char text[5 + 109] = "unix:";

	(void)state;
	memset(text + 5, 'p', 107);
	text[5 + 107] = '\0';
	assert_parsed(text, text);
	strcat(text, "p");
	assert_refused(text, "1 to 107 bytes");
	assert_refused("unix:", "1 to 107 bytes");
}

static void loopback_of_either_family_is_read(void **state)
{
	(void)state;
	assert_parsed("127.0.0.1:6255", "127.0.0.1:6255");
	assert_null(address_unix_path(&address));
	assert_int_equal(address.name_size, sizeof(struct sockaddr_in));
	assert_parsed("127.9.8.7:0", "127.9.8.7:0");
	assert_parsed("[::1]:65535", "[::1]:65535");
	assert_int_equal(address.name_size, sizeof(struct sockaddr_in6));
}

static void name_of_loopback_is_resolved(void **state)
{
	(void)state;
	assert_true(address_parse("localhost:1", &address, error));
}

static void address_that_others_reach_is_refused(void **state)
{
	(void)state;
	assert_refused("0.0.0.0:1", "loopback");
	assert_refused("192.0.2.1:1", "loopback");
	assert_refused("[::]:1", "loopback");
	assert_refused("[2001:db8::1]:1", "loopback");
}

static void text_of_another_shape_is_refused(void **state)
{
	static const char *const texts[] = {"", "127.0.0.1",
	    "127.0.0.1:", ":6255", "::1:6255", "[::1]", "[::1]6255", "[]:1",
	    "[::1:1", "127.0.0.1:x", "127.0.0.1:-1", "127.0.0.1:1 ",
	    "/run/m.sock"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_refused(texts[i], "not unix:PATH, HOST:PORT");
}

static void host_that_is_too_long_is_refused(void **state)
{
	char text[512] = {0};

	(void)state;
	memset(text, 'h', 300);
	strcat(text, ":1");
	assert_refused(text, "not unix:PATH");
}

/* Expect no port to be cut to 16 bits: 65536 would be "any". */
static void port_above_65535_is_refused(void **state)
{
	(void)state;
	assert_refused("127.0.0.1:65536", "");
	assert_refused("127.0.0.1:4295032831", "");
}

static void host_that_cannot_be_resolved_is_refused_with_the_reason(
    void **state)
{
	(void)state;
	assert_refused("256.256.256.256.:1", "");
	assert_true(strlen(error) > 0);
}
static void socket_of_this_machine_alone_is_local(void **state)
{
	struct sockaddr_in *v4 = (void *)&address.name;

	(void)state;
	assert_true(address_parse("unix:/s", &address, error));
	assert_true(address_is_local(&address));
	assert_true(address_parse("[::1]:1", &address, error));
	assert_true(address_is_local(&address));
	assert_true(address_parse("127.0.0.1:1", &address, error));
	assert_true(address_is_local(&address));
	v4->sin_addr.s_addr = htonl(0xc0000201); /* 192.0.2.1 */
	assert_false(address_is_local(&address));
	address.name.ss_family = AF_NETLINK;
	assert_false(address_is_local(&address));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(unix_path_is_read_and_given_back),
	    cmocka_unit_test(unix_path_of_107_bytes_is_the_longest),
	    cmocka_unit_test(loopback_of_either_family_is_read),
	    cmocka_unit_test(name_of_loopback_is_resolved),
	    cmocka_unit_test(address_that_others_reach_is_refused),
	    cmocka_unit_test(text_of_another_shape_is_refused),
	    cmocka_unit_test(host_that_is_too_long_is_refused),
	    cmocka_unit_test(port_above_65535_is_refused),
	    cmocka_unit_test(
		host_that_cannot_be_resolved_is_refused_with_the_reason),
	    cmocka_unit_test(socket_of_this_machine_alone_is_local),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
