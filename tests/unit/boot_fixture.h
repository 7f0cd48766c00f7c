/* SPDX-License-Identifier: BSD-2-Clause */
/* A boot from a tree that a test makes up, with all its steps as text. */
#ifndef TESTS_UNIT_BOOT_FIXTURE_H
#define TESTS_UNIT_BOOT_FIXTURE_H

#include "engine/boot.h"
#include "engine/boot_recall.h"

#include <stddef.h>

#define KIB(n) ((uint64_t)(n) << 10)
#define MIB(n) ((uint64_t)(n) << 20)
#define GIB(n) ((uint64_t)(n) << 30)

struct boot_fixture {
	struct memblock_settings settings;
	struct boot_options options;
	struct devicetree tree;
	struct devicetree_range range; /* of the tree's one memory node */
	struct devicetree_memory memory;
	struct memblock *mb;
	struct reserved_memory table;
	/* A line a step: "add 0x1000+0x2000 FUNCTION" or, passed over,
	 * "- add 0x1000+0x2000 FUNCTION: why". An allocation shows the address
	 * it came to, a setting its value. */
	char text[1 << 20];
	size_t count;
	/* What was done, as a journal has it. */
	struct boot_row rows[1024];
	size_t row_count;
};
extern struct boot_fixture fixture;

/* A board with 1 GiB at 0x40000000, whose kernel of 32 MiB lies 2 MiB and
 * 64 KiB into it and whose tree of 4 KiB lies at 0x48000000; for arm64, or
 * arm. Nothing is booted yet. */
void fixture_arm64(void);
void fixture_arm(void);

/* Boots up to a stage; the command line may be NULL. */
void fixture_boot(enum boot_stage until, const char *cmdline);

/* The same for load, whose labels are paths. */
void fixture_load(void);

void fixture_free(void);

/* Whether a step has that beginning; and how many. */
void fixture_expect(const char *line);
void fixture_expect_none(const char *line);
size_t fixture_count(const char *line);

#endif
