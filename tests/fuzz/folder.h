/* SPDX-License-Identifier: BSD-2-Clause */
/* A private folder with one journal in it, for targets that need a file. */
#ifndef TESTS_FUZZ_FOLDER_H
#define TESTS_FUZZ_FOLDER_H

struct folder {
	char path[64];
	char journal[80]; /* journal.db in it */
};

/* Makes an empty one below $TMPDIR, or /tmp. */
void folder_make(struct folder *ret_folder);

/* Removes it, the journal and what lies beside that. */
void folder_remove(const struct folder *folder);

#endif
