/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_export.h"

#include "client/ctl_record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where the lines go. */
struct target {
	FILE *file;
	const char *path; /* NULL: standard output */
	char *part;	  /* the path while it is not whole; NULL: written in
			     place, as what is no regular file must be */
};

static bool fail(
    struct ctl_call *call, enum mbc_code code, const char *path, int reason)
{
	call->failed = code;
	return ctl_fail(&call->error, "'%s': %s", path, strerror(reason));
}

static bool open_target(const struct ctl_session *session,
    struct ctl_call *call, struct target *target)
{
	struct stat found;

	target->path = call->line.texts[0];
	target->file = session->out;
	if (target->path != NULL && strcmp(target->path, "-") == 0)
		target->path = NULL;
	if (target->path == NULL && session->json) {
		call->failed = MBC_INVALID_ARGUMENT;
		return ctl_fail(&call->error,
		    "with --json a FILE must be named: standard output has the "
		    "answer");
	}
	if (target->path == NULL)
		return true;
	if (stat(target->path, &found) != 0 || S_ISREG(found.st_mode)) {
		if (asprintf(&target->part, "%s.part", target->path) < 0) {
			target->part = NULL;
			return fail(
			    call, MBC_RESOURCE_EXHAUSTED, target->path, ENOMEM);
		}
	}
	target->file =
	    fopen(target->part != NULL ? target->part : target->path, "we");
	return target->file != NULL ||
	       fail(call, MBC_INVALID_ARGUMENT, target->path, errno);
}

/* Writes out what is still in memory; with sync it is on disk then. 0, or the
 * errno of what failed, now or before. */
static int close_file(FILE *file, bool sync)
{
	int reason = 0;

	if (ferror(file) || fflush(file) != 0 ||
	    (sync && fsync(fileno(file)) != 0))
		reason = errno != 0 ? errno : EIO;
	if (fclose(file) != 0 && reason == 0)
		reason = errno;
	return reason;
}

/* Closes it; with whole the file gets its name. */
static bool close_target(
    struct ctl_call *call, struct target *target, bool whole)
{
	int reason = 0;

	if (target->path == NULL)
		return true;
	if (target->file != NULL)
		reason =
		    close_file(target->file, whole && target->part != NULL);
	if (whole && reason == 0 && target->part != NULL &&
	    rename(target->part, target->path) != 0)
		reason = errno;
	if (target->part != NULL && (!whole || reason != 0))
		remove(target->part);
	free(target->part);
	return !whole || reason == 0 ||
	       fail(call, MBC_RESOURCE_EXHAUSTED, target->path, reason);
}

static bool write_records(const struct mbc_answer *answer, FILE *file)
{
	void *record;
	size_t i, size;
	char *line;

	for (i = 0; mbc_answer_record(answer, i, &record, &size); i++) {
		line = record == NULL ? NULL : ctl_record_line(record, size);
		free(record);
		if (line == NULL)
			return false;
		fputs(line, file);
		fputc('\n', file);
		free(line);
	}
	return true;
}

static void ask(struct ctl_session *session, struct ctl_call *call)
{
	const struct ctl_line *line = &call->line;
	struct mbc_request *request = mbc_export(line->instance);

	if (line->moment.when == CTL_AT_SEQ)
		mbc_request_set_at_seq(request, line->moment.value);
	else if (line->moment.when == CTL_AT_TIME)
		mbc_request_set_at_time(request, line->moment.value);
	ctl_set_request(request, line);
	mbc_request_set_in_parts(request);
	ctl_send_request(session, call, request);
}

/* The answer's last part. NULL: the call has failed. */
static struct mbc_answer *receive(struct ctl_session *session,
    struct ctl_call *call, const struct target *target)
{
	struct mbc_answer *answer;

	while (call->failed == MBC_OK) {
		answer = mbc_wait(session->client, call->id);
		if (!write_records(answer, target->file)) {
			call->failed = MBC_RESOURCE_EXHAUSTED;
			ctl_fail(&call->error, "out of memory");
		} else if (!mbc_answer_more(answer)) {
			return answer;
		}
		mbc_answer_free(answer);
	}
	return NULL;
}

enum ctl_exit ctl_export(struct ctl_session *session, struct ctl_call *call)
{
	struct target target = {0};
	struct mbc_answer *last = NULL;
	enum ctl_exit status;
	bool whole;

	if (open_target(session, call, &target)) {
		ask(session, call);
		last = receive(session, call, &target);
	}
	whole = mbc_answer_code(last) == MBC_OK && last != NULL;
	if (!close_target(call, &target, whole) || last == NULL)
		status = ctl_finish(session, call);
	else
		status = ctl_print_answer(session, call, last);
	mbc_answer_free(last);
	return status;
}
