/* SPDX-License-Identifier: BSD-2-Clause */
/* A command line of memblockctl, taken apart: which command, its arguments,
 * and the options with their values. Knows the options; the commands it finds
 * in ctl_commands.h. */
#ifndef CLIENT_CTL_OPTIONS_H
#define CLIENT_CTL_OPTIONS_H

#include "client/ctl_error.h"
#include "client/ctl_moment.h"
#include "client/memblock_client.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ctl_command;

/* In the order in which help lists them. */
enum ctl_option_id {
	CTL_SERVER,
	CTL_JSON,
	CTL_TIMEOUT,
	CTL_LABEL,
	CTL_IF_SEQ,
	CTL_KEY,
	CTL_DRY_RUN,
	CTL_HELP,
	/* of single commands */
	CTL_KERNEL,
	CTL_PAGE_SIZE,
	CTL_CACHE_LINE,
	CTL_PHYS_BITS,
	CTL_NODES,
	CTL_ARRAYS,
	CTL_MEMORY_REGIONS,
	CTL_RESERVED_REGIONS,
	CTL_PHYSMEM,
	CTL_BOTTOM_UP,
	CTL_CURRENT_LIMIT,
	CTL_MOVABLE_NODE,
	CTL_MIRRORED_KERNELCORE,
	CTL_KERNEL_END,
	CTL_LONG,
	CTL_ALL,
	CTL_NID,
	CTL_FLAGS,
	CTL_ALIGN,
	CTL_FROM,
	CTL_TO,
	CTL_EXACT_NID,
	CTL_MIN_FALLBACK,
	CTL_TYPE,
	CTL_KEEP_NOMAP,
	CTL_PFN,
	CTL_MAX_LOW_PFN,
	CTL_CMA,
	CTL_INIT,
	CTL_KERNEL_START,
	CTL_LOWMEM_END,
	CTL_LOWMEM_LIMIT,
	CTL_FORMAT,
	CTL_DUMP_TYPE,
	CTL_FROM_SEQ,
	CTL_TO_SEQ,
	CTL_REVERSE,
	CTL_LIMIT,
	CTL_LIFE,
	CTL_PURGE,
	CTL_KEEP,
	CTL_SINCE,
	CTL_UNTIL,
	CTL_OPERATION,
	CTL_PRINCIPAL,
	CTL_GREP_LABEL,
	CTL_TOUCHING,
	CTL_FAILED,
	CTL_FOLLOW_ORIGIN,
	CTL_ARCH,
	CTL_DTB,
	CTL_DTB_AT,
	CTL_DTB_SIZE,
	CTL_IMAGE,
	CTL_TEXT,
	CTL_CMDLINE,
	CTL_VA_BITS,
	CTL_PHYS_MASK_BITS,
	CTL_PHYS_OFFSET,
	CTL_SWAPPER_PG_DIR,
	CTL_INIT_PG_DIR,
	CTL_CMA_SIZE,
	CTL_CMA_ALIGNMENT,
	CTL_UNTIL_STAGE,
	CTL_WATCH_FROM,
	CTL_WATCH_ALL,
	CTL_HEARTBEAT,
	CTL_ATOMIC,
	CTL_KEEP_GOING,
	CTL_OPTION_COUNT,
};

/* A set of options: a bit for each. */
__extension__ typedef unsigned __int128 ctl_option_set;

#define CTL_BIT(id) ((ctl_option_set)1 << (id))

/* Those that every command takes. */
#define CTL_GLOBAL_OPTIONS (CTL_BIT(CTL_KERNEL) - 1)
/* Those of them that a line of a batch takes. */
#define CTL_LINE_OPTIONS                                                       \
	(CTL_BIT(CTL_LABEL) | CTL_BIT(CTL_IF_SEQ) | CTL_BIT(CTL_KEY) |         \
	    CTL_BIT(CTL_DRY_RUN))

struct ctl_option {
	const char *name; /* without its dashes */
	char letter;	  /* 0: none */
	/* How its value is read; NULL: it is a switch. */
	bool (*parse)(
	    const char *word, uint64_t *ret_value, struct ctl_error *error);
	/* What its value is called; NULL: it takes none. "a|b" are the words
	 * to choose from, "TEXT" is kept as it stands, and
	 * "RANGE..." may be given several times: see ctl_area. */
	const char *value;
	enum mbc_field field; /* of the request; 0: none */
	const char *help;
};
extern const struct ctl_option ctl_options[CTL_OPTION_COUNT];

struct ctl_value {
	const char *text;
	uint64_t number; /* 1 for a switch */
};

/* A range, in one word, that an option was given. */
struct ctl_area {
	enum ctl_option_id option;
	uint64_t base;
	uint64_t size;
};
#define CTL_AREAS_MAX 64

#define CTL_NAMES_MAX 64

/* The words live as long as what they were taken from. */
struct ctl_line {
	const char *word;		   /* of the command; NULL: none */
	const struct ctl_command *command; /* NULL: none of that word */
	ctl_option_set given;
	struct ctl_value values[CTL_OPTION_COUNT];
	struct ctl_area areas[CTL_AREAS_MAX];
	size_t area_count;
	/* The arguments, as far as the command has them. */
	char instance[CTL_INSTANCE_MAX];  /* NAME; "": none */
	char other[CTL_INSTANCE_MAX];	  /* a second NAME; "": none */
	struct ctl_moment other_moment;	  /* of NAME[@SEQ] */
	struct ctl_moment moment;	  /* of NAME[@SEQ] */
	uint64_t base;			  /* RANGE, ADDR|RANGE */
	uint64_t size;			  /* RANGE, SIZE */
	bool has_size;			  /* ADDR|RANGE is a range */
	const char *names[CTL_NAMES_MAX]; /* NAME... */
	size_t name_count;
	const char *texts[2]; /* all others */
};

/* Takes words apart; allowed says which of the global options may be among
 * them. False: a sentence is in error, and *ret_line has what was understood,
 * at least --json wherever it stands. With --help, arguments may be missing. */
bool ctl_parse_line(const char *const *words, size_t count,
    ctl_option_set allowed, struct ctl_line *ret_line, struct ctl_error *error);

/* Whether the option's values are areas. */
bool ctl_takes_areas(const struct ctl_option *option);

bool ctl_given(const struct ctl_line *line, enum ctl_option_id id);

#endif
