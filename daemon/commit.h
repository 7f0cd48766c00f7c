/* SPDX-License-Identifier: BSD-2-Clause */
/* Group commit: an answer leaves when everything it depends on is on disk.
 *
 * Changes are gathered in the open batch. When the writing thread is free, the
 * batch is handed over and the next one opened, so that while one is being
 * synced the next fills up; no timer is involved. Batches are numbered from 1;
 * what waits for batch n leaves when n is durable.
 *
 * When a batch cannot be written, all that waits for it or for a later one is
 * answered UNAVAILABLE, the owner is told to forget what it holds beyond the
 * journal, and changes are refused until a probe write succeeds. */
#ifndef DAEMON_COMMIT_H
#define DAEMON_COMMIT_H

#include "daemon/session.h"
#include "storage/journal_writer.h"

#include <stdbool.h>
#include <stdint.h>

struct commit;
struct event_base;

/* An answer on its way to a session. */
struct reply {
	struct session *session;
	uint64_t id;	/* the request's */
	uint8_t *frame; /* from malloc(); what to send */
	size_t size;
	bool last;
};

/* Starts the writing thread on a journal, which is commit's from now on; NULL
 * where no changes are taken: there is no thread then, and nothing to wait for.
 * lost(arg) is called when batches were: what came with a batch above
 * commit_durable() never happened. NULL: error says why. */
struct commit *commit_start(struct event_base *base, struct journal *journal,
    void (*lost)(void *arg), void *arg, struct journal_error *ret_error);

/* Has written(arg, batch) called for each batch from now on that is durable,
 * in their order, after what waited for it was answered. */
void commit_tell_written(struct commit *commit,
    void (*written)(void *arg, const struct journal_batch *batch), void *arg);

/* The batch that changes are added to, and its number. */
struct journal_batch *commit_batch(struct commit *commit);
uint64_t commit_number(const struct commit *commit);

/* The number of the newest batch that holds anything: what tells of everything
 * done so far depends on it. */
uint64_t commit_newest(const struct commit *commit);

/* The number of the last batch that is on disk. */
uint64_t commit_durable(const struct commit *commit);

/* Sends a reply once the batch of that number is durable; at once if it is. */
void commit_reply(
    struct commit *commit, uint64_t number, const struct reply *reply);

/* Calls ready(arg, durable) once the batch of that number is durable, or with
 * false when it was lost; at once if it is durable. */
void commit_then(struct commit *commit, uint64_t number,
    void (*ready)(void *arg, bool durable), void *arg);

/* Why changes are refused now; NULL: they are not. */
const char *commit_refusal(const struct commit *commit);

/* Waits for what was handed over and closes the journal. False: the last
 * batches or the checkpoint failed; error says why. */
bool commit_stop(struct commit *commit, struct journal_error *ret_error);

#endif
