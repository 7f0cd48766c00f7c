/* SPDX-License-Identifier: BSD-2-Clause */
/* A model with kernel arrays that are soon full: four regions each; one of
 * eight takes a page. Two nodes, physmem, mirrored_kernelcore. */
#ifndef TESTS_UNIT_ARRAY_MODEL_H
#define TESTS_UNIT_ARRAY_MODEL_H

#include "engine/memblock.h"
#include "engine/op.h"

#include <stddef.h>
#include <stdint.h>

#define PAGE 0x1000

extern struct memblock *array_mb;
extern struct outcome array_outcome; /* of the last operation */

int array_model_make(void **state);
int array_model_destroy(void **state);

/* An operation on [base, end), of no node and without flags. */
struct op array_op(enum op_kind kind, uint64_t base, uint64_t end);

enum mb_status array_apply(struct op op);
enum mb_status array_range(enum op_kind kind, uint64_t base, uint64_t end);
void array_allow_resize(void);

/* Count pages from base up, each with a page between it and the next. */
void array_fill(enum op_kind kind, uint64_t base, size_t count);

/* Expect op to be refused for want of slots, and nothing to have changed. */
void array_expect_full(struct op op, const char *message);

#endif
