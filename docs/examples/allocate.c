/* SPDX-License-Identifier: BSD-2-Clause */
/* Plans the memory of a board: asks for several buffers at once, sees one
 * refused, and prints the layout.
 *
 *	cc allocate.c $(pkg-config --cflags --libs memblock-client)
 *	./a.out [SERVER] */
#include <memblock_client.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static const char board[] = "example-board";

static const struct {
	const char *label;
	uint64_t size;
	uint64_t align;
} buffers[] = {
    {"frame buffer", 8 << 20, 2 << 20}, {"camera", 4 << 20, 4096},
    {"everything", UINT64_C(4) << 30, 4096}, /* more than the board has */
};
#define BUFFER_COUNT (sizeof(buffers) / sizeof(buffers[0]))

/* Prints what the server, or the library, says instead of OK. */
static void complain(const char *what, const struct mbc_answer *answer)
{
	fprintf(stderr, "%s: %s: %s\n", what,
	    mbc_code_name(mbc_answer_code(answer)), mbc_answer_message(answer));
}

/* For what the rest builds upon: without it the program ends. */
static struct mbc_answer *need(
    struct mbc_client *client, struct mbc_request *request)
{
	struct mbc_answer *answer = mbc_call(client, request);

	if (mbc_answer_code(answer) != MBC_OK) {
		complain(board, answer);
		exit(EXIT_FAILURE);
	}
	return answer;
}

/* All requests leave before the first answer is waited for. They take effect
 * in the order they were sent. */
static void allocate_buffers(struct mbc_client *client)
{
	uint64_t ids[BUFFER_COUNT], base, size;
	struct mbc_request *request;
	struct mbc_answer *answer;
	size_t i;

	for (i = 0; i < BUFFER_COUNT; i++) {
		request = mbc_alloc(board, buffers[i].size);
		mbc_request_set(request, MBC_FIELD_ALIGN, buffers[i].align);
		mbc_request_set_label(request, buffers[i].label);
		ids[i] = mbc_send(client, request);
	}
	for (i = 0; i < BUFFER_COUNT; i++) {
		answer = mbc_wait(client, ids[i]);
		if (mbc_answer_range(answer, &base, &size))
			printf("%s: 0x%" PRIx64 ", %" PRIu64 " bytes\n",
			    buffers[i].label, base, size);
		else
			complain(buffers[i].label, answer);
		mbc_answer_free(answer);
	}
}

static void print_regions(
    const struct mbc_answer *dump, enum mbc_list list, const char *name)
{
	const struct mbc_region_list *regions =
	    mbc_answer_region_list(dump, list);
	size_t i;

	for (i = 0; i < regions->region_count; i++) {
		const struct mbc_region *region =
		    mbc_answer_region(dump, list, i);

		printf("%s: [0x%" PRIx64 "-0x%" PRIx64 "]\n", name,
		    region->base, region->base + region->size - 1);
	}
}

int main(int argc, char *argv[])
{
	struct mbc_client *client = mbc_client_new(argc > 1 ? argv[1] : NULL);
	struct mbc_answer *dump;

	if (client == NULL || mbc_connect(client, 5000) != MBC_OK) {
		fprintf(stderr, "%s\n",
		    client != NULL ? mbc_client_error(client) : "no memory");
		return EXIT_FAILURE;
	}
	mbc_answer_free(need(client, mbc_create(board)));
	mbc_answer_free(need(client, mbc_add(board, 0x80000000, 1 << 30)));
	allocate_buffers(client);

	dump = need(client, mbc_dump(board));
	print_regions(dump, MBC_MEMORY, "memory");
	print_regions(dump, MBC_RESERVED, "reserved");
	mbc_answer_free(dump);
	mbc_client_free(client);
	return EXIT_SUCCESS;
}
