/* SPDX-License-Identifier: BSD-2-Clause */
/* The steps that a device tree leads to, of load and of boot: done to a copy of
 * the model first, then written down as one group, whole or not at all, and
 * listed in the answer. */
#ifndef DAEMON_STEPS_H
#define DAEMON_STEPS_H

#include "daemon/command.h"

#include "engine/boot.h"

/* One step, with the strings its message points to. */
struct step {
	Memblock__V1__Step message;
	struct op op;
	struct outcome outcome; /* of what was performed */
	bool skipped;
	uint64_t seq;	   /* of its row; 0: none */
	const char *stage; /* NULL: it is not told */
	char label[JOURNAL_LABEL_MAX + 1];
	char node[DEVICETREE_PATH_MAX]; /* "": it is not told */
};

struct steps {
	struct memblock *mb; /* the copy; NULL: there is none */
	bool is_boot;	     /* the stages and nodes of steps are told */
	struct step *list;
	size_t count, room;
	enum mb_status failure; /* what ended it; MB_OK: nothing did */
	char failure_text[OUTCOME_MESSAGE_MAX];
};

void steps_free(struct steps *steps);

/* Reads the tree of a request. The caller's to free; NULL: refused. */
struct devicetree *steps_read_tree(struct request *request,
    protobuf_c_boolean has_tree, const ProtobufCBinaryData *blob);

/* Gives them a copy of the instance's model, and a sink that does what comes to
 * it. */
struct boot_sink steps_begin(struct steps *steps, struct request *request);

/* Whether all went well; otherwise refuses and returns false. */
bool steps_went_well(const struct steps *steps, struct request *request);

/* Writes the group down with the tree and the options (NULL: a load has none)
 * that led to it, and lets the copy take the model's place. Nothing where all
 * was passed over. */
void steps_record(struct steps *steps, struct request *request,
    const ProtobufCBinaryData *blob, const char *options);

/* Answers with all steps. */
void steps_send(struct steps *steps, struct request *request);

/* Answers with the steps that are in the journal, of a load or boot that comes
 * again under its request key: the group that begins at use->seq. What was
 * passed over the first time is in no journal, and is left out. Refuses when it
 * was another device tree, or other options, that led to them. */
enum command_end steps_again(struct request *request,
    const struct journal_key_use *use, const ProtobufCBinaryData *blob,
    const char *options);

#endif
