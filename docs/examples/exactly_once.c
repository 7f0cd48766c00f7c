/* SPDX-License-Identifier: BSD-2-Clause */
/* Allocates many blocks, with dozens of requests under way, and gets each of
 * them once, even if the server is killed and started again meanwhile.
 *
 *	cc exactly_once.c $(pkg-config --cflags --libs memblock-client)
 *	./a.out SERVER INSTANCE COUNT
 *
 * Prints the seq and the address of each block. */
#include <memblock_client.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define BLOCK_BYTES 4096
#define WINDOW 64 /* requests under way at most */

/* Waits for one answer and prints it. */
static bool take_one(struct mbc_client *client)
{
	struct mbc_answer *answer = mbc_wait_any(client);
	uint64_t seq = 0, base = 0, size;
	const bool ok = mbc_answer_code(answer) == MBC_OK;

	if (ok && mbc_answer_seq(answer, &seq) &&
	    mbc_answer_range(answer, &base, &size))
		printf("%" PRIu64 " 0x%" PRIx64 "\n", seq, base);
	else
		fprintf(stderr, "%s: %s\n",
		    mbc_code_name(mbc_answer_code(answer)),
		    mbc_answer_message(answer));
	mbc_answer_free(answer);
	return ok;
}

int main(int argc, char *argv[])
{
	struct mbc_client *client;
	int under_way = 0;
	bool ok = true;
	long left;

	if (argc != 4) {
		fprintf(stderr, "usage: %s SERVER INSTANCE COUNT\n", argv[0]);
		return 2;
	}
	client = mbc_client_new(argv[1]);
	if (client == NULL)
		return EXIT_FAILURE;
	mbc_use_keys(client);
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (left = strtol(argv[3], NULL, 0); left > 0 && ok; left--) {
		if (under_way == WINDOW) {
			ok = take_one(client);
			under_way--;
		}
		mbc_send(client, mbc_alloc(argv[2], BLOCK_BYTES));
		under_way++;
	}
	for (; under_way > 0; under_way--)
		ok = take_one(client) && ok;
	mbc_client_free(client);
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
