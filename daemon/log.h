/* SPDX-License-Identifier: BSD-2-Clause */
/* The daemon's log: one line an event on standard error, "key=value" pairs
 * behind the event's name. Under journald (JOURNAL_STREAM is set) each line
 * begins with its priority, <3> to <7>. */
#ifndef DAEMON_LOG_H
#define DAEMON_LOG_H

#include <stdbool.h>

enum log_level {
	LOG_LEVEL_ERROR,
	LOG_LEVEL_WARNING,
	LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG,
};

/* "error", "warning", "info", "debug"; false for a word that is none. */
bool log_level_parse(const char *word, enum log_level *ret_level);

/* Events above level are dropped from now on; LOG_LEVEL_INFO at first. */
void log_set_level(enum log_level level);

/* Writes one event. The pairs are a key and its value, both strings, and end
 * with NULL; a value with spaces or quotes in it is quoted. */
void log_event(enum log_level level, const char *event, ...)
    __attribute__((sentinel));

#endif
