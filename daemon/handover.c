/* SPDX-License-Identifier: BSD-2-Clause */
/* handover: what the page allocator would be given. */
#include "engine/handover.h"

#include "daemon/command.h"
#include "daemon/memory.h"

#include <stdlib.h>

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name

/* ---- the request ---- */

/* False: one of them lacks an end, and the request is refused. */
static bool take_areas(struct request *request, const char *what,
    Memblock__V1__Area *const *messages, size_t count,
    struct handover_area *areas)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (!messages[i]->has_address || !messages[i]->has_size)
			return request_refuse(request, CODE(INVALID_ARGUMENT),
			    "the %s of an area of %s is missing",
			    messages[i]->has_address ? "size" : "address",
			    what);
		areas[i].base = messages[i]->address;
		areas[i].size = messages[i]->size;
	}
	return true;
}

/* False: refused. The areas are the caller's to free, either way. */
static bool compute(struct request *request, struct handover_area *areas,
    struct handover *ret_handover)
{
	const Memblock__V1__Handover *message = request->message->handover;
	const struct handover_request wanted = {
	    .max_low_pfn = message->has_max_low_pfn ? message->max_low_pfn
						    : HANDOVER_NO_LIMIT,
	    .cma = areas,
	    .cma_count = message->n_cma,
	    .init = areas + message->n_cma,
	    .init_count = message->n_init,
	};
	char wrong[OUTCOME_MESSAGE_MAX];
	enum mb_status status;

	if (!take_areas(request, "cma", message->cma, message->n_cma, areas) ||
	    !take_areas(request, "init", message->init, message->n_init,
		areas + message->n_cma))
		return false;
	status = handover_compute(request->mb, &wanted, ret_handover, wrong);
	return status == MB_OK ||
	       request_refuse(request, answer_status_code(status), "%s", wrong);
}

/* ---- the answer ---- */

/* The messages of the nodes, and pointers to them, in one piece. */
struct node_messages {
	Memblock__V1__HandoverNode **pointers;
	Memblock__V1__HandoverNode *nodes;
};

static void fill_nodes(struct handover *handover, struct node_messages *to)
{
	const size_t count = handover->node_count;
	size_t i;

	to->nodes = memory_zeroed(count + 1, sizeof(*to->nodes));
	to->pointers = memory_zeroed(count + 1, sizeof(*to->pointers));
	for (i = 0; i < count; i++) {
		struct handover_node *from = &handover->nodes[i];
		Memblock__V1__HandoverNode *node = &to->nodes[i];

		memblock__v1__handover_node__init(node);
		node->has_nid = from->nid != MB_NO_NODE;
		node->nid = (uint32_t)from->nid;
		node->has_pages = 1;
		node->pages = from->pages;
		node->orders = from->orders;
		node->n_orders = HANDOVER_ORDERS;
		to->pointers[i] = node;
	}
}

static void send_handover(struct request *request, struct handover *handover)
{
	Memblock__V1__HandoverResult result =
	    MEMBLOCK__V1__HANDOVER_RESULT__INIT;
	struct node_messages nodes;

	fill_nodes(handover, &nodes);
	result.has_pages = result.has_bytes_lost = result.has_pages_lost = 1;
	result.pages = handover->pages;
	result.bytes_lost = handover->bytes_lost;
	result.pages_lost = handover->pages_lost;
	result.orders = handover->orders;
	result.n_orders = HANDOVER_ORDERS;
	result.has_highmem = result.has_cma = result.has_init = 1;
	result.highmem = handover->highmem;
	result.cma = handover->cma;
	result.init = handover->init;
	result.has_totalram = 1;
	result.totalram = handover->totalram;
	result.nodes = nodes.pointers;
	result.n_nodes = handover->node_count;
	request->answer.response.result_case =
	    MEMBLOCK__V1__RESPONSE__RESULT_HANDOVER;
	request->answer.response.handover = &result;
	request_send(request, true);
	free(nodes.nodes);
	free(nodes.pointers);
}

enum command_end command_handover(struct request *request)
{
	const Memblock__V1__Handover *message = request->message->handover;
	struct handover_area *areas;
	struct handover handover;
	bool computed;

	if (!request_need_model(request))
		return COMMAND_ANSWER;
	areas =
	    memory_zeroed(message->n_cma + message->n_init + 1, sizeof(*areas));
	computed = compute(request, areas, &handover);
	free(areas);
	if (!computed)
		return COMMAND_ANSWER;
	send_handover(request, &handover);
	handover_destroy(&handover);
	return COMMAND_SENT;
}
