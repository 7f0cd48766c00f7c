/* SPDX-License-Identifier: BSD-2-Clause */
/* A session of memblockctl with a fake server, and what the user of it sees.
 *
 * The server answers alloc and find with their size as the address; an add,
 * reserve or free at address 0xbad with RESOURCE_EXHAUSTED "b: no"; one whose
 * label is "late" after the request that follows it; one whose label is "last"
 * by ending the session; a verify with a difference, in two parts; a batch by
 * these rules with "aborted" for the others, or with ABORTED "b: stands
 * elsewhere" where it has an if_seq; everything else with OK. */
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

extern struct ctl_user user;

/* cmocka's setup and teardown. */
int ctl_user_start(void **state);
int ctl_user_stop(void **state);

/* Runs lines as a batch, called "F", that is given on that command line. */
enum ctl_exit ctl_user_run(
    enum ctl_exit (*batch)(struct ctl_session *session,
	const struct ctl_line *line, int fd, const char *file),
    const char *command, const char *lines, size_t size);

/* What was printed so far, on standard output and standard error. */
const char *ctl_user_out(void);
const char *ctl_user_err(void);

/* Expects that this and nothing else was printed. */
void ctl_user_expect(const char *out, const char *err);

#endif
