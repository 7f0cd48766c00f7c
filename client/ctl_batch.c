/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_batch.h"

#include "client/ctl_atomic.h"
#include "client/ctl_batch_line.h"
#include "client/ctl_lines.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* How many requests are under way at most: well below what a server takes from
 * one session (1024), far above what a round trip needs. A power of two. */
#define WINDOW 512

/* A line under way: the words of the call point into text. */
struct slot {
	char *text;
	struct ctl_call call;
};

/* The lines under way, the oldest first: sent and not yet printed. */
struct batch {
	struct ctl_session *session;
	const struct ctl_line *line;
	const char *file;
	size_t line_number;
	size_t window;
	struct slot *slots; /* a ring */
	size_t first;
	size_t count;
	enum ctl_exit worst;
};

/* Reads a call out of slot->text. False: there is none on this line. */
static bool parse_line(const struct batch *batch, struct slot *slot)
{
	const struct ctl_place place = {batch->file, batch->line_number};

	return ctl_batch_line(
	    slot->text, &place, batch->line, CTL_LINE_OPTIONS, &slot->call);
}

/* ---- the window ---- */

static struct slot *slot_at(const struct batch *batch, size_t index)
{
	return &batch->slots[(batch->first + index) & (WINDOW - 1)];
}

static void note_status(struct batch *batch, enum ctl_exit status)
{
	if (status > batch->worst)
		batch->worst = status;
}

/* Waits for the oldest line, prints it, and forgets it. */
static void finish_oldest(struct batch *batch)
{
	struct slot *slot = slot_at(batch, 0);

	note_status(batch, ctl_finish(batch->session, &slot->call));
	free(slot->text);
	batch->first++;
	batch->count--;
}

static void finish_all(struct batch *batch)
{
	while (batch->count > 0)
		finish_oldest(batch);
	/* Somebody may wait for these answers before they write on. */
	fflush(batch->session->out);
}

/* A line that never became a call. */
static void fail_line(
    struct batch *batch, enum mbc_code code, const char *message)
{
	struct ctl_call call = {.file = batch->file,
	    .line_number = batch->line_number,
	    .failed = code};

	ctl_fail(&call.error, "%s", message);
	finish_all(batch);
	note_status(batch, ctl_finish(batch->session, &call));
}

static void start_line(struct batch *batch, const char *text)
{
	struct slot *slot;

	if (batch->count == batch->window)
		finish_oldest(batch);
	slot = slot_at(batch, batch->count);
	slot->text = strdup(text);
	if (slot->text == NULL) {
		fail_line(batch, MBC_RESOURCE_EXHAUSTED, "out of memory");
	} else if (parse_line(batch, slot)) {
		ctl_send(batch->session, &slot->call);
		batch->count++;
	} else {
		free(slot->text);
	}
}

/* ---- the whole ---- */

/* Takes the next line. False: it was the last. */
static bool do_line(struct batch *batch, struct ctl_lines *lines)
{
	char *text;

	if (batch->window == 1 || ctl_lines_would_wait(lines))
		finish_all(batch);
	if (batch->window == 1 && batch->worst >= CTL_EXIT_USAGE)
		return false;
	batch->line_number++;
	switch (ctl_lines_next(lines, &text)) {
	case CTL_LINES_OK:
		start_line(batch, text);
		return true;
	case CTL_LINES_NUL:
		fail_line(batch, MBC_INVALID_ARGUMENT,
		    "not text: there is a zero byte in it");
		return true;
	case CTL_LINES_FAILED:
		fail_line(batch, MBC_INVALID_ARGUMENT, strerror(errno));
		return false;
	case CTL_LINES_END:
		break;
	}
	return false;
}

enum ctl_exit ctl_batch_lines(struct ctl_session *session,
    const struct ctl_line *line, int fd, const char *file)
{
	struct batch batch = {.session = session,
	    .line = line,
	    .file = file,
	    .window = ctl_given(line, CTL_KEEP_GOING) ? WINDOW : 1};
	struct ctl_lines lines = {.fd = fd};

	batch.slots = calloc(WINDOW, sizeof(*batch.slots));
	if (batch.slots == NULL) {
		fail_line(&batch, MBC_RESOURCE_EXHAUSTED, "out of memory");
		return batch.worst;
	}
	while (do_line(&batch, &lines))
		;
	finish_all(&batch);
	ctl_lines_clear(&lines);
	free(batch.slots);
	return batch.worst;
}

/* Answers a call to batch that never reads a line. */
static enum ctl_exit refuse(
    struct ctl_session *session, struct ctl_call *call, enum mbc_code code)
{
	call->failed = code;
	return ctl_finish(session, call);
}

static enum ctl_exit carry_out(struct ctl_session *session,
    const struct ctl_line *line, int fd, const char *file)
{
	return ctl_given(line, CTL_ATOMIC)
		   ? ctl_atomic(session, line, fd, file)
		   : ctl_batch_lines(session, line, fd, file);
}

enum ctl_exit ctl_batch(
    struct ctl_session *session, const struct ctl_line *line)
{
	struct ctl_call call = {.line = *line};
	const char *file = line->texts[0];
	enum ctl_exit status;
	int fd;

	if (!ctl_given(line, CTL_ATOMIC) &&
	    (ctl_given(line, CTL_KEY) || ctl_given(line, CTL_IF_SEQ))) {
		ctl_fail(&call.error,
		    "--%s is for one request: put it on a line, or add "
		    "--atomic",
		    ctl_given(line, CTL_KEY) ? "key" : "if-seq");
		return refuse(session, &call, MBC_INVALID_ARGUMENT);
	}
	if (file == NULL || strcmp(file, "-") == 0)
		return carry_out(session, line, STDIN_FILENO, "-");
	fd = open(file, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		ctl_fail(&call.error, "'%s': %s", file, strerror(errno));
		return refuse(session, &call, MBC_INVALID_ARGUMENT);
	}
	status = carry_out(session, line, fd, file);
	close(fd);
	return status;
}
