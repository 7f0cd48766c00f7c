/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_record.h"

#include "client/ctl_number.h"
#include "memblock.pb-c.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static bool take_message(
    ProtobufCMessage *message, json_t *value, struct ctl_error *error);

static bool refuse(const ProtobufCFieldDescriptor *field, const char *what,
    struct ctl_error *error)
{
	return ctl_fail(error, "'%s' is %s", field->name, what);
}

/* A number, or a text as ctl_parse_number() takes it. */
static bool take_number(const ProtobufCFieldDescriptor *field, json_t *value,
    uint64_t max, uint64_t *ret_number, struct ctl_error *error)
{
	struct ctl_error ignored;

	if (json_is_integer(value) && json_integer_value(value) >= 0)
		*ret_number = (uint64_t)json_integer_value(value);
	else if (!json_is_string(value) ||
		 !ctl_parse_number(
		     json_string_value(value), ret_number, &ignored))
		return refuse(field, "no number", error);
	return *ret_number <= max || refuse(field, "too large", error);
}

static bool take_enum(const ProtobufCFieldDescriptor *field, json_t *value,
    void *at, struct ctl_error *error)
{
	const ProtobufCEnumValue *name = NULL;

	if (json_is_string(value))
		name = protobuf_c_enum_descriptor_get_value_by_name(
		    field->descriptor, json_string_value(value));
	if (name == NULL)
		return refuse(field, "none of its words", error);
	memcpy(at, &name->value, sizeof(name->value));
	return true;
}

static int digit(char letter)
{
	if (letter >= '0' && letter <= '9')
		return letter - '0';
	if (letter >= 'a' && letter <= 'f')
		return letter - 'a' + 10;
	return -1;
}

static bool take_bytes(const ProtobufCFieldDescriptor *field, json_t *value,
    void *at, struct ctl_error *error)
{
	const char *text = json_string_value(value);
	const size_t length = text == NULL ? 1 : json_string_length(value);
	ProtobufCBinaryData data = {.len = length / 2};
	size_t i;

	if (length % 2 != 0)
		return refuse(field, "no bytes in hexadecimal digits", error);
	data.data = malloc(data.len + 1);
	if (data.data == NULL)
		return ctl_fail(error, "out of memory");
	for (i = 0; i < data.len; i++) {
		const int high = digit(text[2 * i]);
		const int low = digit(text[2 * i + 1]);

		if (high < 0 || low < 0) {
			free(data.data);
			return refuse(
			    field, "no bytes in hexadecimal digits", error);
		}
		data.data[i] = (uint8_t)(16 * high + low);
	}
	memcpy(at, &data, sizeof(data));
	return true;
}

/* A copy for a message to own, at *at. */
static bool take_text(const ProtobufCFieldDescriptor *field, json_t *value,
    void *at, struct ctl_error *error)
{
	char *copy;

	if (!json_is_string(value))
		return refuse(field, "no text", error);
	copy = strdup(json_string_value(value));
	if (copy == NULL)
		return ctl_fail(error, "out of memory");
	memcpy(at, &copy, sizeof(copy));
	return true;
}

/* The message is where it belongs before it is filled in, so that it goes with
 * the one around it. */
static bool take_inner(const ProtobufCFieldDescriptor *field, json_t *value,
    void *at, struct ctl_error *error)
{
	const ProtobufCMessageDescriptor *descriptor = field->descriptor;
	ProtobufCMessage *inner = malloc(descriptor->sizeof_message);

	if (inner == NULL)
		return ctl_fail(error, "out of memory");
	descriptor->message_init(inner);
	memcpy(at, &inner, sizeof(inner));
	return take_message(inner, value, error);
}

static bool take_field(const ProtobufCFieldDescriptor *field, json_t *value,
    void *at, struct ctl_error *error)
{
	uint64_t number;

	switch (field->type) {
	case PROTOBUF_C_TYPE_UINT64:
		if (!take_number(field, value, UINT64_MAX, &number, error))
			return false;
		memcpy(at, &number, sizeof(number));
		return true;
	case PROTOBUF_C_TYPE_UINT32:
		if (!take_number(field, value, UINT32_MAX, &number, error))
			return false;
		memcpy(at, &(uint32_t){(uint32_t)number}, sizeof(uint32_t));
		return true;
	case PROTOBUF_C_TYPE_BOOL:
		if (!json_is_boolean(value))
			return refuse(field, "neither true nor false", error);
		memcpy(at, &(protobuf_c_boolean){json_is_true(value)},
		    sizeof(protobuf_c_boolean));
		return true;
	case PROTOBUF_C_TYPE_ENUM:
		return take_enum(field, value, at, error);
	case PROTOBUF_C_TYPE_BYTES:
		return take_bytes(field, value, at, error);
	case PROTOBUF_C_TYPE_STRING:
		return take_text(field, value, at, error);
	case PROTOBUF_C_TYPE_MESSAGE:
		return take_inner(field, value, at, error);
	default:
		return refuse(field, "of a kind that no record has", error);
	}
}

/* A list of texts: no others are repeated. */
static bool take_list(const ProtobufCFieldDescriptor *field, json_t *value,
    ProtobufCMessage *message, struct ctl_error *error)
{
	const size_t count = json_array_size(value);
	size_t *done = (size_t *)((char *)message + field->quantifier_offset);
	char **texts;

	if (!json_is_array(value) || field->type != PROTOBUF_C_TYPE_STRING)
		return refuse(field, "no list", error);
	texts = calloc(count + 1, sizeof(*texts));
	if (texts == NULL)
		return ctl_fail(error, "out of memory");
	memcpy((char *)message + field->offset, &texts, sizeof(texts));
	for (; *done < count; (*done)++)
		if (!take_text(field, json_array_get(value, *done),
			&texts[*done], error))
			return false;
	return true;
}

/* Notes that the field is there. False: another of its oneof is. */
static bool set_present(ProtobufCMessage *message,
    const ProtobufCFieldDescriptor *field, struct ctl_error *error)
{
	char *at = (char *)message + field->quantifier_offset;
	int mark = 0;

	if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) {
		memcpy(&mark, at, sizeof(mark));
		if (mark != 0)
			return refuse(field, "one thing too many", error);
		mark = (int)field->id;
	} else if (field->type == PROTOBUF_C_TYPE_STRING ||
		   field->type == PROTOBUF_C_TYPE_MESSAGE) {
		return true; /* its pointer says so */
	} else {
		mark = 1;
	}
	memcpy(at, &mark, sizeof(mark));
	return true;
}

static bool take_member(ProtobufCMessage *message, const char *name,
    json_t *value, struct ctl_error *error)
{
	const ProtobufCFieldDescriptor *field =
	    protobuf_c_message_descriptor_get_field_by_name(
		message->descriptor, name);

	if (field == NULL)
		return ctl_fail(error, "'%.40s' is unknown", name);
	if (field->label == PROTOBUF_C_LABEL_REPEATED)
		return take_list(field, value, message, error);
	/* A oneof of which the mark is set and the pointer not is empty. */
	return set_present(message, field, error) &&
	       take_field(field, value, (char *)message + field->offset, error);
}

static bool take_message(
    ProtobufCMessage *message, json_t *value, struct ctl_error *error)
{
	const char *name;
	json_t *member;

	if (!json_is_object(value))
		return ctl_fail(error, "no object where one belongs");
	json_object_foreach(
	    value, name, member) if (!take_member(message, name, member,
					 error)) return false;
	return true;
}

static bool pack(const ProtobufCMessage *message, void **ret_record,
    size_t *ret_size, struct ctl_error *error)
{
	const size_t size = protobuf_c_message_get_packed_size(message);
	uint8_t *record = malloc(size + 1);

	if (record == NULL)
		return ctl_fail(error, "out of memory");
	protobuf_c_message_pack(message, record);
	*ret_record = record;
	*ret_size = size;
	return true;
}

bool ctl_record_parse(const char *line, void **ret_record, size_t *ret_size,
    struct ctl_error *error)
{
	Memblock__V1__HistoryRecord *message;
	json_error_t wrong;
	json_t *value = json_loads(line, JSON_REJECT_DUPLICATES, &wrong);
	bool done;

	if (value == NULL)
		return ctl_fail(error, "no JSON: %s", wrong.text);
	message = malloc(sizeof(*message));
	if (message == NULL) {
		json_decref(value);
		return ctl_fail(error, "out of memory");
	}
	memblock__v1__history_record__init(message);
	done = take_message(&message->base, value, error) &&
	       pack(&message->base, ret_record, ret_size, error);
	memblock__v1__history_record__free_unpacked(message, NULL);
	json_decref(value);
	return done;
}
