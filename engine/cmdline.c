/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/cmdline.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A word of a line, cut in two at its first '='; both are copies. */
struct word {
	char name[64]; /* cut: no option known here is as long */
	bool has_value;
	char value[CMDLINE_SIZE_MAX];
};

static int digit_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (isalpha((unsigned char)digit))
		return tolower((unsigned char)digit) - 'a' + 10;
	return 36;
}

uint64_t cmdline_memparse(const char *text, const char **ret_end)
{
	static const char suffixes[] = "kmgtpe";
	uint64_t number = 0;
	const char *suffix;
	int base = 10;

	if (text[0] == '0') {
		base = 8;
		if (tolower((unsigned char)text[1]) == 'x' &&
		    digit_value(text[2]) < 16) {
			base = 16;
			text += 2;
		}
	}
	for (; digit_value(*text) < base; text++)
		number = number * (unsigned int)base +
			 (unsigned int)digit_value(*text);
	suffix = *text == '\0'
		     ? NULL
		     : strchr(suffixes, tolower((unsigned char)*text));
	if (suffix != NULL) {
		number <<= 10 * (suffix - suffixes + 1);
		text++;
	}
	*ret_end = text;
	return number;
}

static void append(char *text, size_t size, size_t *length, char byte)
{
	if (*length + 1 < size)
		text[(*length)++] = byte;
	text[*length] = '\0';
}

/* Moves *at behind the next word. False: there is none. */
static bool next_word(const char **at, struct word *word)
{
	size_t name = 0, value = 0;
	bool quoted = false;

	memset(word, 0, sizeof(*word));
	while (isspace((unsigned char)**at))
		++*at;
	if (**at == '\0')
		return false;
	for (; **at != '\0'; ++*at) {
		if (!quoted && isspace((unsigned char)**at))
			break;
		if (**at == '"')
			quoted = !quoted;
		else if (word->has_value)
			append(word->value, sizeof(word->value), &value, **at);
		else if (**at == '=')
			word->has_value = true;
		else
			append(word->name, sizeof(word->name), &name,
			    **at == '-' ? '_' : **at);
	}
	/* "--": the rest is for init. */
	return strcmp(word->name, "__") != 0 || word->has_value;
}

static void __attribute__((format(printf, 3, 4)))
complain(struct cmdline *cmdline, const char *option, const char *format, ...)
{
	struct cmdline_complaint *complaint;
	va_list args;

	if (cmdline->complaint_count == CMDLINE_COMPLAINTS_MAX)
		return;
	complaint = &cmdline->complaints[cmdline->complaint_count++];
	complaint->option = option;
	va_start(args, format);
	vsnprintf(complaint->message, sizeof(complaint->message), format, args);
	va_end(args);
}

static bool read_mem(struct cmdline *cmdline, const struct word *word)
{
	struct cmdline_mem mem = {0};
	const char *end;

	if (!word->has_value)
		return false;
	mem.size = cmdline_memparse(word->value, &end);
	mem.has_start = *end == '@';
	if (mem.has_start)
		mem.start = cmdline_memparse(end + 1, &end);
	/* The last word counts on arm64: it is kept in any case. */
	if (cmdline->mem_count == CMDLINE_MEM_MAX)
		cmdline->mem_count--;
	cmdline->mem[cmdline->mem_count++] = mem;
	return true;
}

static bool read_cma(struct cmdline *cmdline, const struct word *word)
{
	struct cmdline_cma cma = {.given = true};
	const char *end;

	if (!word->has_value) {
		complain(cmdline, "cma", "Config string not provided");
		return false;
	}
	cma.size = cmdline_memparse(word->value, &end);
	if (*end == '@') {
		cma.base = cmdline_memparse(end + 1, &end);
		cma.limit = cma.base + cma.size;
		if (*end == '-')
			cma.limit = cmdline_memparse(end + 1, &end);
	}
	cmdline->cma = cma;
	return true;
}

static bool read_vmalloc(struct cmdline *cmdline, const struct word *word)
{
	const char *end;

	if (!word->has_value)
		return false;
	cmdline->vmalloc = cmdline_memparse(word->value, &end);
	cmdline->has_vmalloc = true;
	return true;
}

/* on, off and the other words that the kernel takes for a yes or a no; or
 * full. */
static bool read_rodata(struct cmdline *cmdline, const struct word *word)
{
	const char first = word->value[0],
		   second = word->value[0] == '\0' ? '\0' : word->value[1];

	if (!word->has_value)
		return false;
	if (strcmp(word->value, "full") == 0)
		cmdline->rodata_full = true;
	else if (first != '\0' &&
		 (strchr("yY1tTnN0fF", first) != NULL ||
		     ((first == 'o' || first == 'O') && second != '\0' &&
			 strchr("nNfF", second) != NULL)))
		cmdline->rodata_full = false;
	else
		return false;
	return true;
}

static bool note_crashkernel(struct cmdline *cmdline, const struct word *word)
{
	(void)word;
	cmdline->crashkernel = true;
	return true;
}

/* What is looked for while a kernel starts: one row an option. False: the
 * kernel calls it malformed. */
static const struct {
	const char *name;
	bool (*read)(struct cmdline *cmdline, const struct word *word);
} options[] = {
    {"mem", read_mem},
    {"cma", read_cma},
    {"vmalloc", read_vmalloc},
    {"rodata", read_rodata},
    {"crashkernel", note_crashkernel},
};

void cmdline_parse(const char *text, struct cmdline *ret_cmdline)
{
	struct cmdline cmdline = {.rodata_full = true};
	struct word word;
	size_t i;

	while (next_word(&text, &word))
		for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
			if (strcmp(word.name, options[i].name) == 0 &&
			    !options[i].read(&cmdline, &word))
				complain(&cmdline, options[i].name,
				    "Malformed early option '%s'",
				    options[i].name);
	*ret_cmdline = cmdline;
}
