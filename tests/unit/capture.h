/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: what their subject writes to standard output or error. */
#ifndef TESTS_UNIT_CAPTURE_H
#define TESTS_UNIT_CAPTURE_H

#include <stdio.h>

/* From now on what is written to stream (stdout or stderr) is kept. One stream
 * at a time. */
void capture_begin(FILE *stream);

/* What was kept so far, good until the next call of this file. */
const char *capture_text(void);

/* Lets the stream go on as before. What was kept, as capture_text(). */
const char *capture_end(void);

#endif
