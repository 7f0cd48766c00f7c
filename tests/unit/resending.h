/* SPDX-License-Identifier: BSD-2-Clause */
/* A client that has asked for keys, and a fake server that it has connected
 * to. Whatever goes wrong in here is an assertion that fails. */
#ifndef TESTS_UNIT_RESENDING_H
#define TESTS_UNIT_RESENDING_H

#include "client/memblock_client.h"
#include "fake_server.h"

struct resending {
	struct fake_server server;
	struct mbc_client *client;
};

extern struct resending resending;

/* cmocka's setup and teardown. */
int resending_start(void **state);
int resending_stop(void **state);

/* Lets what is in line leave, and takes what has come. */
void resending_process(void);

/* Ends the connection, and has the client see it. */
void resending_lose(void);

/* Expects an answer like this, and frees it. */
void resending_expect(
    struct mbc_answer *answer, enum mbc_code code, bool is_local);

/* Waits for the answer to that request, and expects it to be the server's OK.
 */
void resending_expect_ok(uint64_t id);

#endif
