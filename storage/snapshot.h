/* SPDX-License-Identifier: BSD-2-Clause */
/* A model as bytes: the content of a snapshot. docs/journal.md draws it. */
#ifndef STORAGE_SNAPSHOT_H
#define STORAGE_SNAPSHOT_H

#include "engine/memblock.h"

#include <stddef.h>
#include <stdint.h>

/* How many bytes snapshot_write() writes. */
size_t snapshot_size(const struct memblock *mb);

/* Writes the model as it stands, all but its settings. */
void snapshot_write(const struct memblock *mb, uint8_t *ret_bytes);

/* Makes a model of those settings that stands as the bytes say. MB_OK: the
 * caller's to destroy; MB_INVALID: they are no snapshot of such a model;
 * MB_NO_MEMORY. */
enum mb_status snapshot_read(const void *bytes, size_t size,
    const struct memblock_settings *settings, struct memblock **ret_mb);

#endif
