/* SPDX-License-Identifier: BSD-2-Clause */
/* A kernel's command line, read for what it says about memory.
 *
 * Words are separated by blanks; a pair of double quotes keeps blanks in a
 * word. A word "--" ends what is the kernel's. Names may be written with '-' or
 * '_'. Words that mean nothing here are passed over, as a kernel does. */
#ifndef ENGINE_CMDLINE_H
#define ENGINE_CMDLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CMDLINE_MESSAGE_MAX 128

/* How much of a line an arm64 kernel takes, its NUL included. */
#define CMDLINE_SIZE_MAX 2048

/* What mem= says; start is where its '@' says, on arm alone. */
struct cmdline_mem {
	uint64_t size;
	bool has_start;
	uint64_t start;
};

/* mem= words behind this many are not kept. */
#define CMDLINE_MEM_MAX 32

/* cma=SIZE[@BASE[-LIMIT]]; base and limit are 0 where they are not given. */
struct cmdline_cma {
	bool given;
	uint64_t size;
	uint64_t base;
	uint64_t limit; /* of @BASE alone: the end, base + size */
};

/* Something a kernel complains about. */
struct cmdline_complaint {
	const char *option; /* "mem" */
	char message[CMDLINE_MESSAGE_MAX];
};

#define CMDLINE_COMPLAINTS_MAX 16

struct cmdline {
	struct cmdline_mem mem[CMDLINE_MEM_MAX]; /* in their order */
	size_t mem_count;
	struct cmdline_cma cma; /* the last one */
	bool has_vmalloc;
	uint64_t vmalloc; /* the last one */
	/* rodata=: 6.1 maps all memory by pages, not by larger blocks, unless
	 * the word is on or off; and with any crashkernel=. */
	bool rodata_full;
	bool crashkernel;
	struct cmdline_complaint complaints[CMDLINE_COMPLAINTS_MAX];
	size_t complaint_count;
};

/* A number as the kernel's memparse takes it: C base, one suffix K M G T P E in
 * either case, no sign; what overflows wraps, no digits are 0. *ret_end is the
 * first character behind it. */
uint64_t cmdline_memparse(const char *text, const char **ret_end);

/* Reads a line. */
void cmdline_parse(const char *text, struct cmdline *ret_cmdline);

enum cmdline_crash {
	CMDLINE_CRASH_NONE,    /* no such word */
	CMDLINE_CRASH_FOUND,   /* *ret_size (0: none is wanted), *ret_base */
	CMDLINE_CRASH_REFUSED, /* malformed: message says why */
};

/* The last crashkernel= with that suffix: ",high", ",low", or "" for the word
 * without one, which is SIZE[@BASE] or RANGE:SIZE[,RANGE:SIZE...][@BASE], of
 * which the first range that ram is in counts. Base is 0 where none is given.
 * message has CMDLINE_MESSAGE_MAX bytes. */
enum cmdline_crash cmdline_crashkernel(const char *text, const char *suffix,
    uint64_t ram, uint64_t *ret_size, uint64_t *ret_base, char *message);

#endif
