/* SPDX-License-Identifier: BSD-2-Clause */
/* A response while it is put together, and as the frame that is sent. */
#ifndef DAEMON_ANSWER_H
#define DAEMON_ANSWER_H

#include "engine/op.h"
#include "memblock.pb-c.h"
#include "storage/journal.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef Memblock__V1__Status__Code answer_code;

#define ANSWER_MESSAGE_MAX (JOURNAL_NAME_MAX + JOURNAL_ERROR_MAX + 2)

/* One answer an operation can have for each kind of warning. */
#define ANSWER_WARNINGS_MAX 3

/* The response points into itself: it is used where it was made. */
struct answer {
	Memblock__V1__Response response;
	Memblock__V1__Status status;
	char message[ANSWER_MESSAGE_MAX + 1]; /* one to see what is cut */
	char warning_text[ANSWER_MESSAGE_MAX + 1];
	char *warnings[ANSWER_WARNINGS_MAX];
};

/* An OK to that request, with nothing else in it. */
void answer_init(struct answer *answer, uint64_t id);

/* How many bytes of a text of somebody's a sentence can quote with "%.*s": at
 * most max, and no letter of UTF-8 is cut. */
int answer_quotable(const char *text, int max);

/* Makes it a refusal with that sentence. */
void answer_refuse(struct answer *answer, answer_code code, const char *format,
    ...) __attribute__((format(printf, 3, 4)));

/* Whether the instance of that name, which stands at seq, stands at if_seq;
 * otherwise makes it a refusal, ABORTED. */
bool answer_expect_seq(
    struct answer *answer, const char *name, uint64_t seq, uint64_t if_seq);

/* Adds a warning, in the place of one that was added before. */
void answer_warn(struct answer *answer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

void answer_seq(struct answer *answer, uint64_t seq);

/* What an operation on the instance of that name came to: code, errno name,
 * sentence, warnings. The address is left to the caller. */
void answer_outcome(
    struct answer *answer, const char *name, const struct outcome *outcome);

/* Splits sentences, one a line, in text itself. Returns how many. */
size_t answer_split_warnings(
    char *text, char *ret_warnings[ANSWER_WARNINGS_MAX]);

/* The code and the errno name ("" for none) of a status. */
answer_code answer_status_code(enum mb_status status);
const char *answer_status_errno(enum mb_status status);

/* Packs it behind its header. The frame is the caller's to free. */
uint8_t *answer_frame(const struct answer *answer, size_t *ret_size);

/* A whole answer: the journal cannot be written or read, for that reason. */
uint8_t *answer_unavailable(uint64_t id, const char *reason, size_t *ret_size);

#endif
