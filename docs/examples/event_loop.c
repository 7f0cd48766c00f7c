/* SPDX-License-Identifier: BSD-2-Clause */
/* The client in an event loop, here poll()'s: many questions under way, and
 * nothing that blocks but the loop itself.
 *
 *	cc event_loop.c $(pkg-config --cflags --libs memblock-client)
 *	./a.out [SERVER] */
#include <memblock_client.h>

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#define PINGS 100

/* Takes what has been answered; returns how many of them were OK. */
static int take_answers(struct mbc_client *client)
{
	struct mbc_answer *answer;
	int ok = 0;

	while ((answer = mbc_take_any(client)) != NULL) {
		if (mbc_answer_code(answer) == MBC_OK)
			ok++;
		else
			fprintf(stderr, "%s\n", mbc_answer_message(answer));
		mbc_answer_free(answer);
	}
	return ok;
}

int main(int argc, char *argv[])
{
	struct mbc_client *client = mbc_client_new(argc > 1 ? argv[1] : NULL);
	struct pollfd connection;
	int i, ok = 0;

	if (client == NULL || mbc_connect(client, 5000) != MBC_OK) {
		fprintf(stderr, "%s\n",
		    client != NULL ? mbc_client_error(client) : "no memory");
		return EXIT_FAILURE;
	}
	mbc_client_set_timeout(client, 5000);
	for (i = 0; i < PINGS; i++)
		mbc_send(client, mbc_ping());

	/* An answer that was taken is no longer in flight, nor is a request
	 * whose time ran out: this ends in any case. */
	while (mbc_in_flight(client) > 0) {
		connection.fd = mbc_fd(client);
		connection.events = mbc_events(client);
		connection.revents = 0;
		poll(&connection, 1, mbc_timeout_ms(client));
		mbc_process(client, connection.revents);
		ok += take_answers(client);
	}
	printf("%d of %d answered\n", ok, PINGS);
	mbc_client_free(client);
	return ok == PINGS ? EXIT_SUCCESS : EXIT_FAILURE;
}
