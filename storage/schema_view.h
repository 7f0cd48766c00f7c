/* SPDX-License-Identifier: BSD-2-Clause */
/* The view `journal`: the operations as a person reads them. */
#ifndef STORAGE_SCHEMA_VIEW_H
#define STORAGE_SCHEMA_VIEW_H

/* The statement that makes it, with the names the program has now for kinds,
 * flags and outcomes. To be freed with sqlite3_free(). NULL: no memory. */
char *schema_view_sql(void);

#endif
