/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_atomic.h"

#include "client/ctl_batch_line.h"
#include "client/ctl_lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Key, if_seq and dry run are the whole batch's. */
#define ATOMIC_LINE_OPTIONS CTL_BIT(CTL_LABEL)

/* A line with a command on it, as it was read. */
struct kept_line {
	char *text; /* NULL: it could not be read */
	size_t line_number;
};

struct atomic {
	struct ctl_session *session;
	const struct ctl_line *line;
	const char *file;
	struct kept_line *lines;
	size_t count;
	size_t room;
	struct mbc_request *request;
	/* The line that makes no sense, when error is not empty; none when no
	 * line was kept. */
	size_t at_fault;
	enum mbc_code failed;
	struct ctl_error error;
};

/* ---- reading ---- */

static void fault(
    struct atomic *atomic, enum mbc_code code, const char *sentence)
{
	atomic->at_fault = atomic->count - 1;
	atomic->failed = code;
	ctl_fail(&atomic->error, "%s", sentence);
}

/* Keeps a line; text becomes the batch's. False: no memory. */
static bool keep(struct atomic *atomic, char *text, size_t line_number)
{
	struct kept_line *grown;

	if (atomic->count == atomic->room) {
		atomic->room = 2 * atomic->room + 64;
		grown =
		    reallocarray(atomic->lines, atomic->room, sizeof(*grown));
		if (grown == NULL)
			return false;
		atomic->lines = grown;
	}
	atomic->lines[atomic->count++] = (struct kept_line){text, line_number};
	return true;
}

/* The call that a kept line is, for which copy is written over. */
static bool parse(const struct atomic *atomic, size_t line_number, char *copy,
    struct ctl_call *call)
{
	const struct ctl_place place = {atomic->file, line_number};

	return ctl_batch_line(
	    copy, &place, atomic->line, ATOMIC_LINE_OPTIONS, call);
}

static void add(struct atomic *atomic, struct ctl_call *call)
{
	struct mbc_request *operation;

	if (call->failed != MBC_OK) {
		fault(atomic, call->failed, call->error.text);
		return;
	}
	if (call->line.instance[0] == '\0') {
		fault(atomic, MBC_INVALID_ARGUMENT,
		    "no change of an instance: not in an atomic batch");
		return;
	}
	if (atomic->request == NULL)
		atomic->request = mbc_batch(call->line.instance);
	operation = ctl_make_request(&call->line, &call->error);
	if (operation == NULL && call->error.text[0] != '\0') {
		fault(atomic, MBC_INVALID_ARGUMENT, call->error.text);
		return;
	}
	mbc_batch_add(atomic->request, operation);
	if (mbc_request_error(atomic->request)[0] != '\0')
		fault(atomic, MBC_INVALID_ARGUMENT,
		    mbc_request_error(atomic->request));
}

/* Takes one line. False: no memory. */
static bool take(struct atomic *atomic, const char *text, size_t line_number)
{
	char *kept = strdup(text), *copy = strdup(text);
	struct ctl_call call;
	bool taken = true;

	if (kept == NULL || copy == NULL) {
		taken = false;
	} else if (parse(atomic, line_number, copy, &call)) {
		taken = keep(atomic, kept, line_number);
		if (taken)
			kept = NULL;
		/* After the first fault the others are only kept. */
		if (taken && atomic->error.text[0] == '\0')
			add(atomic, &call);
	}
	free(kept);
	free(copy);
	return taken;
}

static void read_lines(struct atomic *atomic, int fd)
{
	struct ctl_lines lines = {.fd = fd};
	size_t line_number = 0;
	bool taken = true;
	char *text;

	while (taken) {
		line_number++;
		switch (ctl_lines_next(&lines, &text)) {
		case CTL_LINES_OK:
			taken = take(atomic, text, line_number);
			continue;
		case CTL_LINES_NUL:
			taken = keep(atomic, NULL, line_number);
			if (atomic->error.text[0] == '\0')
				fault(atomic, MBC_INVALID_ARGUMENT,
				    "not text: there is a zero byte in it");
			continue;
		case CTL_LINES_FAILED:
			taken = keep(atomic, NULL, line_number);
			fault(atomic, MBC_INVALID_ARGUMENT, strerror(errno));
			break;
		case CTL_LINES_END:
			break;
		}
		break;
	}
	if (!taken)
		fault(atomic, MBC_RESOURCE_EXHAUSTED, "out of memory");
	ctl_lines_clear(&lines);
}

/* ---- printing ---- */

/* Prints a line that was not sent: its own fault, or another's. */
static enum ctl_exit print_unsent(
    struct atomic *atomic, size_t i, struct ctl_call *call)
{
	if (i == atomic->at_fault) {
		call->failed = atomic->failed;
		call->error = atomic->error;
	} else {
		call->failed = MBC_ABORTED;
		ctl_fail(&call->error, "line %zu of the batch was refused",
		    atomic->lines[atomic->at_fault].line_number);
	}
	return ctl_finish(atomic->session, call);
}

/* whole: how it was sent; answer: NULL if it was not. */
static enum ctl_exit print_line(struct atomic *atomic, size_t i,
    const struct ctl_call *whole, const struct mbc_answer *answer,
    struct ctl_call *call)
{
	const struct mbc_answer *own = mbc_answer_batch_at(answer, i);

	if (atomic->error.text[0] != '\0')
		return print_unsent(atomic, i, call);
	if (whole->failed != MBC_OK) {
		call->failed = whole->failed;
		call->error = whole->error;
		return ctl_finish(atomic->session, call);
	}
	return ctl_print_answer(
	    atomic->session, call, own != NULL ? own : answer);
}

static enum ctl_exit print_lines(struct atomic *atomic,
    const struct ctl_call *whole, const struct mbc_answer *answer)
{
	enum ctl_exit worst = CTL_EXIT_DONE, status;
	struct ctl_call call;
	size_t i;

	for (i = 0; i < atomic->count; i++) {
		const struct kept_line *line = &atomic->lines[i];

		call = (struct ctl_call){
		    .file = atomic->file, .line_number = line->line_number};
		if (line->text != NULL)
			parse(atomic, line->line_number, line->text, &call);
		call.failed = MBC_OK;
		status = print_line(atomic, i, whole, answer, &call);
		if (status > worst)
			worst = status;
	}
	return worst;
}

/* ---- the whole ---- */

static enum ctl_exit send_and_print(struct atomic *atomic)
{
	struct ctl_call whole = {.line = *atomic->line};
	struct mbc_answer *answer = NULL;
	enum ctl_exit status;

	if (atomic->error.text[0] == '\0') {
		ctl_set_request(atomic->request, atomic->line);
		ctl_send_request(atomic->session, &whole, atomic->request);
		atomic->request = NULL;
		if (whole.failed == MBC_OK)
			answer = mbc_wait(atomic->session->client, whole.id);
	}
	status = print_lines(atomic, &whole, answer);
	mbc_answer_free(answer);
	return status;
}

/* Without a line that could be kept, it is the batch that has failed. */
static enum ctl_exit print_unread(const struct atomic *atomic)
{
	struct ctl_call call = {.line = *atomic->line,
	    .failed = atomic->failed,
	    .error = atomic->error};

	return ctl_finish(atomic->session, &call);
}

static void clear(struct atomic *atomic)
{
	size_t i;

	for (i = 0; i < atomic->count; i++)
		free(atomic->lines[i].text);
	free(atomic->lines);
	mbc_request_free(atomic->request);
}

enum ctl_exit ctl_atomic(struct ctl_session *session,
    const struct ctl_line *line, int fd, const char *file)
{
	struct atomic atomic = {.session = session, .line = line, .file = file};
	enum ctl_exit status = CTL_EXIT_DONE;

	read_lines(&atomic, fd);
	if (atomic.count > 0)
		status = send_and_print(&atomic);
	else if (atomic.error.text[0] != '\0')
		status = print_unread(&atomic);
	clear(&atomic);
	return status;
}
