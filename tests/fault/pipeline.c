/* SPDX-License-Identifier: BSD-2-Clause */
/* pipeline SERVER INSTANCE COUNT
 *
 * For pipeline.py: keeps hundreds of changes under way, numbered by their
 * labels, through a client that uses keys, and prints of each answer the
 * number, the code, the seq and the address, as they come. Exit status 1 when
 * there is an answer that the server did not give. */
#include "client/memblock_client.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define IN_FLIGHT 300
#define PAGES 512

static struct {
	uint64_t id; /* 0: free */
	long number;
} asked[IN_FLIGHT];

/* Every tenth is refused by the model, every tenth by no model ever, every
 * tenth is a group. */
static struct mbc_request *request_of(const char *instance, long number)
{
	const uint64_t page = (uint64_t)(number * 7 % PAGES) * 4096;
	struct mbc_request *batch;

	switch (number % 10) {
	case 3:
		return mbc_alloc(instance, 4 * PAGES * UINT64_C(4096));
	case 5:
		return mbc_alloc(instance, 0);
	case 7:
		batch = mbc_batch(instance);
		mbc_batch_add(batch, mbc_reserve(instance, page, 4096));
		mbc_batch_add(batch, mbc_phys_free(instance, page, 8192));
		return batch;
	case 0:
	case 4:
		return mbc_alloc(instance, 8192);
	default:
		return mbc_phys_free(instance, page, 12288);
	}
}

static void send_one(
    struct mbc_client *client, const char *instance, long number)
{
	struct mbc_request *request = request_of(instance, number);
	char label[24];
	size_t i;

	snprintf(label, sizeof(label), "%ld", number);
	mbc_request_set_label(request, label);
	for (i = 0; asked[i].id != 0; i++)
		assert(i + 1 < IN_FLIGHT);
	asked[i].number = number;
	asked[i].id = mbc_send(client, request);
}

static bool take_one(struct mbc_client *client)
{
	struct mbc_answer *answer = mbc_wait_any(client);
	const bool ok = answer != NULL && !mbc_answer_is_local(answer);
	uint64_t seq = 0, base = 0, size;
	size_t i;

	if (!ok)
		fprintf(stderr, "%s\n", mbc_answer_message(answer));
	mbc_answer_seq(answer, &seq);
	mbc_answer_range(answer, &base, &size);
	for (i = 0; i < IN_FLIGHT && ok; i++) {
		if (asked[i].id != mbc_answer_id(answer))
			continue;
		printf("%ld %s %" PRIu64 " %" PRIu64 "\n", asked[i].number,
		    mbc_code_name(mbc_answer_code(answer)), seq, base);
		asked[i].id = 0;
	}
	mbc_answer_free(answer);
	return ok;
}

int main(int argc, char *argv[])
{
	struct mbc_client *client;
	long number, count, under_way = 0;
	bool ok = true;

	if (argc != 4) {
		fprintf(stderr, "usage: %s SERVER INSTANCE COUNT\n", argv[0]);
		return 2;
	}
	client = mbc_client_new(argv[1]);
	if (client == NULL)
		return EXIT_FAILURE;
	mbc_use_keys(client);
	setvbuf(stdout, NULL, _IOLBF, 0);
	count = strtol(argv[3], NULL, 0);
	for (number = 1; number <= count && ok; number++) {
		if (under_way == IN_FLIGHT) {
			ok = take_one(client);
			under_way--;
		}
		send_one(client, argv[2], number);
		under_way++;
	}
	for (; under_way > 0 && ok; under_way--)
		ok = take_one(client);
	mbc_client_free(client);
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
