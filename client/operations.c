/* SPDX-License-Identifier: BSD-2-Clause */
/* One function for each operation, which makes its request. */
#include "client/request.h"

#define MAKE(instance, NAME, name)                                             \
	request_new(instance, MEMBLOCK__V1__REQUEST__OPERATION_##NAME,         \
	    &memblock__v1__##name##__descriptor)

struct mbc_request *mbc_hello(const char *client_name)
{
	struct mbc_request *request = MAKE(NULL, HELLO, hello);
	Memblock__V1__Hello *hello;

	if (request == NULL)
		return NULL;
	hello = request->message->hello;
	hello->client_name = request_copy_text(request, client_name);
	hello->has_protocol = true;
	hello->protocol = 1;
	return request;
}

struct mbc_request *mbc_ping(void)
{
	return MAKE(NULL, PING, ping);
}

struct mbc_request *mbc_list(void)
{
	return MAKE(NULL, LIST, list);
}

struct mbc_request *mbc_create(const char *instance)
{
	struct mbc_request *request = MAKE(instance, CREATE, create);
	void *settings;

	if (request == NULL)
		return NULL;
	settings = request_new_message(&memblock__v1__settings__descriptor);
	if (settings == NULL) {
		mbc_request_free(request);
		return NULL;
	}
	request->message->create->settings = settings;
	return request;
}

struct mbc_request *mbc_info(const char *instance)
{
	return MAKE(instance, INFO, info);
}

struct mbc_request *mbc_destroy(const char *instance)
{
	return MAKE(instance, DESTROY, destroy);
}

struct mbc_request *mbc_clone(const char *instance, const char *origin)
{
	struct mbc_request *request = MAKE(instance, CLONE, clone);

	if (request != NULL)
		request->message->clone->origin =
		    request_copy_text(request, origin);
	return request;
}

struct mbc_request *mbc_verify(const char *instance)
{
	return MAKE(instance, VERIFY, verify);
}

struct mbc_request *mbc_compact(const char *instance, uint64_t keep_seq)
{
	struct mbc_request *request = MAKE(instance, COMPACT, compact);

	mbc_request_set(request, MBC_FIELD_KEEP, keep_seq);
	return request;
}

struct mbc_request *mbc_log(const char *instance)
{
	return MAKE(instance, LOG, log);
}

struct mbc_request *mbc_watch(const char *instance)
{
	struct mbc_request *request = MAKE(instance, WATCH, watch);

	/* As a whole it never comes. */
	mbc_request_set_in_parts(request);
	return request;
}

struct mbc_request *mbc_blame(const char *instance)
{
	return MAKE(instance, BLAME, blame);
}

struct mbc_request *mbc_diff(const char *instance, const char *other)
{
	struct mbc_request *request = MAKE(instance, DIFF, diff);

	if (request != NULL)
		request->message->diff->other =
		    request_copy_text(request, other);
	return request;
}

struct mbc_request *mbc_dump(const char *instance)
{
	return MAKE(instance, DUMP, dump);
}

static struct mbc_request *with_range(
    struct mbc_request *request, uint64_t base, uint64_t size)
{
	mbc_request_set(request, MBC_FIELD_BASE, base);
	mbc_request_set(request, MBC_FIELD_SIZE, size);
	return request;
}

struct mbc_request *mbc_add(const char *instance, uint64_t base, uint64_t size)
{
	return with_range(MAKE(instance, ADD, add), base, size);
}

struct mbc_request *mbc_remove(
    const char *instance, uint64_t base, uint64_t size)
{
	return with_range(MAKE(instance, REMOVE, remove), base, size);
}

struct mbc_request *mbc_reserve(
    const char *instance, uint64_t base, uint64_t size)
{
	return with_range(MAKE(instance, RESERVE, reserve), base, size);
}

struct mbc_request *mbc_phys_free(
    const char *instance, uint64_t base, uint64_t size)
{
	return with_range(MAKE(instance, FREE, free), base, size);
}

struct mbc_request *mbc_alloc(const char *instance, uint64_t size)
{
	struct mbc_request *request = MAKE(instance, ALLOC, alloc);

	mbc_request_set(request, MBC_FIELD_SIZE, size);
	return request;
}

struct mbc_request *mbc_find(const char *instance, uint64_t size)
{
	struct mbc_request *request = MAKE(instance, FIND, alloc);

	mbc_request_set(request, MBC_FIELD_SIZE, size);
	return request;
}

struct mbc_request *mbc_explain(const char *instance, uint64_t size)
{
	struct mbc_request *request = MAKE(instance, EXPLAIN, alloc);

	mbc_request_set(request, MBC_FIELD_SIZE, size);
	return request;
}

struct mbc_request *mbc_mark(
    const char *instance, uint32_t flag, uint64_t base, uint64_t size)
{
	struct mbc_request *request = MAKE(instance, MARK, mark);

	mbc_request_set(request, MBC_FIELD_FLAGS, flag);
	return with_range(request, base, size);
}

struct mbc_request *mbc_clear(
    const char *instance, uint32_t flag, uint64_t base, uint64_t size)
{
	struct mbc_request *request = MAKE(instance, CLEAR, clear);

	mbc_request_set(request, MBC_FIELD_FLAGS, flag);
	return with_range(request, base, size);
}

struct mbc_request *mbc_set_node(
    const char *instance, uint64_t base, uint64_t size, int32_t nid)
{
	struct mbc_request *request = MAKE(instance, SET_NODE, set_node);

	if (nid != MBC_NO_NODE)
		mbc_request_set(request, MBC_FIELD_NID, (uint64_t)nid);
	return with_range(request, base, size);
}

struct mbc_request *mbc_trim(const char *instance, uint64_t align)
{
	struct mbc_request *request = MAKE(instance, TRIM, trim);

	mbc_request_set(request, MBC_FIELD_ALIGN, align);
	return request;
}

struct mbc_request *mbc_limit(const char *instance, uint64_t size)
{
	struct mbc_request *request = MAKE(instance, LIMIT, limit);

	mbc_request_set(request, MBC_FIELD_SIZE, size);
	return request;
}

struct mbc_request *mbc_cap(const char *instance, uint64_t base, uint64_t size)
{
	return with_range(MAKE(instance, CAP, cap), base, size);
}

struct mbc_request *mbc_physmem_add(
    const char *instance, uint64_t base, uint64_t size)
{
	return with_range(MAKE(instance, PHYSMEM_ADD, physmem_add), base, size);
}

struct mbc_request *mbc_set_bottom_up(const char *instance, bool bottom_up)
{
	struct mbc_request *request = MAKE(instance, SET, set);

	mbc_request_set(request, MBC_FIELD_BOTTOM_UP, bottom_up);
	return request;
}

struct mbc_request *mbc_set_current_limit(const char *instance, uint64_t limit)
{
	struct mbc_request *request = MAKE(instance, SET, set);

	mbc_request_set(request, MBC_FIELD_CURRENT_LIMIT, limit);
	return request;
}

struct mbc_request *mbc_allow_resize(const char *instance)
{
	struct mbc_request *request = MAKE(instance, SET, set);

	mbc_request_set(request, MBC_FIELD_RESIZE, true);
	return request;
}

struct mbc_request *mbc_ranges(const char *instance, enum mbc_list list)
{
	struct mbc_request *request = MAKE(instance, RANGES, ranges);

	mbc_request_set(request, MBC_FIELD_TYPE, (uint64_t)list);
	return request;
}

#define QUESTION(name) MEMBLOCK__V1__QUERY__QUESTION__##name

static struct mbc_request *ask(const char *instance,
    Memblock__V1__Query__Question question, uint64_t address)
{
	struct mbc_request *request = MAKE(instance, QUERY, query);

	if (request == NULL)
		return NULL;
	request->message->query->has_question = true;
	request->message->query->question = question;
	mbc_request_set(request, MBC_FIELD_BASE, address);
	return request;
}

struct mbc_request *mbc_is_memory(const char *instance, uint64_t address)
{
	return ask(instance, QUESTION(IS_MEMORY), address);
}

struct mbc_request *mbc_is_map_memory(const char *instance, uint64_t address)
{
	return ask(instance, QUESTION(IS_MAP_MEMORY), address);
}

struct mbc_request *mbc_is_reserved(const char *instance, uint64_t address)
{
	return ask(instance, QUESTION(IS_RESERVED), address);
}

struct mbc_request *mbc_is_region_memory(
    const char *instance, uint64_t base, uint64_t size)
{
	return with_range(
	    ask(instance, QUESTION(IS_REGION_MEMORY), base), base, size);
}

struct mbc_request *mbc_is_region_reserved(
    const char *instance, uint64_t base, uint64_t size)
{
	return with_range(
	    ask(instance, QUESTION(IS_REGION_RESERVED), base), base, size);
}

struct mbc_request *mbc_overlaps_region(
    const char *instance, enum mbc_list list, uint64_t base, uint64_t size)
{
	struct mbc_request *request =
	    ask(instance, QUESTION(OVERLAPS_REGION), base);

	mbc_request_set(request, MBC_FIELD_TYPE, (uint64_t)list);
	return with_range(request, base, size);
}

struct mbc_request *mbc_search(
    const char *instance, enum mbc_list list, uint64_t address)
{
	struct mbc_request *request = ask(instance, QUESTION(SEARCH), address);

	mbc_request_set(request, MBC_FIELD_TYPE, (uint64_t)list);
	return request;
}

struct mbc_request *mbc_handover(const char *instance)
{
	return MAKE(instance, HANDOVER, handover);
}

struct mbc_request *mbc_lowmem(
    const char *instance, uint64_t kernel_start, uint64_t kernel_end)
{
	struct mbc_request *request = MAKE(instance, LOWMEM, lowmem);

	mbc_request_set(request, MBC_FIELD_KERNEL_START, kernel_start);
	mbc_request_set(request, MBC_FIELD_KERNEL_END, kernel_end);
	return request;
}

struct mbc_request *mbc_reserved_memory(const char *instance)
{
	return MAKE(instance, RESERVED_MEMORY, reserved_memory);
}

struct mbc_request *mbc_boot(
    const char *instance, const void *device_tree, size_t size)
{
	struct mbc_request *request = MAKE(instance, BOOT, boot);

	if (request == NULL)
		return NULL;
	request->message->boot->has_device_tree = true;
	request->message->boot->device_tree =
	    request_copy_bytes(request, device_tree, size);
	return request;
}

struct mbc_request *mbc_load(
    const char *instance, const void *device_tree, size_t size)
{
	struct mbc_request *request = MAKE(instance, LOAD, load);

	if (request == NULL)
		return NULL;
	request->message->load->has_device_tree = true;
	request->message->load->device_tree =
	    request_copy_bytes(request, device_tree, size);
	return request;
}
