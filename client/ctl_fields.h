/* SPDX-License-Identifier: BSD-2-Clause */
/* What the numbers in answers are called and how they are shown, in text and
 * in JSON alike. */
#ifndef CLIENT_CTL_FIELDS_H
#define CLIENT_CTL_FIELDS_H

#include "client/memblock_client.h"

enum ctl_shape {
	CTL_SHAPE_ADDRESS, /* hexadecimal; in JSON a string */
	CTL_SHAPE_NUMBER,
	CTL_SHAPE_SWITCH, /* true or false */
	CTL_SHAPE_TEXT,
	CTL_SHAPE_FLAGS,
	CTL_SHAPE_TYPE, /* the name of a list */
};

struct ctl_field {
	const char *key; /* in JSON; options have - for _ */
	enum mbc_field field;
	enum ctl_shape shape;
};

/* What info shows, in its order; ends with a NULL key. */
extern const struct ctl_field ctl_info_fields[];

/* What an operation in a log may have been told, in the order in which one
 * would type it; base and size first. Ends with a NULL key. */
extern const struct ctl_field ctl_log_fields[];

/* Whether an operation was told that, and it says anything: a 0 that is as
 * good as nothing does not count. */
bool ctl_log_field_get(const struct mbc_entry *entry,
    const struct ctl_field *field, uint64_t *ret_value);

/* "0x1000"; the text is the caller's CTL_HEX_MAX bytes, and returned. */
#define CTL_HEX_MAX 19
const char *ctl_hex(uint64_t value, char *text);

/* "hotplug,nomap", or "none"; bits without a name as a number. The text is the
 * caller's CTL_FLAGS_MAX bytes, and returned. */
#define CTL_FLAGS_MAX 80
const char *ctl_flags_text(uint32_t flags, char *text);

/* "memory", "reserved", …; "?" for a number that is no list. */
const char *ctl_type_text(uint64_t type);

/* "2026-01-02T03:04:05.678901Z"; the text is the caller's CTL_TIME_MAX bytes,
 * and returned. */
#define CTL_TIME_MAX 40
const char *ctl_time_text(uint64_t time_us, char *text);

#endif
