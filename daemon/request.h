/* SPDX-License-Identifier: BSD-2-Clause */
/* One request's walk, from bytes to an answer. */
#ifndef DAEMON_REQUEST_H
#define DAEMON_REQUEST_H

#include "daemon/answer.h"
#include "daemon/service.h"
#include "daemon/session.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct command;
struct past_found;

/* Lives while the request is handled. A command that answers later copies what
 * it needs. */
struct request {
	struct service *service;
	struct session *session;
	Memblock__V1__Request *message;
	bool message_is_kept;
	const struct command *command;
	struct instance *instance; /* NULL: about none, or there is none */
	/* What a command of SUBJECT_LAYOUT reads; see request_need_model(). */
	const struct memblock *mb;
	const uint8_t *hash; /* of its chain there; JOURNAL_HASH_SIZE bytes */
	struct past_found *found; /* by past_find(); NULL: nothing yet */
	struct answer answer;
	/* The answer tells of what the batch of this number holds. */
	uint64_t batch;
};

/* Handles one message of a session: answers it, or sees to it that it will be
 * answered. */
void request_handle(struct service *service, struct session *session,
    const uint8_t *data, size_t size);

/* Puts the request aside until the batch of that number is on disk, and then
 * handles it from the first check on; when the batch is lost, so is it. What
 * comes behind it in its session waits. */
void request_put_aside(struct request *request, uint64_t batch);

/* Handles a message that was kept, from the first check on, with what was found
 * for it meanwhile (NULL: nothing). The message is freed, or kept again. */
void request_handle_again(struct service *service, struct session *session,
    Memblock__V1__Request *message, struct past_found *found);

/* Tells a broken peer what is wrong. */
void request_fault(struct service *service, struct session *session,
    enum session_fault fault, uint64_t message_size);

/* Refuses with "NAME: sentence". Returns false. */
bool request_refuse(struct request *request, answer_code code,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Refuses with what the journal said. Returns false. */
bool request_refuse_journal(struct request *request, enum journal_status status,
    const struct journal_error *error);

/* Whether changes are taken now; otherwise refuses and returns false. A dry run
 * is no change. */
bool request_may_change(struct request *request);

/* Sees to it that request->mb is the model that is asked about, the instance's
 * or the one it had in the past; otherwise refuses and returns false. */
bool request_need_model(struct request *request);

/* Keeps the message for later, and from then on the caller's to free. */
Memblock__V1__Request *request_keep_message(struct request *request);
/* Whether what it does is to be kept under a request key. */
bool request_has_key(const struct request *request);

/* The cause of what is no row: label and key, which are the request's. */
struct journal_cause request_cause(const struct request *request);

/* Sends one part of the answer as it stands; with last it is the last one. */
void request_send(struct request *request, bool last);

/* Microseconds since 1970, UTC. */
int64_t request_time_us(void);

#endif
