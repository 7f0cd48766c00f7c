/* SPDX-License-Identifier: BSD-2-Clause */
/* Command lines carried out: asked of the server, answered to the user, and
 * summed up in an exit status. */
#ifndef CLIENT_CTL_RUN_H
#define CLIENT_CTL_RUN_H

#include "client/ctl_commands.h"

/* What memblockctl exits with. */
enum ctl_exit {
	CTL_EXIT_DONE = 0,
	CTL_EXIT_DIFFERENT = 1,
	CTL_EXIT_USAGE = 2,
	CTL_EXIT_REFUSED = 3,
	CTL_EXIT_NOT_REACHED = 4,
};

struct ctl_session {
	struct mbc_client *client;
	bool json;
	bool has_timeout;
	int timeout_ms;
	bool default_server; /* nobody said which */
	FILE *out;
	FILE *err;
	bool at_terminal; /* err is one: how far things are is told there */
	enum mbc_code unreachable; /* how connecting failed; OK: it has not */
};

/* Puts the call's request in line; connects first if that was not done. What
 * goes wrong is kept in the call. */
void ctl_send(struct ctl_session *session, struct ctl_call *call);

/* The same for a request that was made already. */
void ctl_send_request(struct ctl_session *session, struct ctl_call *call,
    struct mbc_request *request);

/* Prints an answer to the call, or a part of one. */
enum ctl_exit ctl_print_answer(const struct ctl_session *session,
    struct ctl_call *call, const struct mbc_answer *answer);

/* Waits for the answer to a call that was sent, and prints it. */
enum ctl_exit ctl_finish(struct ctl_session *session, struct ctl_call *call);

#endif
