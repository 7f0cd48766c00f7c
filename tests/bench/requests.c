/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/bench/requests.h"

#include <endian.h>

#define REGIONS 200
#define SLOT_SIZE 0x2000

Memblock__V1__Request request_for(
    char *instance, Memblock__V1__Request__OperationCase operation, uint64_t id)
{
	Memblock__V1__Request request = MEMBLOCK__V1__REQUEST__INIT;

	request.has_id = 1;
	request.id = id;
	request.instance = instance;
	request.operation_case = operation;
	return request;
}

void requests_create(int fd, char *instance)
{
	Memblock__V1__Create create = MEMBLOCK__V1__CREATE__INIT;
	Memblock__V1__Request request =
	    request_for(instance, MEMBLOCK__V1__REQUEST__OPERATION_CREATE, 1);
	struct pipeline pipeline = {0};

	request.create = &create;
	pipeline_add(&pipeline, &request);
	pipeline_run(&pipeline, fd);
	pipeline_free(&pipeline);
}

/* A slot is reserved when it comes up, and freed when it comes up again. */
static void add_change(struct pipeline *pipeline, char *instance, uint64_t id,
    const ProtobufCBinaryData *key)
{
	Memblock__V1__Reserve reserve = MEMBLOCK__V1__RESERVE__INIT;
	Memblock__V1__Free phys_free = MEMBLOCK__V1__FREE__INIT;
	const uint64_t base = id % REGIONS * SLOT_SIZE;
	Memblock__V1__Request request =
	    request_for(instance, MEMBLOCK__V1__REQUEST__OPERATION_RESERVE, id);

	reserve.has_address = reserve.has_size = 1;
	phys_free.has_address = phys_free.has_size = 1;
	reserve.address = phys_free.address = base;
	reserve.size = phys_free.size = SLOT_SIZE / 2;
	request.reserve = &reserve;
	if (id / REGIONS % 2 == 1) {
		request.operation_case = MEMBLOCK__V1__REQUEST__OPERATION_FREE;
		request.free = &phys_free;
	}
	if (key != NULL) {
		request.has_request_key = 1;
		request.request_key = *key;
	}
	pipeline_add(pipeline, &request);
}

double requests_change(
    int fd, char *instance, uint64_t first, uint64_t count, bool with_keys)
{
	struct pipeline pipeline = {0};
	uint64_t id, number;
	const ProtobufCBinaryData key = {sizeof(number), (uint8_t *)&number};
	double took;

	for (id = first; id < first + count; id++) {
		number = htobe64(id + 1);
		add_change(&pipeline, instance, id, with_keys ? &key : NULL);
	}
	took = pipeline_run(&pipeline, fd);
	pipeline_free(&pipeline);
	return took;
}

void requests_add_questions(
    struct pipeline *pipeline, char *instance, uint64_t count)
{
	Memblock__V1__Query query = MEMBLOCK__V1__QUERY__INIT;
	Memblock__V1__Request request;
	uint64_t id;

	query.has_question = query.has_address = 1;
	query.question = MEMBLOCK__V1__QUERY__QUESTION__IS_RESERVED;
	for (id = 0; id < count; id++) {
		request = request_for(
		    instance, MEMBLOCK__V1__REQUEST__OPERATION_QUERY, id);
		query.address = id % REGIONS * SLOT_SIZE;
		request.query = &query;
		pipeline_add(pipeline, &request);
	}
}
