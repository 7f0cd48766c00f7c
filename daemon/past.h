/* SPDX-License-Identifier: BSD-2-Clause */
/* Instances as they once stood: at a seq or at a time.
 *
 * A request for SUBJECT_LAYOUT is put aside until its model is made from the
 * journal on a history thread; then it runs on the loop as any other. Commands
 * that read history themselves find the moment with past_locate() and
 * past_seq(). */
#ifndef DAEMON_PAST_H
#define DAEMON_PAST_H

#include "daemon/command.h"

/* What a request says of a moment: at most one of the two; none: now. */
struct past_moment {
	bool has_seq, has_time;
	uint64_t seq, time_us;
};

/* A place in the history of an instance. */
struct past_point {
	int64_t instance; /* id */
	uint64_t seq;	  /* without a time */
	bool has_time;
	int64_t time_us;
};

/* What the journal had of a point. */
struct past_found {
	struct past_point point;
	enum journal_status status;
	struct journal_error error; /* of another status than JOURNAL_OK */
	/* Of JOURNAL_OK. Who takes its model sets mb to NULL. */
	struct journal_state state;
};

/* Request.at_seq and at_time_us. */
struct past_moment past_moment_of(const Memblock__V1__Request *message);

/* Whether a request is to be put aside: it is about a moment, to which its
 * command does not go back itself. */
bool past_is_asked(const struct request *request);

/* Sees to it that it will be answered, from what is on disk; or refuses. */
enum command_end past_begin(struct request *request);

/* Puts a request aside until the batch of that number is on disk and what the
 * journal has of the point was read on a history thread; then it is handled
 * again from the first check on, with that as request->found. What follows on
 * its session waits meanwhile; when the batch is lost, so is the request. */
void past_find(
    struct request *request, const struct past_point *point, uint64_t batch);

/* The point of an instance in service. False: there is none, and the answer is
 * a refusal that names the instance. */
bool past_locate(const struct instance *instance,
    const struct past_moment *moment, struct answer *answer,
    struct past_point *ret_point);

/* The seq of a point, on a history thread. As journal_seq_at(). */
enum journal_status past_seq(struct journal *journal,
    const struct past_point *point, uint64_t *ret_seq,
    struct journal_error *ret_error);

/* Makes an answer the refusal of what a journal could not bring back. */
void past_refuse(struct answer *answer, const char *name,
    enum journal_status status, const struct journal_error *error);

#endif
