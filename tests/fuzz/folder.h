/* SPDX-License-Identifier: BSD-2-Clause */
/* A private folder with one journal in it, for tests that need files. */
#ifndef TESTS_FUZZ_FOLDER_H
#define TESTS_FUZZ_FOLDER_H

struct folder {
	char path[64];
	char journal[80]; /* journal.db in it */
};

/* Makes an empty one below $TMPDIR, or /tmp. */
void folder_make(struct folder *ret_folder);

/* Removes the journal and what lies beside it. */
void folder_clear(const struct folder *folder);

/* The same, and the folder. */
void folder_remove(const struct folder *folder);

/* Makes ret_copy hold what a crash of the machine's programs would leave of
 * folder: the files as they are now, and no shared memory. */
void folder_copy(const struct folder *folder, const struct folder *ret_copy);

#endif
