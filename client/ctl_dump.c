/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_dump.h"

#include "client/ctl_dump_iomem.h"
#include "client/ctl_dump_table.h"
#include "engine/version.h"

#include <inttypes.h>
#include <string.h>

/* ---- how a kernel prints ---- */

/* What its version and the width of its addresses make of a number: so many
 * digits at least, behind 0x, of an address that is cut to its width. */
struct style {
	const struct memblock_version *version;
	int address_digits;
	int size_digits;
	uint64_t address_max;
};

static const struct memblock_version *version_of(
    const struct mbc_layout *layout)
{
	enum memblock_kernel kernel = MEMBLOCK_KERNEL_6_12;

	(void)memblock_kernel_parse(layout->kernel, &kernel);
	return memblock_version(kernel);
}

static struct style style_of(const struct mbc_layout *layout)
{
	const int digits = layout->phys_bits == 32 ? 8 : 16;

	return (struct style){
	    .version = version_of(layout),
	    .address_digits = digits,
	    .size_digits = digits,
	    .address_max = layout->phys_bits == 32 ? UINT32_MAX : UINT64_MAX,
	};
}

/* The kernel's log, where 4.0 prints all as 64 bits: addresses with 14 digits,
 * sizes with as many as it takes. */
static struct style log_style_of(const struct mbc_layout *layout)
{
	struct style style = style_of(layout);

	if (style.version->dump_unpadded) {
		style.address_digits = 14;
		style.size_digits = 1;
		style.address_max = UINT64_MAX;
	}
	return style;
}

static uint64_t last_address(
    const struct mbc_region *region, const struct style *style)
{
	return (region->base + region->size - 1) & style->address_max;
}

/* ---- what it shows of a list ---- */

/* Whether an empty list is shown as one region. */
static bool shows_dummy(const struct mbc_answer *answer, enum mbc_list which)
{
	const struct mbc_region_list *list =
	    mbc_answer_region_list(answer, which);

	return list != NULL && list->cnt == 0 &&
	       version_of(mbc_answer_layout(answer))->dummy_region;
}

uint64_t ctl_dump_cnt(const struct mbc_answer *answer, enum mbc_list which)
{
	if (shows_dummy(answer, which))
		return 1;
	return mbc_answer_region_list(answer, which)->cnt;
}

const struct mbc_region *ctl_dump_region(
    const struct mbc_answer *answer, enum mbc_list which, size_t index)
{
	static const struct mbc_region emptied = {.nid = MBC_NO_NODE};
	static const struct mbc_region untouched = {.nid = 0};

	if (index == 0 && shows_dummy(answer, which))
		return mbc_answer_layout(answer)->nodes == 0 ||
			       mbc_answer_region_list(answer, which)->emptied
			   ? &emptied
			   : &untouched;
	return mbc_answer_region(answer, which, index);
}

/* ---- kernel ---- */

static void dump_kernel_list(const struct mbc_answer *answer,
    enum mbc_list which, const struct style *style, FILE *out)
{
	const char *name = mbc_list_name(which);
	const struct mbc_region *region;
	size_t i;

	fprintf(out, " %s.cnt  = 0x%" PRIx64 "\n", name,
	    ctl_dump_cnt(answer, which));
	for (i = 0; (region = ctl_dump_region(answer, which, i)) != NULL; i++) {
		fprintf(out,
		    " %s[0x%zx]\t[0x%0*" PRIx64 "-0x%0*" PRIx64
		    "], 0x%0*" PRIx64 " bytes",
		    name, i, style->address_digits, region->base,
		    style->address_digits, last_address(region, style),
		    style->size_digits, region->size);
		if (region->nid != MBC_NO_NODE)
			fprintf(out, " on node %" PRId32, region->nid);
		fprintf(out, " flags: 0x%" PRIx32 "\n", region->flags);
	}
}

void ctl_dump_kernel(const struct mbc_answer *answer, FILE *out)
{
	const struct style style = log_style_of(mbc_answer_layout(answer));

	fprintf(out,
	    "MEMBLOCK configuration:\n"
	    " memory size = 0x%0*" PRIx64 " reserved size = 0x%0*" PRIx64 "\n",
	    style.size_digits,
	    mbc_answer_region_list(answer, MBC_MEMORY)->total_size,
	    style.size_digits,
	    mbc_answer_region_list(answer, MBC_RESERVED)->total_size);
	dump_kernel_list(answer, MBC_MEMORY, &style, out);
	dump_kernel_list(answer, MBC_RESERVED, &style, out);
	if (style.version->dump_physmem &&
	    mbc_answer_region_list(answer, MBC_PHYSMEM) != NULL)
		dump_kernel_list(answer, MBC_PHYSMEM, &style, out);
}

/* ---- debugfs ---- */

static void print_debugfs_flags(uint32_t flags, FILE *out)
{
	/* From bit 0 up. */
	static const char *const names[] = {
	    "HOTPLUG", "MIRROR", "NOMAP", "DRV_MNG", "RSV_NIT"};
	const char *between = "";
	size_t bit;

	if (flags == 0)
		fputs("NONE", out);
	for (bit = 0; bit < sizeof(names) / sizeof(names[0]); bit++) {
		if ((flags & (UINT32_C(1) << bit)) == 0)
			continue;
		fprintf(out, "%s%s", between, names[bit]);
		between = "|";
	}
}

void ctl_dump_debugfs(
    const struct mbc_answer *answer, enum mbc_list which, FILE *out)
{
	const struct style style = style_of(mbc_answer_layout(answer));
	const struct mbc_region *region;
	size_t i;

	for (i = 0; (region = ctl_dump_region(answer, which, i)) != NULL; i++) {
		fprintf(out, "%4zu: 0x%0*" PRIx64 "..0x%0*" PRIx64, i,
		    style.address_digits, region->base, style.address_digits,
		    last_address(region, &style));
		if (style.version->debugfs_columns) {
			if (mbc_answer_layout(answer)->nodes == 0)
				fputs("    0 ", out);
			else if (region->nid == MBC_NO_NODE)
				fputs("    x ", out);
			else
				fprintf(out, " %4" PRId32 " ", region->nid);
			print_debugfs_flags(region->flags, out);
		}
		fputc('\n', out);
	}
}

/* ---- as asked ---- */

static enum mbc_list wanted_list(const struct ctl_line *line)
{
	const char *wanted = line->values[CTL_DUMP_TYPE].text;
	enum mbc_list which = MBC_MEMORY;

	if (ctl_given(line, CTL_DUMP_TYPE))
		while (strcmp(mbc_list_name(which), wanted) != 0)
			which++;
	return which;
}

void ctl_print_dump(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	const struct ctl_line *line = &call->line;
	const char *format = line->values[CTL_FORMAT].text;

	if (mbc_answer_layout(answer) == NULL)
		return;
	if (!ctl_given(line, CTL_FORMAT) || strcmp(format, "kernel") == 0)
		ctl_dump_kernel(answer, out);
	else if (strcmp(format, "debugfs") == 0)
		ctl_dump_debugfs(answer, wanted_list(line), out);
	else if (strcmp(format, "iomem") == 0)
		ctl_dump_iomem(answer, out);
	else
		ctl_dump_table(answer, out);
}
