/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_explain.h"

#include "client/ctl_json_value.h"

#include <inttypes.h>

void ctl_print_explain(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	const struct mbc_explanation *explanation =
	    mbc_answer_explanation(answer);
	const size_t count = mbc_answer_candidate_count(answer);
	size_t i;

	(void)call;
	for (i = 0; i < count; i++) {
		const struct mbc_candidate *candidate =
		    mbc_answer_candidate(answer, i);

		fprintf(out, "%" PRIu32 " 0x%" PRIx64 " 0x%" PRIx64 " %s\n",
		    candidate->attempt, candidate->start, candidate->end,
		    candidate->rule);
	}
	if (explanation == NULL)
		return;
	if (explanation->chosen) {
		fprintf(out, "chosen: 0x%" PRIx64 "\n", explanation->base);
		return;
	}
	fputs("nearest:", out);
	if (explanation->nearest_size != 0)
		fprintf(out, " size 0x%" PRIx64, explanation->nearest_size);
	if (explanation->nearest_size != 0 && explanation->nearest_limit != 0)
		fputc(',', out);
	if (explanation->nearest_limit != 0)
		fprintf(out, " limit 0x%" PRIx64, explanation->nearest_limit);
	fputs(explanation->nearest_size == 0 && explanation->nearest_limit == 0
		  ? " nothing\n"
		  : "\n",
	    out);
}

static json_t *candidate_value(const struct mbc_candidate *candidate)
{
	json_t *members = json_object();

	ctl_json_put(members, "start", ctl_json_hex(candidate->start));
	ctl_json_put(members, "end", ctl_json_hex(candidate->end));
	ctl_json_put(members, "rule", ctl_json_text(candidate->rule));
	ctl_json_put(members, "attempt", ctl_json_number(candidate->attempt));
	return members;
}

static json_t *end_value(const struct mbc_explanation *explanation)
{
	json_t *members = json_object();

	if (explanation->chosen) {
		ctl_json_put(members, "base", ctl_json_hex(explanation->base));
		ctl_json_put(members, "size", ctl_json_hex(explanation->size));
		return members;
	}
	if (explanation->nearest_size != 0)
		ctl_json_put(
		    members, "size", ctl_json_hex(explanation->nearest_size));
	if (explanation->nearest_limit != 0)
		ctl_json_put(
		    members, "limit", ctl_json_hex(explanation->nearest_limit));
	return members;
}

void ctl_json_explain(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	const struct mbc_explanation *explanation =
	    mbc_answer_explanation(answer);
	const size_t count = mbc_answer_candidate_count(answer);
	json_t *members = json_object();
	size_t i;

	(void)call;
	fputs(",\"candidates\":[", out);
	for (i = 0; i < count; i++) {
		if (i > 0)
			fputc(',', out);
		ctl_json_write(
		    out, candidate_value(mbc_answer_candidate(answer, i)));
	}
	fputc(']', out);
	if (explanation != NULL)
		ctl_json_put(members,
		    explanation->chosen ? "chosen" : "nearest",
		    end_value(explanation));
	ctl_json_write_members(out, true, members);
}
