/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/snapshot.h"

#include <endian.h>
#include <string.h>

static const uint8_t magic[4] = {'M', 'B', 'S', '1'};

#define HEADER_SIZE (sizeof(magic) + 3 + 1 + sizeof(uint64_t))
/* How many regions, then for kernel arrays how many they hold and where. */
#define LIST_HEADER_SIZE sizeof(uint64_t)
#define ARRAY_SIZE (2 * sizeof(uint64_t))
#define REGION_SIZE (2 * sizeof(uint64_t) + 2 * sizeof(uint32_t))

size_t snapshot_size(const struct memblock *mb)
{
	const size_t lists = mb->physmem != NULL ? 3 : 2;
	const size_t array_size = mb->settings.kernel_arrays ? ARRAY_SIZE : 0;

	return HEADER_SIZE + lists * (LIST_HEADER_SIZE + array_size) +
	       memblock_region_cnt(mb) * REGION_SIZE;
}

/* ---- writing ---- */

static uint8_t *put_8(uint8_t *at, uint8_t value)
{
	*at = value;
	return at + 1;
}

static uint8_t *put_32(uint8_t *at, uint32_t value)
{
	value = htole32(value);
	memcpy(at, &value, sizeof(value));
	return at + sizeof(value);
}

static uint8_t *put_64(uint8_t *at, uint64_t value)
{
	value = htole64(value);
	memcpy(at, &value, sizeof(value));
	return at + sizeof(value);
}

/* Which lists were emptied, as bits. */
enum { EMPTIED_MEMORY = 1, EMPTIED_RESERVED = 2, EMPTIED_PHYSMEM = 4 };

static unsigned int emptied(const struct memblock_type *type, unsigned int bit)
{
	return region_list_cnt(type) == 0 && region_list_used(type) ? bit : 0;
}

static uint8_t emptied_lists(const struct memblock *mb)
{
	unsigned int bits = emptied(mb->memory, EMPTIED_MEMORY) |
			    emptied(mb->reserved, EMPTIED_RESERVED);

	if (mb->physmem != NULL)
		bits |= emptied(mb->physmem, EMPTIED_PHYSMEM);
	return (uint8_t)bits;
}

static uint8_t *put_list(uint8_t *at, const struct memblock_type *type)
{
	const size_t cnt = region_list_cnt(type);
	size_t i;

	at = put_64(at, cnt);
	if (region_list_max(type) != 0) {
		at = put_64(at, region_list_max(type));
		at = put_64(at, region_list_array(type));
	}
	for (i = 0; i < cnt; i++) {
		const struct memblock_region *region = region_list_at(type, i);

		at = put_64(at, region->base);
		at = put_64(at, region->size);
		at = put_32(at, region->flags);
		at = put_32(at, (uint32_t)region->nid);
	}
	return at;
}

void snapshot_write(const struct memblock *mb, uint8_t *ret_bytes)
{
	uint8_t *at = ret_bytes;

	memcpy(at, magic, sizeof(magic));
	at = put_8(at + sizeof(magic), mb->bottom_up);
	at = put_8(at, mb->can_resize);
	at = put_8(at, mb->has_mirror);
	at = put_8(at, emptied_lists(mb));
	at = put_64(at, mb->current_limit);
	at = put_list(at, mb->memory);
	at = put_list(at, mb->reserved);
	if (mb->physmem != NULL)
		put_list(at, mb->physmem);
}

/* ---- reading ---- */

struct bytes {
	const uint8_t *at;
	size_t left;
};

static uint32_t take_32(struct bytes *bytes)
{
	uint32_t value;

	memcpy(&value, bytes->at, sizeof(value));
	bytes->at += sizeof(value);
	bytes->left -= sizeof(value);
	return le32toh(value);
}

static uint64_t take_64(struct bytes *bytes)
{
	uint64_t value;

	memcpy(&value, bytes->at, sizeof(value));
	bytes->at += sizeof(value);
	bytes->left -= sizeof(value);
	return le64toh(value);
}

static bool take_switch(struct bytes *bytes, bool *ret_on)
{
	const uint8_t value = *bytes->at++;

	bytes->left--;
	if (value > 1)
		return false;
	*ret_on = value;
	return true;
}

/* An array is as large as the first one, or twice as large and so on; only the
 * first one is nowhere. */
static bool take_array(struct bytes *bytes, struct memblock_type *type)
{
	const uint64_t first = region_list_max(type);
	uint64_t max, array, size = first;

	if (bytes->left < ARRAY_SIZE)
		return false;
	max = take_64(bytes);
	array = take_64(bytes);
	while (size < max && size <= UINT64_MAX / 2)
		size *= 2;
	if (size != max || (max == first) != (array == 0))
		return false;
	region_list_move(type, max, array);
	return true;
}

static bool set_emptied(
    struct memblock_type *type, unsigned int bits, unsigned int bit)
{
	if ((bits & bit) == 0)
		return true;
	if (type == NULL || region_list_cnt(type) > 0)
		return false;
	region_list_set_used(type);
	return true;
}

static bool take_emptied(const struct memblock *mb, unsigned int bits)
{
	return bits <= (EMPTIED_MEMORY | EMPTIED_RESERVED | EMPTIED_PHYSMEM) &&
	       set_emptied(mb->memory, bits, EMPTIED_MEMORY) &&
	       set_emptied(mb->reserved, bits, EMPTIED_RESERVED) &&
	       set_emptied(mb->physmem, bits, EMPTIED_PHYSMEM);
}

static enum mb_status take_list(
    struct bytes *bytes, struct memblock_type *type, uint32_t nodes)
{
	enum mb_status status = MB_OK;
	uint64_t cnt;

	if (bytes->left < LIST_HEADER_SIZE)
		return MB_INVALID;
	cnt = take_64(bytes);
	if (region_list_max(type) != 0 &&
	    (!take_array(bytes, type) || !region_list_has_slots(type, cnt)))
		return MB_INVALID;
	for (; cnt > 0 && status == MB_OK; cnt--) {
		struct memblock_region region;

		if (bytes->left < REGION_SIZE)
			return MB_INVALID;
		region.base = take_64(bytes);
		region.size = take_64(bytes);
		region.flags = take_32(bytes);
		region.nid = (int32_t)take_32(bytes);
		if (region.nid != MB_NO_NODE && (uint32_t)region.nid >= nodes)
			return MB_INVALID;
		status = region_list_append(type, &region);
	}
	return status;
}

static enum mb_status take_model(struct bytes bytes, struct memblock *mb)
{
	enum mb_status status;
	unsigned int emptied;

	if (bytes.left < HEADER_SIZE ||
	    memcmp(bytes.at, magic, sizeof(magic)) != 0)
		return MB_INVALID;
	bytes.at += sizeof(magic);
	bytes.left -= sizeof(magic);
	if (!take_switch(&bytes, &mb->bottom_up) ||
	    !take_switch(&bytes, &mb->can_resize) ||
	    !take_switch(&bytes, &mb->has_mirror))
		return MB_INVALID;
	emptied = *bytes.at++;
	bytes.left--;
	mb->current_limit = take_64(&bytes);
	status = take_list(&bytes, mb->memory, mb->settings.nodes);
	if (status == MB_OK)
		status = take_list(&bytes, mb->reserved, mb->settings.nodes);
	if (status == MB_OK && mb->physmem != NULL)
		status = take_list(&bytes, mb->physmem, mb->settings.nodes);
	if (status == MB_OK && (bytes.left > 0 || !take_emptied(mb, emptied)))
		return MB_INVALID;
	return status;
}

enum mb_status snapshot_read(const void *bytes, size_t size,
    const struct memblock_settings *settings, struct memblock **ret_mb)
{
	struct memblock *mb = memblock_create(settings);
	enum mb_status status;

	if (mb == NULL)
		return MB_NO_MEMORY;
	status = take_model((struct bytes){bytes, size}, mb);
	if (status != MB_OK) {
		memblock_destroy(mb);
		return status;
	}
	*ret_mb = mb;
	return MB_OK;
}
