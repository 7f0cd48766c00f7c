/* SPDX-License-Identifier: BSD-2-Clause */
/* Questions and iterators of both sides of a pair. */
#ifndef TESTS_KERNEL_QUESTIONS_ASKED_H
#define TESTS_KERNEL_QUESTIONS_ASKED_H

#include "pair.h"

#include <stdbool.h>
#include <stdint.h>

/* Asks both what the last operation suggests: about its range and the
 * addresses beside it, ranges both ways, and what could be allocated. False:
 * the answers differ. */
bool ask_questions(struct pair *pair);

/* Linux 5.0 let the range of some questions wrap around, and is not there to be
 * asked. */
bool is_question_of_another_version(const struct pair *pair,
    enum kernel_question question, uint64_t base, uint64_t size);

#endif
