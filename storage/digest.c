/* SPDX-License-Identifier: BSD-2-Clause */
/* A hash is taken where nothing may fail any more. The EVP functions allocate
 * for each one; those of libcrypto 1.1, which this asks for, do not. */
#define OPENSSL_API_COMPAT 0x10100000L

#include "storage/digest.h"

#include "storage/instance_record.h"
#include "storage/op_fields.h"

#include <assert.h>
#include <endian.h>
#include <openssl/sha.h>
#include <string.h>

void digest_bytes(
    const void *bytes, size_t size, uint8_t ret_hash[JOURNAL_HASH_SIZE])
{
	SHA256_CTX context;

	SHA256_Init(&context);
	SHA256_Update(&context, bytes, size);
	SHA256_Final(ret_hash, &context);
}

/* ---- encoding: numbers are little-endian and of fixed width, a text is its
 * length in 32 bits and its bytes, an absent one the length 0xffffffff ---- */

enum tag {
	TAG_CHAIN = 1,
	TAG_ROW = 2,
	TAG_INSTANCE = 3,
	TAG_SNAPSHOT = 4,
	TAG_COPY = 5,
	TAG_ROW_OF_TREE = 6,
};

/* The longest are a row and an instance with the longest of everything. */
#define ENCODING_MAX                                                           \
	(JOURNAL_HASH_SIZE + 512 +                                             \
	    2 * (JOURNAL_PRINCIPAL_MAX + JOURNAL_LABEL_MAX +                   \
		    JOURNAL_KEY_MAX) +                                         \
	    OUTCOME_MESSAGE_MAX)

struct encoding {
	size_t size;
	uint8_t bytes[ENCODING_MAX];
};

static void put(struct encoding *encoding, const void *bytes, size_t size)
{
	assert(size <= sizeof(encoding->bytes) - encoding->size);
	memcpy(encoding->bytes + encoding->size, bytes, size);
	encoding->size += size;
}

static void put_8(struct encoding *encoding, uint8_t value)
{
	put(encoding, &value, sizeof(value));
}

static void put_32(struct encoding *encoding, uint32_t value)
{
	value = htole32(value);
	put(encoding, &value, sizeof(value));
}

static void put_64(struct encoding *encoding, uint64_t value)
{
	value = htole64(value);
	put(encoding, &value, sizeof(value));
}

static void put_blob(struct encoding *encoding, const void *bytes, size_t size)
{
	if (bytes == NULL) {
		put_32(encoding, UINT32_MAX);
		return;
	}
	put_32(encoding, (uint32_t)size);
	put(encoding, bytes, size);
}

static void put_text(struct encoding *encoding, const char *text)
{
	put_blob(encoding, text, text == NULL ? 0 : strlen(text));
}

static void put_settings(
    struct encoding *encoding, const struct memblock_settings *settings)
{
	put_text(encoding, memblock_kernel_name(settings->kernel));
	put_64(encoding, settings->page_size);
	put_64(encoding, settings->cache_line);
	put_32(encoding, settings->phys_bits);
	put_32(encoding, settings->nodes);
	put_8(encoding, settings->kernel_arrays);
	put_32(encoding, settings->memory_regions);
	put_32(encoding, settings->reserved_regions);
	put_8(encoding, settings->physmem);
	put_8(encoding, settings->movable_node);
	put_8(encoding, settings->mirrored_kernelcore);
	put_64(encoding, settings->kernel_end);
	put_8(encoding, settings->bottom_up);
	put_64(encoding, settings->current_limit);
}

/* The number of fields first: which they are says how many there are, and a
 * kind that reads one more some day leaves old rows as they are. */
static void put_op(struct encoding *encoding, const struct op *op)
{
	const struct op_info *info = op_info((int)op->kind);
	unsigned int i;

	assert(info != NULL);
	put_8(encoding, (uint8_t)op->kind);
	put_32(encoding, info->fields);
	for (i = 0; i < OP_FIELDS_COUNT; i++)
		if (info->fields & 1u << i)
			put_64(encoding, op_field_get(op, 1u << i));
}

static void finish(
    const struct encoding *encoding, uint8_t ret_hash[JOURNAL_HASH_SIZE])
{
	digest_bytes(encoding->bytes, encoding->size, ret_hash);
}

/* ---- what is hashed ---- */

void journal_chain_start(const struct memblock_settings *settings,
    uint8_t ret_hash[JOURNAL_HASH_SIZE])
{
	struct encoding encoding;

	encoding.size = 0;
	put_8(&encoding, TAG_CHAIN);
	put_settings(&encoding, settings);
	finish(&encoding, ret_hash);
}

void journal_chain_start_copy(const struct memblock_settings *settings,
    const struct journal_origin *origin, uint8_t ret_hash[JOURNAL_HASH_SIZE])
{
	struct encoding encoding;

	encoding.size = 0;
	put_8(&encoding, TAG_COPY);
	put_settings(&encoding, settings);
	put(&encoding, origin->hash, JOURNAL_HASH_SIZE);
	finish(&encoding, ret_hash);
}

/* Options are as long as a kernel's command line likes. */
static void put_tree(
    struct encoding *encoding, const struct journal_tree_seal *tree)
{
	uint8_t options[JOURNAL_HASH_SIZE];

	put(encoding, tree->hash, sizeof(tree->hash));
	put_8(encoding, tree->options != NULL);
	if (tree->options == NULL)
		return;
	digest_bytes(tree->options, strlen(tree->options), options);
	put(encoding, options, sizeof(options));
}

void journal_row_seal(
    struct journal_row *row, const uint8_t before[JOURNAL_HASH_SIZE])
{
	const bool is_of_tree = row->tree != NULL && !row->tree->unhashed;
	struct encoding encoding;

	encoding.size = 0;
	put_8(&encoding, is_of_tree ? TAG_ROW_OF_TREE : TAG_ROW);
	put(&encoding, before, JOURNAL_HASH_SIZE);
	put_64(&encoding, row->seq);
	put_64(&encoding, (uint64_t)row->time_us);
	put_64(&encoding, row->group);
	put_op(&encoding, &row->op);
	put_8(&encoding, (uint8_t)row->outcome.status);
	put_64(&encoding, row->outcome.base);
	put_32(&encoding, row->outcome.warnings);
	put_text(&encoding, row->outcome.message);
	put_text(&encoding, row->principal);
	put_text(&encoding, row->label);
	put_blob(&encoding, row->key, row->key_size);
	if (is_of_tree)
		put_tree(&encoding, row->tree);
	finish(&encoding, row->hash);
}

static void put_cause(
    struct encoding *encoding, const struct journal_cause *cause)
{
	put_text(encoding, cause->label);
	put_blob(encoding, cause->key, cause->key_size);
}

void digest_instance(const struct instance_record *record,
    const struct instance_ends *ends, uint8_t ret_checksum[JOURNAL_HASH_SIZE])
{
	const struct journal_instance *instance = &record->instance;
	const struct journal_origin *origin = &record->origin;
	struct encoding encoding;

	encoding.size = 0;
	put_8(&encoding, TAG_INSTANCE);
	put_64(&encoding, (uint64_t)instance->id);
	put_text(&encoding, instance->name);
	put_64(&encoding, (uint64_t)instance->created_us);
	put_text(&encoding, instance->principal);
	put_cause(&encoding, &ends->created);
	put_settings(&encoding, &instance->settings);
	put_8(&encoding, record->has_origin);
	if (record->has_origin) {
		put_text(&encoding, origin->name);
		put_64(&encoding, (uint64_t)origin->instance);
		put_64(&encoding, origin->seq);
		put(&encoding, origin->hash, JOURNAL_HASH_SIZE);
	}
	put_64(&encoding, record->instance.first_seq);
	put(&encoding, record->first_before, JOURNAL_HASH_SIZE);
	put_8(&encoding, instance->destroyed_us != 0);
	if (instance->destroyed_us != 0) {
		put_64(&encoding, (uint64_t)instance->destroyed_us);
		put_text(&encoding, ends->destroyed_by);
		put_cause(&encoding, &ends->destroyed);
	}
	finish(&encoding, ret_checksum);
}

void digest_snapshot(uint64_t seq, int64_t time_us,
    const uint8_t hash[JOURNAL_HASH_SIZE], const void *content, size_t size,
    uint8_t ret_checksum[JOURNAL_HASH_SIZE])
{
	uint8_t content_hash[JOURNAL_HASH_SIZE];
	struct encoding encoding;

	digest_bytes(content, size, content_hash);
	encoding.size = 0;
	put_8(&encoding, TAG_SNAPSHOT);
	put_64(&encoding, seq);
	put_64(&encoding, (uint64_t)time_us);
	put(&encoding, hash, JOURNAL_HASH_SIZE);
	put(&encoding, content_hash, JOURNAL_HASH_SIZE);
	finish(&encoding, ret_checksum);
}

void digest_text(const uint8_t hash[JOURNAL_HASH_SIZE],
    char ret_text[2 * JOURNAL_HASH_SIZE + 1])
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < JOURNAL_HASH_SIZE; i++) {
		ret_text[2 * i] = digits[hash[i] >> 4];
		ret_text[2 * i + 1] = digits[hash[i] & 15];
	}
	ret_text[2 * i] = '\0';
}
