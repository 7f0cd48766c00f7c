/* SPDX-License-Identifier: BSD-2-Clause */
/* A model and the blame that follows it, for the tests of blame. */
#ifndef TESTS_UNIT_FOLLOWED_H
#define TESTS_UNIT_FOLLOWED_H

#include "engine/blame.h"

#define PAGE 0x1000

struct followed {
	struct memblock *mb;
	struct blame *blame;
	uint64_t seq; /* of the last operation */
};

/* Makes an empty model of these settings; followed_end() destroys it. */
void followed_begin(
    struct followed *followed, const struct memblock_settings *settings);

void followed_end(struct followed *followed);

/* Does what the model can take, and has the blame follow. Its outcome's
 * status. */
enum mb_status followed_do(struct followed *followed, struct op op);

#endif
