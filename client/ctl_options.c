/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_options.h"

#include "client/ctl_commands.h"
#include "client/ctl_nearest.h"
#include "client/ctl_number.h"

#include <string.h>

bool ctl_given(const struct ctl_line *line, enum ctl_option_id id)
{
	return (line->given & CTL_BIT(id)) != 0;
}

bool ctl_takes_areas(const struct ctl_option *option)
{
	return option->value != NULL && strcmp(option->value, "RANGE...") == 0;
}

/* ---- options ---- */

#define ANY_OPTION (~(ctl_option_set)0)

/* The words still to be looked at, and what they may be. */
struct parser {
	const char *const *words;
	size_t count;
	size_t at;
	ctl_option_set allowed;
	struct ctl_line *line;
	struct ctl_error *error;
};

static bool is_name_of(
    const struct ctl_option *option, const char *name, size_t size)
{
	return strlen(option->name) == size &&
	       memcmp(option->name, name, size) == 0;
}

/* CTL_OPTION_COUNT: none of those in ids. */
static enum ctl_option_id find_long(
    const char *name, size_t size, ctl_option_set ids)
{
	int id;

	for (id = 0; id < CTL_OPTION_COUNT; id++)
		if ((ids & CTL_BIT(id)) &&
		    is_name_of(&ctl_options[id], name, size))
			break;
	return (enum ctl_option_id)id;
}

static enum ctl_option_id find_letter(char letter, ctl_option_set ids)
{
	int id;

	for (id = 0; id < CTL_OPTION_COUNT; id++)
		if ((ids & CTL_BIT(id)) && ctl_options[id].letter == letter)
			break;
	return (enum ctl_option_id)id;
}

/* Says why an option is not one here. */
static bool fail_option(const struct parser *parser, const char *word)
{
	const size_t size = strcspn(word, "=");
	const char *nearest[CTL_OPTION_COUNT + 1], *near;
	size_t count = 0;
	int id;

	if (word[1] == '-' &&
	    find_long(word + 2, size - 2, ANY_OPTION) != CTL_OPTION_COUNT)
		return parser->line->command == NULL
			   ? ctl_fail(parser->error,
				 "'%s' belongs behind a command that takes it",
				 word)
			   : ctl_fail(parser->error,
				 "'%s' is no option of this command", word);
	for (id = 0; id < CTL_OPTION_COUNT; id++)
		if (parser->allowed & CTL_BIT(id))
			nearest[count++] = ctl_options[id].name;
	near = ctl_nearest(word + strspn(word, "-"), nearest, count);
	if (near != NULL)
		return ctl_fail(parser->error,
		    "'%s': no such option; did you mean --%s?", word, near);
	return ctl_fail(
	    parser->error, "'%s': no such option; --help lists them", word);
}

/* Whether text is one of the words in "a|b". */
static bool is_choice(const char *choices, const char *text)
{
	const size_t size = strlen(text);
	const char *at = choices;

	while (at != NULL) {
		if (strncmp(at, text, size) == 0 &&
		    (at[size] == '|' || at[size] == '\0'))
			return size > 0;
		at = strchr(at, '|');
		at = at != NULL ? at + 1 : NULL;
	}
	return false;
}

/* Puts a range behind those there are. */
static bool keep_area(
    const struct parser *parser, enum ctl_option_id id, const char *text)
{
	struct ctl_line *line = parser->line;
	struct ctl_area area = {.option = id};
	struct ctl_error why;

	if (!ctl_parse_range(text, &area.base, &area.size, &why))
		return ctl_fail(
		    parser->error, "--%s %s", ctl_options[id].name, why.text);
	if (line->area_count == CTL_AREAS_MAX)
		return ctl_fail(parser->error, "--%s '%s': more than %d ranges",
		    ctl_options[id].name, text, CTL_AREAS_MAX);
	line->areas[line->area_count++] = area;
	line->given |= CTL_BIT(id);
	return true;
}

static bool keep_value(
    const struct parser *parser, enum ctl_option_id id, const char *text)
{
	const struct ctl_option *option = &ctl_options[id];
	struct ctl_value *value = &parser->line->values[id];
	struct ctl_error why;

	if (ctl_takes_areas(option))
		return keep_area(parser, id, text);
	if (strchr(option->value, '|') != NULL &&
	    !is_choice(option->value, text))
		return ctl_fail(parser->error, "--%s '%s': not one of %s",
		    option->name, text, option->value);
	if (option->parse != NULL && !option->parse(text, &value->number, &why))
		return ctl_fail(
		    parser->error, "--%s %s", option->name, why.text);
	value->text = text;
	parser->line->given |= CTL_BIT(id);
	return true;
}

/* An option and its value: joined in one word, or the next word. */
static bool take_option(struct parser *parser, enum ctl_option_id id,
    const char *word, const char *joined)
{
	const struct ctl_option *option = &ctl_options[id];

	if (option->value == NULL) {
		if (joined != NULL)
			return ctl_fail(parser->error,
			    "'%s': --%s takes no value", word, option->name);
		parser->line->values[id].number = 1;
		parser->line->given |= CTL_BIT(id);
		return true;
	}
	if (joined != NULL)
		return keep_value(parser, id, joined);
	if (parser->at == parser->count)
		return ctl_fail(parser->error, "--%s needs a value: %s",
		    option->name, option->value);
	return keep_value(parser, id, parser->words[parser->at++]);
}

static bool parse_option(struct parser *parser, const char *word)
{
	enum ctl_option_id id;
	size_t size;

	if (word[1] != '-') {
		id = find_letter(word[1], parser->allowed);
		if (id == CTL_OPTION_COUNT)
			return fail_option(parser, word);
		return take_option(
		    parser, id, word, word[2] != '\0' ? word + 2 : NULL);
	}
	size = strcspn(word, "=");
	id = find_long(word + 2, size - 2, parser->allowed);
	if (id == CTL_OPTION_COUNT)
		return fail_option(parser, word);
	return take_option(
	    parser, id, word, word[size] == '=' ? word + size + 1 : NULL);
}

/* ---- the command and its arguments ---- */

static bool parse_command(struct parser *parser, const char *word)
{
	const char *near;

	parser->line->word = word;
	parser->line->command = ctl_command_find(word);
	if (parser->line->command != NULL) {
		parser->allowed |= parser->line->command->options;
		return true;
	}
	near = ctl_command_nearest(word);
	if (near != NULL)
		return ctl_fail(
		    parser->error, "no such command; did you mean %s?", near);
	return ctl_fail(
	    parser->error, "no such command; `memblockctl help` lists them");
}

/* A range, of which the word before *at is the first; or an address, where that
 * may be. */
static bool parse_range(struct parser *parser, bool may_be_address,
    const char *const *words, size_t count, size_t *at)
{
	struct ctl_line *line = parser->line;
	const char *word = words[*at - 1];

	line->has_size = true;
	if (ctl_is_range(word))
		return ctl_parse_range(
		    word, &line->base, &line->size, parser->error);
	if (!ctl_parse_number(word, &line->base, parser->error))
		return false;
	if (*at < count)
		return ctl_parse_number(
		    words[(*at)++], &line->size, parser->error);
	line->has_size = false;
	return may_be_address ||
	       ctl_fail(parser->error,
		   "'%s': a base without a size: BASE SIZE, SIZE@BASE, "
		   "BASE+SIZE, BASE-LAST or BASE..END",
		   word);
}

/* NAME, which is an instance as it stands, or NAME[@SEQ]. */
static bool take_instance(
    const struct parser *parser, size_t name_size, const char *word)
{
	struct ctl_line *line = parser->line;
	const bool second = line->instance[0] != '\0';
	struct ctl_moment *moment =
	    second ? &line->other_moment : &line->moment;

	if (!ctl_parse_instance(word, second ? line->other : line->instance,
		moment, parser->error))
		return false;
	return moment->when == CTL_NOW || name_size > strlen("NAME") ||
	       ctl_fail(parser->error,
		   "'%s': %s is not for the past, which NAME@SEQ is", word,
		   line->word);
}

/* NAME...: the word before *at and all that follow. */
static bool take_names(const struct parser *parser, const char *const *words,
    size_t count, size_t *at)
{
	struct ctl_line *line = parser->line;
	char instance[CTL_INSTANCE_MAX];
	struct ctl_moment moment;

	for (*at -= 1; *at < count; *at += 1) {
		if (!ctl_parse_instance(
			words[*at], instance, &moment, parser->error))
			return false;
		if (moment.when != CTL_NOW)
			return ctl_fail(parser->error,
			    "'%s': %s is not for the past, which NAME@SEQ is",
			    words[*at], line->word);
		line->names[line->name_count++] = words[*at];
	}
	return true;
}

/* One argument by its name in the command's row; *at counts the words. */
static bool parse_argument(struct parser *parser, const char *name,
    size_t name_size, const char *const *words, size_t count, size_t *at)
{
	struct ctl_line *line = parser->line;
	const char *word = words[*at];
	const char **text;

	*at += 1;
	if (strncmp(name, "NAME...", name_size) == 0 &&
	    name_size > strlen("NAME"))
		return take_names(parser, words, count, at);
	if (strncmp(name, "NAME[@SEQ]", name_size) == 0)
		return take_instance(parser, name_size, word);
	if (strncmp(name, "SIZE", name_size) == 0)
		return ctl_parse_number(word, &line->size, parser->error);
	if (strncmp(name, "ADDR|RANGE", name_size) == 0)
		return parse_range(parser, true, words, count, at);
	if (strncmp(name, "RANGE", name_size) == 0)
		return parse_range(parser, false, words, count, at);
	text = &line->texts[line->texts[0] != NULL];
	*text = word;
	return true;
}

/* Gives the words to the arguments that the command's row names, one by one;
 * those in brackets may be missing. */
static bool parse_arguments(
    struct parser *parser, const char *const *words, size_t count)
{
	const char *name = parser->line->command->arguments;
	size_t at = 0, size;

	for (; *name != '\0'; name += strspn(name, " ]")) {
		const bool optional = *name == '[';

		name += optional;
		size = strcspn(name, optional ? " ]" : " ");
		if (at < count) {
			if (!parse_argument(
				parser, name, size, words, count, &at))
				return false;
		} else if (!optional && !ctl_given(parser->line, CTL_HELP)) {
			return ctl_fail(parser->error,
			    "%.*s is missing: memblockctl %s %s", (int)size,
			    name, parser->line->word,
			    parser->line->command->arguments);
		}
		name += size;
	}
	if (at < count)
		return ctl_fail(parser->error,
		    "'%s': one word too many: memblockctl %s%s%s", words[at],
		    parser->line->word,
		    *parser->line->command->arguments == '\0' ? "" : " ",
		    parser->line->command->arguments);
	return true;
}

/* Splits the words into options, which are dealt with, and the others. */
static bool parse_words(struct parser *parser)
{
	const char *others[CTL_NAMES_MAX];
	size_t count = 0;
	bool options = true;

	while (parser->at < parser->count) {
		const char *word = parser->words[parser->at++];

		if (options && strcmp(word, "--") == 0) {
			options = false;
		} else if (options && word[0] == '-' && word[1] != '\0') {
			if (!parse_option(parser, word))
				return false;
		} else if (parser->line->word == NULL) {
			if (!parse_command(parser, word))
				return false;
		} else if (count == sizeof(others) / sizeof(others[0])) {
			return ctl_fail(
			    parser->error, "'%s': one word too many", word);
		} else {
			others[count++] = word;
		}
	}
	if (parser->line->command == NULL)
		return ctl_given(parser->line, CTL_HELP) ||
		       ctl_fail(parser->error,
			   "a command is missing; `memblockctl help` lists "
			   "them");
	return parse_arguments(parser, others, count);
}

bool ctl_parse_line(const char *const *words, size_t count,
    ctl_option_set allowed, struct ctl_line *ret_line, struct ctl_error *error)
{
	struct parser parser = {words, count, 0, allowed, ret_line, error};

	*ret_line = (struct ctl_line){0};
	if (parse_words(&parser))
		return true;
	/* Who asked for JSON gets the error in JSON. */
	for (; parser.at < count; parser.at++)
		if ((allowed & CTL_BIT(CTL_JSON)) &&
		    (strcmp(words[parser.at], "-j") == 0 ||
			strcmp(words[parser.at], "--json") == 0))
			ret_line->given |= CTL_BIT(CTL_JSON);
	return false;
}
