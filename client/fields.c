/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/fields.h"

#include "memblock.pb-c.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[] = {
    [MBC_FIELD_FLAGS] = "flags",
    [MBC_FIELD_NID] = "nid",
    [MBC_FIELD_ALIGN] = "align",
    [MBC_FIELD_FROM] = "from_address",
    [MBC_FIELD_TO] = "to_address",
    [MBC_FIELD_EXACT_NID] = "exact_nid",
    [MBC_FIELD_MIN_FALLBACK] = "min_fallback",
    [MBC_FIELD_LONG] = "long_form",
    [MBC_FIELD_ALL] = "all",
    [MBC_FIELD_FROM_SEQ] = "from_seq",
    [MBC_FIELD_TO_SEQ] = "to_seq",
    [MBC_FIELD_REVERSE] = "reverse",
    [MBC_FIELD_LIMIT] = "limit",
    [MBC_FIELD_KERNEL] = "kernel",
    [MBC_FIELD_PAGE_SIZE] = "page_size",
    [MBC_FIELD_CACHE_LINE] = "cache_line",
    [MBC_FIELD_PHYS_BITS] = "phys_bits",
    [MBC_FIELD_NODES] = "nodes",
    [MBC_FIELD_ARRAYS] = "arrays",
    [MBC_FIELD_MEMORY_REGIONS] = "memory_regions",
    [MBC_FIELD_RESERVED_REGIONS] = "reserved_regions",
    [MBC_FIELD_PHYSMEM] = "physmem",
    [MBC_FIELD_MOVABLE_NODE] = "movable_node",
    [MBC_FIELD_MIRRORED_KERNELCORE] = "mirrored_kernelcore",
    [MBC_FIELD_KERNEL_END] = "kernel_end",
    [MBC_FIELD_BOTTOM_UP] = "bottom_up",
    [MBC_FIELD_CURRENT_LIMIT] = "current_limit",
    [MBC_FIELD_RESIZE] = "resize",
    [MBC_FIELD_MEMORY_SIZE] = "memory_size",
    [MBC_FIELD_RESERVED_SIZE] = "reserved_size",
    [MBC_FIELD_MEMORY_CNT] = "memory_cnt",
    [MBC_FIELD_RESERVED_CNT] = "reserved_cnt",
    [MBC_FIELD_DRAM_START] = "dram_start",
    [MBC_FIELD_DRAM_END] = "dram_end",
    [MBC_FIELD_BASE] = "address",
    [MBC_FIELD_SIZE] = "size",
    [MBC_FIELD_TYPE] = "type",
    [MBC_FIELD_KEEP_NOMAP] = "keep_nomap",
    [MBC_FIELD_PFN] = "pfn",
    [MBC_FIELD_LIFE] = "life",
    [MBC_FIELD_PURGE] = "purge",
    [MBC_FIELD_KEEP] = "keep_seq",
    [MBC_FIELD_SINCE] = "since_time_us",
    [MBC_FIELD_UNTIL] = "until_time_us",
    [MBC_FIELD_OPERATION] = "operation",
    [MBC_FIELD_PRINCIPAL] = "principal",
    [MBC_FIELD_LABEL_GLOB] = "label_glob",
    [MBC_FIELD_TOUCHING_BASE] = "touching_address",
    [MBC_FIELD_TOUCHING_SIZE] = "touching_size",
    [MBC_FIELD_FAILED] = "failed",
    [MBC_FIELD_FOLLOW_ORIGIN] = "follow_origin",
    [MBC_FIELD_MAX_LOW_PFN] = "max_low_pfn",
    [MBC_FIELD_CMA] = "cma",
    [MBC_FIELD_INIT] = "init",
    [MBC_FIELD_KERNEL_START] = "kernel_start",
    [MBC_FIELD_LOWMEM_LIMIT] = "lowmem_limit",
    [MBC_FIELD_HEARTBEAT] = "heartbeat_ms",
    [MBC_FIELD_OTHER_AT_SEQ] = "other_at_seq",
    [MBC_FIELD_OTHER_AT_TIME] = "other_at_time_us",
    [MBC_FIELD_HASH] = "hash",
    [MBC_FIELD_ARCH] = "arch",
    [MBC_FIELD_DTB_AT] = "dtb_at",
    [MBC_FIELD_DTB_SIZE] = "dtb_size",
    [MBC_FIELD_IMAGE] = "image_address",
    [MBC_FIELD_IMAGE_SIZE] = "image_size",
    [MBC_FIELD_TEXT] = "text",
    [MBC_FIELD_CMDLINE] = "cmdline",
    [MBC_FIELD_VA_BITS] = "va_bits",
    [MBC_FIELD_PHYS_MASK_BITS] = "phys_mask_bits",
    [MBC_FIELD_PHYS_OFFSET] = "phys_offset",
    [MBC_FIELD_SWAPPER] = "swapper_address",
    [MBC_FIELD_SWAPPER_SIZE] = "swapper_size",
    [MBC_FIELD_INIT_PG] = "init_pg_address",
    [MBC_FIELD_INIT_PG_SIZE] = "init_pg_size",
    [MBC_FIELD_CMA_SIZE] = "cma_size",
    [MBC_FIELD_CMA_ALIGNMENT] = "cma_alignment",
    [MBC_FIELD_UNTIL_STAGE] = "until",
};

const char *field_name(enum mbc_field field)
{
	const size_t at = (size_t)field;

	return at < sizeof(names) / sizeof(names[0]) ? names[at] : NULL;
}

static const ProtobufCFieldDescriptor *find(
    const ProtobufCMessage *message, enum mbc_field field)
{
	const char *name = field_name(field);

	return name == NULL ? NULL
			    : protobuf_c_message_descriptor_get_field_by_name(
				  message->descriptor, name);
}

static bool is_oneof(const ProtobufCFieldDescriptor *field)
{
	return (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0;
}

/* Says that the field is there: in its has_ flag, or as the case that its
 * oneof is in. protobuf-c keeps both in an int. */
static void set_present(
    ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	const int mark = is_oneof(field) ? (int)field->id : 1;

	memcpy((char *)message + field->quantifier_offset, &mark, sizeof(mark));
}

static bool is_present(
    const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	int mark;

	memcpy(&mark, (const char *)message + field->quantifier_offset,
	    sizeof(mark));
	return is_oneof(field) ? mark == (int)field->id : mark != 0;
}

enum field_status field_set_number(
    ProtobufCMessage *message, enum mbc_field name, uint64_t value)
{
	const ProtobufCFieldDescriptor *field = find(message, name);
	char *at;

	if (field == NULL)
		return FIELD_ABSENT;
	at = (char *)message + field->offset;
	switch (field->type) {
	case PROTOBUF_C_TYPE_UINT64:
		memcpy(at, &value, sizeof(value));
		break;
	case PROTOBUF_C_TYPE_UINT32:
		if (value > UINT32_MAX)
			return FIELD_TOO_LARGE;
		memcpy(at, &(uint32_t){(uint32_t)value}, sizeof(uint32_t));
		break;
	case PROTOBUF_C_TYPE_ENUM:
		if (value > INT32_MAX)
			return FIELD_TOO_LARGE;
		memcpy(at, &(int){(int)value}, sizeof(int));
		break;
	case PROTOBUF_C_TYPE_BOOL:
		if (value > 1)
			return FIELD_TOO_LARGE;
		memcpy(at, &(protobuf_c_boolean){(int)value},
		    sizeof(protobuf_c_boolean));
		break;
	default:
		return FIELD_ABSENT;
	}
	set_present(message, field);
	return FIELD_OK;
}

bool field_get_number(
    const ProtobufCMessage *message, enum mbc_field name, uint64_t *ret_value)
{
	const ProtobufCFieldDescriptor *field = find(message, name);
	protobuf_c_boolean on;
	const char *at;
	uint32_t narrow;

	if (field == NULL || field->type == PROTOBUF_C_TYPE_STRING ||
	    !is_present(message, field))
		return false;
	at = (const char *)message + field->offset;
	switch (field->type) {
	case PROTOBUF_C_TYPE_UINT64:
		memcpy(ret_value, at, sizeof(*ret_value));
		return true;
	case PROTOBUF_C_TYPE_ENUM: /* none has negative numbers */
	case PROTOBUF_C_TYPE_UINT32:
		memcpy(&narrow, at, sizeof(narrow));
		*ret_value = narrow;
		return true;
	case PROTOBUF_C_TYPE_BOOL:
		memcpy(&on, at, sizeof(on));
		*ret_value = on != 0;
		return true;
	default:
		return false;
	}
}

enum field_status field_set_text(
    ProtobufCMessage *message, enum mbc_field name, const char *text)
{
	const ProtobufCFieldDescriptor *field = find(message, name);
	char **at, *copy;

	if (field == NULL || field->type != PROTOBUF_C_TYPE_STRING)
		return FIELD_ABSENT;
	copy = strdup(text);
	if (copy == NULL)
		return FIELD_NO_MEMORY;
	at = (char **)((char *)message + field->offset);
	if (*at != field->default_value)
		free(*at);
	*at = copy;
	return FIELD_OK;
}

static bool is_areas(const ProtobufCFieldDescriptor *field)
{
	return field->label == PROTOBUF_C_LABEL_REPEATED &&
	       field->type == PROTOBUF_C_TYPE_MESSAGE &&
	       field->descriptor == &memblock__v1__area__descriptor;
}

enum field_status field_add_area(ProtobufCMessage *message, enum mbc_field name,
    uint64_t base, uint64_t size)
{
	const ProtobufCFieldDescriptor *field = find(message, name);
	Memblock__V1__Area *area, **areas, ***at;
	size_t *count;

	if (field == NULL || !is_areas(field))
		return FIELD_ABSENT;
	count = (size_t *)((char *)message + field->quantifier_offset);
	at = (Memblock__V1__Area ***)((char *)message + field->offset);
	areas = reallocarray(*at, *count + 1, sizeof(*areas));
	if (areas == NULL)
		return FIELD_NO_MEMORY;
	*at = areas;
	area = malloc(sizeof(*area));
	if (area == NULL)
		return FIELD_NO_MEMORY;
	memblock__v1__area__init(area);
	area->has_address = area->has_size = true;
	area->address = base;
	area->size = size;
	areas[(*count)++] = area;
	return FIELD_OK;
}

const char *field_get_text(const ProtobufCMessage *message, enum mbc_field name)
{
	const ProtobufCFieldDescriptor *field = find(message, name);

	if (field == NULL || field->type != PROTOBUF_C_TYPE_STRING)
		return NULL;
	return *(char *const *)((const char *)message + field->offset);
}
