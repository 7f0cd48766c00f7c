/* SPDX-License-Identifier: BSD-2-Clause */
/* The settings of an instance, from a message and back. */
#ifndef DAEMON_SETTINGS_H
#define DAEMON_SETTINGS_H

#include "engine/memblock.h"
#include "memblock.pb-c.h"

#include <stdbool.h>

/* What message says, with every default filled in; NULL says nothing. False:
 * no instance can be made so, and reason, of MEMBLOCK_SETTINGS_MESSAGE_MAX
 * bytes, is a sentence. */
bool settings_take(const Memblock__V1__Settings *message,
    struct memblock_settings *ret_settings, char *reason);

/* Makes message say what an instance was made with. Its texts are nobody's to
 * free. */
void settings_fill(
    const struct memblock_settings *settings, Memblock__V1__Settings *message);

#endif
