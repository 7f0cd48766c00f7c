/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_blame.h"

#include "client/ctl_fields.h"
#include "client/ctl_json_value.h"

#include <inttypes.h>

static void print_part(const struct mbc_blame_part *part, FILE *out)
{
	char time[CTL_TIME_MAX];

	fprintf(out, "0x%" PRIx64 " 0x%" PRIx64 " %s %" PRIu64, part->start,
	    part->end, ctl_type_text(part->list), part->seq);
	if (part->seq == 0) {
		fputs(" - - -\n", out);
		return;
	}
	fprintf(out, " %s %s %s", ctl_time_text(part->time_us, time),
	    part->principal, part->operation);
	if (part->label[0] != '\0')
		fprintf(out, "  %s", part->label);
	fputc('\n', out);
}

void ctl_print_blame(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	const size_t count = mbc_answer_blame_count(answer);
	size_t i;

	(void)call;
	for (i = 0; i < count; i++)
		print_part(mbc_answer_blame(answer, i), out);
}

static json_t *part_value(const struct mbc_blame_part *part)
{
	json_t *members = json_object();
	char time[CTL_TIME_MAX];

	ctl_json_put(members, "start", ctl_json_hex(part->start));
	ctl_json_put(members, "end", ctl_json_hex(part->end));
	ctl_json_put(members, "list", json_string(ctl_type_text(part->list)));
	ctl_json_put(members, "seq", ctl_json_number(part->seq));
	if (part->seq == 0)
		return members;
	ctl_json_put(
	    members, "time", json_string(ctl_time_text(part->time_us, time)));
	ctl_json_put(members, "principal", ctl_json_text(part->principal));
	ctl_json_put(members, "op", ctl_json_text(part->operation));
	if (part->label[0] != '\0')
		ctl_json_put(members, "label", ctl_json_text(part->label));
	return members;
}

void ctl_json_blame(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	const size_t count = mbc_answer_blame_count(answer);
	size_t i;

	(void)call;
	fputs(",\"parts\":[", out);
	for (i = 0; i < count; i++) {
		if (i > 0)
			fputc(',', out);
		ctl_json_write(out, part_value(mbc_answer_blame(answer, i)));
	}
	fputc(']', out);
}
