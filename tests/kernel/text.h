/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernel prints, kept: printk() and seq_printf() end here. */
#ifndef TESTS_KERNEL_TEXT_H
#define TESTS_KERNEL_TEXT_H

/* Begins a new text; without it nothing is kept. */
void text_begin(void);

/* Ends it; good until the next one begins. */
const char *text_end(void);

/* Formats as a kernel does, which knows of addresses behind pointers (%pa,
 * %pap), functions (%pS) and writes zero as 0x0. */
void text_print(const char *format, ...);

#endif
