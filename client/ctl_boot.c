/* SPDX-License-Identifier: BSD-2-Clause */
/* The request of boot, whose ranges and file are options. */
#include "client/ctl_file.h"
#include "client/ctl_number.h"
#include "client/ctl_requests.h"

#include <stdlib.h>
#include <string.h>

/* Options whose value is a range, and the fields it becomes. */
static const struct {
	enum ctl_option_id id;
	enum mbc_field base, size;
} ranges[] = {
    {CTL_IMAGE, MBC_FIELD_IMAGE, MBC_FIELD_IMAGE_SIZE},
    {CTL_SWAPPER_PG_DIR, MBC_FIELD_SWAPPER, MBC_FIELD_SWAPPER_SIZE},
    {CTL_INIT_PG_DIR, MBC_FIELD_INIT_PG, MBC_FIELD_INIT_PG_SIZE},
};
#define RANGE_COUNT (sizeof(ranges) / sizeof(ranges[0]))

static bool has_all(const struct ctl_line *line, struct ctl_error *error)
{
	static const enum ctl_option_id needed[] = {
	    CTL_ARCH, CTL_DTB, CTL_DTB_AT, CTL_IMAGE};
	size_t i;

	for (i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (!ctl_given(line, needed[i]))
			return ctl_fail(error, "--%s is missing",
			    ctl_options[needed[i]].name);
	if (!ctl_given(line, CTL_TEXT) &&
	    strcmp(line->values[CTL_ARCH].text, "arm64") == 0)
		return ctl_fail(error, "--arch arm64 needs --text");
	return true;
}

struct mbc_request *ctl_make_boot(
    const struct ctl_line *line, struct ctl_error *error)
{
	uint64_t base[RANGE_COUNT] = {0}, size[RANGE_COUNT] = {0};
	struct mbc_request *request;
	char *content;
	size_t length, i;

	if (!has_all(line, error))
		return NULL;
	for (i = 0; i < RANGE_COUNT; i++)
		if (ctl_given(line, ranges[i].id) &&
		    !ctl_parse_range(line->values[ranges[i].id].text, &base[i],
			&size[i], error))
			return NULL;
	if (!ctl_read_file(
		line->values[CTL_DTB].text, &content, &length, error))
		return NULL;
	request = mbc_boot(line->instance, content, length);
	free(content);
	for (i = 0; i < RANGE_COUNT; i++) {
		if (!ctl_given(line, ranges[i].id))
			continue;
		mbc_request_set(request, ranges[i].base, base[i]);
		mbc_request_set(request, ranges[i].size, size[i]);
	}
	return request;
}
