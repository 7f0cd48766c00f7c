/* SPDX-License-Identifier: BSD-2-Clause */
/* A log on its way to the client: rows read page by page on a history thread;
 * the next page is read when the client has taken most of what is queued. */
#ifndef DAEMON_LOG_STREAM_H
#define DAEMON_LOG_STREAM_H

#include "daemon/lineage.h"
#include "daemon/log_entry.h"
#include "daemon/log_filter.h"
#include "daemon/pages.h"

struct log_stream {
	struct pages pages;
	/* What is asked for. */
	char name[JOURNAL_NAME_MAX + 1];
	int64_t instance; /* this life of the name */
	bool found;	  /* false: the journal must be asked first */
	uint64_t seq;	  /* of the instance when it was asked */
	bool has_if_seq;  /* seq is to be if_seq */
	uint64_t if_seq;
	uint64_t first; /* the first row that is kept */
	bool reverse;
	struct log_filter filter;
	struct lineage *lineage; /* NULL: nothing but the instance itself */

	/* Where it stands. */
	uint64_t limit;
	bool walked;	   /* the lineage is */
	bool told;	   /* where the lineage ends, and why */
	bool in_link;	   /* rows of a link are being read */
	uint64_t link;	   /* of the lineage; 0: the instance itself */
	int64_t owner;	   /* whose rows are read */
	uint64_t from, to; /* what is still to be read of it; from 0: from
			      where it begins */
	bool cut;	   /* that is cut to what the filter asks for */
	bool tells_origin; /* where its rows begin */
	bool is_copy;
	struct journal_origin origin;
	char owner_name[JOURNAL_NAME_MAX + 1];

	/* The page that is read. */
	size_t rows;  /* asked for or not */
	bool stopped; /* it ended before what is to be read */
	bool gap;     /* rows were dropped since it was asked */
	struct repeated entries;
	enum journal_status status;
	struct journal_error error;
};

/* Whether the life stands where it is to; cuts the span that is asked for to
 * what there is. False: the answer is a refusal. */
bool log_stream_take_span(struct log_stream *stream, struct answer *answer);

/* Ends the stream with what stream->status and ->error say. */
void log_stream_pack_failure(struct log_stream *stream);

/* Makes the next page: the function of struct pages. */
void log_stream_make_page(struct pages *pages, struct journal *journal);

#endif
