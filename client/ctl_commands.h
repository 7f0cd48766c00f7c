/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands of memblockctl: one table of what each takes, asks and
 * prints. */
#ifndef CLIENT_CTL_COMMANDS_H
#define CLIENT_CTL_COMMANDS_H

#include "client/ctl_options.h"
#include "client/ctl_requests.h"

#include <stdbool.h>
#include <stdio.h>

/* One command line on its way. */
struct ctl_call {
	struct ctl_line line;
	/* Where it stands in a batch; NULL, 0: it does not. */
	const char *file;
	size_t line_number;
	/* What went wrong before it could be asked; error says why. */
	enum mbc_code failed;
	struct ctl_error error;
	uint64_t id; /* of its request; 0: none was made */
	int64_t sent_us;
	int64_t answered_us;
	/* How far the JSON object of its log is printed. */
	enum ctl_log_place {
		CTL_LOG_HEAD, /* not at all */
		CTL_LOG_ORIGINS,
		CTL_LOG_ENTRIES,
	} place;
	size_t printed; /* items of the list that it is in */
};

struct ctl_command {
	const char *name;
	const char *arguments;	/* as in its usage; the parser goes by it */
	ctl_option_set options; /* beyond the global */
	const char *summary;	/* one line, what it does */
	const char *example;
	bool makes_new; /* its answer is about NEW, the word behind NAME */
	/* See ctl_requests.h. No function: the command is not a request. */
	ctl_make_fn *make;
	/* Prints what was answered when that is OK, as text and as further
	 * members of the JSON object. No function: nothing. */
	void (*print)(const struct ctl_call *call,
	    const struct mbc_answer *answer, FILE *out);
	void (*print_json)(const struct ctl_call *call,
	    const struct mbc_answer *answer, FILE *out);
	bool in_parts; /* its answer is printed as it comes */
	/* Says how far it is, in a few words, of a part before the last: for
	 * one who waits at a terminal. No function: it says nothing. */
	void (*print_progress)(const struct mbc_answer *answer, FILE *err);
};

/* Ends with a NULL name. */
extern const struct ctl_command ctl_commands[];

/* NULL: none of that name. */
const struct ctl_command *ctl_command_find(const char *name);

/* The name of the command that may have been meant. NULL: no idea. */
const char *ctl_command_nearest(const char *word);

/* The request of a line with all its options set. NULL as in
 * ctl_requests.h. */
struct mbc_request *ctl_make_request(
    const struct ctl_line *line, struct ctl_error *error);

/* Tells a request what the line says of label, if_seq, key and dry run. */
void ctl_set_request(struct mbc_request *request, const struct ctl_line *line);

#endif
