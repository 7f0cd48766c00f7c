/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_requests.h"

#include "client/ctl_commands.h"
#include "client/request.h"
#include "printing.h"

#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct ctl_error error;
static char path[] = "/tmp/memblock-test-XXXXXX";

static int setup(void **state)
{
	int fd;

	(void)state;
	strcpy(path + strlen(path) - 6, "XXXXXX");
	fd = mkstemp(path);
	assert_int_equal(write(fd, "a\0b", 3), 3);
	close(fd);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	unlink(path);
	return 0;
}

/* The request of "boot b --dtb PATH" and more words. */
static struct mbc_request *request_of(const char *more)
{
	struct ctl_call call;
	char line[512];

	snprintf(line, sizeof(line), "boot b --dtb %s %s", path, more);
	call = printing_call(line);
	return ctl_make_request(&call.line, &error);
}

static void expect_refused(const char *more, const char *why)
{
	assert_null(request_of(more));
	assert_non_null(strstr(error.text, why));
}

static void boot_sends_the_file_and_its_options(void **state)
{
	struct mbc_request *request = request_of(
	    "--arch arm64 --dtb-at 1M --image 2M@4M --text 3M --va-bits 39 "
	    "--init-pg-dir 0x1000..0x3000 --swapper-pg-dir 1-1 "
	    "--cmdline quiet --until bootmem_init");
	const Memblock__V1__Boot *boot;

	(void)state;
	assert_non_null(request);
	assert_string_equal(request->error, "");
	boot = request->message->boot;
	assert_int_equal(boot->device_tree.len, 3);
	assert_memory_equal(boot->device_tree.data, "a\0b", 3);
	assert_string_equal(boot->arch, "arm64");
	assert_true(boot->dtb_at == 1 << 20);
	assert_false(boot->has_dtb_size);
	assert_true(boot->image_address == 4 << 20);
	assert_true(boot->image_size == 2 << 20);
	assert_true(boot->text == 3 << 20);
	assert_int_equal(boot->va_bits, 39);
	assert_true(boot->init_pg_address == 0x1000);
	assert_true(boot->init_pg_size == 0x2000);
	assert_true(boot->swapper_address == 1 && boot->swapper_size == 1);
	assert_string_equal(boot->cmdline, "quiet");
	assert_string_equal(boot->until, "bootmem_init");
	mbc_request_free(request);
}

static void boot_of_arm_needs_no_text(void **state)
{
	struct mbc_request *request =
	    request_of("--arch arm --dtb-at 1M --image 2M@4M");

	(void)state;
	assert_non_null(request);
	assert_false(request->message->boot->has_text);
	mbc_request_free(request);
}

static void option_that_is_missing_is_named(void **state)
{
	(void)state;
	expect_refused("", "--arch is missing");
	expect_refused("--arch arm", "--dtb-at is missing");
	expect_refused("--arch arm --dtb-at 1M", "--image is missing");
	expect_refused("--arch arm64 --dtb-at 1M --image 1M@1M",
	    "--arch arm64 needs --text");
}

static void range_or_file_that_makes_no_sense_is_named(void **state)
{
	(void)state;
	expect_refused("--arch arm --dtb-at 1M --image 1M", "'1M'");
	expect_refused(
	    "--arch arm --dtb-at 1M --image 1M@1M --dtb /nonexistent/x",
	    "/nonexistent/x");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		boot_sends_the_file_and_its_options, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		boot_of_arm_needs_no_text, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		option_that_is_missing_is_named, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		range_or_file_that_makes_no_sense_is_named, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
