/* SPDX-License-Identifier: BSD-2-Clause */
/* A line of a batch: its words, the command line they make, its request. */
#include "client/ctl_commands.h"
#include "client/ctl_words.h"
#include "tests/fuzz/target.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static void make_request(const struct ctl_line *line)
{
	struct ctl_error error = {""};

	/* Not those that read whatever file the line names. */
	if (line->command == NULL || line->command->make == NULL ||
	    strstr(line->command->arguments, "FILE") != NULL ||
	    ctl_given(line, CTL_HELP))
		return;
	mbc_request_free(ctl_make_request(line, &error));
}

static void parse_words(const char *const *words, size_t count)
{
	struct ctl_error error = {""};
	struct ctl_line line;

	if (ctl_parse_line(words, count, CTL_LINE_OPTIONS, &line, &error))
		make_request(&line);
	else
		assert(error.text[0] != '\0');
	/* The same words as a command line of their own. */
	if (ctl_parse_line(words, count, CTL_GLOBAL_OPTIONS, &line, &error))
		make_request(&line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	const char *words[CTL_WORDS_MAX];
	struct ctl_error error = {""};
	size_t count = 0, length, i;

	assert(text != NULL);
	length = strlen(text);
	if (!ctl_split_words(text, words, &count, &error)) {
		assert(error.text[0] != '\0');
	} else {
		assert(count <= CTL_WORDS_MAX);
		for (i = 0; i < count; i++)
			assert(words[i] >= text && words[i] <= text + length);
		parse_words(words, count);
	}
	free(text);
	return 0;
}
