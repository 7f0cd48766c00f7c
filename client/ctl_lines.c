/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_lines.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define READ_BYTES ((size_t)64 << 10)

void ctl_lines_clear(struct ctl_lines *lines)
{
	free(lines->data);
	*lines = (struct ctl_lines){.fd = lines->fd};
}

/* Reads more behind what is there; keeps a byte of room for the end of a last
 * line without newline. */
static bool read_more(struct ctl_lines *lines)
{
	const size_t used = lines->end - lines->begin;
	ssize_t got;
	char *data;

	if (lines->begin > 0)
		memmove(lines->data, lines->data + lines->begin, used);
	lines->begin = 0;
	lines->end = used;
	if (lines->room - used < READ_BYTES + 1) {
		data = realloc(lines->data, 2 * lines->room + READ_BYTES + 1);
		if (data == NULL)
			return false;
		lines->data = data;
		lines->room = 2 * lines->room + READ_BYTES + 1;
	}
	do {
		got = read(lines->fd, lines->data + used, READ_BYTES);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return false;
	lines->end += (size_t)got;
	lines->at_end = got == 0;
	return true;
}

static char *find_newline(const struct ctl_lines *lines)
{
	if (lines->begin == lines->end)
		return NULL;
	return memchr(
	    lines->data + lines->begin, '\n', lines->end - lines->begin);
}

enum ctl_lines_status ctl_lines_next(struct ctl_lines *lines, char **ret_line)
{
	char *line, *newline;
	size_t size;

	while ((newline = find_newline(lines)) == NULL && !lines->at_end)
		if (!read_more(lines))
			return CTL_LINES_FAILED;
	if (lines->begin == lines->end)
		return CTL_LINES_END;
	line = lines->data + lines->begin;
	size = newline != NULL ? (size_t)(newline - line)
			       : lines->end - lines->begin;
	lines->begin += size + (newline != NULL);
	line[size] = '\0';
	*ret_line = line;
	return strlen(line) == size ? CTL_LINES_OK : CTL_LINES_NUL;
}

bool ctl_lines_would_wait(const struct ctl_lines *lines)
{
	struct pollfd readable = {.fd = lines->fd, .events = POLLIN};

	return !lines->at_end && find_newline(lines) == NULL &&
	       poll(&readable, 1, 0) == 0;
}
