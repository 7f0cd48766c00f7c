/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_json_value.h"

#include <stdlib.h>
#include <string.h>

json_t *ctl_json_text(const char *text)
{
	json_t *value = json_string(text);
	char *copy, *at;

	if (value != NULL)
		return value;
	copy = strdup(text);
	if (copy == NULL)
		return NULL;
	for (at = copy; *at != '\0'; at++)
		if ((unsigned char)*at > 0x7f)
			*at = '?';
	value = json_string(copy);
	free(copy);
	return value;
}

json_t *ctl_json_hex(uint64_t value)
{
	char text[CTL_HEX_MAX];

	return json_string(ctl_hex(value, text));
}

json_t *ctl_json_number(uint64_t value)
{
	return json_integer((json_int_t)value);
}

json_t *ctl_json_flags(uint32_t flags)
{
	json_t *value = json_array();
	uint32_t rest = flags;
	const char *name;
	unsigned int bit;

	for (bit = 0; (name = mbc_flag_name(bit)) != NULL; bit++) {
		if (rest & (UINT32_C(1) << bit))
			json_array_append_new(value, json_string(name));
		rest &= ~(UINT32_C(1) << bit);
	}
	if (rest != 0)
		json_array_append_new(value, ctl_json_hex(rest));
	return value;
}

json_t *ctl_json_region(const struct mbc_region *region)
{
	json_t *members = json_object();

	ctl_json_put(members, "base", ctl_json_hex(region->base));
	ctl_json_put(members, "size", ctl_json_hex(region->size));
	ctl_json_put(members, "flags", ctl_json_flags(region->flags));
	if (region->nid != MBC_NO_NODE)
		ctl_json_put(members, "nid", json_integer(region->nid));
	return members;
}

json_t *ctl_json_shaped(enum ctl_shape shape, uint64_t value)
{
	switch (shape) {
	case CTL_SHAPE_ADDRESS:
		return ctl_json_hex(value);
	case CTL_SHAPE_SWITCH:
		return json_boolean(value != 0);
	case CTL_SHAPE_FLAGS:
		return ctl_json_flags((uint32_t)value);
	case CTL_SHAPE_TYPE:
		return json_string(ctl_type_text(value));
	default:
		return ctl_json_number(value);
	}
}

void ctl_json_put(json_t *object, const char *key, json_t *value)
{
	json_object_set_new(object, key, value);
}

void ctl_json_write_members(FILE *out, bool comma, json_t *object)
{
	if (json_object_size(object) > 0) {
		if (comma)
			fputc(',', out);
		json_dumpf(object, out, JSON_COMPACT | JSON_EMBED);
	}
	json_decref(object);
}

void ctl_json_write(FILE *out, json_t *value)
{
	json_dumpf(value, out, JSON_COMPACT | JSON_ENCODE_ANY);
	json_decref(value);
}
