/* SPDX-License-Identifier: BSD-2-Clause */
/* A boot while it goes on, and the steps that sequences are made of. A step
 * that the sink wants to be the last stops the boot: what follows does nothing,
 * so that a sequence reads as one. */
#ifndef ENGINE_BOOT_STEPS_H
#define ENGINE_BOOT_STEPS_H

#include "engine/boot.h"
#include "engine/cmdline.h"

#define BOOT_NODES_MAX DEVICETREE_NIDS_MAX /* as settings allow */

struct boot {
	const struct devicetree *tree;
	const struct boot_options *options; /* NULL: it is a load */
	const struct memblock *mb;
	const struct boot_sink *sink;
	struct reserved_memory *table;
	enum boot_arch arch;
	enum boot_stage stage;
	const char *line; /* the command line */
	struct cmdline cmdline;
	bool stopped;
	uint64_t memstart;  /* arm64: where the linear map begins */
	uint64_t low_limit; /* arm: the end of low memory */
	/* Where each node's data is; without nodes the first. */
	uint64_t node_data[BOOT_NODES_MAX];
};

/* ---- operations ---- */

struct op boot_op(enum op_kind kind, uint64_t base, uint64_t size);

/* Down from the highest place in [from, to) if the model does; to 0 is its
 * current_limit. */
struct op boot_alloc_op(
    uint64_t size, uint64_t align, uint64_t from, uint64_t to);

/* Does op, unless its range is one that no list can take: that is a step
 * skipped. function is the kernel's; node a path, or NULL. Whether it was
 * done. */
bool boot_do(struct boot *boot, const struct op *op, const char *function,
    const char *node);

/* boot_do() of an OP_ALLOC: the address, or 0. */
uint64_t boot_alloc(struct boot *boot, const struct op *op,
    const char *function, const char *node);

/* boot_do() of an operation with nothing but a range; size 0 is passed over
 * without a word. */
bool boot_do_range(struct boot *boot, enum op_kind kind, uint64_t base,
    uint64_t size, const char *function);

/* One of the operations with a flag of memory's, on a range. */
bool boot_do_flag(struct boot *boot, enum op_kind kind,
    const struct devicetree_range *range, uint32_t flag, const char *function,
    const char *node);

/* One of the settings. */
bool boot_do_set(
    struct boot *boot, enum op_kind kind, uint64_t value, const char *function);

/* op is passed over. */
void boot_skip(struct boot *boot, const struct op *op, const char *function,
    const char *node, const char *message);
void boot_skip_format(struct boot *boot, const struct op *op,
    const char *function, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* ---- how the model stands ---- */

uint64_t boot_dram_start(const struct boot *boot); /* 0: there is none */
uint64_t boot_dram_end(const struct boot *boot);

/* To whole pages of the model. */
uint64_t boot_page_down(const struct boot *boot, uint64_t address);
uint64_t boot_page_up(const struct boot *boot, uint64_t address);

/* ---- parts that sequences share ---- */

/* boot_memory.c: adds the memory nodes, and cuts memory to what /chosen says
 * is usable. */
void boot_scan_memory(struct boot *boot);
void boot_cap_usable(struct boot *boot);

/* boot_reserved.c: /memreserve/ and /reserved-memory, static nodes first; for a
 * boot also /chosen's elfcorehdr. Fills the table. */
void boot_scan_reserved(struct boot *boot);

/* Whether it is a boot of arm64's 4.0. */
bool boot_is_4_0(const struct boot *boot);

/* What CMA areas are aligned to. */
uint64_t boot_cma_alignment(const struct boot *boot);

/* Reports what is wrong with the command line. */
void boot_report_cmdline(struct boot *boot);

/* boot_cma.c: the default CMA area, below limit. high is where memory that is
 * not mapped begins; it is looked at first. */
void boot_reserve_cma(struct boot *boot, uint64_t limit, uint64_t high);

/* boot_crash.c. limit is the end of what DMA can reach. */
void boot_reserve_crash_arm64(struct boot *boot, uint64_t limit);
void boot_reserve_crash_arm(struct boot *boot);

/* boot_paging.c, boot_numa.c, boot_sparse.c: the parts of arm64's way from
 * memblock_init to the end of bootmem_init. */
void boot_paging_init(struct boot *boot);
void boot_numa_init(struct boot *boot);
void boot_sparse_init(struct boot *boot);

/* ---- the sequences, up to a stage ---- */

void boot_arm64(struct boot *boot);
void boot_arm64_4_0(struct boot *boot);
void boot_arm(struct boot *boot);

#endif
