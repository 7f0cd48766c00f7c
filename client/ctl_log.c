/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_log.h"

#include "client/ctl_fields.h"

#include <inttypes.h>
#include <string.h>

/* "--exact-nid" for "exact_nid". */
static void print_option_name(const char *key, FILE *out)
{
	fputs(" --", out);
	for (; *key != '\0'; key++)
		fputc(*key == '_' ? '-' : *key, out);
}

static void print_value(enum ctl_shape shape, uint64_t value, FILE *out)
{
	char text[CTL_FLAGS_MAX];

	if (shape == CTL_SHAPE_ADDRESS)
		fprintf(out, " %s", ctl_hex(value, text));
	else if (shape == CTL_SHAPE_FLAGS)
		fprintf(out, " %s", ctl_flags_text((uint32_t)value, text));
	else if (shape == CTL_SHAPE_TYPE)
		fprintf(out, " %s", ctl_type_text(value));
	else if (shape == CTL_SHAPE_NUMBER)
		fprintf(out, " %" PRIu64, value);
}

static bool is_operation(const struct mbc_entry *entry, const char *name)
{
	return strcmp(entry->operation, name) == 0;
}

/* Whether an operation has its flag as a word before its range. */
static bool has_flag_first(const struct mbc_entry *entry)
{
	return is_operation(entry, "mark") || is_operation(entry, "clear");
}

/* Whether an argument is typed as a word, without the name of an option. */
static bool is_word(const struct mbc_entry *entry, enum mbc_field field)
{
	return field == MBC_FIELD_BASE || field == MBC_FIELD_SIZE ||
	       (field == MBC_FIELD_NID && is_operation(entry, "set-node")) ||
	       (field == MBC_FIELD_ALIGN && is_operation(entry, "trim"));
}

static void print_argument(const struct mbc_entry *entry,
    const struct ctl_field *field, uint64_t value, FILE *out)
{
	if (field->field == MBC_FIELD_FLAGS && has_flag_first(entry))
		return;
	if (is_word(entry, field->field)) {
		print_value(field->shape, value, out);
		return;
	}
	switch (field->field) {
	case MBC_FIELD_BOTTOM_UP:
		fputs(value ? " bottom-up on" : " bottom-up off", out);
		break;
	case MBC_FIELD_CURRENT_LIMIT:
		fputs(" current-limit", out);
		if (value == MBC_ANYWHERE)
			fputs(" anywhere", out);
		else
			print_value(field->shape, value, out);
		break;
	case MBC_FIELD_RESIZE:
		fputs(" resize on", out);
		break;
	default:
		print_option_name(field->key, out);
		print_value(field->shape, value, out);
		break;
	}
}

/* The arguments, in the order in which one would type them. */
static void print_arguments(const struct mbc_entry *entry, FILE *out)
{
	const struct ctl_field *field;
	uint64_t value;

	if (has_flag_first(entry) &&
	    mbc_entry_get(entry, MBC_FIELD_FLAGS, &value))
		print_value(CTL_SHAPE_FLAGS, value, out);
	for (field = ctl_log_fields; field->key != NULL; field++) {
		if (ctl_log_field_get(entry, field, &value))
			print_argument(entry, field, value, out);
		else if (field->field == MBC_FIELD_NID &&
			 is_word(entry, field->field))
			fputs(" -", out);
	}
}

void ctl_print_entry(const struct mbc_entry *entry, FILE *out)
{
	char text[CTL_FLAGS_MAX];

	fprintf(out, "%" PRIu64 " %s %s %s", entry->seq,
	    ctl_time_text(entry->time_us, text), entry->principal,
	    entry->operation[0] != '\0' ? entry->operation : "?");
	print_arguments(entry, out);
	if (entry->code != MBC_OK)
		fprintf(out, " %s", mbc_code_name(entry->code));
	else if (entry->has_address)
		fprintf(out, " -> %s", ctl_hex(entry->address, text));
	else
		fputs(" ok", out);
	if (entry->label[0] != '\0')
		fprintf(out, "  %s", entry->label);
	fputc('\n', out);
}

/* "b " where that is another instance than the one asked for. */
static void print_instance(const char *name, FILE *out)
{
	if (name[0] != '\0')
		fprintf(out, "%s ", name);
}

static void print_origin(const struct mbc_answer *answer, FILE *out)
{
	uint64_t seq;
	const char *origin = mbc_answer_origin(answer, &seq);

	if (origin == NULL)
		return;
	print_instance(mbc_answer_log_instance(answer), out);
	fprintf(out, "begins as %s@%" PRIu64 "\n", origin, seq);
}

void ctl_print_log(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	const bool reverse = ctl_given(&call->line, CTL_REVERSE);
	const size_t count = mbc_answer_entry_count(answer);
	const struct mbc_entry *entry;
	size_t i;

	/* Origins are printed where their rows end. */
	if (mbc_answer_origin_count(answer) > 0)
		return;
	if (!reverse)
		print_origin(answer, out);
	for (i = 0; i < count; i++) {
		entry = mbc_answer_entry(answer, i);
		print_instance(entry->instance, out);
		ctl_print_entry(entry, out);
	}
	if (reverse)
		print_origin(answer, out);
}
