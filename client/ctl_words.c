/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_words.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Reads and writes the same line; what is written never overtakes what is
 * read, as every quote is longer than what it stands for. */
struct cursor {
	const char *from;
	char *to;
};

static bool copy_quoted(struct cursor *at, char quote, struct ctl_error *error)
{
	for (at->from++; *at->from != quote; at->from++) {
		if (quote == '"' && *at->from == '\\' &&
		    (at->from[1] == '"' || at->from[1] == '\\'))
			at->from++;
		if (*at->from == '\0')
			return ctl_fail(error, "a %c is left open", quote);
		*at->to++ = *at->from;
	}
	at->from++;
	return true;
}

static bool copy_word(struct cursor *at, struct ctl_error *error)
{
	while (*at->from != '\0' && !is_blank(*at->from)) {
		if (*at->from == '\'' || *at->from == '"') {
			if (!copy_quoted(at, *at->from, error))
				return false;
			continue;
		}
		if (*at->from == '\\' && *++at->from == '\0')
			return ctl_fail(error, "nothing behind the last \\");
		*at->to++ = *at->from++;
	}
	return true;
}

bool ctl_split_words(char *line, const char *ret_words[CTL_WORDS_MAX],
    size_t *ret_count, struct ctl_error *error)
{
	struct cursor at = {.from = line, .to = line};
	size_t count = 0;
	bool at_end;

	for (;;) {
		while (is_blank(*at.from))
			at.from++;
		if (*at.from == '\0' || *at.from == '#')
			break;
		if (count == CTL_WORDS_MAX)
			return ctl_fail(error, "more than %d words on a line",
			    CTL_WORDS_MAX);
		ret_words[count++] = at.to;
		if (!copy_word(&at, error))
			return false;
		/* Look before the word's end is written over it. */
		at_end = *at.from == '\0';
		if (!at_end)
			at.from++;
		*at.to++ = '\0';
		if (at_end)
			break;
	}
	*ret_count = count;
	return true;
}
