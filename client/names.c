/* SPDX-License-Identifier: BSD-2-Clause */
/* The names of codes and flags, and the library's own. */
#include "client/memblock_client.h"

#include "memblock.pb-c.h"

#include <assert.h>

static_assert(
    MBC_OK == (int)MEMBLOCK__V1__STATUS__CODE__OK &&
	MBC_UNAUTHENTICATED == (int)MEMBLOCK__V1__STATUS__CODE__UNAUTHENTICATED,
    "the codes are those of the wire");

const char *mbc_code_name(enum mbc_code code)
{
	const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(
	    &memblock__v1__status__code__descriptor, (int)code);

	return value != NULL ? value->name : "UNKNOWN";
}

const char *mbc_flag_name(unsigned int bit)
{
	static const char *const names[] = {
	    "hotplug", "mirror", "nomap", "driver_managed", "rsrv_noinit"};

	return bit < sizeof(names) / sizeof(names[0]) ? names[bit] : NULL;
}

static_assert(MBC_MEMORY == (int)MEMBLOCK__V1__TYPE__TYPE_MEMORY &&
		  MBC_RESERVED == (int)MEMBLOCK__V1__TYPE__TYPE_RESERVED &&
		  MBC_PHYSMEM == (int)MEMBLOCK__V1__TYPE__TYPE_PHYSMEM &&
		  MBC_FREE == (int)MEMBLOCK__V1__TYPE__TYPE_FREE,
    "the lists are those of the wire");

const char *mbc_list_name(enum mbc_list list)
{
	static const char *const names[] = {
	    "memory", "reserved", "physmem", "free"};
	const size_t at = (size_t)list;

	return at < sizeof(names) / sizeof(names[0]) ? names[at] : NULL;
}

const char *mbc_version(void)
{
	return MEMBLOCK_CLIENT_VERSION;
}
