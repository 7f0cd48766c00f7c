/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_batch_line.h"

#include "client/ctl_words.h"

/* Gives the line what was said before `batch` and it does not say itself. */
static void inherit(
    struct ctl_line *to, const struct ctl_line *from, ctl_option_set allowed)
{
	static const enum ctl_option_id inherited[] = {CTL_LABEL, CTL_DRY_RUN};
	size_t i;

	for (i = 0; i < sizeof(inherited) / sizeof(inherited[0]); i++) {
		const enum ctl_option_id id = inherited[i];

		if (!(allowed & CTL_BIT(id)) || !ctl_given(from, id) ||
		    ctl_given(to, id))
			continue;
		to->given |= CTL_BIT(id);
		to->values[id] = from->values[id];
	}
}

static bool parse_words(const char *const *words, size_t count,
    const struct ctl_line *batch, ctl_option_set allowed, struct ctl_call *call)
{
	struct ctl_line *line = &call->line;

	if (!ctl_parse_line(words, count, allowed, line, &call->error))
		return false;
	if (line->command->make == NULL)
		return ctl_fail(&call->error, "not in a batch");
	inherit(line, batch, allowed);
	return true;
}

bool ctl_batch_line(char *text, const struct ctl_place *place,
    const struct ctl_line *batch, ctl_option_set allowed,
    struct ctl_call *ret_call)
{
	struct ctl_call *call = ret_call;
	const char *words[CTL_WORDS_MAX];
	size_t count;

	*call = (struct ctl_call){
	    .file = place->file, .line_number = place->line_number};
	if (!ctl_split_words(text, words, &count, &call->error))
		call->failed = MBC_INVALID_ARGUMENT;
	else if (count == 0)
		return false;
	else if (!parse_words(words, count, batch, allowed, call))
		call->failed = MBC_INVALID_ARGUMENT;
	return true;
}
