/* SPDX-License-Identifier: BSD-2-Clause */
/* memblockctl: the command line of memblockd. */
#include "client/ctl_batch.h"
#include "client/ctl_export.h"
#include "client/ctl_help.h"
#include "client/ctl_run.h"
#include "client/ctl_watch.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* `help`, `help COMMAND`, `COMMAND --help`, `--help`. */
static enum ctl_exit help(struct ctl_session *session, struct ctl_call *call)
{
	const struct ctl_command *command = call->line.command;
	const char *word = call->line.texts[0], *near;

	if (command != NULL && strcmp(command->name, "help") == 0)
		command = word != NULL ? ctl_command_find(word) : NULL;
	else
		word = NULL;
	if (word != NULL && command == NULL) {
		near = ctl_command_nearest(word);
		call->failed = MBC_INVALID_ARGUMENT;
		if (near != NULL)
			ctl_fail(&call->error,
			    "'%s': no such command; did you mean %s?", word,
			    near);
		else
			ctl_fail(&call->error,
			    "'%s': no such command; `memblockctl help` lists "
			    "them",
			    word);
		return ctl_finish(session, call);
	}
	if (command != NULL)
		ctl_help_command(command, stdout);
	else
		ctl_help_overview(stdout);
	return CTL_EXIT_DONE;
}

static enum ctl_exit run(struct ctl_session *session, struct ctl_call *call)
{
	const struct ctl_line *line = &call->line;

	if (ctl_given(line, CTL_HELP) ||
	    strcmp(line->command->name, "help") == 0)
		return help(session, call);
	if (strcmp(line->command->name, "batch") == 0)
		return ctl_batch(session, line);
	if (strcmp(line->command->name, "watch") == 0)
		return ctl_watch(session, call);
	if (strcmp(line->command->name, "export") == 0)
		return ctl_export(session, call);
	if (strcmp(line->command->name, "import") == 0)
		return ctl_import(session, call);
	ctl_send(session, call);
	return ctl_finish(session, call);
}

/* Fills the place of a standard file that is closed with one that fails in the
 * same way. Otherwise the connection would have its descriptor, and what is
 * printed would go to the server. */
static bool hold_standard_files(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null",
			fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			return false;
	return true;
}

/* Whether all that was printed went out. */
static enum ctl_exit flush_output(enum ctl_exit status)
{
	const bool was_lost = ferror(stdout) != 0;

	if (fflush(stdout) != 0)
		perror("memblockctl: standard output");
	else if (was_lost)
		fputs("memblockctl: standard output: not all of it was "
		      "written\n",
		    stderr);
	else
		return status;
	return CTL_EXIT_NOT_REACHED;
}

int main(int argc, char **argv)
{
	struct ctl_session session = {
	    .out = stdout, .err = stderr, .at_terminal = isatty(STDERR_FILENO)};
	struct ctl_call call = {0};
	const struct ctl_line *line = &call.line;
	const char *server = getenv("MEMBLOCKD_SERVER");
	enum ctl_exit status;

	if (!hold_standard_files()) {
		perror("memblockctl: /dev/null");
		return CTL_EXIT_NOT_REACHED;
	}
	if (!ctl_parse_line((const char *const *)argv + 1,
		argc > 0 ? (size_t)argc - 1 : 0, CTL_GLOBAL_OPTIONS, &call.line,
		&call.error))
		call.failed = MBC_INVALID_ARGUMENT;
	session.json = ctl_given(line, CTL_JSON);
	session.has_timeout = ctl_given(line, CTL_TIMEOUT);
	session.default_server = !ctl_given(line, CTL_SERVER) &&
				 (server == NULL || server[0] == '\0');
	session.timeout_ms = (int)line->values[CTL_TIMEOUT].number;
	session.client = mbc_client_new(line->values[CTL_SERVER].text);
	if (session.client == NULL) {
		fputs("memblockctl: out of memory\n", stderr);
		return CTL_EXIT_NOT_REACHED;
	}
	if (call.failed != MBC_OK)
		status = ctl_finish(&session, &call);
	else
		status = run(&session, &call);
	mbc_client_free(session.client);
	return (int)flush_output(status);
}
