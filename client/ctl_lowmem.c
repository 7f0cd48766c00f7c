/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_lowmem.h"

#include "client/ctl_json_value.h"

#include <inttypes.h>

#define PAGE UINT64_C(0x1000)

struct mbc_request *ctl_make_lowmem(
    const struct ctl_line *line, struct ctl_error *error)
{
	const uint64_t start = line->values[CTL_KERNEL_START].number;
	const uint64_t end = line->values[CTL_LOWMEM_END].number;

	if (!ctl_given(line, CTL_KERNEL_START) ||
	    !ctl_given(line, CTL_LOWMEM_END)) {
		ctl_fail(error, "%s is missing: NUM",
		    ctl_given(line, CTL_KERNEL_START) ? "--kernel-end"
						      : "--kernel-start");
		return NULL;
	}
	if (start >= end) {
		ctl_fail(error,
		    "--kernel-end 0x%" PRIx64
		    " is not above --kernel-start 0x%" PRIx64,
		    end, start);
		return NULL;
	}
	return mbc_lowmem(line->instance, start, end);
}

static const char *type_name(enum mbc_mapping_type type)
{
	return type == MBC_MEMORY_RWX ? "MEMORY_RWX" : "MEMORY_RW";
}

/* ---- text ---- */

static void print_mapping(const struct mbc_mapping *mapping, FILE *out)
{
	uint64_t pages = 0;
	size_t i;

	for (i = 0; i < mapping->by_pages_count; i++)
		pages += (mapping->by_pages[i].end -
			     mapping->by_pages[i].start + PAGE - 1) /
			 PAGE;
	fprintf(out, "0x%" PRIx64 " 0x%" PRIx64 " %s %" PRIu64 " %" PRIu64,
	    mapping->start, mapping->end, type_name(mapping->type),
	    mapping->sections, pages);
	for (i = 0; i < mapping->by_pages_count; i++)
		fprintf(out, " 0x%" PRIx64 "-0x%" PRIx64,
		    mapping->by_pages[i].start, mapping->by_pages[i].end - 1);
	fputc('\n', out);
}

void ctl_print_lowmem(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	const size_t count = mbc_answer_mapping_count(answer);
	const size_t high_count = mbc_answer_highmem_count(answer);
	size_t i;

	(void)call;
	for (i = 0; i < count; i++)
		print_mapping(mbc_answer_mapping(answer, i), out);
	for (i = 0; i < high_count; i++)
		fprintf(out, "0x%" PRIx64 " 0x%" PRIx64 " highmem\n",
		    mbc_answer_highmem(answer, i)->start,
		    mbc_answer_highmem(answer, i)->end);
}

/* ---- JSON ---- */

static json_t *ends_value(uint64_t start, uint64_t end)
{
	json_t *members = json_object();

	ctl_json_put(members, "start", ctl_json_hex(start));
	ctl_json_put(members, "end", ctl_json_hex(end));
	return members;
}

static void write_mappings(const struct mbc_answer *answer, FILE *out)
{
	const size_t count = mbc_answer_mapping_count(answer);
	size_t i;

	for (i = 0; i < count; i++) {
		const struct mbc_mapping *mapping =
		    mbc_answer_mapping(answer, i);
		json_t *members = ends_value(mapping->start, mapping->end);

		ctl_json_put(
		    members, "type", json_string(type_name(mapping->type)));
		if (i > 0)
			fputc(',', out);
		ctl_json_write(out, members);
	}
}

static void write_highmem(const struct mbc_answer *answer, FILE *out)
{
	const size_t count = mbc_answer_highmem_count(answer);
	size_t i;

	for (i = 0; i < count; i++) {
		const struct mbc_range *range = mbc_answer_highmem(answer, i);

		if (i > 0)
			fputc(',', out);
		ctl_json_write(out, ends_value(range->start, range->end));
	}
}

void ctl_json_lowmem(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	(void)call;
	fputs(",\"mappings\":[", out);
	write_mappings(answer, out);
	fputs("],\"highmem\":[", out);
	write_highmem(answer, out);
	fputc(']', out);
}
