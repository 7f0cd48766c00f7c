/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory that ends below the client library, protobuf-c included: the n-th
 * allocation of a conversation fails, for every n until all of it is done;
 * once, and from then on.
 *
 * Expect every function to say so: NULL, an id of 0 or a code; never an answer
 * that is not whole; and nothing left behind. */
#include "client/memblock_client.h"
#include "tests/fault/scarce_memory.h"
#include "tests/unit/fake_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define REGIONS 3

/* Without any memory even a refusal is none: NULL, which is the same. */
static enum mbc_code take_code(struct mbc_answer *answer)
{
	const enum mbc_code code = mbc_answer_code(answer);

	assert_non_null(mbc_answer_message(answer));
	if (code != MBC_OK)
		assert_true(strlen(mbc_answer_message(answer)) > 0);
	return code;
}

/* What may come of a call: it is done, there was no memory to ask or to take
 * the answer, or the connection went with it. */
static bool is_done(enum mbc_code code)
{
	assert_true(code == MBC_OK || code == MBC_RESOURCE_EXHAUSTED ||
		    code == MBC_UNAVAILABLE || code == MBC_UNKNOWN);
	return code == MBC_OK;
}

/* ---- what the server says ---- */

static void send_dump(struct fake_server *server, uint64_t id)
{
	Memblock__V1__Response response = MEMBLOCK__V1__RESPONSE__INIT;
	Memblock__V1__Status status = MEMBLOCK__V1__STATUS__INIT;
	Memblock__V1__Layout dump = MEMBLOCK__V1__LAYOUT__INIT;
	Memblock__V1__RegionList list = MEMBLOCK__V1__REGION_LIST__INIT;
	Memblock__V1__Region regions[REGIONS], *pointers[REGIONS];
	size_t i;

	for (i = 0; i < REGIONS; i++) {
		memblock__v1__region__init(&regions[i]);
		pointers[i] = &regions[i];
	}
	list.n_regions = REGIONS;
	list.regions = pointers;
	dump.memory = &list;
	status.has_code = 1;
	response.has_id = 1;
	response.id = id;
	response.status = &status;
	response.result_case = MEMBLOCK__V1__RESPONSE__RESULT_DUMP;
	response.dump = &dump;
	fake_server_send(server, &response);
}

static void send_refusal(struct fake_server *server, uint64_t id)
{
	fake_server_send_failed(server, id,
	    MEMBLOCK__V1__STATUS__CODE__RESOURCE_EXHAUSTED, "no 0x1000 bytes");
}

/* ---- one conversation ---- */

/* The answer waits in the socket before it is waited for. NULL also where
 * there was no memory to send the request. */
static struct mbc_answer *ask(struct mbc_client *client,
    struct mbc_request *request, struct fake_server *server,
    void (*answer)(struct fake_server *server, uint64_t id))
{
	const uint64_t id = mbc_send(client, request);
	size_t paused;

	if (id == 0)
		return NULL;
	paused = scarce_memory_pause();
	answer(server, id);
	scarce_memory_resume(paused);
	return mbc_wait(client, id);
}

static bool ask_for_create(
    struct mbc_client *client, struct fake_server *server)
{
	struct mbc_request *request = mbc_create("board0");
	struct mbc_answer *answer;
	bool done;

	mbc_request_set_text(request, MBC_FIELD_KERNEL, "6.1");
	mbc_request_set(request, MBC_FIELD_NODES, 2);
	answer = ask(client, request, server, fake_server_send_ok);
	done = is_done(take_code(answer));
	mbc_answer_free(answer);
	return done;
}

static bool ask_for_dump(struct mbc_client *client, struct fake_server *server)
{
	struct mbc_answer *answer =
	    ask(client, mbc_dump("board0"), server, send_dump);
	const struct mbc_region_list *list;
	bool done = is_done(take_code(answer));

	if (done) {
		list = mbc_answer_region_list(answer, MBC_MEMORY);
		assert_non_null(list);
		assert_int_equal(list->region_count, REGIONS);
	}
	mbc_answer_free(answer);
	return done;
}

/* The server's refusal has the same code as one for want of memory. */
static bool ask_for_alloc(struct mbc_client *client, struct fake_server *server)
{
	struct mbc_request *request = mbc_alloc("board0", 0x1000);
	struct mbc_answer *answer;
	enum mbc_code code;
	bool done;

	mbc_request_set(request, MBC_FIELD_ALIGN, 0x1000);
	mbc_request_set_label(request, "page tables");
	mbc_request_set_key(request, "key", 3);
	answer = ask(client, request, server, send_refusal);
	code = take_code(answer);
	done = code == MBC_RESOURCE_EXHAUSTED && !mbc_answer_is_local(answer);
	assert_true(done || !is_done(code));
	mbc_answer_free(answer);
	return done;
}

static bool talk(struct fake_server *server, struct mbc_client *client)
{
	const enum mbc_code code = mbc_connect(client, MBC_FOREVER);
	size_t paused;

	assert_true(code == MBC_OK || code == MBC_RESOURCE_EXHAUSTED ||
		    code == MBC_UNAVAILABLE);
	if (code != MBC_OK)
		return false;
	paused = scarce_memory_pause();
	fake_server_accept(server);
	scarce_memory_resume(paused);
	return ask_for_create(client, server) && ask_for_dump(client, server) &&
	       ask_for_alloc(client, server);
}

static bool attempt(struct fake_server *server)
{
	struct mbc_client *client = mbc_client_new(server->address);
	bool done;

	if (client == NULL)
		return false;
	/* Only a client that waits for what never comes takes that long. */
	mbc_client_set_timeout(client, 20000);
	done = talk(server, client);
	mbc_client_free(client);
	return done;
}

/* What is left behind by one conversation with a server of its own. */
static bool try_allocation(size_t number, bool stays)
{
	struct fake_server server;
	const long live = scarce_memory_live();
	bool done;

	fake_server_start(&server);
	scarce_memory_arm(number, stays);
	done = attempt(&server);
	scarce_memory_enough();
	fake_server_stop(&server);
	if (scarce_memory_live() > live)
		fail_msg("allocation %zu failed, and %ld are left behind",
		    number, scarce_memory_live() - live);
	return done;
}

static void conversation_without_memory_says_so(void **state)
{
	const bool *stays = *state;
	size_t number = 1;

	while (!try_allocation(number, *stays))
		number++;
	assert_false(scarce_memory_struck());
	assert_true(number > 20); /* there are that many to fail */
}

int main(void)
{
	static bool once = false, from_then_on = true;
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_prestate(
		conversation_without_memory_says_so, &once),
	    cmocka_unit_test_prestate(
		conversation_without_memory_says_so, &from_then_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
