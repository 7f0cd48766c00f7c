/* SPDX-License-Identifier: BSD-2-Clause */
/* Words that people type for numbers, ranges, names and flags. */
#include "client/ctl_number.h"
#include "tests/fuzz/target.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define UNTOUCHED UINT64_C(0x5eed5eed5eed5eed)

/* A parser of one word into one number. */
typedef bool parse(
    const char *word, uint64_t *ret_value, struct ctl_error *error);

static parse *const parsers[] = {
    ctl_parse_number, ctl_parse_count, ctl_parse_seconds, ctl_parse_flags};

/* A refusal has its sentence, and leaves the outputs alone. */
static void check_refusal(uint64_t value, const struct ctl_error *error)
{
	assert(value == UNTOUCHED);
	assert(error->text[0] != '\0');
	assert(strlen(error->text) < CTL_ERROR_MAX);
}

static void try_number(parse *parser, const char *word)
{
	uint64_t value = UNTOUCHED;
	struct ctl_error error = {""};

	if (!parser(word, &value, &error))
		check_refusal(value, &error);
}

static void try_range(const char *word)
{
	uint64_t base = UNTOUCHED, size = UNTOUCHED;
	struct ctl_error error = {""};

	if (!ctl_parse_range(word, &base, &size, &error)) {
		check_refusal(base, &error);
		check_refusal(size, &error);
		return;
	}
	/* What is a range to the one is to the other. */
	assert(ctl_is_range(word));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *word = strndup((const char *)data, size);
	struct ctl_error error = {""};
	size_t i;

	assert(word != NULL);
	for (i = 0; i < sizeof(parsers) / sizeof(parsers[0]); i++)
		try_number(parsers[i], word);
	try_range(word);
	if (!ctl_check_name(word, &error))
		assert(error.text[0] != '\0');
	free(word);
	return 0;
}
