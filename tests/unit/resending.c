/* SPDX-License-Identifier: BSD-2-Clause */
#include "resending.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct resending resending;

int resending_start(void **state)
{
	(void)state;
	fake_server_start(&resending.server);
	resending.client = mbc_client_new(resending.server.address);
	mbc_use_keys(resending.client);
	assert_int_equal(mbc_connect(resending.client, MBC_FOREVER), MBC_OK);
	fake_server_accept(&resending.server);
	return 0;
}

int resending_stop(void **state)
{
	(void)state;
	mbc_client_free(resending.client);
	fake_server_stop(&resending.server);
	return 0;
}

void resending_process(void)
{
	mbc_process(resending.client, POLLIN);
}

void resending_expect(
    struct mbc_answer *answer, enum mbc_code code, bool is_local)
{
	assert_non_null(answer);
	assert_int_equal(mbc_answer_code(answer), code);
	assert_int_equal(mbc_answer_is_local(answer), is_local);
	mbc_answer_free(answer);
}

void resending_expect_ok(uint64_t id)
{
	resending_expect(mbc_wait(resending.client, id), MBC_OK, false);
}

void resending_lose(void)
{
	fake_server_hang_up(&resending.server);
	resending_process();
	assert_false(mbc_connected(resending.client));
}
