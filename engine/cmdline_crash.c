/* SPDX-License-Identifier: BSD-2-Clause */
/* crashkernel=, whose last word of each kind counts. */
#include "engine/cmdline.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define NAME "crashkernel="

static size_t word_length(const char *word)
{
	return strcspn(word, " ");
}

static bool ends_with(const char *word, size_t length, const char *suffix)
{
	const size_t tail = strlen(suffix);

	return length >= tail &&
	       memcmp(word + length - tail, suffix, tail) == 0;
}

/* The value of the last word with that suffix; NULL: there is none. */
static const char *find_last(const char *text, const char *suffix)
{
	const char *last = NULL;
	const char *at = strstr(text, NAME);

	for (; at != NULL; at = strstr(at + 1, NAME)) {
		const char *value = at + strlen(NAME);
		const size_t length = word_length(value);
		const bool plain = !ends_with(value, length, ",high") &&
				   !ends_with(value, length, ",low");

		if (suffix[0] == '\0' ? plain
				      : ends_with(value, length, suffix))
			last = value;
	}
	return last;
}

static enum cmdline_crash refuse(char *message, const char *why, char found)
{
	if (found == '\0')
		snprintf(message, CMDLINE_MESSAGE_MAX, "crashkernel: %s", why);
	else
		snprintf(message, CMDLINE_MESSAGE_MAX, "crashkernel: %s: %c",
		    why, isprint((unsigned char)found) ? found : '?');
	return CMDLINE_CRASH_REFUSED;
}

/* SIZE[@BASE], or SIZE and the suffix. */
static enum cmdline_crash parse_simple(const char *value, const char *suffix,
    uint64_t *ret_size, uint64_t *ret_base, char *message)
{
	const char *end;
	const uint64_t size = cmdline_memparse(value, &end);
	uint64_t base = 0;

	if (end == value)
		return refuse(message, "memory value expected", '\0');
	if (suffix[0] != '\0') {
		if (strncmp(end, suffix, strlen(suffix)) != 0)
			return refuse(message, "unrecognized char", *end);
		end += strlen(suffix);
	} else if (*end == '@') {
		base = cmdline_memparse(end + 1, &end);
	}
	if (*end != ' ' && *end != '\0')
		return refuse(message, "unrecognized char", *end);
	*ret_size = size;
	*ret_base = base;
	return CMDLINE_CRASH_FOUND;
}

/* One START-[END]:SIZE. NULL: malformed, and message says why. */
static const char *parse_range(const char *at, uint64_t *ret_start,
    uint64_t *ret_end, uint64_t *ret_size, char *message)
{
	const char *next;

	*ret_start = cmdline_memparse(at, &next);
	if (next == at) {
		refuse(message, "Memory value expected", '\0');
		return NULL;
	}
	if (*next != '-') {
		refuse(message, "'-' expected", '\0');
		return NULL;
	}
	at = next + 1;
	*ret_end = UINT64_MAX;
	if (*at != ':') {
		*ret_end = cmdline_memparse(at, &next);
		if (next == at) {
			refuse(message, "Memory value expected", '\0');
			return NULL;
		}
		at = next;
		if (*ret_end <= *ret_start) {
			refuse(message, "end <= start", '\0');
			return NULL;
		}
	}
	if (*at != ':') {
		refuse(message, "':' expected", '\0');
		return NULL;
	}
	*ret_size = cmdline_memparse(at + 1, &next);
	if (next == at + 1) {
		refuse(message, "Memory value expected", '\0');
		return NULL;
	}
	return next;
}

/* RANGE:SIZE[,RANGE:SIZE...][@BASE]. */
static enum cmdline_crash parse_ranges(const char *value, uint64_t ram,
    uint64_t *ret_size, uint64_t *ret_base, char *message)
{
	uint64_t start, end, size, wanted = 0, base = 0;
	const char *at = value;

	for (;; at++) {
		at = parse_range(at, &start, &end, &size, message);
		if (at == NULL)
			return CMDLINE_CRASH_REFUSED;
		if (size >= ram)
			return refuse(message, "invalid size", '\0');
		if (ram >= start && ram < end) {
			wanted = size;
			break;
		}
		if (*at != ',')
			break;
	}
	/* The base stands behind the last range, whichever counted. */
	if (wanted > 0) {
		at += strcspn(at, " @");
		if (*at == '@')
			base = cmdline_memparse(at + 1, &at);
	}
	*ret_size = wanted;
	*ret_base = base;
	return CMDLINE_CRASH_FOUND;
}

enum cmdline_crash cmdline_crashkernel(const char *text, const char *suffix,
    uint64_t ram, uint64_t *ret_size, uint64_t *ret_base, char *message)
{
	const char *value = find_last(text, suffix);
	const char *colon;

	if (value == NULL)
		return CMDLINE_CRASH_NONE;
	colon = memchr(value, ':', word_length(value));
	if (suffix[0] == '\0' && colon != NULL)
		return parse_ranges(value, ram, ret_size, ret_base, message);
	return parse_simple(value, suffix, ret_size, ret_base, message);
}
