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
	else if (shape == CTL_SHAPE_NUMBER)
		fprintf(out, " %" PRIu64, value);
}

static void print_argument(const struct mbc_entry *entry,
    const struct ctl_field *field, uint64_t value, FILE *out)
{
	switch (field->field) {
	case MBC_FIELD_BASE:
	case MBC_FIELD_SIZE:
		print_value(field->shape, value, out);
		break;
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
	case MBC_FIELD_FLAGS:
		if (strcmp(entry->operation, "mark") == 0)
			break; /* stands before its range */
			       /* fall through */
	default:
		print_option_name(field->key, out);
		print_value(field->shape, value, out);
		break;
	}
}

static void print_entry(const struct mbc_entry *entry, FILE *out)
{
	const struct ctl_field *field;
	char text[CTL_FLAGS_MAX];
	uint64_t value;

	fprintf(out, "%" PRIu64 " %s %s %s", entry->seq,
	    ctl_time_text(entry->time_us, text), entry->principal,
	    entry->operation[0] != '\0' ? entry->operation : "?");
	if (strcmp(entry->operation, "mark") == 0 &&
	    mbc_entry_get(entry, MBC_FIELD_FLAGS, &value))
		print_value(CTL_SHAPE_FLAGS, value, out);
	for (field = ctl_log_fields; field->key != NULL; field++)
		if (ctl_log_field_get(entry, field, &value))
			print_argument(entry, field, value, out);
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

void ctl_print_log(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	const size_t count = mbc_answer_entry_count(answer);
	size_t i;

	(void)call;
	for (i = 0; i < count; i++)
		print_entry(mbc_answer_entry(answer, i), out);
}
