/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the journal is and the sockets are when nobody says. */
#include "daemon/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include <cmocka.h>

/* Linked in place of the C library's, so that the test is who it wants to be
 * and makes no folders. */
uid_t __wrap_geteuid(void);
int __wrap_mkdir(const char *path, mode_t mode);

static uid_t user;

static char folders[4][64]; /* that were to be made */
static size_t folder_count;

uid_t __wrap_geteuid(void)
{
	return user;
}

int __wrap_mkdir(const char *path, mode_t mode)
{
	(void)mode;
	strcpy(folders[folder_count++], path);
	return 0;
}

static struct config config;
static char error[CONFIG_ERROR_MAX];

static int begin(void **state)
{
	(void)state;
	user = 1000;
	folder_count = 0;
	memset(&config, 0, sizeof(config));
	unsetenv("STATE_DIRECTORY");
	unsetenv("RUNTIME_DIRECTORY");
	unsetenv("XDG_STATE_HOME");
	unsetenv("XDG_RUNTIME_DIR");
	return 0;
}

static int end(void **state)
{
	(void)state;
	config_free(&config);
	return 0;
}

static void assert_journal(const char *path)
{
	assert_true(config_journal_default(&config, error));
	assert_string_equal(config.journal, path);
}

/* Expect that socket, and the one on loopback. */
static void assert_socket(const char *place)
{
	assert_true(config_listen_default(&config, error));
	assert_int_equal(config.listen_count, 2);
	assert_string_equal(config.listen[0], place);
	assert_string_equal(config.listen[1], "127.0.0.1:6255");
}

static void assert_made(const char *folder)
{
	assert_int_equal(folder_count, 1);
	assert_string_equal(folders[0], folder);
}

static void journal_of_a_service_is_in_its_state_directory(void **state)
{
	(void)state;
	setenv("STATE_DIRECTORY", "/state", 1);
	assert_journal("/state/journal.db");
	user = 0;
	config_free(&config);
	assert_journal("/state/journal.db");
}

static void journal_of_root_is_in_var_lib(void **state)
{
	(void)state;
	user = 0;
	assert_journal("/var/lib/memblockd/journal.db");
	assert_made("/var/lib/memblockd");
}

static void journal_of_a_user_is_in_the_state_home(void **state)
{
	(void)state;
	setenv("XDG_STATE_HOME", "/state-home", 1);
	assert_journal("/state-home/memblockd/journal.db");
	assert_made("/state-home/memblockd");
}

static void user_without_a_state_home_must_name_a_journal(void **state)
{
	(void)state;
	assert_false(config_journal_default(&config, error));
	assert_non_null(strstr(error, "no --journal"));
	assert_null(config.journal);
}

static void socket_of_a_service_is_in_its_runtime_directory(void **state)
{
	(void)state;
	setenv("RUNTIME_DIRECTORY", "/run/service", 1);
	setenv("XDG_RUNTIME_DIR", "/run/user/1000", 1);
	assert_socket("unix:/run/service/memblockd.sock");
	assert_int_equal(folder_count, 0);
}

static void socket_of_root_is_in_run(void **state)
{
	(void)state;
	user = 0;
	assert_socket("unix:/run/memblockd/memblockd.sock");
	assert_made("/run/memblockd");
}

static void socket_of_a_user_is_in_the_runtime_directory(void **state)
{
	(void)state;
	setenv("XDG_RUNTIME_DIR", "/run/user/1000", 1);
	assert_socket("unix:/run/user/1000/memblockd.sock");
	assert_int_equal(folder_count, 0);
}

/* As the XDG specification has it, and as clients look for the socket. */
static void variable_that_is_empty_is_as_good_as_none(void **state)
{
	(void)state;
	setenv("STATE_DIRECTORY", "", 1);
	setenv("RUNTIME_DIRECTORY", "", 1);
	setenv("XDG_STATE_HOME", "", 1);
	setenv("XDG_RUNTIME_DIR", "", 1);
	assert_false(config_journal_default(&config, error));
	assert_false(config_listen_default(&config, error));
}

static void user_without_a_runtime_directory_must_name_a_socket(void **state)
{
	(void)state;
	assert_false(config_listen_default(&config, error));
	assert_non_null(strstr(error, "no --listen"));
	assert_int_equal(config.listen_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		journal_of_a_service_is_in_its_state_directory, begin, end),
	    cmocka_unit_test_setup_teardown(
		journal_of_root_is_in_var_lib, begin, end),
	    cmocka_unit_test_setup_teardown(
		journal_of_a_user_is_in_the_state_home, begin, end),
	    cmocka_unit_test_setup_teardown(
		user_without_a_state_home_must_name_a_journal, begin, end),
	    cmocka_unit_test_setup_teardown(
		socket_of_a_service_is_in_its_runtime_directory, begin, end),
	    cmocka_unit_test_setup_teardown(
		socket_of_root_is_in_run, begin, end),
	    cmocka_unit_test_setup_teardown(
		socket_of_a_user_is_in_the_runtime_directory, begin, end),
	    cmocka_unit_test_setup_teardown(
		variable_that_is_empty_is_as_good_as_none, begin, end),
	    cmocka_unit_test_setup_teardown(
		user_without_a_runtime_directory_must_name_a_socket, begin,
		end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
