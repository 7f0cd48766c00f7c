/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines from a descriptor, with the means to see whether the next one would
 * have to be waited for. */
#ifndef CLIENT_CTL_LINES_H
#define CLIENT_CTL_LINES_H

#include <stdbool.h>
#include <stddef.h>

/* All zero but fd is a reader at the beginning. */
struct ctl_lines {
	int fd;
	char *data;
	size_t begin; /* of what has been read and not been handed out */
	size_t end;
	size_t room;
	bool at_end; /* the descriptor has no more */
};

enum ctl_lines_status {
	CTL_LINES_OK,
	CTL_LINES_END,
	CTL_LINES_NUL,	  /* the line holds a NUL byte; it is passed over */
	CTL_LINES_FAILED, /* errno says why */
};

/* Frees what the reader holds; fd stays open. */
void ctl_lines_clear(struct ctl_lines *lines);

/* The next line, without its newline; the last may lack one. The caller may
 * write to it; it lives until the next call. */
enum ctl_lines_status ctl_lines_next(struct ctl_lines *lines, char **ret_line);

/* Whether ctl_lines_next() would have to wait for somebody to write. */
bool ctl_lines_would_wait(const struct ctl_lines *lines);

#endif
