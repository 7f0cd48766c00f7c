/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/bench/memblockd_process.h"

#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void run(const char *program, const char *folder, int output)
{
	char journal[256], listen[256];

	snprintf(journal, sizeof(journal), "%s/journal.db", folder);
	snprintf(listen, sizeof(listen), "unix:%s/s", folder);
	/* It does not outlive whoever measures it. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(output, STDOUT_FILENO);
	execl(program, program, "--journal", journal, "--listen", listen,
	    "--log-level", "warning", (char *)NULL);
	err(EXIT_FAILURE, "%s", program);
}

pid_t memblockd_start(const char *program, const char *folder)
{
	char line[512] = "";
	int output[2];
	FILE *file;
	pid_t pid;

	fflush(stdout);
	if (pipe(output) != 0 || (pid = fork()) < 0)
		err(EXIT_FAILURE, "fork");
	if (pid == 0)
		run(program, folder, output[1]);
	close(output[1]);
	file = fdopen(output[0], "r");
	if (file == NULL)
		err(EXIT_FAILURE, "fdopen");
	if (fgets(line, sizeof(line), file) == NULL ||
	    strncmp(line, "ready ", 6) != 0)
		errx(EXIT_FAILURE, "%s did not get ready", program);
	fclose(file);
	return pid;
}

int memblockd_connect(const char *folder)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	const int length = snprintf(
	    address.sun_path, sizeof(address.sun_path), "%s/s", folder);

	if (length >= (int)sizeof(address.sun_path))
		errx(EXIT_FAILURE, "%s: too long a name for a socket", folder);
	if (fd < 0 ||
	    connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		err(EXIT_FAILURE, "%s", address.sun_path);
	return fd;
}

void memblockd_stop(pid_t pid)
{
	int status;

	kill(pid, SIGTERM);
	if (waitpid(pid, &status, 0) != pid || status != 0)
		errx(EXIT_FAILURE, "memblockd ended with status %d", status);
}

/* The loop is its first thread. */
double memblockd_loop_s(pid_t daemon)
{
	unsigned long long ns;
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/schedstat", (int)daemon);
	file = fopen(path, "r");
	if (file == NULL || fscanf(file, "%llu", &ns) != 1)
		err(EXIT_FAILURE, "%s", path);
	fclose(file);
	return (double)ns / 1e9;
}
