/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of what can be asked: one row for each operation of Request. */
#ifndef DAEMON_COMMAND_H
#define DAEMON_COMMAND_H

#include "daemon/request.h"

/* What a command needs to find before it runs. */
enum command_subject {
	SUBJECT_SERVICE,  /* no instance */
	SUBJECT_NEW_NAME, /* a name, which may be no instance's */
	SUBJECT_INSTANCE, /* an instance that is there */
	SUBJECT_ANY,	  /* the same, or without a name every one */
	SUBJECT_LAYOUT,	  /* the same, as it stands or as it once stood */
	SUBJECT_HISTORY,  /* the same; the command itself goes back to when it
			     stood so */
	SUBJECT_LIFE,	  /* a name and perhaps an earlier life of it: the
			     command finds that, and checks if_seq */
};

/* How a command's run ended. */
enum command_end {
	COMMAND_ANSWER, /* request->answer is to be sent */
	COMMAND_SENT,	/* it was sent, or will be */
};

struct command {
	Memblock__V1__Request__OperationCase operation;
	const char *name; /* the field of Request */
	enum command_subject subject;
	enum command_end (*run)(struct request *request);
};

/* NULL: no such operation. */
const struct command *command_find(
    Memblock__V1__Request__OperationCase operation);

/* The names of all, for Hello. */
size_t command_names(const char *const **ret_names);

/* ---- the rows' functions ---- */

/* instances.c */
enum command_end command_create(struct request *request);
enum command_end command_info(struct request *request);

/* Whether there may be an instance more, of the request's name; otherwise
 * refuses and returns false. */
bool command_may_create(struct request *request);

/* The settings that a create asks for; otherwise refuses and returns false. */
bool command_create_settings(
    struct request *request, struct memblock_settings *ret_settings);

/* What info tells of a model; ret_info points to ret_settings. */
void command_info_fill(const struct memblock *mb,
    Memblock__V1__InfoResult *ret_info, Memblock__V1__Settings *ret_settings);

/* change.c: all that change a model, and find */
enum command_end command_change(struct request *request);
enum command_end command_find_range(struct request *request);

enum command_end command_destroy(struct request *request);
enum command_end command_compact(struct request *request);
enum command_end command_list(struct request *request); /* listing.c */
enum command_end command_dump(struct request *request); /* layout.c */
enum command_end command_ranges(struct request *request);
enum command_end command_query(struct request *request);
enum command_end command_handover(struct request *request);
enum command_end command_blame(struct request *request);
enum command_end command_lowmem(struct request *request);
enum command_end command_diff(struct request *request);
enum command_end command_clone(struct request *request);
enum command_end command_batch(struct request *request); /* group.c */
enum command_end command_export(struct request *request);
enum command_end command_import(struct request *request);
enum command_end command_explain(struct request *request);
enum command_end command_load(struct request *request); /* load.c */
enum command_end command_boot(struct request *request); /* boot.c */
enum command_end command_reserved_memory(struct request *request);
enum command_end command_log(struct request *request);	  /* log_command.c */
enum command_end command_verify(struct request *request); /* verify.c */
enum command_end command_watch(struct request *request);  /* watch.c */

#endif
