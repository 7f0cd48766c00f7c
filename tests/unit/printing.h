/* SPDX-License-Identifier: BSD-2-Clause */
/* What memblockctl prints for an answer, for tests to compare. */
#ifndef TESTS_PRINTING_H
#define TESTS_PRINTING_H

#include "client/ctl_commands.h"
#include "memblock.pb-c.h"

/* An answer that is that one part. The caller's to free. */
struct mbc_answer *printing_answer(const Memblock__V1__Response *part);

/* A call of that command line, with words between single blanks; the line must
 * outlive it. */
struct ctl_call printing_call(char *line);

/* What the command on that line prints as text, or as JSON, for an answer that
 * is that part. The caller's to free. */
char *printing_text(const char *line, const Memblock__V1__Response *part);
char *printing_json(const char *line, const Memblock__V1__Response *part);

/* A response that is OK, of an instance that stands at seq 10. */
extern Memblock__V1__Status printing_ok;
#define PRINTING_RESPONSE                                                      \
	{                                                                      \
		PROTOBUF_C_MESSAGE_INIT(&memblock__v1__response__descriptor),  \
		    .has_id = true, .id = 1, .status = &printing_ok,           \
		    .has_seq = true, .seq = 10                                 \
	}

#endif
