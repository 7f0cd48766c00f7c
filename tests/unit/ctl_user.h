/* SPDX-License-Identifier: BSD-2-Clause */
/* A session of memblockctl with a fake server, and what the user of it sees.
 *
 * The server answers alloc and find with their size as the address; an add,
 * reserve or free at address 0xbad with RESOURCE_EXHAUSTED "b: no"; one whose
 * label is "late" after the request that follows it; one whose label is "last"
 * by ending the session; a verify with a difference; a batch by these rules
 * with "aborted" for the others, or with ABORTED "b: stands elsewhere" where it
 * has an if_seq; everything else with OK. */
#ifndef TESTS_CTL_USER_H
#define TESTS_CTL_USER_H

#include "client/ctl_run.h"
#include "fake_server.h"

struct ctl_user {
	struct fake_server server;
	struct ctl_session session;
	char *out;
	char *err;
	size_t out_size;
	size_t err_size;
};

void ctl_user_start(struct ctl_user *user);
void ctl_user_stop(struct ctl_user *user);

/* What was printed so far, on standard output and standard error. */
const char *ctl_user_out(struct ctl_user *user);
const char *ctl_user_err(struct ctl_user *user);

#endif
