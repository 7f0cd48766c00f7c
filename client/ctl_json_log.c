/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_json_log.h"

#include "client/ctl_fields.h"
#include "client/ctl_json.h"
#include "client/ctl_json_value.h"

json_t *ctl_json_entry(const struct mbc_entry *entry)
{
	json_t *members = json_object(), *warnings;
	const struct ctl_field *field;
	char time[CTL_TIME_MAX];
	uint64_t value;
	size_t i;

	ctl_json_put(members, "seq", ctl_json_number(entry->seq));
	ctl_json_put(
	    members, "time", json_string(ctl_time_text(entry->time_us, time)));
	ctl_json_put(members, "principal", ctl_json_text(entry->principal));
	ctl_json_put(members, "op", ctl_json_text(entry->operation));
	for (field = ctl_log_fields; field->key != NULL; field++)
		if (ctl_log_field_get(entry, field, &value))
			ctl_json_put(members, field->key,
			    ctl_json_shaped(field->shape, value));
	if (entry->has_address)
		ctl_json_put(members, "base", ctl_json_hex(entry->address));
	ctl_json_put(members, "ok", json_boolean(entry->code == MBC_OK));
	if (entry->code != MBC_OK) {
		ctl_json_put(
		    members, "code", json_string(mbc_code_name(entry->code)));
		if (entry->errno_name[0] != '\0')
			ctl_json_put(
			    members, "errno", ctl_json_text(entry->errno_name));
		ctl_json_put(members, "message", ctl_json_text(entry->message));
	}
	if (entry->group != 0)
		ctl_json_put(members, "group", ctl_json_number(entry->group));
	if (entry->label[0] != '\0')
		ctl_json_put(members, "label", ctl_json_text(entry->label));
	if (entry->warning_count > 0) {
		warnings = json_array();
		for (i = 0; i < entry->warning_count; i++)
			json_array_append_new(
			    warnings, ctl_json_text(entry->warnings[i]));
		ctl_json_put(members, "warnings", warnings);
	}
	return members;
}

void ctl_json_origin(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	json_t *members = json_object(), *origin;
	uint64_t seq = 0;
	const char *name = mbc_answer_origin(answer, &seq);

	(void)call;
	if (name != NULL) {
		origin = json_object();
		ctl_json_put(origin, "instance", ctl_json_text(name));
		ctl_json_put(origin, "seq", ctl_json_number(seq));
		ctl_json_put(members, "origin", origin);
	}
	ctl_json_write_members(out, true, members);
}

/* ---- in parts ---- */

/* One item of a list more. */
static void write_item(struct ctl_call *call, json_t *item, FILE *out)
{
	if (call->printed++ > 0)
		fputc(',', out);
	ctl_json_write(out, item);
}

static void write_origins(
    struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	const struct mbc_origin *origin;
	json_t *members;
	size_t i;

	if (call->place != CTL_LOG_ORIGINS)
		fputs(",\"origins\":[", out);
	call->place = CTL_LOG_ORIGINS;
	for (i = 0; (origin = mbc_answer_origin_at(answer, i)) != NULL; i++) {
		members = json_object();
		ctl_json_put(
		    members, "instance", ctl_json_text(origin->instance));
		ctl_json_put(members, "seq", ctl_json_number(origin->seq));
		if (origin->life != 0)
			ctl_json_put(
			    members, "life", ctl_json_number(origin->life));
		write_item(call, members, out);
	}
}

/* Warnings come with the first entries, or before. */
static void begin_entries(
    struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	if (call->place == CTL_LOG_ORIGINS)
		fputc(']', out);
	ctl_json_write_members(out, true, ctl_json_warnings(answer));
	fputs(",\"entries\":[", out);
	call->place = CTL_LOG_ENTRIES;
	call->printed = 0;
}

static void write_entry(
    struct ctl_call *call, const struct mbc_entry *entry, FILE *out)
{
	json_t *members = json_object();

	if (entry->instance[0] != '\0')
		ctl_json_put(
		    members, "instance", ctl_json_text(entry->instance));
	json_object_update_new(members, ctl_json_entry(entry));
	write_item(call, members, out);
}

static void write_end(const struct mbc_answer *answer, FILE *out)
{
	json_t *end = json_object();

	ctl_json_put_outcome(end, answer);
	fputc(']', out);
	ctl_json_write_members(out, true, end);
	fputs("}\n", out);
}

void ctl_json_log_part(
    struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	const size_t count = mbc_answer_entry_count(answer);
	size_t i;

	if (call->place == CTL_LOG_HEAD) {
		fputc('{', out);
		ctl_json_write_members(out, false, ctl_json_call(call));
		ctl_json_origin(call, answer, out);
	}
	if (mbc_answer_origin_count(answer) > 0)
		write_origins(call, answer, out);
	else if (call->place != CTL_LOG_ENTRIES)
		begin_entries(call, answer, out);
	for (i = 0; i < count; i++)
		write_entry(call, mbc_answer_entry(answer, i), out);
	if (!mbc_answer_more(answer))
		write_end(answer, out);
}
