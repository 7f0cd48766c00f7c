/* SPDX-License-Identifier: BSD-2-Clause */
/* The values in what memblockctl prints as JSON, and writing them piece by
 * piece. A value that is made is the caller's, and given away with
 * ctl_json_put() or by writing it. */
#ifndef CLIENT_CTL_JSON_VALUE_H
#define CLIENT_CTL_JSON_VALUE_H

#include "client/ctl_fields.h"

#include <jansson.h>
#include <stdio.h>

/* A string of any bytes: in what is not UTF-8, such as a word from a command
 * line, each byte that is not ASCII becomes a question mark. */
json_t *ctl_json_text(const char *text);

/* "0x1000", as a string. */
json_t *ctl_json_hex(uint64_t value);

json_t *ctl_json_number(uint64_t value);

/* A list of names; bits without one as a number in hex at its end. */
json_t *ctl_json_flags(uint32_t flags);

/* A region with its base, size, flags and, where it has one, nid. */
json_t *ctl_json_region(const struct mbc_region *region);

/* A number in the shape its field has. */
json_t *ctl_json_shaped(enum ctl_shape shape, uint64_t value);

/* Adds a member at the end. */
void ctl_json_put(json_t *object, const char *key, json_t *value);

/* Writes the members of an object without its braces, behind a comma when
 * others stand before them. */
void ctl_json_write_members(FILE *out, bool comma, json_t *object);

void ctl_json_write(FILE *out, json_t *value);

#endif
