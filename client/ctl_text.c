/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_text.h"

#include "client/ctl_fields.h"

#include <inttypes.h>

const char *ctl_name_and_version(void)
{
	return "memblockctl " MEMBLOCK_CLIENT_VERSION;
}

void ctl_print_list(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	const size_t count = mbc_answer_instance_count(answer);
	const struct mbc_instance *instance;
	size_t i;

	(void)call;
	for (i = 0; i < count; i++) {
		instance = mbc_answer_instance(answer, i);
		fprintf(out, "%s %" PRIu64, instance->name, instance->seq);
		if (instance->has_sizes)
			fprintf(out,
			    " 0x%" PRIx64 " 0x%" PRIx64 " %" PRIu64 " %" PRIu64,
			    instance->memory_size, instance->reserved_size,
			    instance->memory_cnt, instance->reserved_cnt);
		if (instance->destroyed)
			fprintf(out, " destroyed %" PRIu64, instance->life);
		fputc('\n', out);
	}
}

void ctl_print_info(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	const struct ctl_field *field;
	const char *text;
	char hex[CTL_HEX_MAX];
	uint64_t value;

	(void)call;
	for (field = ctl_info_fields; field->key != NULL; field++) {
		text = mbc_answer_get_text(answer, field->field);
		if (text != NULL) {
			fprintf(out, "%s: %s\n", field->key, text);
			continue;
		}
		if (!mbc_answer_get(answer, field->field, &value))
			continue;
		if (field->shape == CTL_SHAPE_ADDRESS)
			fprintf(
			    out, "%s: %s\n", field->key, ctl_hex(value, hex));
		else if (field->shape == CTL_SHAPE_SWITCH)
			fprintf(out, "%s: %s\n", field->key,
			    value ? "true" : "false");
		else
			fprintf(out, "%s: %" PRIu64 "\n", field->key, value);
	}
}

void ctl_print_address(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	uint64_t base, size;

	(void)call;
	if (mbc_answer_range(answer, &base, &size))
		fprintf(out, "0x%" PRIx64 "\n", base);
}

static void print_step(const struct mbc_step *step, FILE *out)
{
	char flags[CTL_FLAGS_MAX];

	fputs(step->operation, out);
	if (step->flags != 0)
		fprintf(out, " %s", ctl_flags_text(step->flags, flags));
	if (step->has_value)
		fprintf(out, " 0x%" PRIx64, step->value);
	else if (step->base != 0 || step->size != 0)
		fprintf(
		    out, " 0x%" PRIx64 " 0x%" PRIx64, step->base, step->size);
	if (step->ok)
		fputs(" ok", out);
	else
		fprintf(out, " %s: %s", step->has_seq ? "refused" : "skipped",
		    step->message);
	if (step->label[0] != '\0')
		fprintf(out, "  %s", step->label);
	if (step->node[0] != '\0')
		fprintf(out, " %s", step->node);
	fputc('\n', out);
}

void ctl_print_steps(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	const size_t count = mbc_answer_step_count(answer);
	size_t i;

	(void)call;
	for (i = 0; i < count; i++)
		print_step(mbc_answer_step(answer, i), out);
}

void ctl_print_verdict(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	const struct mbc_verdict *verdict = mbc_answer_verdict(answer);
	const char *name = call->line.instance;

	if (verdict == NULL)
		return;
	if (verdict->identical)
		fprintf(out, "%s: %" PRIu64 " operations replayed, identical\n",
		    name, verdict->operations);
	else
		fprintf(out,
		    "%s: %" PRIu64 " operations replayed, different at seq "
		    "%" PRIu64 ": journal: %s; replay: %s\n",
		    name, verdict->operations, verdict->difference_seq,
		    verdict->difference_journal, verdict->difference_replay);
}

void ctl_print_replayed(const struct mbc_answer *answer, FILE *err)
{
	const struct mbc_verdict *verdict = mbc_answer_verdict(answer);

	if (verdict != NULL)
		fprintf(err, "%" PRIu64 " of %" PRIu64 " operations replayed",
		    verdict->operations, verdict->to_replay);
}

void ctl_print_ping(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	(void)answer;
	fprintf(out, "%" PRId64 " us\n", call->answered_us - call->sent_us);
}

void ctl_print_version(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	const struct mbc_server *server = mbc_answer_server(answer);

	(void)call;
	fprintf(out, "%s\n%s\n", ctl_name_and_version(),
	    server != NULL ? server->name : "unknown server");
}
