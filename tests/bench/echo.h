/* SPDX-License-Identifier: BSD-2-Clause */
/* A peer that does no more than protobuf and a socket ask for: it unpacks each
 * request, and packs an answer with its id as an answer to query would be. What
 * goes wrong ends the program. */
#ifndef TESTS_BENCH_ECHO_H
#define TESTS_BENCH_ECHO_H

/* Starts it as a process of its own, which ends when the connection is closed;
 * returns the connection. The caller's to close. */
int echo_start(void);

/* Closes the connection and waits for its end. */
void echo_stop(int fd);

#endif
