/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_dump_table.h"

#include "client/ctl_fields.h"

#include <inttypes.h>
#include <string.h>

const char *ctl_size_text(uint64_t size, char *text)
{
	static const char *const units[] = {
	    "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
	unsigned int unit = 0, hundredths;

	while (unit < 6 && size >> (10 * (unit + 1)) != 0)
		unit++;
	if ((size & ((UINT64_C(1) << (10 * unit)) - 1)) == 0) {
		snprintf(text, CTL_SIZE_MAX, "%u %s",
		    (unsigned int)(size >> (10 * unit)), units[unit]);
		return text;
	}
	hundredths =
	    (unsigned int)((size >> (10 * (unit - 1)) & 1023) * 100 / 1024);
	snprintf(text, CTL_SIZE_MAX, "%u.%02u %s",
	    (unsigned int)(size >> (10 * unit)), hundredths, units[unit]);
	return text;
}

/* The columns of one region. */
enum column { BASE, LAST, SIZE, GAP, FLAGS, NODE, COLUMNS };

struct row {
	char cells[COLUMNS][CTL_FLAGS_MAX];
};

static const char *const titles[COLUMNS] = {
    "BASE", "LAST", "SIZE", "GAP", "FLAGS", "NODE"};

static void fill_row(const struct mbc_region *region,
    const struct mbc_region *next, struct row *ret_row)
{
	const uint64_t end = region->base + region->size;

	ctl_hex(region->base, ret_row->cells[BASE]);
	ctl_hex(end - 1, ret_row->cells[LAST]);
	ctl_size_text(region->size, ret_row->cells[SIZE]);
	if (next == NULL || next->base == end)
		strcpy(ret_row->cells[GAP], "-");
	else
		ctl_size_text(next->base - end, ret_row->cells[GAP]);
	ctl_flags_text(region->flags, ret_row->cells[FLAGS]);
	if (region->nid == MBC_NO_NODE)
		strcpy(ret_row->cells[NODE], "-");
	else
		snprintf(ret_row->cells[NODE], CTL_FLAGS_MAX, "%" PRId32,
		    region->nid);
}

static void print_row(
    const struct row *row, const int widths[COLUMNS], FILE *out)
{
	/* Words to the left, numbers to the right. */
	fprintf(out, "  %-*s  %-*s  %*s  %*s  %-*s  %*s\n", widths[BASE],
	    row->cells[BASE], widths[LAST], row->cells[LAST], widths[SIZE],
	    row->cells[SIZE], widths[GAP], row->cells[GAP], widths[FLAGS],
	    row->cells[FLAGS], widths[NODE], row->cells[NODE]);
}

/* Visits each row of a list: to measure it (out is NULL) or to print it. */
static void each_row(const struct mbc_answer *answer, enum mbc_list which,
    int widths[COLUMNS], FILE *out)
{
	const struct mbc_region *region, *next;
	struct row row;
	size_t i = 0;
	int column;

	next = mbc_answer_region(answer, which, i++);
	while (next != NULL) {
		region = next;
		next = mbc_answer_region(answer, which, i++);
		fill_row(region, next, &row);
		if (out != NULL) {
			print_row(&row, widths, out);
			continue;
		}
		for (column = 0; column < COLUMNS; column++) {
			const int width = (int)strlen(row.cells[column]);

			if (width > widths[column])
				widths[column] = width;
		}
	}
}

static void dump_table_list(
    const struct mbc_answer *answer, enum mbc_list which, FILE *out)
{
	const struct mbc_region_list *list =
	    mbc_answer_region_list(answer, which);
	char total[CTL_SIZE_MAX];
	int widths[COLUMNS], column;
	struct row head;

	if (list->region_count == 0) {
		fprintf(out, "%s: no regions\n", mbc_list_name(which));
		return;
	}
	fprintf(out, "%s: %" PRIu64 " region%s, %s\n", mbc_list_name(which),
	    list->cnt, list->cnt == 1 ? "" : "s",
	    ctl_size_text(list->total_size, total));
	for (column = 0; column < COLUMNS; column++) {
		strcpy(head.cells[column], titles[column]);
		widths[column] = (int)strlen(titles[column]);
	}
	each_row(answer, which, widths, NULL);
	print_row(&head, widths, out);
	each_row(answer, which, widths, out);
}

void ctl_dump_table(const struct mbc_answer *answer, FILE *out)
{
	dump_table_list(answer, MBC_MEMORY, out);
	fputc('\n', out);
	dump_table_list(answer, MBC_RESERVED, out);
	if (mbc_answer_region_list(answer, MBC_PHYSMEM) != NULL) {
		fputc('\n', out);
		dump_table_list(answer, MBC_PHYSMEM, out);
	}
}
