/* SPDX-License-Identifier: BSD-2-Clause */
/* The journal: one SQLite file that holds every instance, every operation on
 * it with its outcome, and now and then a snapshot. It is the truth; models
 * in memory are made from it. docs/journal.md describes the tables.
 *
 * A struct journal is one connection, used by one thread at a time. One
 * connection in the world writes (JOURNAL_WRITE, guarded by a lock on
 * FILE.lock); any number read beside it. Times are microseconds since 1970,
 * UTC.
 *
 * Each function that can fail says so with its status, and on failure writes
 * the sentence that a user reads to *ret_error. Outputs are untouched on
 * failure. */
#ifndef STORAGE_JOURNAL_H
#define STORAGE_JOURNAL_H

#include "engine/memblock.h"
#include "engine/op.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum journal_status {
	JOURNAL_OK = 0,
	JOURNAL_FAILED,	   /* the disk, the file system or memory said no; the
			      journal is as it was, try again later */
	JOURNAL_LOCKED,	   /* another daemon has this journal */
	JOURNAL_FOREIGN,   /* a file, but not a journal of memblockd's */
	JOURNAL_NEWER,	   /* written by a later version */
	JOURNAL_DAMAGED,   /* what is stored contradicts itself */
	JOURNAL_DIFFERS,   /* replay came to another outcome than was stored */
	JOURNAL_NOT_FOUND, /* no such instance, or a seq that is not kept */
	JOURNAL_BEYOND,	   /* a seq that is not reached yet */
};

#define JOURNAL_ERROR_MAX 512
#define JOURNAL_HASH_SIZE 32 /* SHA-256 */
#define JOURNAL_NAME_MAX 64
#define JOURNAL_LABEL_MAX 256
#define JOURNAL_PRINCIPAL_MAX 128
#define JOURNAL_KEY_MAX 64

struct journal_error {
	char text[JOURNAL_ERROR_MAX];
};

enum journal_access {
	JOURNAL_READ,  /* the file must be there */
	JOURNAL_WRITE, /* made if it is not there */
};

/* SQLite's synchronous: FULL syncs every commit. */
enum journal_sync { JOURNAL_SYNC_FULL, JOURNAL_SYNC_NORMAL, JOURNAL_SYNC_OFF };

struct journal;

/* Opens the journal at path. sync matters to a writer alone. Any status. The
 * caller's to close. */
enum journal_status journal_open(const char *path, enum journal_access access,
    enum journal_sync sync, struct journal **ret_journal,
    struct journal_error *ret_error);

/* Closes; a writer copies its WAL into the file first and then gives up its
 * lock. JOURNAL_FAILED: that copy could not be made, and nothing is lost: the
 * next open finds the WAL; or a file of the journal was removed or replaced,
 * and what stands there is left alone. Closed in any case. NULL is fine. */
enum journal_status journal_close(
    struct journal *journal, struct journal_error *ret_error);

/* ---- instances ---- */

/* An instance as the journal holds it. Plain values. */
struct journal_instance {
	int64_t id; /* one life of a name; from 1 up, never used again */
	char name[JOURNAL_NAME_MAX + 1];
	int64_t created_us;
	int64_t destroyed_us;			   /* 0: alive */
	char principal[JOURNAL_PRINCIPAL_MAX + 1]; /* who created it */
	struct memblock_settings settings;
	uint64_t seq; /* of its last operation; 0: none yet */
	/* The lowest seq whose row is kept: 1 until it is compacted. The
	 * layout before that row is the earliest there is. */
	uint64_t first_seq;
};

/* Every instance, from the lowest id up. visit returns false to stop, and may
 * not use the journal. JOURNAL_OK, _FAILED, _DAMAGED (a row whose checksum is
 * wrong is passed over: the others are visited all the same, and the error
 * names the first). */
enum journal_status journal_each_instance(struct journal *journal,
    bool (*visit)(void *arg, const struct journal_instance *instance),
    void *arg, struct journal_error *ret_error);

/* The living instance of that name. JOURNAL_OK, _NOT_FOUND, _DAMAGED,
 * _FAILED. */
enum journal_status journal_find_instance(struct journal *journal,
    const char *name, struct journal_instance *ret_instance,
    struct journal_error *ret_error);

/* The life of that id, over or not. JOURNAL_OK, _NOT_FOUND, _DAMAGED,
 * _FAILED. */
enum journal_status journal_find_life(struct journal *journal, int64_t id,
    struct journal_instance *ret_instance, struct journal_error *ret_error);

/* The id the next instance gets. */
enum journal_status journal_next_id(
    struct journal *journal, int64_t *ret_id, struct journal_error *ret_error);

/* The hash that an instance's chain begins with: over its settings. */
void journal_chain_start(const struct memblock_settings *settings,
    uint8_t ret_hash[JOURNAL_HASH_SIZE]);

/* Where a copy came from: another instance as it stood at a seq. */
struct journal_origin {
	char name[JOURNAL_NAME_MAX + 1];
	int64_t instance; /* id; 0: not one of this journal */
	uint64_t seq;
	uint8_t hash[JOURNAL_HASH_SIZE]; /* of its chain there */
};

/* The hash that the chain of a copy begins with: over its settings and the
 * origin's hash. */
void journal_chain_start_copy(const struct memblock_settings *settings,
    const struct journal_origin *origin, uint8_t ret_hash[JOURNAL_HASH_SIZE]);

/* What an instance of that id began as: a copy, or empty (false). JOURNAL_OK,
 * _NOT_FOUND, _DAMAGED, _FAILED. */
enum journal_status journal_find_origin(struct journal *journal,
    int64_t instance, bool *ret_is_copy, struct journal_origin *ret_origin,
    struct journal_error *ret_error);

/* ---- operations ---- */

/* What led to a group of operations, as the hash of the first covers it: a
 * device tree, and what else its author was told. */
struct journal_tree_seal {
	uint8_t hash[JOURNAL_HASH_SIZE]; /* SHA-256 of the tree */
	const char *options;		 /* any text, the owner's; NULL: none */
	/* Of a group that came before version 5 of the journal: no hash of a
	 * row covers this. */
	bool unhashed;
};

/* One operation as the journal holds it. The strings and the key are the
 * owner's; a row given to a callback is good until it returns. */
struct journal_row {
	int64_t instance; /* id */
	uint64_t seq;	  /* 1 for an instance's first operation */
	int64_t time_us;
	const char *principal; /* "uid:1000", "tcp:127.0.0.1" */
	const char *label;     /* NULL: none */
	const void *key;       /* request key; NULL: none */
	size_t key_size;
	uint64_t group; /* seq of the group's first row; 0: in no group */
	/* What led to the group that this row begins; NULL: it begins none, or
	 * no tree did. A row that was read has none. */
	const struct journal_tree_seal *tree;
	struct op op;
	struct outcome outcome;
	uint8_t hash[JOURNAL_HASH_SIZE];
};

/* Fills in row->hash: over the row's content (all but the instance's id, and
 * of op the fields that its kind reads), its tree unless that is unhashed, and
 * the hash before it. No string is
 * longer than its JOURNAL_..._MAX. */
void journal_row_seal(
    struct journal_row *row, const uint8_t before[JOURNAL_HASH_SIZE]);

/* The rows of an instance with from <= seq <= to, in order or, with reverse,
 * from the last. visit returns false to stop; it may not use the journal.
 * JOURNAL_OK, also where there are none, or not any more: the first visited is
 * then a later one; _FAILED, _DAMAGED (a row that is missing, cannot be one or
 * is no link of the chain: it is not visited). */
enum journal_status journal_each_row(struct journal *journal, int64_t instance,
    uint64_t from, uint64_t to, bool reverse,
    bool (*visit)(void *arg, const struct journal_row *row), void *arg,
    struct journal_error *ret_error);

/* ---- request keys ---- */

/* What was done under a request key. */
enum journal_key_kind {
	JOURNAL_KEY_CREATE,
	JOURNAL_KEY_DESTROY,
	JOURNAL_KEY_ROW,
};

struct journal_key_use {
	enum journal_key_kind kind;
	struct journal_instance instance; /* this life of the name */
	uint64_t seq; /* of the row, the first of its group; else 0 */
};

/* What was done under that key in any life of that name; of several the one in
 * the latest, and of a creation and a row of one life the creation. JOURNAL_OK,
 * _NOT_FOUND, _DAMAGED (also where the index leads to a row that was done under
 * another key), _FAILED. */
enum journal_status journal_find_key(struct journal *journal, const char *name,
    const void *key, size_t key_size, struct journal_key_use *ret_use,
    struct journal_error *ret_error);

/* Whether the group of rows that begins at seq was led to by that content with
 * those options (NULL: none). JOURNAL_OK, _FAILED, _DAMAGED. */
enum journal_status journal_group_is_of(struct journal *journal,
    int64_t instance, uint64_t seq, const void *content, size_t size,
    const char *options, bool *ret_is_of, struct journal_error *ret_error);

/* The last group of rows of an instance that a blob led to, of those that begin
 * at seq to or before it: the seq it begins at, and the blob, the caller's to
 * free. JOURNAL_OK, _NOT_FOUND (there is none), _DAMAGED (the blob is not what
 * its hash says), _FAILED. */
enum journal_status journal_last_group(struct journal *journal,
    int64_t instance, uint64_t to, uint64_t *ret_seq, void **ret_content,
    size_t *ret_size, struct journal_error *ret_error);

/* ---- replay ---- */

/* Where an instance stands. */
struct journal_state {
	struct memblock *mb; /* the caller's to destroy */
	uint64_t seq;
	int64_t time_us; /* of the operation at seq; of creation at 0 */
	uint8_t hash[JOURNAL_HASH_SIZE];
	uint64_t snapshot_seq;	    /* of the newest that is whole; 0: none */
	uint64_t snapshots_damaged; /* newer ones, which were passed over */
};

/* Brings an instance back as it stands: its newest snapshot (one that is
 * damaged is passed over for the one before), and the rows after it done
 * again, each compared with the outcome stored and checked against the chain.
 * The last of them is the one that the instance says it is. JOURNAL_OK,
 * _NOT_FOUND, _FAILED, _DAMAGED, _DIFFERS (the error names the instance, the
 * seq and both outcomes). */
enum journal_status journal_load(struct journal *journal, int64_t instance,
    struct journal_state *ret_state, struct journal_error *ret_error);

/* The same of an instance as it stood after the operation seq, or with 0 as it
 * began: from the newest snapshot up to there. What came later is not looked
 * at. Also _NOT_FOUND: the layout at that seq is not kept any more (the error
 * names the first that is); _BEYOND: there are not so many operations. */
enum journal_status journal_load_at(struct journal *journal, int64_t instance,
    uint64_t seq, struct journal_state *ret_state,
    struct journal_error *ret_error);

/* Where the history of an instance can be cut off for seq to stay readable: at
 * seq, or before the group that seq is in the middle of. Answers the state
 * there, as journal_load_at(). */
enum journal_status journal_find_cut(struct journal *journal, int64_t instance,
    uint64_t seq, struct journal_state *ret_state,
    struct journal_error *ret_error);

/* The seq of an instance's last operation that is not later than time_us; 0
 * where it was made by then and nothing was done. Takes some twenty reads,
 * however many rows there are. JOURNAL_OK; _NOT_FOUND: no such instance, it
 * was made later, or what stood then is not kept any more (the error says
 * which); _FAILED, _DAMAGED. */
enum journal_status journal_seq_at(struct journal *journal, int64_t instance,
    int64_t time_us, uint64_t *ret_seq, struct journal_error *ret_error);

/* Does the operations of an instance again from the first that is kept, up to
 * seq, and shows each with the model after it; before them, with a NULL row,
 * the model that they begin with. visit returns false when it has no memory:
 * that is JOURNAL_FAILED. Otherwise as journal_load_at(). */
enum journal_status journal_follow(struct journal *journal, int64_t instance,
    uint64_t seq,
    bool (*visit)(
	void *arg, const struct memblock *mb, const struct journal_row *row),
    void *arg, struct journal_error *ret_error);

/* Writes a consistent copy of the whole journal to a new file, also beside a
 * writer. JOURNAL_OK: it is on disk; _FAILED: no file was left, or one was
 * there already. */
enum journal_status journal_backup(
    struct journal *journal, const char *to, struct journal_error *ret_error);

/* ---- writing ---- */

/* What goes to disk in one transaction, in order. Adding copies what it is
 * given; false: no memory, and the batch is as before. */
struct journal_batch;
struct batch_item;

struct journal_batch *journal_batch_new(void);	      /* NULL: no memory */
void journal_batch_free(struct journal_batch *batch); /* NULL is fine */
bool journal_batch_empty(const struct journal_batch *batch);

/* Why an instance is made or destroyed, and under which request key. */
struct journal_cause {
	const char *label; /* NULL: none */
	const void *key;   /* NULL: none */
	size_t key_size;
};

/* cause may be NULL. */
bool journal_batch_create(struct journal_batch *batch,
    const struct journal_instance *instance, const struct journal_cause *cause);

/* An instance that begins as a copy: mb is the model it begins with. */
bool journal_batch_clone(struct journal_batch *batch,
    const struct journal_instance *instance,
    const struct journal_origin *origin, const struct memblock *mb,
    const struct journal_cause *cause);

/* principal: who destroyed it. cause may be NULL. */
bool journal_batch_destroy(struct journal_batch *batch, int64_t instance,
    int64_t destroyed_us, const char *principal,
    const struct journal_cause *cause);

/* Drops an instance that is not alive any more when this is written, with all
 * its rows and snapshots; of the device trees what no other instance needs. All
 * of it counts as gone at once; what takes long to delete, journal_sweep()
 * does. */
bool journal_batch_purge(struct journal_batch *batch, int64_t instance);

/* Drops the rows of an instance up to state->seq, with what they alone needed:
 * request keys, snapshots, device trees. The layout there, which state has as
 * journal_find_cut() found it, is the earliest from then on. They count as gone
 * at once; what takes long to delete, journal_sweep() does. */
bool journal_batch_compact(struct journal_batch *batch, int64_t instance,
    const struct journal_state *state);

/* A sealed row whose outcome is history: MB_OK, MB_NO_SPACE or MB_BUSY, with
 * the tree that led to the group that it begins. The rows of one instance are
 * added in the order of their seqs, without a gap. */
bool journal_batch_row(
    struct journal_batch *batch, const struct journal_row *row);

/* Content kept by its SHA-256: a device tree that a row names. Once is
 * enough. */
bool journal_batch_blob(
    struct journal_batch *batch, const void *content, size_t size);

/* The model as it stands after the row of that seq and hash. */
bool journal_batch_snapshot(struct journal_batch *batch, int64_t instance,
    uint64_t seq, int64_t time_us, const uint8_t hash[JOURNAL_HASH_SIZE],
    const struct memblock *mb);

/* Takes back what was added last, so that the batch is as it was when
 * journal_batch_mark() answered mark. */
size_t journal_batch_mark(const struct journal_batch *batch);
void journal_batch_rewind(struct journal_batch *batch, size_t mark);

/* What a batch tells of one instance: that it was made, that a row was added to
 * it, or that it was destroyed. */
enum journal_news_kind {
	JOURNAL_NEWS_CREATED,
	JOURNAL_NEWS_ROW,
	JOURNAL_NEWS_DESTROYED,
};
struct journal_news {
	enum journal_news_kind kind;
	int64_t instance;
	uint64_t seq;				/* row */
	const struct journal_instance *created; /* created; good until tell()
						   returns */
	/* row: for journal_news_row(). */
	const struct journal_batch *batch;
	const struct batch_item *item;
};

/* Tells the news of a batch in the order in which they were added; tell may
 * not add any. */
void journal_batch_each_news(const struct journal_batch *batch,
    void (*tell)(void *arg, const struct journal_news *news), void *arg);

/* The row that was added; it points into the batch. False: the batch does not
 * have it at hand, for it is one of an import, and the last of several. */
bool journal_news_row(
    const struct journal_news *news, struct journal_row *ret_row);

/* Writes a batch: all of it is on disk when this answers JOURNAL_OK, and none
 * of it otherwise (_FAILED, also where a file of the journal was removed or
 * replaced; _DAMAGED, also where rows do not follow what the
 * journal has of their instance, or where what is to be destroyed is not
 * alive). An instance destroyed and one of its name created can stand in one
 * batch. */
enum journal_status journal_commit(struct journal *journal,
    const struct journal_batch *batch, struct journal_error *ret_error);

/* Takes some of what compactions and purges have dropped out of the file, as
 * long as there is any; in a transaction that is never long. It counts as gone
 * since they were written. JOURNAL_OK: *ret_more says whether there can be more
 * to take out; _FAILED: as it was; _DAMAGED: as it was, and what is left is of
 * instances that are damaged. */
enum journal_status journal_sweep(
    struct journal *journal, bool *ret_more, struct journal_error *ret_error);

/* Writes and syncs something that means nothing, to see whether writing works
 * again. */
enum journal_status journal_probe(
    struct journal *journal, struct journal_error *ret_error);

#endif
