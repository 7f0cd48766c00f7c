/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_fields.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

const struct ctl_field ctl_info_fields[] = {
    {"kernel", MBC_FIELD_KERNEL, CTL_SHAPE_TEXT},
    {"page_size", MBC_FIELD_PAGE_SIZE, CTL_SHAPE_ADDRESS},
    {"cache_line", MBC_FIELD_CACHE_LINE, CTL_SHAPE_ADDRESS},
    {"phys_bits", MBC_FIELD_PHYS_BITS, CTL_SHAPE_NUMBER},
    {"nodes", MBC_FIELD_NODES, CTL_SHAPE_NUMBER},
    {"arrays", MBC_FIELD_ARRAYS, CTL_SHAPE_TEXT},
    {"memory_regions", MBC_FIELD_MEMORY_REGIONS, CTL_SHAPE_NUMBER},
    {"reserved_regions", MBC_FIELD_RESERVED_REGIONS, CTL_SHAPE_NUMBER},
    {"physmem", MBC_FIELD_PHYSMEM, CTL_SHAPE_SWITCH},
    {"movable_node", MBC_FIELD_MOVABLE_NODE, CTL_SHAPE_SWITCH},
    {"mirrored_kernelcore", MBC_FIELD_MIRRORED_KERNELCORE, CTL_SHAPE_SWITCH},
    {"kernel_end", MBC_FIELD_KERNEL_END, CTL_SHAPE_ADDRESS},
    {"bottom_up", MBC_FIELD_BOTTOM_UP, CTL_SHAPE_SWITCH},
    {"current_limit", MBC_FIELD_CURRENT_LIMIT, CTL_SHAPE_ADDRESS},
    {"resize", MBC_FIELD_RESIZE, CTL_SHAPE_SWITCH},
    {"memory_size", MBC_FIELD_MEMORY_SIZE, CTL_SHAPE_ADDRESS},
    {"reserved_size", MBC_FIELD_RESERVED_SIZE, CTL_SHAPE_ADDRESS},
    {"memory_cnt", MBC_FIELD_MEMORY_CNT, CTL_SHAPE_NUMBER},
    {"reserved_cnt", MBC_FIELD_RESERVED_CNT, CTL_SHAPE_NUMBER},
    {"dram_start", MBC_FIELD_DRAM_START, CTL_SHAPE_ADDRESS},
    {"dram_end", MBC_FIELD_DRAM_END, CTL_SHAPE_ADDRESS},
    {"hash", MBC_FIELD_HASH, CTL_SHAPE_TEXT},
    {0},
};

const struct ctl_field ctl_log_fields[] = {
    {"base", MBC_FIELD_BASE, CTL_SHAPE_ADDRESS},
    {"size", MBC_FIELD_SIZE, CTL_SHAPE_ADDRESS},
    {"nid", MBC_FIELD_NID, CTL_SHAPE_NUMBER},
    {"flags", MBC_FIELD_FLAGS, CTL_SHAPE_FLAGS},
    {"type", MBC_FIELD_TYPE, CTL_SHAPE_TYPE},
    {"align", MBC_FIELD_ALIGN, CTL_SHAPE_ADDRESS},
    {"from", MBC_FIELD_FROM, CTL_SHAPE_ADDRESS},
    {"to", MBC_FIELD_TO, CTL_SHAPE_ADDRESS},
    {"exact_nid", MBC_FIELD_EXACT_NID, CTL_SHAPE_SWITCH},
    {"min_fallback", MBC_FIELD_MIN_FALLBACK, CTL_SHAPE_SWITCH},
    {"keep_nomap", MBC_FIELD_KEEP_NOMAP, CTL_SHAPE_SWITCH},
    {"bottom_up", MBC_FIELD_BOTTOM_UP, CTL_SHAPE_SWITCH},
    {"current_limit", MBC_FIELD_CURRENT_LIMIT, CTL_SHAPE_ADDRESS},
    {"resize", MBC_FIELD_RESIZE, CTL_SHAPE_SWITCH},
    {0},
};

bool ctl_log_field_get(const struct mbc_entry *entry,
    const struct ctl_field *field, uint64_t *ret_value)
{
	uint64_t value;

	if (!mbc_entry_get(entry, field->field, &value))
		return false;
	switch (field->field) {
	case MBC_FIELD_FLAGS:
	case MBC_FIELD_FROM:
	case MBC_FIELD_TO:
	case MBC_FIELD_EXACT_NID:
	case MBC_FIELD_MIN_FALLBACK:
	case MBC_FIELD_KEEP_NOMAP:
		if (value == 0)
			return false;
		break;
	default:
		break;
	}
	*ret_value = value;
	return true;
}

const char *ctl_hex(uint64_t value, char *text)
{
	snprintf(text, CTL_HEX_MAX, "0x%" PRIx64, value);
	return text;
}

const char *ctl_flags_text(uint32_t flags, char *text)
{
	uint32_t rest = flags;
	size_t used = 0;
	const char *name;
	unsigned int bit;

	snprintf(text, CTL_FLAGS_MAX, "none");
	for (bit = 0; (name = mbc_flag_name(bit)) != NULL; bit++) {
		if (!(rest & (UINT32_C(1) << bit)))
			continue;
		rest &= ~(UINT32_C(1) << bit);
		used += (size_t)snprintf(text + used, CTL_FLAGS_MAX - used,
		    "%s%s", used > 0 ? "," : "", name);
	}
	if (rest != 0)
		snprintf(text + used, CTL_FLAGS_MAX - used, "%s0x%" PRIx32,
		    used > 0 ? "," : "", rest);
	return text;
}

const char *ctl_type_text(uint64_t type)
{
	const char *name =
	    type <= INT32_MAX ? mbc_list_name((enum mbc_list)type) : NULL;

	return name != NULL ? name : "?";
}

const char *ctl_time_text(uint64_t time_us, char *text)
{
	const time_t seconds = (time_t)(time_us / 1000000);
	const unsigned int fraction = (unsigned int)(time_us % 1000000);
	struct tm utc;
	size_t used;

	if (gmtime_r(&seconds, &utc) == NULL) {
		snprintf(text, CTL_TIME_MAX, "%" PRIu64 "us", time_us);
		return text;
	}
	used = strftime(text, CTL_TIME_MAX, "%Y-%m-%dT%H:%M:%S", &utc);
	snprintf(text + used, CTL_TIME_MAX - used, ".%06uZ", fraction);
	return text;
}
