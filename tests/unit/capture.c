/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/capture.h"

#include <assert.h>
#include <sys/mman.h>
#include <unistd.h>

static FILE *captured;
static int before, kept;

static void redirect(FILE *stream, int fd)
{
	const int result = dup2(fd, fileno(stream));

	assert(result >= 0);
}

void capture_begin(FILE *stream)
{
	assert(captured == NULL);
	fflush(stream);
	before = dup(fileno(stream));
	kept = memfd_create("capture", 0);
	assert(before >= 0 && kept >= 0);
	redirect(stream, kept);
	captured = stream;
}

const char *capture_text(void)
{
	static char text[16 * 1024];
	ssize_t size;

	fflush(captured);
	size = pread(kept, text, sizeof(text) - 1, 0);
	assert(size >= 0);
	text[size] = '\0';
	return text;
}

const char *capture_end(void)
{
	const char *text = capture_text();

	redirect(captured, before);
	close(before);
	close(kept);
	captured = NULL;
	return text;
}
