/* SPDX-License-Identifier: BSD-2-Clause */
/* From what a device tree says to the operations a kernel performs, in its
 * order: docs/boot.md tells the sequences function by function. */
#ifndef ENGINE_BOOT_H
#define ENGINE_BOOT_H

#include "engine/devicetree.h"
#include "engine/memblock.h"
#include "engine/op.h"
#include "engine/reserved_memory.h"

enum boot_arch { BOOT_ARM64, BOOT_ARM };

/* How far a boot goes: to the end of that function. */
enum boot_stage {
	BOOT_SETUP_MACHINE_FDT,
	BOOT_MEMBLOCK_INIT,
	BOOT_BOOTMEM_INIT,
};

/* What a step belongs to. Strings are good until the sink returns. */
struct boot_step {
	enum boot_stage stage;
	/* What its row is labelled with. For boot the kernel's function; for
	 * load the path of the node, or "/memreserve/". */
	const char *label;
	const char *node; /* the path of the node; NULL: there is none */
};

/* Who carries the steps out. Both answer false to stop. */
struct boot_sink {
	/* Do op to the model. The outcome is the sink's to record, and what the
	 * sequence goes on with; a refusal does not end it. */
	bool (*perform)(void *arg, const struct op *op,
	    const struct boot_step *step, struct outcome *ret_outcome);
	/* Op is passed over; message says why, in the kernel's words where it
	 * has some. op->size is 0 when no range is known. */
	bool (*skip)(void *arg, const struct op *op,
	    const struct boot_step *step, const char *message);
	void *arg;
};

/* What a tree cannot tell. Addresses are physical. */
struct boot_options {
	enum boot_arch arch;
	uint64_t dtb_at;
	uint64_t dtb_size;		 /* 0: as the tree's header says */
	struct devicetree_range image;	 /* [_stext, _end) */
	uint64_t text;			 /* _text */
	const char *cmdline;		 /* NULL: the tree's bootargs */
	uint32_t va_bits;		 /* arm64 */
	uint32_t phys_mask_bits;	 /* arm64 */
	uint64_t phys_offset;		 /* arm */
	struct devicetree_range swapper; /* arm: swapper_pg_dir; size 0: - */
	struct devicetree_range init_pg; /* arm64: init_pg_dir; size 0: - */
	uint64_t cma_size;		 /* what the kernel was built with */
	uint64_t cma_alignment;		 /* a power of two */
	enum boot_stage until;
};

#define BOOT_MESSAGE_MAX 128

/* The options of a kernel as Debian builds 6.1, everything else 0: 48 bits of
 * addresses; CMA of 64 MiB aligned to 2 MiB, on arm of 16 MiB and 8 MiB;
 * until memblock_init. */
struct boot_options boot_options_default(enum boot_arch arch);

/* Whether a boot can go by these. MB_OK, or MB_INVALID with a sentence in
 * message (BOOT_MESSAGE_MAX bytes). */
enum mb_status boot_options_check(
    const struct boot_options *options, char *message);

/* "setup_machine_fdt", "memblock_init", "bootmem_init" and back; false for a
 * name that is none. So too "arm64" and "arm". */
const char *boot_stage_name(enum boot_stage stage);
bool boot_stage_parse(const char *name, enum boot_stage *ret_stage);
const char *boot_arch_name(enum boot_arch arch);
bool boot_arch_parse(const char *name, enum boot_arch *ret_arch);

/* What a kernel does with memblock from a tree alone: memory nodes,
 * /memreserve/ and /reserved-memory, as Linux 6.1 takes them on arm64, or on
 * arm where the model has 32 bits. Memory is rounded to mb's pages; no-map
 * removes memory where the kernel is 4.0 or 5.0. mb is the model that the sink
 * changes; what a step does can depend on how it stands. False: the sink
 * stopped it. */
bool boot_load(const struct devicetree *tree, const struct memblock *mb,
    const struct boot_sink *sink, struct reserved_memory *ret_table);

/* The whole sequence, with options that boot_options_check() accepts and lists
 * that are empty: that of Linux 6.1, or on arm64 that of 4.0 where mb is
 * that. */
bool boot_run(const struct devicetree *tree, const struct boot_options *options,
    const struct memblock *mb, const struct boot_sink *sink,
    struct reserved_memory *ret_table);

#endif
