/* SPDX-License-Identifier: BSD-2-Clause */
/* The answer to handover. */
#include "client/answer.h"

#include <stdlib.h>

static void take_orders(
    const uint64_t *from, size_t count, uint64_t orders[MBC_ORDERS])
{
	size_t i;

	for (i = 0; i < MBC_ORDERS; i++)
		orders[i] = i < count ? from[i] : 0;
}

bool answer_take_handover(
    struct mbc_answer *answer, const Memblock__V1__HandoverResult *from)
{
	struct mbc_handover_node *nodes =
	    calloc(from->n_nodes + 1, sizeof(*nodes));
	struct mbc_handover *handover = &answer->handover;
	size_t i;

	if (nodes == NULL)
		return false;
	for (i = 0; i < from->n_nodes; i++) {
		const Memblock__V1__HandoverNode *node = from->nodes[i];

		nodes[i].nid = node->has_nid ? (int32_t)node->nid : MBC_NO_NODE;
		nodes[i].pages = node->pages;
		take_orders(node->orders, node->n_orders, nodes[i].orders);
	}
	free(answer->handover_nodes);
	answer->handover_nodes = nodes;
	answer->has_handover = true;
	*handover = (struct mbc_handover){
	    .pages = from->pages,
	    .bytes_lost = from->bytes_lost,
	    .pages_lost = from->pages_lost,
	    .highmem = from->highmem,
	    .cma = from->cma,
	    .init = from->init,
	    .totalram = from->totalram,
	    .node_count = from->n_nodes,
	    .nodes = nodes,
	};
	take_orders(from->orders, from->n_orders, handover->orders);
	return true;
}

const struct mbc_handover *mbc_answer_handover(const struct mbc_answer *answer)
{
	return answer != NULL && answer->has_handover ? &answer->handover
						      : NULL;
}
