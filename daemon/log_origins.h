/* SPDX-License-Identifier: BSD-2-Clause */
/* The lineage of a log that goes on to what an instance is a copy of. On a
 * history thread. */
#ifndef DAEMON_LOG_ORIGINS_H
#define DAEMON_LOG_ORIGINS_H

#include "daemon/log_stream.h"

/* Walks the lineage on, and makes a page of what it comes by: origins, or the
 * refusal of what could not be read. False: there is nothing to tell, and rows
 * follow. */
bool log_origins_make_page(struct log_stream *stream, struct journal *journal);

/* Begins to read the rows of stream->link; stream->status says whether that can
 * be done. */
void log_origins_begin_link(struct log_stream *stream, struct journal *journal);

#endif
