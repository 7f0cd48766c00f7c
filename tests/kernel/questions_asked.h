/* SPDX-License-Identifier: BSD-2-Clause */
/* Questions and iterators of both sides of a pair. */
#ifndef TESTS_KERNEL_QUESTIONS_ASKED_H
#define TESTS_KERNEL_QUESTIONS_ASKED_H

#include "pair.h"

#include <stdbool.h>

/* Asks both what the last operation suggests: about its range and the
 * addresses beside it, ranges both ways, and what could be allocated. False:
 * the answers differ. */
bool ask_questions(struct pair *pair);

#endif
