/* SPDX-License-Identifier: BSD-2-Clause */
/* The fields of struct op by their bits, each as one 64-bit number: so that
 * rows and hashes can go over them in a loop. */
#ifndef STORAGE_OP_FIELDS_H
#define STORAGE_OP_FIELDS_H

#include "engine/op.h"

/* Bits 0 to OP_FIELDS_COUNT - 1 of enum op_field, all of them. */
#define OP_FIELDS_COUNT 12

/* The field as a number; a negative one as its two's complement. */
uint64_t op_field_get(const struct op *op, enum op_field field);

/* Sets the field. False: the field cannot hold that number, and op is as it
 * was. */
bool op_field_set(struct op *op, enum op_field field, uint64_t value);

#endif
