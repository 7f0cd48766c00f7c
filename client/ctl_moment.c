/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_moment.h"

#include "client/ctl_number.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* ---- RFC 3339 ---- */

/* Whether text looks like pattern, in which 0 is any digit, T is either T or
 * t, and everything else is itself. */
static bool looks_like(const char *text, const char *pattern)
{
	for (; *pattern != '\0'; text++, pattern++) {
		if (*pattern == '0' ? *text < '0' || *text > '9'
				    : *text != *pattern &&
					  (*pattern != 'T' || *text != 't'))
			return false;
	}
	return true;
}

static int two_digits(const char *text)
{
	return (text[0] - '0') * 10 + text[1] - '0';
}

/* The seconds since 1970 of "2026-01-02T03:04:05". A leap second is the first
 * second of the next minute. False: there is no such day or time of day. */
static bool take_seconds(const char *text, int64_t *ret_seconds)
{
	const int year = two_digits(text) * 100 + two_digits(text + 2);
	struct tm tm = {
	    .tm_year = year - 1900,
	    .tm_mon = two_digits(text + 5) - 1,
	    .tm_mday = two_digits(text + 8),
	    .tm_hour = two_digits(text + 11),
	    .tm_min = two_digits(text + 14),
	};
	const int second = two_digits(text + 17);
	const struct tm asked = tm;

	*ret_seconds = (int64_t)timegm(&tm) + second;
	return second <= 60 && tm.tm_mon == asked.tm_mon &&
	       tm.tm_mday == asked.tm_mday && tm.tm_hour == asked.tm_hour &&
	       tm.tm_min == asked.tm_min;
}

/* The microseconds of ".678901", if there is one; moves *at behind it. */
static bool take_fraction(const char **at, int64_t *ret_us)
{
	int64_t unit = 100000;

	*ret_us = 0;
	if (**at != '.')
		return true;
	if (!looks_like(++*at, "0"))
		return false;
	for (; looks_like(*at, "0"); ++*at, unit /= 10)
		*ret_us += (**at - '0') * unit;
	return true;
}

/* The seconds that "Z" or "+01:00" is ahead of UTC; nothing may follow. */
static bool take_offset(const char *at, int64_t *ret_seconds)
{
	*ret_seconds = 0;
	if (strcmp(at, "Z") == 0 || strcmp(at, "z") == 0)
		return true;
	if ((*at != '+' && *at != '-') || !looks_like(at + 1, "00:00") ||
	    at[6] != '\0' || two_digits(at + 1) > 23 || two_digits(at + 4) > 59)
		return false;
	*ret_seconds = two_digits(at + 1) * 3600 + two_digits(at + 4) * 60;
	if (*at == '-')
		*ret_seconds = -*ret_seconds;
	return true;
}

bool ctl_parse_time(const char *word, uint64_t *ret_us, struct ctl_error *error)
{
	const char *at = word + strlen("0000-00-00T00:00:00");
	int64_t seconds, fraction, offset;

	if (!looks_like(word, "0000-00-00T00:00:00") ||
	    !take_seconds(word, &seconds) || !take_fraction(&at, &fraction) ||
	    !take_offset(at, &offset))
		return ctl_fail(error,
		    "'%s': not a time: 2026-01-02T03:04:05Z, with or without "
		    "a fraction, or with an offset such as +01:00 for Z",
		    word);
	if (seconds < offset)
		return ctl_fail(error, "'%s': a time before 1970", word);
	*ret_us = (uint64_t)((seconds - offset) * 1000000 + fraction);
	return true;
}

/* ---- names ---- */

static bool parse_moment(
    const char *word, struct ctl_moment *ret_moment, struct ctl_error *error)
{
	if (strchr(word, '-') != NULL || strchr(word, ':') != NULL) {
		ret_moment->when = CTL_AT_TIME;
		return ctl_parse_time(word, &ret_moment->value, error);
	}
	ret_moment->when = CTL_AT_SEQ;
	return ctl_parse_number(word, &ret_moment->value, error) ||
	       ctl_fail(error,
		   "'%s': neither a seq nor a time such as "
		   "2026-01-02T03:04:05Z",
		   word);
}

bool ctl_parse_instance(const char *word, char ret_instance[CTL_INSTANCE_MAX],
    struct ctl_moment *ret_moment, struct ctl_error *error)
{
	const size_t size = strcspn(word, "@");

	ret_moment->when = CTL_NOW;
	snprintf(ret_instance, CTL_INSTANCE_MAX, "%.*s", (int)size, word);
	if (!ctl_check_name(ret_instance, error))
		return false;
	return word[size] == '\0' ||
	       parse_moment(word + size + 1, ret_moment, error);
}
