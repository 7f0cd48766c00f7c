/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/region.h"

#include <stddef.h>

const struct flag_name flag_names[] = {
    {"hotplug", MEMBLOCK_HOTPLUG},
    {"mirror", MEMBLOCK_MIRROR},
    {"nomap", MEMBLOCK_NOMAP},
    {"driver_managed", MEMBLOCK_DRIVER_MANAGED},
    {"rsrv_noinit", MEMBLOCK_RSRV_NOINIT},
    {NULL, 0},
};
