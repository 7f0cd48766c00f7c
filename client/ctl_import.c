/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_export.h"

#include "client/ctl_json_value.h"
#include "client/ctl_lines.h"
#include "client/ctl_record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A part is sent once it has so many bytes of records. */
#define PART_BYTES ((size_t)512 << 10)

/* The file while it is read. */
struct source {
	const char *name;
	struct ctl_lines lines;
	size_t number; /* of the line that was read last */
	bool at_end;
};

static bool fail_at(
    struct ctl_call *call, const struct source *source, const char *what)
{
	call->failed = MBC_INVALID_ARGUMENT;
	return ctl_fail(&call->error, "'%s': line %zu: %.500s", source->name,
	    source->number, what);
}

static bool open_source(struct ctl_call *call, struct source *source)
{
	source->name = call->line.texts[0];
	if (strcmp(source->name, "-") == 0)
		source->lines.fd = STDIN_FILENO;
	else
		source->lines.fd = open(source->name, O_RDONLY | O_CLOEXEC);
	if (source->lines.fd >= 0)
		return true;
	call->failed = MBC_INVALID_ARGUMENT;
	return ctl_fail(
	    &call->error, "'%s': %s", source->name, strerror(errno));
}

static void close_source(struct source *source)
{
	ctl_lines_clear(&source->lines);
	if (source->lines.fd > STDIN_FILENO)
		close(source->lines.fd);
}

/* Reads one line into the request, and counts its bytes. False: the call has
 * failed. */
static bool read_record(struct ctl_call *call, struct source *source,
    struct mbc_request *request, size_t *bytes)
{
	struct ctl_error error;
	void *record;
	size_t size;
	char *line;

	source->number++;
	switch (ctl_lines_next(&source->lines, &line)) {
	case CTL_LINES_END:
		source->at_end = true;
		return true;
	case CTL_LINES_NUL:
		return fail_at(call, source, "it holds a NUL byte");
	case CTL_LINES_FAILED:
		return fail_at(call, source, strerror(errno));
	case CTL_LINES_OK:
		break;
	}
	if (!ctl_record_parse(line, &record, &size, &error))
		return fail_at(call, source, error.text);
	mbc_import_add(request, record, size);
	free(record);
	*bytes += size;
	return true;
}

/* The next part of the file, as a request. NULL: the call has failed. */
static struct mbc_request *read_part(
    struct ctl_call *call, struct source *source)
{
	struct mbc_request *request = mbc_import(call->line.instance);
	size_t bytes = 0;

	ctl_set_request(request, &call->line);
	while (!source->at_end && bytes < PART_BYTES) {
		if (read_record(call, source, request, &bytes))
			continue;
		mbc_request_free(request);
		return NULL;
	}
	if (source->at_end)
		mbc_import_last(request);
	return request;
}

/* Sends part after part. The answer to the last one, or to the one that was
 * refused; NULL: the call has failed. */
static struct mbc_answer *send_parts(
    struct ctl_session *session, struct ctl_call *call, struct source *source)
{
	struct mbc_answer *answer = NULL;
	struct mbc_request *request;

	do {
		mbc_answer_free(answer);
		answer = NULL;
		request = read_part(call, source);
		if (request != NULL)
			ctl_send_request(session, call, request);
		if (call->failed == MBC_OK)
			answer = mbc_wait(session->client, call->id);
	} while (answer != NULL && mbc_answer_code(answer) == MBC_OK &&
		 !source->at_end);
	return answer;
}

enum ctl_exit ctl_import(struct ctl_session *session, struct ctl_call *call)
{
	struct source source = {0};
	struct mbc_answer *answer;
	enum ctl_exit status;

	if (!open_source(call, &source))
		return ctl_finish(session, call);
	answer = send_parts(session, call, &source);
	close_source(&source);
	if (answer == NULL)
		return ctl_finish(session, call);
	status = ctl_print_answer(session, call, answer);
	mbc_answer_free(answer);
	return status;
}

void ctl_json_imported(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	json_t *members = json_object();
	char text[2 * MBC_HASH_SIZE + 1];
	uint64_t operations;
	const uint8_t *hash = mbc_answer_imported(answer, &operations);
	size_t i;

	(void)call;
	if (hash != NULL) {
		for (i = 0; i < MBC_HASH_SIZE; i++)
			snprintf(text + 2 * i, 3, "%02x", hash[i]);
		ctl_json_put(
		    members, "operations", ctl_json_number(operations));
		ctl_json_put(members, "hash", ctl_json_text(text));
	}
	ctl_json_write_members(out, true, members);
}
