/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers, ranges, names and flags as people type them.
 *
 * Each takes one word. False: it is none, and the sentence in error names the
 * word and what to type instead; outputs are untouched. */
#ifndef CLIENT_CTL_NUMBER_H
#define CLIENT_CTL_NUMBER_H

#include "client/ctl_error.h"

#include <stdint.h>

/* As the kernel's memparse: hexadecimal behind 0x, octal behind 0, else
 * decimal; then one of K M G T P E in either case, powers of 1024. Neither
 * signs nor spaces nor junk; 2^64 and more is an error. */
bool ctl_parse_number(
    const char *word, uint64_t *ret_value, struct ctl_error *error);

/* The same, up to 2^32 - 1. */
bool ctl_parse_count(
    const char *word, uint64_t *ret_value, struct ctl_error *error);

/* Seconds, with or without a fraction, more than 0; in milliseconds, of which
 * there is at least one. */
bool ctl_parse_seconds(
    const char *word, uint64_t *ret_ms, struct ctl_error *error);

/* Whether a word is one of the one-word ranges, right or wrong, and not the
 * BASE of BASE SIZE. */
bool ctl_is_range(const char *word);

/* One of these, each end a number:
 *
 *	SIZE@BASE	BASE+SIZE
 *	BASE-LAST	both ends belong to it; one that ends at 2^64 - 1 loses
 *			its last byte, as everywhere
 *	BASE..END	END does not belong to it */
bool ctl_parse_range(const char *word, uint64_t *ret_base, uint64_t *ret_size,
    struct ctl_error *error);

/* The name of an instance: 1 to 64 of A-Z a-z 0-9 . _ - and neither '.' nor
 * '-' first. */
bool ctl_check_name(const char *word, struct ctl_error *error);

/* Names of flags with commas between, or "none". */
bool ctl_parse_flags(
    const char *word, uint64_t *ret_flags, struct ctl_error *error);

/* Exactly one of those names. */
bool ctl_parse_flag(
    const char *word, uint64_t *ret_flag, struct ctl_error *error);

/* The name of a list, as an enum mbc_list: "memory", "reserved",
 * "physmem", "free". */
bool ctl_parse_type(
    const char *word, uint64_t *ret_type, struct ctl_error *error);

/* A node's number, at most 2^31 - 1. */
bool ctl_parse_node(
    const char *word, uint64_t *ret_nid, struct ctl_error *error);

/* A node's number, or "-" for MBC_NO_NODE. */
bool ctl_parse_nid(const char *word, int32_t *ret_nid, struct ctl_error *error);

#endif
