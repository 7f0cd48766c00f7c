/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/op_check.h"

#include "engine/memblock.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

/* Where a sentence goes. */
struct sentence {
	char *text;
	size_t size;
};

static void __attribute__((format(printf, 2, 3)))
say(struct sentence *sentence, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(sentence->text, sentence->size, format, args);
	va_end(args);
}

/* Each says what is wrong and answers false, or answers true. */

static bool check_address(const struct memblock *mb, const char *word,
    uint64_t address, struct sentence *wrong)
{
	const uint64_t last = memblock_phys_addr_max(&mb->settings);

	if (address > last)
		say(wrong,
		    "%s 0x%" PRIx64 " is above the last address, 0x%" PRIx64,
		    word, address, last);
	return address <= last;
}

static bool check_size(const struct op *op, struct sentence *wrong)
{
	if (op->kind == OP_ALLOC && op->size == 0) {
		say(wrong, "size is 0");
		return false;
	}
	return true;
}

static bool check_align(
    const struct memblock *mb, const struct op *op, struct sentence *wrong)
{
	if (op->align == 0 && op->kind == OP_ALLOC)
		return true;
	if (op->align == 0 || (op->align & (op->align - 1)) != 0) {
		say(wrong, "align 0x%" PRIx64 " is not a power of two",
		    op->align);
		return false;
	}
	return check_address(mb, "align", op->align, wrong);
}

static bool check_nid(
    const struct memblock *mb, int32_t nid, struct sentence *wrong)
{
	const uint32_t nodes = mb->settings.nodes;

	if (nid == MB_NO_NODE)
		return true;
	if (nid >= 0 && (uint32_t)nid < nodes)
		return true;
	if (nodes == 0)
		say(wrong, "nid %" PRId32 ": the instance has no nodes", nid);
	else
		say(wrong, "nid %" PRId32 " is not one of 0 to %" PRIu32, nid,
		    nodes - 1);
	return false;
}

static bool check_flags(const struct memblock *mb, const char *word,
    uint32_t taken, uint32_t flags, struct sentence *wrong)
{
	const struct memblock_version *version =
	    memblock_version(mb->settings.kernel);
	const struct flag_name *flag;
	uint32_t unknown = flags;

	for (flag = flag_names; flag->name != NULL; flag++) {
		if ((flags & flag->flag & ~version->flags) != 0) {
			say(wrong, "flag %s is unknown to kernel %s",
			    flag->name, version->name);
			return false;
		}
		if ((flags & flag->flag & ~taken) != 0) {
			say(wrong, "flag %s is not one that %s takes",
			    flag->name, word);
			return false;
		}
		unknown &= ~flag->flag;
	}
	if (unknown != 0)
		say(wrong, "flags 0x%" PRIx32 " are unknown", unknown);
	return unknown == 0;
}

static bool check_op_flags(
    const struct memblock *mb, const struct op *op, struct sentence *wrong)
{
	const struct op_info *info = op_info((int)op->kind);

	if (!check_flags(mb, info->name, info->flags, op->flags, wrong))
		return false;
	if ((op->kind == OP_MARK || op->kind == OP_CLEAR) &&
	    (op->flags == 0 || (op->flags & (op->flags - 1)) != 0)) {
		say(wrong, "%s takes exactly one flag", info->name);
		return false;
	}
	return true;
}

static bool check_list(const struct op *op, struct sentence *wrong)
{
	if (op->list == OP_LIST_MEMORY || op->list == OP_LIST_RESERVED)
		return true;
	say(wrong, "type is neither memory nor reserved");
	return false;
}

static bool check_value(const struct op *op, struct sentence *wrong)
{
	if (op->kind == OP_SET_BOTTOM_UP && op->value > 1) {
		say(wrong, "bottom-up is neither on nor off");
		return false;
	}
	if (op->kind == OP_SET_RESIZE && op->value != 1) {
		say(wrong, "resize can only be set on");
		return false;
	}
	return true;
}

bool op_check(const struct memblock *mb, const struct op *op, char *message,
    size_t message_size)
{
	const struct op_info *info = op_info((int)op->kind);
	const uint32_t fields = info != NULL ? info->fields : 0;
	struct sentence wrong = {message, message_size};

	if (info == NULL) {
		say(&wrong, "no operation has the number %d", (int)op->kind);
		return false;
	}
	/* In the order of the words of a command. */
	return (!(fields & OP_FIELD_BASE) ||
		   check_address(mb, "base", op->base, &wrong)) &&
	       (!(fields & OP_FIELD_SIZE) || check_size(op, &wrong)) &&
	       (!(fields & OP_FIELD_ALIGN) || check_align(mb, op, &wrong)) &&
	       (!(fields & OP_FIELD_FROM) ||
		   check_address(mb, "from", op->from, &wrong)) &&
	       (!(fields & OP_FIELD_TO) ||
		   check_address(mb, "to", op->to, &wrong)) &&
	       (!(fields & OP_FIELD_NID) || check_nid(mb, op->nid, &wrong)) &&
	       (!(fields & OP_FIELD_FLAGS) || check_op_flags(mb, op, &wrong)) &&
	       (!(fields & OP_FIELD_LIST) || check_list(op, &wrong)) &&
	       (!(fields & OP_FIELD_VALUE) || check_value(op, &wrong));
}

bool op_check_address(const struct memblock *mb, const char *word,
    uint64_t address, char *message, size_t message_size)
{
	struct sentence wrong = {message, message_size};

	return check_address(mb, word, address, &wrong);
}

bool op_check_nid(
    const struct memblock *mb, int32_t nid, char *message, size_t message_size)
{
	struct sentence wrong = {message, message_size};

	return check_nid(mb, nid, &wrong);
}

bool op_check_flags(const struct memblock *mb, const char *word, uint32_t taken,
    uint32_t flags, char *message, size_t message_size)
{
	struct sentence wrong = {message, message_size};

	return check_flags(mb, word, taken, flags, &wrong);
}
