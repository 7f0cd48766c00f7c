/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: a small boot to ask for. */
#ifndef TESTS_UNIT_ASKED_BOOT_H
#define TESTS_UNIT_ASKED_BOOT_H

#include "tests/unit/asked.h"

/* A boot of arm64 on the instance "b", from a tree with a gigabyte at
 * 0x40000000 and one node of /reserved-memory that is passed over. */
void asked_boot(struct asked *asked);

#endif
