/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_run.h"

#include "client/ctl_json.h"

#include <time.h>

/* How long to try to connect when nobody says. */
#define CONNECT_TIMEOUT_MS 10000

static int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* ---- how far it is ---- */

static bool tells_progress(
    const struct ctl_session *session, const struct ctl_call *call)
{
	return session->at_terminal && call->line.command != NULL &&
	       call->line.command->print_progress != NULL;
}

/* What was told last goes from the terminal. */
static void clear_line(const struct ctl_session *session)
{
	fputs("\r\033[K", session->err);
}

static void print_progress(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *err)
{
	call->line.command->print_progress(answer, err);
	fflush(err);
}

/* ---- asking ---- */

static void fail_call(
    struct ctl_call *call, enum mbc_code code, const char *message)
{
	call->failed = code;
	ctl_fail(&call->error, "%s", message);
}

/* False: the call has failed. Tries once: a batch need not wait for a server
 * that is not there line by line. */
static bool connect_for(struct ctl_session *session, struct ctl_call *call)
{
	struct mbc_client *client = session->client;

	if (session->unreachable == MBC_OK && !mbc_connected(client) &&
	    mbc_client_error(client)[0] == '\0') {
		session->unreachable = mbc_connect(
		    client, session->has_timeout ? session->timeout_ms
						 : CONNECT_TIMEOUT_MS);
		if (session->has_timeout)
			mbc_client_set_timeout(client, session->timeout_ms);
	}
	if (session->unreachable == MBC_OK)
		return true;
	call->failed = session->unreachable;
	return ctl_fail(&call->error, "%s%s", mbc_client_error(client),
	    session->default_server
		? "; is memblockd running? -s or $MEMBLOCKD_SERVER names "
		  "another server"
		: "");
}

void ctl_send_request(struct ctl_session *session, struct ctl_call *call,
    struct mbc_request *request)
{
	if (!connect_for(session, call)) {
		mbc_request_free(request);
		return;
	}
	call->sent_us = now_us();
	call->id = mbc_send(session->client, request);
	if (call->id == 0)
		fail_call(call, MBC_RESOURCE_EXHAUSTED, "out of memory");
}

void ctl_send(struct ctl_session *session, struct ctl_call *call)
{
	struct mbc_request *request;

	if (call->failed != MBC_OK)
		return;
	request = ctl_make_request(&call->line, &call->error);
	if (request == NULL) {
		if (call->error.text[0] != '\0')
			call->failed = MBC_INVALID_ARGUMENT;
		else
			fail_call(
			    call, MBC_RESOURCE_EXHAUSTED, "out of memory");
		return;
	}
	if (tells_progress(session, call))
		mbc_request_set_in_parts(request);
	ctl_send_request(session, call, request);
}

/* ---- answering ---- */

/* What a code is worth that memblockctl or its library came to by itself. */
static enum ctl_exit local_exit(enum mbc_code code)
{
	switch (code) {
	case MBC_INVALID_ARGUMENT:
		return CTL_EXIT_USAGE;
	case MBC_UNIMPLEMENTED:
	case MBC_ABORTED:
		return CTL_EXIT_REFUSED;
	default:
		return CTL_EXIT_NOT_REACHED;
	}
}

static enum ctl_exit answer_exit(const struct mbc_answer *answer)
{
	const struct mbc_verdict *verdict = mbc_answer_verdict(answer);
	bool value;

	if (mbc_answer_code(answer) != MBC_OK)
		return mbc_answer_is_local(answer)
			   ? local_exit(mbc_answer_code(answer))
			   : CTL_EXIT_REFUSED;
	if (verdict != NULL && !verdict->identical)
		return CTL_EXIT_DIFFERENT;
	if (mbc_answer_identical(answer, &value) && !value)
		return CTL_EXIT_DIFFERENT;
	return mbc_answer_value(answer, &value) && !value ? CTL_EXIT_DIFFERENT
							  : CTL_EXIT_DONE;
}

/* "memblockctl: FILE:LINE: OP: ". */
static void print_place(
    const struct ctl_session *session, const struct ctl_call *call)
{
	fflush(session->out);
	fputs("memblockctl: ", session->err);
	if (call->file != NULL)
		fprintf(
		    session->err, "%s:%zu: ", call->file, call->line_number);
	if (call->line.word != NULL)
		fprintf(session->err, "%s: ", call->line.word);
}

static void print_answer(const struct ctl_session *session,
    struct ctl_call *call, const struct mbc_answer *answer)
{
	const struct ctl_command *command = call->line.command;
	const size_t warnings = mbc_answer_warning_count(answer);
	size_t i;

	if (session->json) {
		ctl_json_answer(call, answer, session->out);
		return;
	}
	for (i = 0; i < warnings; i++) {
		print_place(session, call);
		fprintf(session->err, "warning: %s\n",
		    mbc_answer_warning(answer, i));
	}
	if (mbc_answer_code(answer) != MBC_OK) {
		print_place(session, call);
		fprintf(session->err, "%s\n",
		    mbc_answer_message(answer)[0] != '\0'
			? mbc_answer_message(answer)
			: mbc_code_name(mbc_answer_code(answer)));
	} else if (command->print != NULL) {
		command->print(call, answer, session->out);
	}
}

enum ctl_exit ctl_print_answer(const struct ctl_session *session,
    struct ctl_call *call, const struct mbc_answer *answer)
{
	print_answer(session, call, answer);
	return answer_exit(answer);
}

static enum ctl_exit finish_failed(
    const struct ctl_session *session, const struct ctl_call *call)
{
	if (session->json) {
		ctl_json_failure(call, session->out);
	} else {
		print_place(session, call);
		fprintf(session->err, "%s\n", call->error.text);
	}
	return local_exit(call->failed);
}

enum ctl_exit ctl_finish(struct ctl_session *session, struct ctl_call *call)
{
	enum ctl_exit status = CTL_EXIT_DONE;
	struct mbc_answer *answer;
	bool more, told = false;

	if (call->failed != MBC_OK)
		return finish_failed(session, call);
	do {
		answer = mbc_wait(session->client, call->id);
		call->answered_us = now_us();
		more = mbc_answer_more(answer);
		if (told)
			clear_line(session);
		told = more && tells_progress(session, call);
		if (told)
			print_progress(call, answer, session->err);
		else
			status = ctl_print_answer(session, call, answer);
		mbc_answer_free(answer);
	} while (more);
	return status;
}
