/* SPDX-License-Identifier: BSD-2-Clause */
/* Where an allocation would go, and why: every free range that it comes by, in
 * its order, with the rule that refuses it or chooses it.
 *
 * A free range that reaches beyond a bound is told in pieces, one for each
 * rule:
 *
 *   free     |-----------------------------------|
 *   bounds        |from                  to|
 *   told     |-1--|-----------2------------|--3--|    top-down: 3, 2, 1 */
#ifndef ENGINE_EXPLAIN_H
#define ENGINE_EXPLAIN_H

#include "engine/alloc.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum explain_rule {
	EXPLAIN_CHOSEN,
	EXPLAIN_TOO_SMALL,	/* value: how many bytes, once aligned */
	EXPLAIN_NODE,		/* value: the memory's; UINT64_MAX: none */
	EXPLAIN_NOT_MIRROR,	/* mirrored memory is wanted first */
	EXPLAIN_NOMAP,		/* the memory's flags */
	EXPLAIN_DRIVER_MANAGED, /* the same */
	EXPLAIN_HOTPLUG,	/* the same, with movable_node */
	EXPLAIN_FIRST_PAGE,	/* which is never given */
	EXPLAIN_BELOW_FROM,	/* value: the lowest address wanted */
	EXPLAIN_BELOW_KERNEL,	/* value: the end of the kernel's image */
	EXPLAIN_ABOVE_TO,	/* value: the end of what is wanted */
	EXPLAIN_ABOVE_LIMIT,	/* value: the current_limit */
};

#define EXPLAIN_TEXT_MAX 96

struct explain_candidate {
	uint64_t start;
	uint64_t end;
	unsigned int attempt; /* from 1 up; the passes of one count as one */
	enum explain_rule rule;
	uint64_t value; /* of the rule; otherwise 0 */
};

struct explain_result {
	bool chosen;
	uint64_t base; /* chosen: the address */
	/* Not chosen: the requests next to this one that would be served. */
	uint64_t size;	/* the largest of that alignment; 0: none */
	uint64_t limit; /* the lowest current_limit, or to; 0: none */
};

/* Goes the way of memblock_find(), and shows each candidate. */
void explain_alloc(const struct memblock *mb,
    const struct alloc_request *request,
    void (*visit)(void *arg, const struct explain_candidate *candidate),
    void *arg, struct explain_result *ret_result);

/* The rule in words: "too small by 0x1000 after alignment". */
void explain_rule_text(
    const struct explain_candidate *candidate, char text[EXPLAIN_TEXT_MAX]);

#endif
