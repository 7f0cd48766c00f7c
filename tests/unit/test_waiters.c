/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/waiters.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct session_waiters waiters;
static size_t calls;

static void note_call(void *arg)
{
	(void)arg;
	calls++;
}

static struct session_waiter first, second;

static void begin(void)
{
	waiters = (struct session_waiters){0};
	first = second = (struct session_waiter){.resume = note_call};
	calls = 0;
}

static void list_of_zeroes_is_empty(void **state)
{
	(void)state;
	begin();
	waiters_call(&waiters);
	assert_int_equal(calls, 0);
}

static void waiter_is_called_once(void **state)
{
	(void)state;
	begin();
	waiters_add(&waiters, &first);
	waiters_add(&waiters, &second);
	waiters_add(&waiters, &first);
	waiters_call(&waiters);
	assert_int_equal(calls, 2);
	waiters_call(&waiters);
	assert_int_equal(calls, 2);
}

static void waiter_that_is_forgotten_is_not_called(void **state)
{
	(void)state;
	begin();
	waiters_forget(&first);
	waiters_add(&waiters, &first);
	waiters_add(&waiters, &second);
	waiters_forget(&first);
	waiters_forget(&first);
	waiters_call(&waiters);
	assert_int_equal(calls, 1);
}

static void wait_again(void *arg)
{
	note_call(arg);
	waiters_add(&waiters, &first);
}

/* Expect one that waits again to be for the next time, not for ever. */
static void waiter_that_waits_again_is_called_next_time(void **state)
{
	(void)state;
	begin();
	first.resume = wait_again;
	waiters_add(&waiters, &first);
	waiters_call(&waiters);
	assert_int_equal(calls, 1);
	waiters_call(&waiters);
	assert_int_equal(calls, 2);
}

static void forget_both(void *arg)
{
	note_call(arg);
	waiters_forget(&first);
	waiters_forget(&second);
}

/* Expect a call that makes others forget to be the last. */
static void waiter_may_make_the_others_forget(void **state)
{
	(void)state;
	begin();
	first.resume = second.resume = forget_both;
	waiters_add(&waiters, &first);
	waiters_add(&waiters, &second);
	waiters_call(&waiters);
	assert_int_equal(calls, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(list_of_zeroes_is_empty),
	    cmocka_unit_test(waiter_is_called_once),
	    cmocka_unit_test(waiter_that_is_forgotten_is_not_called),
	    cmocka_unit_test(waiter_that_waits_again_is_called_next_time),
	    cmocka_unit_test(waiter_may_make_the_others_forget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
