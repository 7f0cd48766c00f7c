/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: a whole service in this process, on a journal in a private
 * directory, and one client of it. What goes wrong fails the test that is
 * running. */
#ifndef TESTS_UNIT_DAEMON_HARNESS_H
#define TESTS_UNIT_DAEMON_HARNESS_H

#include "daemon/service.h"
#include "tests/unit/asked.h"
#include "tests/unit/peer.h"
#include "tests/unit/scratch_journal.h"

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name

struct harness {
	struct scratch *scratch; /* the directory, and SQL */
	struct config config;	 /* may be changed before harness_start() */
	struct event_base *base;
	struct service service;
	struct session_list sessions;
	struct peer peer, second_peer;
	struct peer *client; /* one of the two: who asks */
	uint64_t last_id;
	/* Every part of every answer that came, until the service stops. */
	Memblock__V1__Response **parts;
	size_t part_count;
};

/* cmocka's setup and teardown. *state is a struct harness that was started;
 * with _stopped it was not. */
int harness_setup(void **state);
int harness_setup_stopped(void **state);
int harness_teardown(void **state);

/* Starts the service on the journal as it is, and connects. */
void harness_start(struct harness *harness);

/* Orderly: everything asked is answered and everything answered is on disk. */
void harness_stop(struct harness *harness);

/* Hangs up and connects again. */
void harness_hang_up(struct harness *harness);
void harness_connect(struct harness *harness);

/* The second client, or again the first, asks from now on. The second connects
 * when it is first wanted; ids are of both together. */
void harness_ask_as_second(struct harness *harness);
void harness_ask_as_first(struct harness *harness);

/* ---- asking ---- */

/* Sends it under the next id, which is returned. */
uint64_t harness_send(struct harness *harness, struct asked *asked);

/* Waits for the whole answer to that id; its first part. */
const Memblock__V1__Response *harness_receive(
    struct harness *harness, uint64_t id);

/* Waits for the part of that number, from 0, of an answer that may have more.
 */
const Memblock__V1__Response *harness_receive_part(
    struct harness *harness, uint64_t id, size_t number);

/* Both; and for an operation with nothing to fill in. */
const Memblock__V1__Response *harness_ask(
    struct harness *harness, struct asked *asked);
const Memblock__V1__Response *harness_ask_for(struct harness *harness,
    Memblock__V1__Request__OperationCase operation, const char *instance);

/* The part of that number, from 0, of an answer that was received; NULL: it has
 * no more. */
const Memblock__V1__Response *harness_part(
    const struct harness *harness, uint64_t id, size_t number);

/* add, remove, reserve or free of a range. */
const Memblock__V1__Response *harness_range(struct harness *harness,
    Memblock__V1__Request__OperationCase operation, const char *instance,
    uint64_t address, uint64_t size);

/* Expects OK: a new instance of default settings; one with a gigabyte of
 * memory at 0x40000000 and so at seq 1. */
void harness_create(struct harness *harness, const char *name);
void harness_create_board(struct harness *harness, const char *name);

/* Sends count reserves of one page each, at 8 KiB from one another from base
 * on, and waits for all answers, which are OK. */
void harness_reserve_many(
    struct harness *harness, const char *name, uint64_t base, size_t count);

/* Expects that code, and these words in the message. */
void harness_expect_refused(const Memblock__V1__Response *response,
    Memblock__V1__Status__Code code, const char *words);

/* The seq at which an instance stands. */
uint64_t harness_seq(struct harness *harness, const char *name);

/* The disk is full until it is not: a change is made and lost, so that the
 * service knows; and until it can write again. */
void harness_fill_disk(struct harness *harness, const char *name);
void harness_empty_disk(struct harness *harness);

#endif
