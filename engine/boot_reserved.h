/* SPDX-License-Identifier: BSD-2-Clause */
/* What boot_reserved.c goes by, for those who follow it. */
#ifndef ENGINE_BOOT_RESERVED_H
#define ENGINE_BOOT_RESERVED_H

#include "engine/devicetree.h"
#include "engine/reserved_memory.h"

/* The kernel's functions that rows of a boot are labelled with. */
#define BOOT_ALLOC_FUNCTION "early_init_dt_alloc_reserved_memory_arch"
#define BOOT_INIT_FUNCTION "fdt_init_reserved_mem"

/* Why a node gets no entry in the table; NULL: it gets one. */
const char *boot_why_no_entry(
    const struct devicetree *tree, const struct devicetree_reserved *node);

/* Adds the entry of a node that gets one. False: the table is full. */
bool boot_add_entry(
    struct reserved_memory *table, const struct devicetree *tree, size_t index);

/* Why the kernel does not look for a place for a node; NULL: it does. */
const char *boot_why_no_place(const struct devicetree_reserved *node);

#endif
