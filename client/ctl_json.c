/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_json.h"

#include "client/ctl_dump.h"
#include "client/ctl_fields.h"
#include "client/ctl_json_log.h"
#include "client/ctl_json_value.h"
#include "client/ctl_text.h"

json_t *ctl_json_call(const struct ctl_call *call)
{
	const struct ctl_line *line = &call->line;
	const char *name = line->instance;
	json_t *members = json_object();

	if (line->word != NULL)
		ctl_json_put(members, "op", ctl_json_text(line->word));
	if (line->command != NULL && line->command->makes_new &&
	    line->texts[0] != NULL)
		name = line->texts[0];
	if (name[0] != '\0')
		ctl_json_put(members, "instance", ctl_json_text(name));
	return members;
}

void ctl_json_put_outcome(json_t *members, const struct mbc_answer *answer)
{
	const enum mbc_code code = mbc_answer_code(answer);
	uint64_t seq;

	if (mbc_answer_seq(answer, &seq))
		ctl_json_put(members, "seq", ctl_json_number(seq));
	ctl_json_put(members, "ok", json_boolean(code == MBC_OK));
	if (code == MBC_OK)
		return;
	ctl_json_put(members, "code", json_string(mbc_code_name(code)));
	if (mbc_answer_errno_name(answer)[0] != '\0')
		ctl_json_put(members, "errno",
		    ctl_json_text(mbc_answer_errno_name(answer)));
	ctl_json_put(
	    members, "message", ctl_json_text(mbc_answer_message(answer)));
}

json_t *ctl_json_warnings(const struct mbc_answer *answer)
{
	const size_t count = mbc_answer_warning_count(answer);
	json_t *members = json_object(), *list;
	size_t i;

	if (count == 0)
		return members;
	list = json_array();
	for (i = 0; i < count; i++)
		json_array_append_new(
		    list, ctl_json_text(mbc_answer_warning(answer, i)));
	ctl_json_put(members, "warnings", list);
	return members;
}

void ctl_json_failure(const struct ctl_call *call, FILE *out)
{
	json_t *members = ctl_json_call(call);

	ctl_json_put(members, "ok", json_false());
	ctl_json_put(members, "code", json_string(mbc_code_name(call->failed)));
	ctl_json_put(members, "message", ctl_json_text(call->error.text));
	fputc('{', out);
	ctl_json_write_members(out, false, members);
	fputs("}\n", out);
}

static void write_answer(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	const struct ctl_command *command = call->line.command;
	json_t *members = ctl_json_call(call);

	ctl_json_put_outcome(members, answer);
	fputc('{', out);
	ctl_json_write_members(out, false, members);
	if (mbc_answer_code(answer) == MBC_OK && command->print_json != NULL)
		command->print_json(call, answer, out);
	ctl_json_write_members(out, true, ctl_json_warnings(answer));
	fputs("}\n", out);
}

void ctl_json_answer(
    struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	if (call->line.command->in_parts &&
	    (call->place != CTL_LOG_HEAD || mbc_answer_code(answer) == MBC_OK))
		ctl_json_log_part(call, answer, out);
	else
		write_answer(call, answer, out);
}

static json_t *instance_value(const struct mbc_instance *instance)
{
	json_t *members = json_object();

	ctl_json_put(members, "name", ctl_json_text(instance->name));
	ctl_json_put(members, "seq", ctl_json_number(instance->seq));
	if (instance->has_sizes) {
		ctl_json_put(members, "memory_size",
		    ctl_json_hex(instance->memory_size));
		ctl_json_put(members, "reserved_size",
		    ctl_json_hex(instance->reserved_size));
		ctl_json_put(members, "memory_cnt",
		    ctl_json_number(instance->memory_cnt));
		ctl_json_put(members, "reserved_cnt",
		    ctl_json_number(instance->reserved_cnt));
	}
	if (instance->destroyed) {
		ctl_json_put(members, "destroyed", json_true());
		ctl_json_put(members, "life", ctl_json_number(instance->life));
	}
	return members;
}

void ctl_json_list(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	const size_t count = mbc_answer_instance_count(answer);
	size_t i;

	(void)call;
	fputs(",\"instances\":[", out);
	for (i = 0; i < count; i++) {
		if (i > 0)
			fputc(',', out);
		ctl_json_write(
		    out, instance_value(mbc_answer_instance(answer, i)));
	}
	fputc(']', out);
}

void ctl_json_info(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	json_t *members = json_object();
	const struct ctl_field *field;
	const char *text;
	uint64_t value;

	(void)call;
	for (field = ctl_info_fields; field->key != NULL; field++) {
		text = mbc_answer_get_text(answer, field->field);
		if (text != NULL)
			ctl_json_put(members, field->key, ctl_json_text(text));
		else if (mbc_answer_get(answer, field->field, &value))
			ctl_json_put(members, field->key,
			    ctl_json_shaped(field->shape, value));
	}
	ctl_json_write_members(out, true, members);
}

void ctl_json_range(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	json_t *members = json_object();
	uint64_t base, size;

	(void)call;
	if (mbc_answer_range(answer, &base, &size)) {
		ctl_json_put(members, "base", ctl_json_hex(base));
		ctl_json_put(members, "size", ctl_json_hex(size));
	}
	ctl_json_write_members(out, true, members);
}

static void write_region_list(const struct mbc_answer *answer,
    enum mbc_list which, const char *name, FILE *out)
{
	const struct mbc_region_list *list =
	    mbc_answer_region_list(answer, which);
	json_t *members = json_object();
	const struct mbc_region *region;
	size_t i;

	ctl_json_put(
	    members, "cnt", ctl_json_number(ctl_dump_cnt(answer, which)));
	if (list->has_max)
		ctl_json_put(members, "max", ctl_json_number(list->max));
	ctl_json_put(members, "total_size", ctl_json_hex(list->total_size));
	fprintf(out, ",\"%s\":{", name);
	ctl_json_write_members(out, false, members);
	fputs(",\"regions\":[", out);
	for (i = 0; (region = ctl_dump_region(answer, which, i)) != NULL; i++) {
		if (i > 0)
			fputc(',', out);
		ctl_json_write(out, ctl_json_region(region));
	}
	fputs("]}", out);
}

void ctl_json_dump(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	const struct mbc_layout *layout = mbc_answer_layout(answer);
	json_t *members = json_object();

	(void)call;
	if (layout != NULL) {
		ctl_json_put(
		    members, "bottom_up", json_boolean(layout->bottom_up));
		ctl_json_put(members, "current_limit",
		    ctl_json_hex(layout->current_limit));
	}
	ctl_json_write_members(out, true, members);
	if (layout != NULL) {
		write_region_list(answer, MBC_MEMORY, "memory", out);
		write_region_list(answer, MBC_RESERVED, "reserved", out);
		if (mbc_answer_region_list(answer, MBC_PHYSMEM) != NULL)
			write_region_list(answer, MBC_PHYSMEM, "physmem", out);
	}
}

static json_t *step_value(const struct mbc_step *step)
{
	json_t *members = json_object();

	ctl_json_put(members, "op", ctl_json_text(step->operation));
	if (step->has_value) {
		ctl_json_put(members, "value", ctl_json_hex(step->value));
	} else {
		ctl_json_put(members, "base", ctl_json_hex(step->base));
		ctl_json_put(members, "size", ctl_json_hex(step->size));
	}
	if (step->nid != MBC_NO_NODE)
		ctl_json_put(
		    members, "nid", ctl_json_number((uint64_t)step->nid));
	if (step->flags != 0)
		ctl_json_put(members, "flags", ctl_json_flags(step->flags));
	ctl_json_put(members, "ok", json_boolean(step->ok));
	if (!step->ok)
		ctl_json_put(members, "message", ctl_json_text(step->message));
	if (step->stage[0] != '\0')
		ctl_json_put(members, "stage", ctl_json_text(step->stage));
	ctl_json_put(members, "label", ctl_json_text(step->label));
	if (step->node[0] != '\0')
		ctl_json_put(members, "node", ctl_json_text(step->node));
	return members;
}

void ctl_json_steps(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	const size_t count = mbc_answer_step_count(answer);
	size_t i;

	(void)call;
	fputs(",\"steps\":[", out);
	for (i = 0; i < count; i++) {
		if (i > 0)
			fputc(',', out);
		ctl_json_write(out, step_value(mbc_answer_step(answer, i)));
	}
	fputc(']', out);
}

void ctl_json_verdict(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	const struct mbc_verdict *verdict = mbc_answer_verdict(answer);
	json_t *members = json_object(), *difference;

	(void)call;
	if (verdict != NULL) {
		ctl_json_put(members, "operations",
		    ctl_json_number(verdict->operations));
		ctl_json_put(
		    members, "identical", json_boolean(verdict->identical));
	}
	if (verdict != NULL && !verdict->identical) {
		difference = json_object();
		ctl_json_put(difference, "seq",
		    ctl_json_number(verdict->difference_seq));
		ctl_json_put(difference, "journal",
		    ctl_json_text(verdict->difference_journal));
		ctl_json_put(difference, "replay",
		    ctl_json_text(verdict->difference_replay));
		ctl_json_put(members, "difference", difference);
	}
	ctl_json_write_members(out, true, members);
}

void ctl_json_ping(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	json_t *members = json_object();

	(void)answer;
	ctl_json_put(members, "round_trip_us",
	    json_integer(call->answered_us - call->sent_us));
	ctl_json_write_members(out, true, members);
}

void ctl_json_version(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	const struct mbc_server *server = mbc_answer_server(answer);
	json_t *members = json_object();

	(void)call;
	ctl_json_put(members, "client", json_string(ctl_name_and_version()));
	if (server != NULL)
		ctl_json_put(members, "server", ctl_json_text(server->name));
	ctl_json_write_members(out, true, members);
}
