/* SPDX-License-Identifier: BSD-2-Clause */
/* What memblockctl prints of a layout, for the tests of its formats. */
#ifndef TESTS_DUMPED_H
#define TESTS_DUMPED_H

#include <stddef.h>
#include <stdint.h>

struct dumped_region {
	uint64_t base;
	uint64_t size;
	uint32_t flags;
	int32_t nid; /* 0 is none here, 1 is node 0, and so on */
};

/* Lists end at the first region of size 0. */
#define DUMPED_REGIONS_MAX 8
struct dumped_layout {
	const char *kernel; /* NULL: 6.12 */
	uint32_t phys_bits; /* 0: 64 */
	uint32_t nodes;
	uint64_t page_size; /* 0: 4096 */
	struct dumped_region memory[DUMPED_REGIONS_MAX];
	struct dumped_region reserved[DUMPED_REGIONS_MAX];
};

/* The text, or the JSON, of that command line for that layout. The caller's to
 * free. */
char *dumped_text(const char *line, const struct dumped_layout *layout);
char *dumped_json(const char *line, const struct dumped_layout *layout);

/* The text, compared with what is expected. */
void dumped_expect(
    const char *line, const struct dumped_layout *layout, const char *expected);

#endif
