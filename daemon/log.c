/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/log.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_BYTES 2048

static const struct {
	const char *word;
	int priority; /* syslog's */
} levels[] = {
    [LOG_LEVEL_ERROR] = {"error", 3},
    [LOG_LEVEL_WARNING] = {"warning", 4},
    [LOG_LEVEL_INFO] = {"info", 6},
    [LOG_LEVEL_DEBUG] = {"debug", 7},
};
#define LEVEL_COUNT (sizeof(levels) / sizeof(levels[0]))

static enum log_level level_max = LOG_LEVEL_INFO;

/* A line as it grows; what does not fit is cut. */
struct line {
	char text[LINE_MAX_BYTES];
	size_t size;
};

bool log_level_parse(const char *word, enum log_level *ret_level)
{
	size_t i;

	for (i = 0; i < LEVEL_COUNT; i++) {
		if (strcmp(word, levels[i].word) == 0) {
			*ret_level = (enum log_level)i;
			return true;
		}
	}
	return false;
}

void log_set_level(enum log_level level)
{
	level_max = level;
}

static void put_char(struct line *line, char c)
{
	/* The last byte is kept for the end of the line. */
	if (line->size + 1 < sizeof(line->text))
		line->text[line->size++] = c;
}

static void put_text(struct line *line, const char *text)
{
	while (*text != '\0')
		put_char(line, *text++);
}

static void put_value(struct line *line, const char *value)
{
	const bool plain =
	    *value != '\0' && strpbrk(value, " \t\n\"\\=") == NULL;

	if (plain) {
		put_text(line, value);
		return;
	}
	put_char(line, '"');
	for (; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\')
			put_char(line, '\\');
		put_char(line, *value == '\n' ? ' ' : *value);
	}
	put_char(line, '"');
}

void log_event(enum log_level level, const char *event, ...)
{
	struct line line = {.size = 0};
	const char *key;
	va_list pairs;

	if (level > level_max)
		return;
	if (getenv("JOURNAL_STREAM") != NULL) {
		put_char(&line, '<');
		put_char(&line, (char)('0' + levels[level].priority));
		put_char(&line, '>');
	} else {
		put_text(&line, "memblockd: ");
	}
	put_text(&line, "level=");
	put_text(&line, levels[level].word);
	put_text(&line, " event=");
	put_text(&line, event);

	va_start(pairs, event);
	while ((key = va_arg(pairs, const char *)) != NULL) {
		put_char(&line, ' ');
		put_text(&line, key);
		put_char(&line, '=');
		put_value(&line, va_arg(pairs, const char *));
	}
	va_end(pairs);
	line.text[line.size++] = '\n';
	fwrite(line.text, 1, line.size, stderr);
}
