/* SPDX-License-Identifier: BSD-2-Clause */
#include "printing.h"

#include "client/answer.h"
#include "client/ctl_json.h"
#include "client/ctl_words.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

Memblock__V1__Status printing_ok = MEMBLOCK__V1__STATUS__INIT;

struct mbc_answer *printing_answer(const Memblock__V1__Response *part)
{
	const size_t size = memblock__v1__response__get_packed_size(part);
	struct mbc_answer *answer = answer_new(1);
	uint8_t *packed = malloc(size);
	Memblock__V1__Response *copy;

	assert(answer != NULL && packed != NULL);
	memblock__v1__response__pack(part, packed);
	copy = memblock__v1__response__unpack(NULL, size, packed);
	assert(copy != NULL);
	assert(answer_append(answer, copy));
	free(packed);
	return answer;
}

struct ctl_call printing_call(char *line)
{
	const char *words[CTL_WORDS_MAX];
	struct ctl_call call = {0};
	size_t count;

	assert(ctl_split_words(line, words, &count, &call.error));
	assert(ctl_parse_line(
	    words, count, CTL_GLOBAL_OPTIONS, &call.line, &call.error));
	return call;
}

static char *print(
    const char *line, const Memblock__V1__Response *part, bool json)
{
	struct mbc_answer *answer = printing_answer(part);
	char *text = NULL, *copy = strdup(line);
	struct ctl_call call = printing_call(copy);
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert(out != NULL);
	if (json)
		ctl_json_answer(&call, answer, out);
	else
		call.line.command->print(&call, answer, out);
	fclose(out);
	mbc_answer_free(answer);
	free(copy);
	return text;
}

char *printing_text(const char *line, const Memblock__V1__Response *part)
{
	return print(line, part, false);
}

char *printing_json(const char *line, const Memblock__V1__Response *part)
{
	return print(line, part, true);
}
