/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/outcome_name.h"

#include <inttypes.h>
#include <stdio.h>

const struct outcome_name outcome_names[] = {
    {"ok", MB_OK},
    {"ENOMEM", MB_NO_SPACE},
    {"EBUSY", MB_BUSY},
    {NULL, MB_OK},
};

static const char *find_name(int status)
{
	const struct outcome_name *row;

	for (row = outcome_names; row->name != NULL; row++)
		if ((int)row->status == status)
			return row->name;
	return NULL;
}

bool outcome_is_history(int status)
{
	return find_name(status) != NULL;
}

void outcome_describe(
    const struct outcome *outcome, char *ret_text, size_t size)
{
	const char *name = find_name((int)outcome->status);
	char at[32] = "";
	char warnings[32] = "";

	/* A replay can be refused in ways that history never is. */
	if (name == NULL)
		name = "not an operation for this model";
	if (outcome->base != 0)
		snprintf(at, sizeof(at), " at 0x%" PRIx64, outcome->base);
	if (outcome->warnings != 0)
		snprintf(warnings, sizeof(warnings),
		    " with warnings 0x%" PRIx32, outcome->warnings);
	snprintf(ret_text, size, "%s%s%s", name, at, warnings);
}
