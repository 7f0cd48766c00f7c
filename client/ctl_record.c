/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_record.h"

#include "client/ctl_json_value.h"
#include "memblock.pb-c.h"

#include <stdlib.h>
#include <string.h>

/* The fields of 64 bits that are no addresses and sizes: in decimal. */
static const char *const decimal[] = {
    "seq",
    "first_seq",
    "origin_seq",
    "group",
    "operations",
    "time_us",
    "created_time_us",
    "before_time_us",
};

static bool is_decimal(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(decimal) / sizeof(decimal[0]); i++)
		if (strcmp(name, decimal[i]) == 0)
			return true;
	return false;
}

static json_t *message_value(const ProtobufCMessage *message);

static json_t *hex_value(const ProtobufCBinaryData *data)
{
	static const char digits[] = "0123456789abcdef";
	char *text = malloc(2 * data->len + 1);
	json_t *value;
	size_t i;

	if (text == NULL)
		return NULL;
	for (i = 0; i < data->len; i++) {
		text[2 * i] = digits[data->data[i] >> 4];
		text[2 * i + 1] = digits[data->data[i] & 15];
	}
	value = json_stringn(text, 2 * data->len);
	free(text);
	return value;
}

/* A field that is there, at at. */
static json_t *field_value(
    const ProtobufCFieldDescriptor *field, const void *at)
{
	const ProtobufCEnumValue *name;
	ProtobufCBinaryData data;
	protobuf_c_boolean on;
	const void *pointer;
	uint32_t narrow;
	uint64_t wide;

	switch (field->type) {
	case PROTOBUF_C_TYPE_UINT64:
		memcpy(&wide, at, sizeof(wide));
		return is_decimal(field->name) ? ctl_json_number(wide)
					       : ctl_json_hex(wide);
	case PROTOBUF_C_TYPE_UINT32:
		memcpy(&narrow, at, sizeof(narrow));
		return ctl_json_number(narrow);
	case PROTOBUF_C_TYPE_BOOL:
		memcpy(&on, at, sizeof(on));
		return json_boolean(on);
	case PROTOBUF_C_TYPE_ENUM:
		memcpy(&narrow, at, sizeof(narrow));
		name = protobuf_c_enum_descriptor_get_value(
		    field->descriptor, (int)narrow);
		return name != NULL ? json_string(name->name)
				    : ctl_json_number(narrow);
	case PROTOBUF_C_TYPE_BYTES:
		memcpy(&data, at, sizeof(data));
		return hex_value(&data);
	case PROTOBUF_C_TYPE_STRING:
		memcpy(&pointer, at, sizeof(pointer));
		return ctl_json_text(pointer);
	case PROTOBUF_C_TYPE_MESSAGE:
		memcpy(&pointer, at, sizeof(pointer));
		return message_value(pointer);
	default:
		return NULL; /* no record has one */
	}
}

static json_t *list_value(
    const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	char *const *texts;
	json_t *list = json_array();
	size_t count, i;

	memcpy(&count, (const char *)message + field->quantifier_offset,
	    sizeof(count));
	memcpy(&texts, (const char *)message + field->offset, sizeof(texts));
	for (i = 0; i < count; i++) /* of texts: no others are repeated */
		json_array_append_new(list, field_value(field, &texts[i]));
	return list;
}

static bool is_present(
    const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	const char *mark = (const char *)message + field->quantifier_offset;
	const void *pointer;
	size_t count;
	int number;

	if (field->label == PROTOBUF_C_LABEL_REPEATED) {
		memcpy(&count, mark, sizeof(count));
		return count > 0;
	}
	if (!(field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) &&
	    (field->type == PROTOBUF_C_TYPE_STRING ||
		field->type == PROTOBUF_C_TYPE_MESSAGE)) {
		memcpy(&pointer, (const char *)message + field->offset,
		    sizeof(pointer));
		return pointer != NULL;
	}
	memcpy(&number, mark, sizeof(number));
	return field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF
		   ? number == (int)field->id
		   : number != 0;
}

static json_t *message_value(const ProtobufCMessage *message)
{
	const ProtobufCMessageDescriptor *descriptor = message->descriptor;
	const ProtobufCFieldDescriptor *field;
	json_t *members = json_object();
	unsigned int i;

	for (i = 0; i < descriptor->n_fields; i++) {
		field = &descriptor->fields[i];
		if (!is_present(message, field))
			continue;
		ctl_json_put(members, field->name,
		    field->label == PROTOBUF_C_LABEL_REPEATED
			? list_value(message, field)
			: field_value(
			      field, (const char *)message + field->offset));
	}
	return members;
}

char *ctl_record_line(const void *record, size_t size)
{
	Memblock__V1__HistoryRecord *message =
	    memblock__v1__history_record__unpack(NULL, size, record);
	json_t *value;
	char *line;

	if (message == NULL)
		return NULL;
	value = message_value(&message->base);
	line = json_dumps(value, JSON_COMPACT);
	json_decref(value);
	memblock__v1__history_record__free_unpacked(message, NULL);
	return line;
}
