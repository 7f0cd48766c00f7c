/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_reserved.h"

#include "client/ctl_json_value.h"

#include <inttypes.h>

struct mbc_request *ctl_make_reserved_memory(
    const struct ctl_line *line, struct ctl_error *error)
{
	(void)error;
	return mbc_reserved_memory(line->instance);
}

static void print_entry(const struct mbc_reserved *entry, FILE *out)
{
	const char *node, *name;
	size_t i;

	fprintf(out, "0x%" PRIx64 " 0x%" PRIx64 " %s %s", entry->base,
	    entry->size, entry->placement, entry->use);
	fprintf(out, " %s  %s",
	    entry->no_map && entry->reusable ? "no-map,reusable"
	    : entry->no_map		     ? "no-map"
	    : entry->reusable		     ? "reusable"
					     : "none",
	    entry->node);
	if (entry->has_phandle)
		fprintf(out, " phandle %" PRIu32, entry->phandle);
	for (i = 0; i < entry->compatible_count; i++)
		fprintf(out, "%s%s", i == 0 ? " " : ",", entry->compatible[i]);
	fputc('\n', out);
	if (entry->has_alloc_range)
		fprintf(out, "    in 0x%" PRIx64 " 0x%" PRIx64 "\n",
		    entry->range_base, entry->range_size);
	if (entry->overlaps[0] != '\0')
		fprintf(out, "    overlaps %s\n", entry->overlaps);
	for (i = 0; mbc_reserved_user(entry, i, &node, &name); i++)
		fprintf(out, "    used by %s%s%s\n", node,
		    name[0] == '\0' ? "" : " as ", name);
}

void ctl_print_reserved(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	const size_t count = mbc_answer_reserved_count(answer);
	size_t i;

	(void)call;
	for (i = 0; i < count; i++)
		print_entry(mbc_answer_reserved(answer, i), out);
}

static json_t *user_list(const struct mbc_reserved *entry)
{
	json_t *list = json_array(), *user;
	const char *node, *name;
	size_t i;

	for (i = 0; mbc_reserved_user(entry, i, &node, &name); i++) {
		user = json_object();
		ctl_json_put(user, "node", ctl_json_text(node));
		if (name[0] != '\0')
			ctl_json_put(user, "name", ctl_json_text(name));
		json_array_append_new(list, user);
	}
	return list;
}

static json_t *compatible_list(const struct mbc_reserved *entry)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < entry->compatible_count; i++)
		json_array_append_new(
		    list, ctl_json_text(entry->compatible[i]));
	return list;
}

static json_t *alloc_range(const struct mbc_reserved *entry)
{
	json_t *range = json_object();

	ctl_json_put(range, "base", ctl_json_hex(entry->range_base));
	ctl_json_put(range, "size", ctl_json_hex(entry->range_size));
	return range;
}

static json_t *entry_value(const struct mbc_reserved *entry)
{
	json_t *members = json_object();

	ctl_json_put(members, "node", ctl_json_text(entry->node));
	if (entry->has_phandle)
		ctl_json_put(
		    members, "phandle", ctl_json_number(entry->phandle));
	ctl_json_put(members, "base", ctl_json_hex(entry->base));
	ctl_json_put(members, "size", ctl_json_hex(entry->size));
	ctl_json_put(members, "placement", ctl_json_text(entry->placement));
	if (entry->has_alloc_range)
		ctl_json_put(members, "alloc_range", alloc_range(entry));
	ctl_json_put(members, "no_map", json_boolean(entry->no_map));
	ctl_json_put(members, "reusable", json_boolean(entry->reusable));
	ctl_json_put(members, "compatible", compatible_list(entry));
	ctl_json_put(members, "use", ctl_json_text(entry->use));
	if (entry->overlaps[0] != '\0')
		ctl_json_put(
		    members, "overlaps", ctl_json_text(entry->overlaps));
	ctl_json_put(members, "users", user_list(entry));
	return members;
}

void ctl_json_reserved(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	const size_t count = mbc_answer_reserved_count(answer);
	size_t i;

	(void)call;
	fputs(",\"entries\":[", out);
	for (i = 0; i < count; i++) {
		if (i > 0)
			fputc(',', out);
		ctl_json_write(
		    out, entry_value(mbc_answer_reserved(answer, i)));
	}
	fputc(']', out);
}
