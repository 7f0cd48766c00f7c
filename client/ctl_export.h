/* SPDX-License-Identifier: BSD-2-Clause */
/* export and import: whole histories, from the server to a file and back. */
#ifndef CLIENT_CTL_EXPORT_H
#define CLIENT_CTL_EXPORT_H

#include "client/ctl_run.h"

/* Writes the file that the line names, which is there only once it is whole, or
 * to standard output. */
enum ctl_exit ctl_export(struct ctl_session *session, struct ctl_call *call);

/* Reads the file that the line names, or with - standard input, and sends it
 * part by part. */
enum ctl_exit ctl_import(struct ctl_session *session, struct ctl_call *call);

/* What import adds to its JSON object. */
void ctl_json_imported(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out);

#endif
