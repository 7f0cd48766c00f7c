/* SPDX-License-Identifier: BSD-2-Clause */
/* Whole histories: export and import, whose records go through the library as
 * bytes. */
#include "client/answer.h"
#include "client/request.h"

#include <stdio.h>
#include <stdlib.h>

struct mbc_request *mbc_export(const char *instance)
{
	return request_new(instance, MEMBLOCK__V1__REQUEST__OPERATION_EXPORT,
	    &memblock__v1__export__descriptor);
}

struct mbc_request *mbc_import(const char *instance)
{
	return request_new(instance, MEMBLOCK__V1__REQUEST__OPERATION_IMPORT,
	    &memblock__v1__import__descriptor);
}

/* Makes room for one more; the room is doubled when it is full. */
static bool make_room(Memblock__V1__Import *import)
{
	const size_t count = import->n_records;
	Memblock__V1__HistoryRecord **records;

	if (count > 0 && (count & (count - 1)) != 0)
		return true;
	records = reallocarray(
	    import->records, count == 0 ? 1 : 2 * count, sizeof(*records));
	if (records == NULL)
		return false;
	import->records = records;
	return true;
}

void mbc_import_add(
    struct mbc_request *request, const void *record, size_t size)
{
	Memblock__V1__HistoryRecord *message;
	Memblock__V1__Import *import;

	if (request == NULL ||
	    !request_expect(request, MEMBLOCK__V1__REQUEST__OPERATION_IMPORT))
		return;
	import = request->message->import;
	message = memblock__v1__history_record__unpack(NULL, size, record);
	if (message == NULL) {
		snprintf(request->error, sizeof(request->error),
		    "import: a record that is none");
	} else if (make_room(import)) {
		import->records[import->n_records++] = message;
	} else {
		memblock__v1__history_record__free_unpacked(message, NULL);
		request->out_of_memory = true;
	}
}

void mbc_import_last(struct mbc_request *request)
{
	if (request == NULL ||
	    !request_expect(request, MEMBLOCK__V1__REQUEST__OPERATION_IMPORT))
		return;
	request->message->import->has_last = 1;
	request->message->import->last = 1;
}

/* The record of that number in all parts of an answer. NULL: not so many. */
static const Memblock__V1__HistoryRecord *find_record(
    const struct mbc_answer *answer, size_t index)
{
	const Memblock__V1__Response *part;
	size_t i;

	for (i = 0; answer != NULL && i < answer->parts.count; i++) {
		part =
		    *ANSWER_ITEM(&answer->parts, Memblock__V1__Response *, i);
		if (part->result_case != MEMBLOCK__V1__RESPONSE__RESULT_EXPORT)
			continue;
		if (index < part->export->n_records)
			return part->export->records[index];
		index -= part->export->n_records;
	}
	return NULL;
}

bool mbc_answer_record(const struct mbc_answer *answer, size_t index,
    void **ret_record, size_t *ret_size)
{
	const Memblock__V1__HistoryRecord *record = find_record(answer, index);
	uint8_t *bytes;

	if (record == NULL)
		return false;
	*ret_size = memblock__v1__history_record__get_packed_size(record);
	bytes = malloc(*ret_size + 1);
	if (bytes != NULL)
		memblock__v1__history_record__pack(record, bytes);
	*ret_record = bytes;
	return true;
}

const uint8_t *mbc_answer_imported(
    const struct mbc_answer *answer, uint64_t *ret_operations)
{
	const Memblock__V1__Response *part;

	if (answer == NULL || answer->parts.count == 0)
		return NULL;
	part = *ANSWER_ITEM(&answer->parts, Memblock__V1__Response *, 0);
	if (part->result_case != MEMBLOCK__V1__RESPONSE__RESULT_IMPORT ||
	    part->import->hash.len != MBC_HASH_SIZE)
		return NULL;
	*ret_operations = part->import->operations;
	return part->import->hash.data;
}
