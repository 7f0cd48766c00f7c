/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/asked.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

void asked_init(struct asked *asked,
    Memblock__V1__Request__OperationCase operation, const char *instance)
{
	static const struct {
		Memblock__V1__Request__OperationCase operation;
		const ProtobufCMessageDescriptor *descriptor;
	} kinds[] = {
	    {OPERATION(HELLO), &memblock__v1__hello__descriptor},
	    {OPERATION(PING), &memblock__v1__ping__descriptor},
	    {OPERATION(CREATE), &memblock__v1__create__descriptor},
	    {OPERATION(LIST), &memblock__v1__list__descriptor},
	    {OPERATION(INFO), &memblock__v1__info__descriptor},
	    {OPERATION(DESTROY), &memblock__v1__destroy__descriptor},
	    {OPERATION(ADD), &memblock__v1__add__descriptor},
	    {OPERATION(REMOVE), &memblock__v1__remove__descriptor},
	    {OPERATION(RESERVE), &memblock__v1__reserve__descriptor},
	    {OPERATION(FREE), &memblock__v1__free__descriptor},
	    {OPERATION(ALLOC), &memblock__v1__alloc__descriptor},
	    {OPERATION(FIND), &memblock__v1__alloc__descriptor},
	    {OPERATION(SET), &memblock__v1__set__descriptor},
	    {OPERATION(DUMP), &memblock__v1__dump__descriptor},
	    {OPERATION(LOAD), &memblock__v1__load__descriptor},
	    {OPERATION(BOOT), &memblock__v1__boot__descriptor},
	    {OPERATION(RESERVED_MEMORY),
		&memblock__v1__reserved_memory__descriptor},
	    {OPERATION(LOG), &memblock__v1__log__descriptor},
	    {OPERATION(WATCH), &memblock__v1__watch__descriptor},
	    {OPERATION(VERIFY), &memblock__v1__verify__descriptor},
	    {OPERATION(RANGES), &memblock__v1__ranges__descriptor},
	    {OPERATION(QUERY), &memblock__v1__query__descriptor},
	    {OPERATION(HANDOVER), &memblock__v1__handover__descriptor},
	    {OPERATION(BLAME), &memblock__v1__blame__descriptor},
	    {OPERATION(BATCH), &memblock__v1__batch__descriptor},
	    {OPERATION(LOWMEM), &memblock__v1__lowmem__descriptor},
	    {OPERATION(DIFF), &memblock__v1__diff__descriptor},
	    {OPERATION(EXPORT), &memblock__v1__export__descriptor},
	    {OPERATION(IMPORT), &memblock__v1__import__descriptor},
	    {OPERATION(CLONE), &memblock__v1__clone__descriptor},
	    {OPERATION(COMPACT), &memblock__v1__compact__descriptor},
	    {OPERATION(EXPLAIN), &memblock__v1__alloc__descriptor},
	};
	size_t i;

	memblock__v1__request__init(&asked->request);
	memblock__v1__settings__init(&asked->settings);
	asked->request.instance = (char *)instance;
	asked->request.operation_case = operation;
	asked->request.ping = &asked->operation.ping; /* any: it is a union */
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].operation == operation)
			protobuf_c_message_init(
			    kinds[i].descriptor, &asked->operation);
}

void asked_init_range(struct asked *asked,
    Memblock__V1__Request__OperationCase operation, const char *instance,
    uint64_t address, uint64_t size)
{
	asked_init(asked, operation, instance);
	switch (operation) {
	case OPERATION(ADD):
		asked->operation.add.has_address = 1;
		asked->operation.add.address = address;
		asked->operation.add.has_size = 1;
		asked->operation.add.size = size;
		return;
	case OPERATION(REMOVE):
		asked->operation.remove.has_address = 1;
		asked->operation.remove.address = address;
		asked->operation.remove.has_size = 1;
		asked->operation.remove.size = size;
		return;
	case OPERATION(RESERVE):
		asked->operation.reserve.has_address = 1;
		asked->operation.reserve.address = address;
		asked->operation.reserve.has_size = 1;
		asked->operation.reserve.size = size;
		return;
	default:
		assert_int_equal(operation, OPERATION(FREE));
		asked->operation.free.has_address = 1;
		asked->operation.free.address = address;
		asked->operation.free.has_size = 1;
		asked->operation.free.size = size;
		return;
	}
}

void asked_put_key(struct asked *asked, const char *key)
{
	asked->request.has_request_key = 1;
	asked->request.request_key =
	    (ProtobufCBinaryData){strlen(key), (uint8_t *)(uintptr_t)key};
}
