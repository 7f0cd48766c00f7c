/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: writes the batches of a scenario, and down what the journal holds
 * after each. */
#ifndef TESTS_FAULT_AUTHOR_H
#define TESTS_FAULT_AUTHOR_H

#include "tests/fault/scenario.h"

/* Fills in batches, trees and after of a scenario that has its batch_count;
 * the same from the same seed. Ends the program where there is no memory. */
void author_write(struct scenario *scenario, uint64_t seed);

#endif
