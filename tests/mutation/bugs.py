# SPDX-License-Identifier: BSD-2-Clause
"""The bugs that mutate.py plants: a text that stands once in a file of engine/,
and what to put in its place."""

from typing import NamedTuple


class Bug(NamedTuple):
    file: str
    what: str
    right: str
    wrong: str


BUGS = [
    Bug("alloc.c", "the first page is given away",
        ".from = from > page ? from : page,", ".from = from,"),
    Bug("alloc.c", "from is never given up",
        "keeps->from ? request->from : 0;", "request->from;"),
    Bug("alloc.c", "to 1 is an address",
        "return to > 1 ? to", "return to > 0 ? to"),
    Bug("alloc.c", "min-fallback does not cut to at the limit",
        "to > mb->current_limit)", "to > UINT64_MAX - 1)"),
    Bug("alloc.c", "top-down rounds up",
        "base = (range->end - size) & ~(align - 1);",
        "base = (range->end - size + align - 1) & ~(align - 1);"),
    Bug("alloc.c", "top-down leaves out the start of a range",
        "if (base < range->base)", "if (base <= range->base)"),
    Bug("alloc.c", "bottom-up passes over a range that just fits",
        "range->end - range->base - skipped < size)",
        "range->end - range->base - skipped <= size)"),
    Bug("alloc.c", "exact-nid is ignored",
        "!keeps->nid && !request->exact_nid;", "!keeps->nid;"),
    Bug("alloc.c", "bottom-up before 5.10 tries below the kernel, too",
        "passes[count].attempt.from = kernel_end;",
        "passes[count].attempt.from = attempt->from;"),
    Bug("alloc.c", "the first attempt without a slot is the last",
        "if (status != MB_FULL || !mb->may_grow)", "if (true)"),
    Bug("array.c", "a region takes 32 bytes",
        "#define REGION_BYTES 24", "#define REGION_BYTES 32"),
    Bug("array.c", "one spare slot is enough",
        "#define SPARE_SLOTS 2", "#define SPARE_SLOTS 1"),
    Bug("array.c", "an array may lie in the middle of a page",
        ".align = mb->settings.page_size,", ".align = 64,"),
    Bug("array.c", "the array of reserved is looked for below first",
        "return find_in(mb, size, end, limit, ret_base) ||\n"
        "\t       find_in(mb, size, 0, base < limit ? base : limit, ret_base);",
        "return find_in(mb, size, 0, base < limit ? base : limit, ret_base) ||"
        "\n\t       find_in(mb, size, end, limit, ret_base);"),
    Bug("array.c", "the old array stays reserved",
        "if (old != 0)\n", "if (old == 1)\n"),
    Bug("version.c", "6.1 merges around a change alone",
        ".flags = FLAGS_6_1,\n"
        "\t\t.alloc = {4, {ATTEMPTS_6_1}},\n"
        "\t\t.alloc_min_fallback = {8, {ATTEMPTS_6_1, ATTEMPTS_6_1_AGAIN}},\n"
        "\t\t.merges_all = true,",
        ".flags = FLAGS_6_1,\n"
        "\t\t.alloc = {4, {ATTEMPTS_6_1}},\n"
        "\t\t.alloc_min_fallback = {8, {ATTEMPTS_6_1, ATTEMPTS_6_1_AGAIN}},"),
    Bug("version.c", "5.0 knows driver_managed",
        ".flags = FLAGS_5_0,", ".flags = FLAGS_6_1,"),
    Bug("alloc.c", "an allocation carries its node",
        "mb, base, request->size, MB_NO_NODE, MEMBLOCK_NONE, &met);",
        "mb, base, request->size, request->nid, MEMBLOCK_NONE, &met);"),
    Bug("walk.c", "nomap memory is allocated from",
        "MEMBLOCK_NOMAP | MEMBLOCK_DRIVER_MANAGED |",
        "MEMBLOCK_DRIVER_MANAGED |"),
    Bug("walk.c", "hotplug memory is always passed over",
        "(mb->settings.movable_node ? (uint32_t)MEMBLOCK_HOTPLUG : 0)",
        "(uint32_t)MEMBLOCK_HOTPLUG"),
    Bug("walk.c", "asking for mirror does not insist on it",
        "(region->flags & MEMBLOCK_MIRROR) == 0)",
        "(region->flags & MEMBLOCK_MIRROR) != 0)"),
    Bug("walk.c", "the walk stands still between two reservations that touch",
        "if (next == NULL || next->base > base) {",
        "if (next == NULL || next->base >= base) {"),
    Bug("region_list_change.c", "regions of two nodes become one",
        "low->nid == high->nid &&\n\t       low->flags",
        "low->flags"),
    Bug("region_list_change.c", "regions with other flags become one",
        " &&\n\t       low->flags == high->flags", ""),
    Bug("region_list_change.c", "a removal forgets the total size",
        "type->total_size -= min_u64(", "type->total_size += 0 * min_u64("),
    Bug("region_list_change.c", "a part of a flag's range is left out",
        "*ret_last = split(type, end);",
        "*ret_last = region_list_search(type, end);"),
    Bug("region_list_change.c", "clear sets",
        "region_at(type, at)->flags &= ~clear;",
        "region_at(type, at)->flags |= clear;"),
    Bug("region_list_change.c", "a cap spares nothing",
        "if (inside || (region->flags & spared_flags) != 0)",
        "if (inside)"),
    Bug("region_list_change.c", "trim rounds the start down",
        "region.base += -region.base & mask;", "region.base &= ~mask;"),
    Bug("region_list.c", "the last byte belongs to someone",
        "if (size > type->phys_addr_max - base)\n"
        "\t\tsize = type->phys_addr_max - base;",
        "if (size > type->phys_addr_max - base)\n"
        "\t\tsize = type->phys_addr_max - base + 1;"),
    Bug("region_list.c", "a search finds the region that ends at the address",
        "<= address ? half : 0;", "< address ? half : 0;"),
    Bug("tiered_array.c", "the last item of a full ring is lost",
        "\t\tmove(array, ring * TIERED_RING, ring * TIERED_RING - 1);\n", ""),
    Bug("tiered_array.c", "a ring that gives its first item does not turn",
        "\t\tturn(array, next / TIERED_RING, 1);\n", ""),
    Bug("tiered_array.c", "a new ring begins anywhere",
        "memset(starts + before, 0,", "memset(starts + before, 1,"),
    Bug("query.c", "map-memory counts nomap",
        "return region != NULL && (region->flags & MEMBLOCK_NOMAP) == 0;",
        "return region != NULL;"),
    Bug("query.c", "a range is in memory that just fits it not",
        "base, size) <=", "base, size) <"),
    Bug("ranges.c", "page frames are rounded outwards",
        "region->base / page + (region->base % page != 0)",
        "region->base / page"),
]
