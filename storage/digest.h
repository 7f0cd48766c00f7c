/* SPDX-License-Identifier: BSD-2-Clause */
/* SHA-256, and the byte strings that it is taken over: docs/journal.md has
 * them byte by byte. They never change; other content gets another tag. */
#ifndef STORAGE_DIGEST_H
#define STORAGE_DIGEST_H

#include "storage/journal.h"

struct instance_ends;
struct instance_record;

/* Cannot fail, and allocates nothing. */
void digest_bytes(
    const void *bytes, size_t size, uint8_t ret_hash[JOURNAL_HASH_SIZE]);

/* Over everything that is fixed when an instance is made: its id and name, who
 * made it, when and why, settings, origin, and where the rows kept begin; and
 * of one destroyed, over its end. */
void digest_instance(const struct instance_record *record,
    const struct instance_ends *ends, uint8_t ret_checksum[JOURNAL_HASH_SIZE]);

/* Over a snapshot's content, seq, time and hash. */
void digest_snapshot(uint64_t seq, int64_t time_us,
    const uint8_t hash[JOURNAL_HASH_SIZE], const void *content, size_t size,
    uint8_t ret_checksum[JOURNAL_HASH_SIZE]);

/* Two lower-case digits a byte. */
void digest_text(const uint8_t hash[JOURNAL_HASH_SIZE],
    char ret_text[2 * JOURNAL_HASH_SIZE + 1]);

#endif
