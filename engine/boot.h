/* SPDX-License-Identifier: BSD-2-Clause */
/* From what a device tree says to the operations a kernel performs, in its
 * order. */
#ifndef ENGINE_BOOT_H
#define ENGINE_BOOT_H

#include "engine/devicetree.h"
#include "engine/memblock.h"
#include "engine/op.h"

/* Who carries the steps out. Both answer false to stop. */
struct boot_sink {
	/* Do op to the model, under that label. The outcome is the sink's to
	 * record; a refusal does not end the sequence. */
	bool (*perform)(void *arg, const struct op *op, const char *label);
	/* Op is passed over; message says why, in the kernel's words where it
	 * has some. op->size is 0 when no range is known. */
	bool (*skip)(void *arg, const struct op *op, const char *label,
	    const char *message);
	void *arg;
};

/* The memory nodes, /memreserve/ and the static reservations of a tree, as
 * Linux 6.1 takes them on arm64, each labelled with its node's path, entries of
 * /memreserve/ with "/memreserve/". Two things go by mb's settings: memory is
 * rounded to its pages, and no-map means that memory is removed where the
 * kernel is 4.0 or 5.0. mb is the model that the sink changes; what a step does
 * can depend on how it stands. False: the sink stopped it. */
bool boot_load(const struct devicetree *tree, const struct memblock *mb,
    const struct boot_sink *sink);

#endif
