/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/schema_view.h"

#include "engine/op.h"
#include "engine/region.h"
#include "storage/outcome_name.h"

#include <sqlite3.h>

/* The three settings are one word in logs; here they are told apart. */
static const struct {
	enum op_kind kind;
	const char *setting;
} settings[] = {
    {OP_SET_BOTTOM_UP, "bottom-up"},
    {OP_SET_CURRENT_LIMIT, "current-limit"},
    {OP_SET_RESIZE, "resize"},
};

static void append_op(sqlite3_str *sql)
{
	int kind;

	sqlite3_str_appendall(sql, ",\n  CASE o.kind");
	for (kind = 1; kind <= OP_KIND_MAX; kind++)
		sqlite3_str_appendf(
		    sql, " WHEN %d THEN %Q", kind, op_info(kind)->name);
	sqlite3_str_appendall(sql, " ELSE o.kind END AS op");
}

static void append_setting(sqlite3_str *sql)
{
	size_t i;

	sqlite3_str_appendall(sql, ",\n  CASE o.kind");
	for (i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		sqlite3_str_appendf(sql, " WHEN %d THEN %Q",
		    (int)settings[i].kind, settings[i].setting);
	sqlite3_str_appendall(sql, " END AS setting");
}

/* %x takes SQLite's signed integer for the 64 bits it is. */
static void append_hex(sqlite3_str *sql, const char *column, const char *alias)
{
	sqlite3_str_appendf(sql,
	    ",\n  iif(o.%s IS NULL, NULL, printf('0x%%x', o.%s)) AS %s", column,
	    column, alias);
}

/* "hotplug,nomap": each name with a comma behind it, but for the last. */
static void append_flags(sqlite3_str *sql)
{
	const struct flag_name *row;

	sqlite3_str_appendall(sql,
	    ",\n  CASE WHEN o.flags IS NULL THEN NULL"
	    " WHEN o.flags = 0 THEN 'none' ELSE rtrim(''");
	for (row = flag_names; row->name != NULL; row++)
		sqlite3_str_appendf(sql, " || iif(o.flags & %u, '%s,', '')",
		    (unsigned int)row->flag, row->name);
	sqlite3_str_appendall(sql, ", ',') END AS flags");
}

static void append_outcome(sqlite3_str *sql)
{
	const struct outcome_name *row;

	sqlite3_str_appendall(sql, ",\n  CASE o.status");
	for (row = outcome_names; row->name != NULL; row++)
		sqlite3_str_appendf(
		    sql, " WHEN %d THEN %Q", (int)row->status, row->name);
	sqlite3_str_appendall(sql, " ELSE o.status END AS outcome");
}

char *schema_view_sql(void)
{
	sqlite3_str *sql = sqlite3_str_new(NULL);

	sqlite3_str_appendall(sql,
	    "CREATE VIEW journal AS SELECT\n"
	    "  i.name AS instance,\n"
	    "  i.id AS life,\n"
	    "  o.seq AS seq,\n"
	    "  strftime('%Y-%m-%dT%H:%M:%S', o.time_us / 1000000, 'unixepoch')"
	    " || printf('.%06dZ', o.time_us % 1000000) AS time,\n"
	    "  o.principal AS principal");
	append_op(sql);
	append_setting(sql);
	append_hex(sql, "base", "base");
	append_hex(sql, "size", "size");
	append_hex(sql, "align", "align");
	append_hex(sql, "from_addr", "from_addr");
	append_hex(sql, "to_addr", "to_addr");
	sqlite3_str_appendall(sql, ",\n  nullif(o.nid, -1) AS nid");
	append_flags(sql);
	sqlite3_str_appendall(sql,
	    ",\n  CASE o.list WHEN 0 THEN 'memory' WHEN 1 THEN 'reserved' END"
	    " AS list,\n"
	    "  o.exact_nid AS exact_nid,\n"
	    "  o.min_fallback AS min_fallback,\n"
	    "  o.keep_nomap AS keep_nomap");
	append_hex(sql, "value", "value");
	append_outcome(sql);
	append_hex(sql, "result", "result");
	sqlite3_str_appendall(sql,
	    ",\n  o.message AS message,\n"
	    "  o.label AS label,\n"
	    "  o.group_seq AS group_seq,\n"
	    "  lower(hex(o.hash)) AS hash\n"
	    "FROM operation AS o JOIN instance AS i ON i.id = o.instance\n"
	    "WHERE o.seq >= i.first_seq\n"
	    "ORDER BY i.id, o.seq");
	return sqlite3_str_finish(sql);
}
