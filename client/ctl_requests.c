/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_requests.h"

#include "client/ctl_file.h"
#include "client/ctl_number.h"
#include "client/ctl_text.h"

#include <stdlib.h>
#include <string.h>

struct mbc_request *ctl_make_create(
    const struct ctl_line *line, struct ctl_error *error)
{
	(void)error;
	return mbc_create(line->instance);
}

struct mbc_request *ctl_make_list(
    const struct ctl_line *line, struct ctl_error *error)
{
	(void)line;
	(void)error;
	return mbc_list();
}

struct mbc_request *ctl_make_info(
    const struct ctl_line *line, struct ctl_error *error)
{
	(void)error;
	return mbc_info(line->instance);
}

struct mbc_request *ctl_make_destroy(
    const struct ctl_line *line, struct ctl_error *error)
{
	(void)error;
	return mbc_destroy(line->instance);
}

struct mbc_request *ctl_make_clone(
    const struct ctl_line *line, struct ctl_error *error)
{
	if (!ctl_check_name(line->texts[0], error))
		return NULL;
	return mbc_clone(line->texts[0], line->instance);
}

struct mbc_request *ctl_make_add(
    const struct ctl_line *line, struct ctl_error *error)
{
	(void)error;
	return mbc_add(line->instance, line->base, line->size);
}

struct mbc_request *ctl_make_remove(
    const struct ctl_line *line, struct ctl_error *error)
{
	(void)error;
	return mbc_remove(line->instance, line->base, line->size);
}

struct mbc_request *ctl_make_reserve(
    const struct ctl_line *line, struct ctl_error *error)
{
	(void)error;
	return mbc_reserve(line->instance, line->base, line->size);
}

struct mbc_request *ctl_make_free(
    const struct ctl_line *line, struct ctl_error *error)
{
	(void)error;
	return mbc_phys_free(line->instance, line->base, line->size);
}

struct mbc_request *ctl_make_alloc(
    const struct ctl_line *line, struct ctl_error *error)
{
	(void)error;
	return mbc_alloc(line->instance, line->size);
}

struct mbc_request *ctl_make_find(
    const struct ctl_line *line, struct ctl_error *error)
{
	(void)error;
	return mbc_find(line->instance, line->size);
}

struct mbc_request *ctl_make_explain(
    const struct ctl_line *line, struct ctl_error *error)
{
	(void)error;
	return mbc_explain(line->instance, line->size);
}

struct mbc_request *ctl_make_mark(
    const struct ctl_line *line, struct ctl_error *error)
{
	uint64_t flag;

	if (!ctl_parse_flag(line->texts[0], &flag, error))
		return NULL;
	return mbc_mark(line->instance, (uint32_t)flag, line->base, line->size);
}

struct mbc_request *ctl_make_clear(
    const struct ctl_line *line, struct ctl_error *error)
{
	uint64_t flag;

	if (!ctl_parse_flag(line->texts[0], &flag, error))
		return NULL;
	return mbc_clear(
	    line->instance, (uint32_t)flag, line->base, line->size);
}

struct mbc_request *ctl_make_set_node(
    const struct ctl_line *line, struct ctl_error *error)
{
	int32_t nid;

	if (!ctl_parse_nid(line->texts[0], &nid, error))
		return NULL;
	return mbc_set_node(line->instance, line->base, line->size, nid);
}

struct mbc_request *ctl_make_trim(
    const struct ctl_line *line, struct ctl_error *error)
{
	uint64_t align;

	if (!ctl_parse_number(line->texts[0], &align, error))
		return NULL;
	return mbc_trim(line->instance, align);
}

struct mbc_request *ctl_make_limit(
    const struct ctl_line *line, struct ctl_error *error)
{
	(void)error;
	return mbc_limit(line->instance, line->size);
}

struct mbc_request *ctl_make_cap(
    const struct ctl_line *line, struct ctl_error *error)
{
	(void)error;
	return mbc_cap(line->instance, line->base, line->size);
}

struct mbc_request *ctl_make_physmem_add(
    const struct ctl_line *line, struct ctl_error *error)
{
	(void)error;
	return mbc_physmem_add(line->instance, line->base, line->size);
}

struct mbc_request *ctl_make_set(
    const struct ctl_line *line, struct ctl_error *error)
{
	const char *setting = line->texts[0], *value = line->texts[1];
	const bool on = strcmp(value, "on") == 0;
	uint64_t limit = MBC_ANYWHERE;

	if (strcmp(setting, "bottom-up") == 0) {
		if (on || strcmp(value, "off") == 0)
			return mbc_set_bottom_up(line->instance, on);
		ctl_fail(error, "bottom-up '%s': on or off", value);
	} else if (strcmp(setting, "current-limit") == 0) {
		if (strcmp(value, "anywhere") == 0 ||
		    ctl_parse_number(value, &limit, error))
			return mbc_set_current_limit(line->instance, limit);
		ctl_fail(error,
		    "current-limit '%s': a number of at most "
		    "0xffffffffffffffff, or anywhere",
		    value);
	} else if (strcmp(setting, "resize") == 0) {
		if (on)
			return mbc_allow_resize(line->instance);
		ctl_fail(error, "resize '%s': on, and never off again", value);
	} else {
		ctl_fail(error,
		    "'%s': not a setting: bottom-up, current-limit or resize",
		    setting);
	}
	return NULL;
}

struct mbc_request *ctl_make_ranges(
    const struct ctl_line *line, struct ctl_error *error)
{
	uint64_t list;

	if (!ctl_parse_type(line->texts[0], &list, error))
		return NULL;
	if (ctl_given(line, CTL_PFN) && list != MBC_MEMORY) {
		ctl_fail(error, "--pfn is for memory, and not for '%s'",
		    line->texts[0]);
		return NULL;
	}
	return mbc_ranges(line->instance, (enum mbc_list)list);
}

static struct mbc_request *ask_address(
    const char *question, const char *instance, uint64_t address)
{
	if (strcmp(question, "memory") == 0)
		return mbc_is_memory(instance, address);
	if (strcmp(question, "map-memory") == 0)
		return mbc_is_map_memory(instance, address);
	return mbc_is_reserved(instance, address);
}

static struct mbc_request *ask_range(
    const char *question, const char *instance, uint64_t base, uint64_t size)
{
	if (strcmp(question, "region-memory") == 0)
		return mbc_is_region_memory(instance, base, size);
	return mbc_is_region_reserved(instance, base, size);
}

/* What can be asked. */
static const struct question {
	const char *word;
	bool of_range; /* else of an address */
	bool of_list;  /* takes --type, and must have it */
} questions[] = {
    {"memory", false, false},
    {"map-memory", false, false},
    {"reserved", false, false},
    {"region-memory", true, false},
    {"region-reserved", true, false},
    {"overlaps", true, true},
    {"find-region", false, true},
    {0},
};

/* The question of a line that makes sense; otherwise NULL. */
static const struct question *find_question(
    const struct ctl_line *line, struct ctl_error *error)
{
	const struct question *question = questions;
	const char *word = line->texts[0];

	while (question->word != NULL && strcmp(question->word, word) != 0)
		question++;
	if (question->word == NULL)
		ctl_fail(error,
		    "'%s': not a question: memory, map-memory, reserved, "
		    "region-memory, region-reserved, overlaps or find-region",
		    word);
	else if (question->of_range != line->has_size)
		ctl_fail(error, "%s asks about %s", word,
		    question->of_range ? "a RANGE, and not about an address"
				       : "an address, and not about a RANGE");
	else if (question->of_list != ctl_given(line, CTL_TYPE))
		ctl_fail(error, "%s %s", word,
		    question->of_list ? "needs --type memory or reserved"
				      : "takes no --type");
	else
		return question;
	return NULL;
}

struct mbc_request *ctl_make_query(
    const struct ctl_line *line, struct ctl_error *error)
{
	const struct question *question = find_question(line, error);
	const enum mbc_list list = (enum mbc_list)line->values[CTL_TYPE].number;

	if (question == NULL)
		return NULL;
	if (question->of_list && question->of_range)
		return mbc_overlaps_region(
		    line->instance, list, line->base, line->size);
	if (question->of_list)
		return mbc_search(line->instance, list, line->base);
	if (question->of_range)
		return ask_range(
		    question->word, line->instance, line->base, line->size);
	return ask_address(question->word, line->instance, line->base);
}

struct mbc_request *ctl_make_dump(
    const struct ctl_line *line, struct ctl_error *error)
{
	if (ctl_given(line, CTL_DUMP_TYPE) &&
	    (!ctl_given(line, CTL_FORMAT) ||
		strcmp(line->values[CTL_FORMAT].text, "debugfs") != 0)) {
		ctl_fail(error, "--type goes with --format debugfs");
		return NULL;
	}
	return mbc_dump(line->instance);
}

struct mbc_request *ctl_make_load(
    const struct ctl_line *line, struct ctl_error *error)
{
	struct mbc_request *request;
	char *content;
	size_t size;

	if (!ctl_read_file(line->texts[0], &content, &size, error))
		return NULL;
	request = mbc_load(line->instance, content, size);
	free(content);
	return request;
}

struct mbc_request *ctl_make_blame(
    const struct ctl_line *line, struct ctl_error *error)
{
	struct mbc_request *request = mbc_blame(line->instance);

	(void)error;
	if (line->has_size) {
		mbc_request_set(request, MBC_FIELD_BASE, line->base);
		mbc_request_set(request, MBC_FIELD_SIZE, line->size);
	}
	return request;
}

struct mbc_request *ctl_make_diff(
    const struct ctl_line *line, struct ctl_error *error)
{
	struct mbc_request *request = mbc_diff(line->instance, line->other);

	(void)error;
	if (line->other_moment.when == CTL_AT_SEQ)
		mbc_request_set(
		    request, MBC_FIELD_OTHER_AT_SEQ, line->other_moment.value);
	else if (line->other_moment.when == CTL_AT_TIME)
		mbc_request_set(
		    request, MBC_FIELD_OTHER_AT_TIME, line->other_moment.value);
	return request;
}

struct mbc_request *ctl_make_log(
    const struct ctl_line *line, struct ctl_error *error)
{
	const char *touching = line->values[CTL_TOUCHING].text;
	struct mbc_request *request;
	uint64_t base = 0, size = 0;

	if (ctl_given(line, CTL_FOLLOW_ORIGIN) &&
	    (ctl_given(line, CTL_FROM_SEQ) || ctl_given(line, CTL_TO_SEQ))) {
		ctl_fail(error,
		    "--from and --to are seqs of one instance: with "
		    "--follow-origin there can be several");
		return NULL;
	}
	if (ctl_given(line, CTL_TOUCHING) &&
	    !ctl_parse_range(touching, &base, &size, error))
		return NULL;
	request = mbc_log(line->instance);
	if (ctl_given(line, CTL_TOUCHING)) {
		mbc_request_set(request, MBC_FIELD_TOUCHING_BASE, base);
		mbc_request_set(request, MBC_FIELD_TOUCHING_SIZE, size);
	}
	return request;
}

struct mbc_request *ctl_make_verify(
    const struct ctl_line *line, struct ctl_error *error)
{
	(void)error;
	return mbc_verify(line->instance);
}

struct mbc_request *ctl_make_compact(
    const struct ctl_line *line, struct ctl_error *error)
{
	if (ctl_given(line, CTL_KEEP))
		return mbc_compact(
		    line->instance, line->values[CTL_KEEP].number);
	ctl_fail(error, "--keep SEQ is missing");
	return NULL;
}

struct mbc_request *ctl_make_ping(
    const struct ctl_line *line, struct ctl_error *error)
{
	(void)line;
	(void)error;
	return mbc_ping();
}

struct mbc_request *ctl_make_version(
    const struct ctl_line *line, struct ctl_error *error)
{
	(void)line;
	(void)error;
	return mbc_hello(ctl_name_and_version());
}
