/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_diff.h"

#include "client/ctl_fields.h"
#include "client/ctl_json_value.h"

#include <inttypes.h>
#include <string.h>

/* ---- settings ---- */

/* One setting of one side; without one, both are absent. */
struct setting {
	bool has_number;
	uint64_t number;
	const char *text;
};

static struct setting setting_of(const struct mbc_answer *answer,
    enum mbc_side side, const struct ctl_field *field)
{
	struct setting setting = {
	    .text = mbc_answer_diff_get_text(answer, side, field->field)};

	setting.has_number =
	    setting.text == NULL &&
	    mbc_answer_diff_get(answer, side, field->field, &setting.number);
	return setting;
}

/* Sizes and counts follow from the parts. */
static bool is_setting(enum mbc_field field)
{
	return field < MBC_FIELD_MEMORY_SIZE || field > MBC_FIELD_DRAM_END;
}

static bool is_equal(const struct setting *a, const struct setting *b)
{
	if (a->text != NULL && b->text != NULL)
		return strcmp(a->text, b->text) == 0;
	return a->text == b->text && a->has_number == b->has_number &&
	       (!a->has_number || a->number == b->number);
}

/* The next row of ctl_info_fields, from field on, that differs; NULL: none. */
static const struct ctl_field *next_setting(const struct mbc_answer *answer,
    const struct ctl_field *field, struct setting sides[2])
{
	for (; field->key != NULL; field++) {
		sides[0] = setting_of(answer, MBC_BEFORE, field);
		sides[1] = setting_of(answer, MBC_AFTER, field);
		if (is_setting(field->field) && !is_equal(&sides[0], &sides[1]))
			return field;
	}
	return NULL;
}

static void print_setting(char mark, const struct ctl_field *field,
    const struct setting *setting, FILE *out)
{
	char hex[CTL_HEX_MAX];

	if (setting->text == NULL && !setting->has_number)
		return;
	fprintf(out, "%c%s: ", mark, field->key);
	if (setting->text != NULL)
		fputs(setting->text, out);
	else if (field->shape == CTL_SHAPE_ADDRESS)
		fputs(ctl_hex(setting->number, hex), out);
	else if (field->shape == CTL_SHAPE_SWITCH)
		fputs(setting->number ? "true" : "false", out);
	else
		fprintf(out, "%" PRIu64, setting->number);
	fputc('\n', out);
}

static json_t *setting_value(
    const struct ctl_field *field, const struct setting *setting)
{
	if (setting->text != NULL)
		return ctl_json_text(setting->text);
	if (setting->has_number)
		return ctl_json_shaped(field->shape, setting->number);
	return json_null();
}

/* ---- parts ---- */

static void print_part(char mark, const struct mbc_diff_part *part,
    uint32_t flags, int32_t nid, FILE *out)
{
	char text[CTL_FLAGS_MAX], node[16] = "-";

	if (nid != MBC_NO_NODE)
		snprintf(node, sizeof(node), "%" PRId32, nid);
	fprintf(out, "%c%s 0x%" PRIx64 " 0x%" PRIx64 " %s %s\n", mark,
	    ctl_type_text(part->list), part->start, part->end, node,
	    ctl_flags_text(flags, text));
}

static json_t *put_attributes(json_t *members, uint32_t flags, int32_t nid)
{
	if (nid != MBC_NO_NODE)
		ctl_json_put(members, "nid", json_integer(nid));
	ctl_json_put(members, "flags", ctl_json_flags(flags));
	return members;
}

static json_t *part_value(const struct mbc_diff_part *part)
{
	json_t *members = json_object();

	ctl_json_put(members, "list", json_string(ctl_type_text(part->list)));
	ctl_json_put(members, "start", ctl_json_hex(part->start));
	ctl_json_put(members, "end", ctl_json_hex(part->end));
	if (!part->has_before)
		return put_attributes(
		    members, part->flags_after, part->nid_after);
	if (!part->has_after)
		return put_attributes(
		    members, part->flags_before, part->nid_before);
	ctl_json_put(members, "before",
	    put_attributes(
		json_object(), part->flags_before, part->nid_before));
	ctl_json_put(members, "after",
	    put_attributes(json_object(), part->flags_after, part->nid_after));
	return members;
}

/* One of the three lists of parts: in one side only, or in both. */
static void write_parts(const struct mbc_answer *answer, const char *key,
    bool before, bool after, FILE *out)
{
	const size_t count = mbc_answer_diff_count(answer);
	const char *comma = "";
	size_t i;

	fprintf(out, ",\"%s\":[", key);
	for (i = 0; i < count; i++) {
		const struct mbc_diff_part *part = mbc_answer_diff(answer, i);

		if (part->has_before != before || part->has_after != after)
			continue;
		fputs(comma, out);
		ctl_json_write(out, part_value(part));
		comma = ",";
	}
	fputc(']', out);
}

/* ---- all of it ---- */

static const char *other_name(const struct ctl_call *call)
{
	return call->line.other[0] != '\0' ? call->line.other : "?";
}

void ctl_print_diff(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	const size_t count = mbc_answer_diff_count(answer);
	const struct ctl_field *field = ctl_info_fields;
	struct setting sides[2];
	uint64_t seq = 0, other_seq = 0;
	bool identical;
	size_t i;

	if (!mbc_answer_identical(answer, &identical) || identical)
		return;
	mbc_answer_seq(answer, &seq);
	mbc_answer_other_seq(answer, &other_seq);
	fprintf(out, "--- %s@%" PRIu64 "\n+++ %s@%" PRIu64 "\n",
	    call->line.instance, seq, other_name(call), other_seq);
	for (; (field = next_setting(answer, field, sides)) != NULL; field++) {
		print_setting('-', field, &sides[0], out);
		print_setting('+', field, &sides[1], out);
	}
	for (i = 0; i < count; i++) {
		const struct mbc_diff_part *part = mbc_answer_diff(answer, i);

		if (part->has_before)
			print_part('-', part, part->flags_before,
			    part->nid_before, out);
		if (part->has_after)
			print_part(
			    '+', part, part->flags_after, part->nid_after, out);
	}
}

void ctl_json_diff(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	const struct ctl_field *field = ctl_info_fields;
	json_t *members = json_object(), *settings = json_object(), *pair;
	struct setting sides[2];
	uint64_t other_seq = 0;
	bool identical = false;

	mbc_answer_identical(answer, &identical);
	mbc_answer_other_seq(answer, &other_seq);
	ctl_json_put(members, "other", ctl_json_text(other_name(call)));
	ctl_json_put(members, "other_seq", ctl_json_number(other_seq));
	ctl_json_put(members, "identical", json_boolean(identical));
	for (; (field = next_setting(answer, field, sides)) != NULL; field++) {
		pair = json_object();
		ctl_json_put(pair, "before", setting_value(field, &sides[0]));
		ctl_json_put(pair, "after", setting_value(field, &sides[1]));
		ctl_json_put(settings, field->key, pair);
	}
	ctl_json_put(members, "settings", settings);
	ctl_json_write_members(out, true, members);
	write_parts(answer, "added", false, true, out);
	write_parts(answer, "removed", true, false, out);
	write_parts(answer, "changed", true, true, out);
}
