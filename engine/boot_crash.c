/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory for a crash kernel. */
#include "engine/boot_steps.h"

#include "engine/region_list.h"

#include <inttypes.h>

#define FUNCTION "reserve_crashkernel"
#define MIB(n) ((uint64_t)(n) << 20)

/* What the command line asks for. */
struct crash {
	uint64_t size;
	uint64_t base; /* 0: anywhere */
	uint64_t low_size;
	uint64_t max; /* the end of where it may lie */
};

/* The last word with a suffix; a malformed one is reported. */
static enum cmdline_crash read_word(struct boot *boot, const char *suffix,
    uint64_t ram, uint64_t *ret_size, uint64_t *ret_base)
{
	const struct op nothing = boot_op(OP_ALLOC, 0, 0);
	char message[CMDLINE_MESSAGE_MAX];
	enum cmdline_crash found;

	found = cmdline_crashkernel(
	    boot->line, suffix, ram, ret_size, ret_base, message);
	if (found == CMDLINE_CRASH_REFUSED)
		boot_skip(boot, &nothing, FUNCTION, NULL, message);
	return found;
}

/* ,high, and ,low beside it. Whether there is something to reserve. */
static bool read_high(struct boot *boot, struct crash *crash)
{
	uint64_t ignored;

	if (read_word(boot, ",high", 0, &crash->size, &ignored) !=
	    CMDLINE_CRASH_FOUND)
		return false;
	crash->max = UINT64_C(1) << boot->options->phys_mask_bits;
	return read_word(boot, ",low", 0, &crash->low_size, &ignored) !=
	       CMDLINE_CRASH_REFUSED;
}

static uint64_t allocate(struct boot *boot, uint64_t size, uint64_t align,
    uint64_t from, uint64_t to)
{
	const struct op op = boot_alloc_op(size, align, from, to);

	return boot_alloc(boot, &op, FUNCTION, NULL);
}

/* Without its low part the high one is of no use, and given back. */
static void reserve_low(
    struct boot *boot, const struct crash *crash, uint64_t base, uint64_t limit)
{
	const struct op op = boot_op(OP_ALLOC, 0, crash->low_size);

	if (allocate(boot, crash->low_size, MIB(2), 0, limit) != 0)
		return;
	boot_skip_format(boot, &op, FUNCTION,
	    "cannot allocate crashkernel low memory (size:0x%" PRIx64 ").",
	    crash->low_size);
	boot_do_range(boot, OP_FREE, base, crash->size, FUNCTION);
}

void boot_reserve_crash_arm64(struct boot *boot, uint64_t limit)
{
	const uint64_t ram = region_list_total_size(boot->mb->memory);
	struct crash crash = {.max = limit};
	struct op op;
	uint64_t base;

	switch (read_word(boot, "", ram, &crash.size, &crash.base)) {
	case CMDLINE_CRASH_FOUND:
		break;
	case CMDLINE_CRASH_NONE:
		if (read_high(boot, &crash))
			break;
		return;
	case CMDLINE_CRASH_REFUSED:
	default:
		return;
	}
	if (crash.size == 0)
		return;
	crash.size = boot_page_up(boot, crash.size);
	if (crash.base != 0)
		crash.max = crash.base + crash.size;
	base = allocate(boot, crash.size, MIB(2), crash.base, crash.max);
	op = boot_op(OP_ALLOC, 0, crash.size);
	if (base == 0)
		boot_skip_format(boot, &op, FUNCTION,
		    "cannot allocate crashkernel (size:0x%" PRIx64 ")",
		    crash.size);
	else if (base >= limit && crash.low_size != 0)
		reserve_low(boot, &crash, base, limit);
}

void boot_reserve_crash_arm(struct boot *boot)
{
	const uint64_t ram = boot->low_limit - boot_dram_start(boot);
	const struct op nothing = boot_op(OP_ALLOC, 0, 0);
	struct crash crash = {0};
	uint64_t base;

	if (read_word(boot, "", ram, &crash.size, &crash.base) !=
		CMDLINE_CRASH_FOUND ||
	    crash.size == 0)
		return;
	if (crash.base == 0)
		base = allocate(
		    boot, crash.size, MIB(128), MIB(128), boot->low_limit);
	else
		base = allocate(boot, crash.size, MIB(1), crash.base,
		    crash.base + crash.size);
	if (base == 0)
		boot_skip(boot, &nothing, FUNCTION, NULL,
		    crash.base == 0 ? "crashkernel reservation failed - No "
				      "suitable area found."
				    : "crashkernel reservation failed - memory "
				      "is in use.");
}
