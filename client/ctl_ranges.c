/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_ranges.h"

#include "client/ctl_fields.h"
#include "client/ctl_json_value.h"

#include <inttypes.h>
#include <string.h>

static void print_range(const struct mbc_range *range, bool pfn, FILE *out)
{
	char flags[CTL_FLAGS_MAX], nid[16] = "-";

	if (range->nid != MBC_NO_NODE)
		snprintf(nid, sizeof(nid), "%" PRId32, range->nid);
	ctl_flags_text(range->flags, flags);
	fprintf(out,
	    pfn ? "%" PRIu64 " %" PRIu64 " %s %s\n"
		: "0x%" PRIx64 " 0x%" PRIx64 " %s %s\n",
	    range->start, range->end, nid, flags);
}

void ctl_print_ranges(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	const size_t count = mbc_answer_range_count(answer);
	size_t i;

	for (i = 0; i < count; i++)
		print_range(mbc_answer_range_at(answer, i),
		    ctl_given(&call->line, CTL_PFN), out);
}

static json_t *range_value(const struct mbc_range *range, bool pfn)
{
	json_t *members = json_object();

	ctl_json_put(members, "start",
	    pfn ? ctl_json_number(range->start) : ctl_json_hex(range->start));
	ctl_json_put(members, "end",
	    pfn ? ctl_json_number(range->end) : ctl_json_hex(range->end));
	if (range->nid != MBC_NO_NODE)
		ctl_json_put(members, "nid", json_integer(range->nid));
	ctl_json_put(members, "flags", ctl_json_flags(range->flags));
	return members;
}

void ctl_json_ranges(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	const size_t count = mbc_answer_range_count(answer);
	size_t i;

	fputs(",\"ranges\":[", out);
	for (i = 0; i < count; i++) {
		if (i > 0)
			fputc(',', out);
		ctl_json_write(out, range_value(mbc_answer_range_at(answer, i),
					ctl_given(&call->line, CTL_PFN)));
	}
	fputc(']', out);
}

static bool is_search(const struct ctl_call *call)
{
	return strcmp(call->line.texts[0], "find-region") == 0;
}

void ctl_print_value(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	const struct mbc_region *found = mbc_answer_found(answer);
	bool value;

	if (found != NULL)
		print_range(
		    &(struct mbc_range){found->base, found->base + found->size,
			found->flags, found->nid},
		    false, out);
	else if (!is_search(call) && mbc_answer_value(answer, &value))
		fputs(value ? "true\n" : "false\n", out);
}

void ctl_json_value(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	const struct mbc_region *found = mbc_answer_found(answer);
	json_t *members = json_object();
	bool value;

	(void)call;
	if (mbc_answer_value(answer, &value))
		ctl_json_put(members, "value", json_boolean(value));
	if (found != NULL)
		ctl_json_put(members, "region", ctl_json_region(found));
	ctl_json_write_members(out, true, members);
}
