/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_number.h"

#include "client/memblock_client.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_BYTES 64
#define NUMBER_MAX_BYTES 40

/* ---- numbers ---- */

static int digit_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	if (digit >= 'A' && digit <= 'F')
		return digit - 'A' + 10;
	return 16;
}

/* The power of two that a suffix stands for; -1 for none of them. */
static int suffix_shift(char suffix)
{
	static const char suffixes[] = "KMGTPE";
	const char *at = strchr(suffixes, toupper((unsigned char)suffix));

	return suffix == '\0' || at == NULL ? -1
					    : 10 * (int)(at - suffixes + 1);
}

static bool fail_number(struct ctl_error *error, const char *word)
{
	return ctl_fail(error,
	    "'%s': not a number: digits, 0x and hex digits, or 0 and octal "
	    "digits, then at most one of K M G T P E",
	    word);
}

static bool fail_too_large(struct ctl_error *error, const char *word)
{
	return ctl_fail(
	    error, "'%s': too large: at most 0xffffffffffffffff", word);
}

bool ctl_parse_number(
    const char *word, uint64_t *ret_value, struct ctl_error *error)
{
	const char *at = word;
	uint64_t value = 0;
	bool overflow = false;
	int base = 10, shift = 0;

	if (at[0] == '0' && (at[1] == 'x' || at[1] == 'X')) {
		base = 16;
		at += 2;
	} else if (at[0] == '0') {
		base = 8;
	}
	if (digit_value(*at) >= base)
		return fail_number(error, word);
	for (; digit_value(*at) < base; at++) {
		const uint64_t digit = (uint64_t)digit_value(*at);

		overflow |=
		    __builtin_mul_overflow(value, (uint64_t)base, &value);
		overflow |= __builtin_add_overflow(value, digit, &value);
	}
	if (*at != '\0') {
		shift = suffix_shift(*at++);
		if (shift < 0 || *at != '\0')
			return fail_number(error, word);
	}
	if (overflow || value > UINT64_MAX >> shift)
		return fail_too_large(error, word);
	*ret_value = value << shift;
	return true;
}

bool ctl_parse_count(
    const char *word, uint64_t *ret_value, struct ctl_error *error)
{
	uint64_t value;

	if (!ctl_parse_number(word, &value, error))
		return false;
	if (value > UINT32_MAX)
		return ctl_fail(
		    error, "'%s': too large: at most 4294967295", word);
	*ret_value = value;
	return true;
}

bool ctl_parse_seconds(
    const char *word, uint64_t *ret_ms, struct ctl_error *error)
{
	const size_t digits = strspn(word, "0123456789");
	const size_t fraction =
	    word[digits] == '.' ? strspn(word + digits + 1, "0123456789") : 0;
	const size_t used = digits + (word[digits] == '.' ? 1 + fraction : 0);
	double seconds;

	if (digits + fraction == 0 || word[used] != '\0')
		return ctl_fail(
		    error, "'%s': not a number of seconds: 5 or 0.5", word);
	seconds = strtod(word, NULL);
	if (!(seconds > 0 && seconds <= 2000000))
		return ctl_fail(error,
		    "'%s': not a time to wait: more than 0, at most 2000000 "
		    "seconds",
		    word);
	*ret_ms = seconds < 0.001 ? 1 : (uint64_t)(seconds * 1000);
	return true;
}

/* ---- ranges ---- */

static const char *const separators[] = {"@", "+", "..", "-"};

/* Where the first separator stands; NULL when there is none. */
static const char *find_separator(const char *word, const char **ret_separator)
{
	const char *first = NULL, *at;
	size_t i;

	for (i = 0; i < sizeof(separators) / sizeof(separators[0]); i++) {
		at = strstr(word, separators[i]);
		if (at != NULL && (first == NULL || at < first)) {
			first = at;
			*ret_separator = separators[i];
		}
	}
	return first;
}

bool ctl_is_range(const char *word)
{
	const char *separator;

	return find_separator(word, &separator) != NULL;
}

static bool fail_range(struct ctl_error *error, const char *word)
{
	return ctl_fail(error,
	    "'%s': not a range: BASE SIZE, SIZE@BASE, BASE+SIZE, BASE-LAST or "
	    "BASE..END",
	    word);
}

/* The two numbers around the separator. */
static bool parse_ends(const char *word, char *ret_separator,
    uint64_t *ret_left, uint64_t *ret_right, struct ctl_error *error)
{
	char left[NUMBER_MAX_BYTES + 1];
	const char *separator = "", *at;
	struct ctl_error why;
	size_t size;

	at = find_separator(word, &separator);
	if (at == NULL)
		return fail_range(error, word);
	size = (size_t)(at - word);
	at += strlen(separator);
	if (size == 0 || size > NUMBER_MAX_BYTES || *at == '\0' ||
	    ctl_is_range(at))
		return fail_range(error, word);
	memcpy(left, word, size);
	left[size] = '\0';
	*ret_separator = separator[0];
	if (!ctl_parse_number(left, ret_left, &why) ||
	    !ctl_parse_number(at, ret_right, &why))
		return ctl_fail(error, "'%s': %s", word, why.text);
	return true;
}

bool ctl_parse_range(const char *word, uint64_t *ret_base, uint64_t *ret_size,
    struct ctl_error *error)
{
	uint64_t left, right;
	char separator;

	if (!parse_ends(word, &separator, &left, &right, error))
		return false;
	if (separator == '-' && right < left)
		return ctl_fail(
		    error, "'%s': the last address lies before the base", word);
	if (separator == '.' && right < left)
		return ctl_fail(
		    error, "'%s': the end lies before the base", word);
	switch (separator) {
	case '@':
		*ret_base = right;
		*ret_size = left;
		break;
	case '+':
		*ret_base = left;
		*ret_size = right;
		break;
	case '.':
		*ret_base = left;
		*ret_size = right - left;
		break;
	default: /* '-' */
		*ret_base = left;
		*ret_size = right - left + (right < UINT64_MAX);
		break;
	}
	return true;
}

/* ---- names and flags ---- */

bool ctl_check_name(const char *word, struct ctl_error *error)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz"
				      "0123456789._-";
	const size_t size = strlen(word);

	if (size > 0 && size <= NAME_MAX_BYTES && word[0] != '.' &&
	    word[0] != '-' && strspn(word, allowed) == size)
		return true;
	return ctl_fail(error,
	    "'%s': not a name: 1 to 64 of A-Z a-z 0-9 . _ - and neither . nor "
	    "- first",
	    word);
}

/* The flag of that name; 0 for none. */
static uint32_t find_flag(const char *name, size_t size)
{
	const char *flag;
	unsigned int bit;

	for (bit = 0; (flag = mbc_flag_name(bit)) != NULL; bit++)
		if (strlen(flag) == size && memcmp(flag, name, size) == 0)
			return UINT32_C(1) << bit;
	return 0;
}

bool ctl_parse_flags(
    const char *word, uint64_t *ret_flags, struct ctl_error *error)
{
	const char *at = word;
	uint64_t flags = 0;

	if (strcmp(word, "none") == 0) {
		*ret_flags = 0;
		return true;
	}
	for (;;) {
		const size_t size = strcspn(at, ",");
		const uint32_t flag = find_flag(at, size);

		if (flag == 0)
			return ctl_fail(error,
			    "'%s': '%.*s' is not a flag: none, or of hotplug "
			    "mirror nomap driver_managed rsrv_noinit, with "
			    "commas between",
			    word, (int)size, at);
		flags |= flag;
		if (at[size] == '\0')
			break;
		at += size + 1;
	}
	*ret_flags = flags;
	return true;
}

bool ctl_parse_flag(
    const char *word, uint64_t *ret_flag, struct ctl_error *error)
{
	const uint32_t flag = find_flag(word, strlen(word));

	if (flag == 0)
		return ctl_fail(error,
		    "'%s': not a flag: one of hotplug mirror nomap "
		    "driver_managed rsrv_noinit",
		    word);
	*ret_flag = flag;
	return true;
}

bool ctl_parse_type(
    const char *word, uint64_t *ret_type, struct ctl_error *error)
{
	const char *name;
	int list;

	for (list = 0; (name = mbc_list_name((enum mbc_list)list)) != NULL;
	     list++) {
		if (strcmp(name, word) == 0) {
			*ret_type = (uint64_t)list;
			return true;
		}
	}
	return ctl_fail(
	    error, "'%s': not one of memory, reserved, physmem, free", word);
}

bool ctl_parse_node(
    const char *word, uint64_t *ret_nid, struct ctl_error *error)
{
	uint64_t nid;

	if (!ctl_parse_number(word, &nid, error))
		return false;
	if (nid > INT32_MAX)
		return ctl_fail(error,
		    "'%s': too large for a node: at most 2147483647", word);
	*ret_nid = nid;
	return true;
}

bool ctl_parse_nid(const char *word, int32_t *ret_nid, struct ctl_error *error)
{
	uint64_t nid = 0;

	if (strcmp(word, "-") == 0) {
		*ret_nid = MBC_NO_NODE;
		return true;
	}
	if (!ctl_parse_node(word, &nid, error))
		return false;
	*ret_nid = (int32_t)nid;
	return true;
}
