/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/keys.h"

#include "tests/unit/commit_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct keys *keys;

static int begin(void **state)
{
	if (commit_begin(state) != 0)
		return -1;
	keys = keys_new(commit);
	return 0;
}

static int end(void **state)
{
	keys_free(keys);
	return commit_end(state);
}

static bool has(const char *name, const char *key, size_t size)
{
	uint64_t batch;

	return keys_find(keys, name, key, size, &batch);
}

static void key_added_is_found_with_its_batch(void **state)
{
	uint64_t batch = 0;

	(void)state;
	ask(1);
	reply(change(), 1);
	keys_add(keys, "b", "k\0y", 3);
	assert_true(keys_find(keys, "b", "k\0y", 3, &batch));
	assert_int_equal(batch, 1);
	assert_received(1, CODE(OK));
}

/* Expect neither another name's, nor one that begins as it does. */
static void other_key_is_not_found(void **state)
{
	(void)state;
	ask(1);
	reply(change(), 1);
	keys_add(keys, "b", "key", 3);
	assert_false(has("c", "key", 3));
	assert_false(has("b", "key", 2));
	assert_false(has("b", "kez", 3));
	assert_true(has("b", "key", 3));
	assert_received(1, CODE(OK));
}

/* Expect the keys of each batch to be forgotten once it is on disk. */
static void durable_key_is_forgotten(void **state)
{
	(void)state;
	ask(2);
	reply(change(), 1);
	keys_add(keys, "b", "1", 1);
	keys_add(keys, "b", "2", 1);
	hand_over();
	reply(change(), 2);
	keys_add(keys, "b", "3", 1);
	assert_true(has("b", "1", 1));
	assert_true(has("b", "3", 1));
	assert_received(1, CODE(OK));
	assert_false(has("b", "1", 1));
	assert_false(has("b", "2", 1));
	receive(&(uint64_t){0});
	assert_false(has("b", "3", 1));
}

/* Expect both the batch that failed and what was built on it to leave none. */
static void lost_key_is_forgotten(void **state)
{
	(void)state;
	ask(2);
	scratch_limit_files(0);
	reply(change(), 1);
	keys_add(keys, "b", "1", 1);
	hand_over();
	reply(change(), 2);
	keys_add(keys, "b", "2", 1);
	assert_received(2, CODE(UNAVAILABLE));
	assert_false(has("b", "1", 1));
	assert_false(has("b", "2", 1));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(key_added_is_found_with_its_batch),
	    CASE(other_key_is_not_found),
	    CASE(durable_key_is_forgotten),
	    CASE(lost_key_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
