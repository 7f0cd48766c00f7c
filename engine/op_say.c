/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/op_say.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void op_say(struct outcome *outcome, const char *format, ...)
{
	size_t length = strlen(outcome->message);
	va_list args;

	if (length > 0 && length < sizeof(outcome->message) - 1)
		outcome->message[length++] = '\n';
	va_start(args, format);
	vsnprintf(outcome->message + length, sizeof(outcome->message) - length,
	    format, args);
	va_end(args);
}

void op_warn_align_zero(struct outcome *outcome, const struct memblock *mb)
{
	outcome->warnings |= OP_WARN_ALIGN_ZERO;
	op_say(outcome, "align 0 was taken as 0x%" PRIx64 ", the cache line",
	    mb->settings.cache_line);
}

void op_warn_fell_back(struct outcome *outcome, const struct memblock *mb)
{
	outcome->warnings |= OP_WARN_FELL_BACK;
	op_say(outcome,
	    "bottom-up found nothing above kernel-end 0x%" PRIx64
	    " and top-down was tried",
	    mb->settings.kernel_end);
}

static void put_flags(uint32_t flags, char *text, size_t text_size)
{
	const struct flag_name *flag;
	size_t used = (size_t)snprintf(
	    text, text_size, flags != 0 ? "flags" : "no flags");

	for (flag = flag_names; flag->name != NULL; flag++) {
		if (flags & flag->flag)
			used += (size_t)snprintf(
			    text + used, text_size - used, " %s", flag->name);
	}
}

/* A sentence about a region that was there before and keeps what it has. */
static void warn_kept(const struct memblock_region *region,
    enum op_warning warning, struct outcome *outcome)
{
	char kept[80];

	if (region->size == 0)
		return;
	if (warning == OP_WARN_NODE_DIFFERS && region->nid == MB_NO_NODE)
		snprintf(kept, sizeof(kept), "no node");
	else if (warning == OP_WARN_NODE_DIFFERS)
		snprintf(kept, sizeof(kept), "node %" PRId32, region->nid);
	else
		put_flags(region->flags, kept, sizeof(kept));
	outcome->warnings |= (uint32_t)warning;
	op_say(outcome, "[0x%" PRIx64 "-0x%" PRIx64 "] was there and keeps %s",
	    region->base, region->base + region->size - 1, kept);
}

void op_warn_met(struct outcome *outcome, const struct memblock_met *met)
{
	warn_kept(&met->other_nid, OP_WARN_NODE_DIFFERS, outcome);
	warn_kept(&met->other_flags, OP_WARN_FLAGS_DIFFER, outcome);
}
