/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_handover.h"

#include "client/ctl_json_value.h"

#include <inttypes.h>

struct mbc_request *ctl_make_handover(
    const struct ctl_line *line, struct ctl_error *error)
{
	if (ctl_given(line, CTL_MAX_LOW_PFN) &&
	    line->values[CTL_MAX_LOW_PFN].number == 0) {
		ctl_fail(error, "--max-low-pfn 0: all memory would be high");
		return NULL;
	}
	return mbc_handover(line->instance);
}

/* ---- text ---- */

static void print_orders(const uint64_t orders[MBC_ORDERS], FILE *out)
{
	size_t i;

	for (i = 0; i < MBC_ORDERS; i++)
		fprintf(out, " %" PRIu64, orders[i]);
	fputc('\n', out);
}

static void print_node(const struct mbc_handover_node *node, FILE *out)
{
	if (node->nid == MBC_NO_NODE)
		fputs("node -: ", out);
	else
		fprintf(out, "node %" PRId32 ": ", node->nid);
	fprintf(out, "%" PRIu64 " pages, orders", node->pages);
	print_orders(node->orders, out);
}

void ctl_print_handover(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	const struct mbc_handover *handover = mbc_answer_handover(answer);
	size_t i;

	(void)call;
	if (handover == NULL)
		return;
	fprintf(out,
	    "pages: %" PRIu64 "\nbytes_lost: %" PRIu64 " in %" PRIu64
	    " pages\norders:",
	    handover->pages, handover->bytes_lost, handover->pages_lost);
	print_orders(handover->orders, out);
	for (i = 0; i < handover->node_count; i++)
		print_node(&handover->nodes[i], out);
	fprintf(out,
	    "highmem: %" PRIu64 "\ncma: %" PRIu64 "\ninit: %" PRIu64
	    "\ntotalram: %" PRIu64 "\n",
	    handover->highmem, handover->cma, handover->init,
	    handover->totalram);
}

/* ---- JSON ---- */

static json_t *orders_value(const uint64_t orders[MBC_ORDERS])
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < MBC_ORDERS; i++)
		json_array_append_new(list, ctl_json_number(orders[i]));
	return list;
}

static json_t *nodes_value(const struct mbc_handover *handover)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < handover->node_count; i++) {
		const struct mbc_handover_node *node = &handover->nodes[i];
		json_t *members = json_object();

		if (node->nid != MBC_NO_NODE)
			ctl_json_put(members, "nid", json_integer(node->nid));
		ctl_json_put(members, "pages", ctl_json_number(node->pages));
		ctl_json_put(members, "orders", orders_value(node->orders));
		json_array_append_new(list, members);
	}
	return list;
}

void ctl_json_handover(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out)
{
	const struct mbc_handover *handover = mbc_answer_handover(answer);
	json_t *members;

	(void)call;
	if (handover == NULL)
		return;
	members = json_object();
	ctl_json_put(members, "pages", ctl_json_number(handover->pages));
	ctl_json_put(
	    members, "bytes_lost", ctl_json_number(handover->bytes_lost));
	ctl_json_put(members, "orders", orders_value(handover->orders));
	ctl_json_put(members, "nodes", nodes_value(handover));
	ctl_json_put(members, "highmem", ctl_json_number(handover->highmem));
	ctl_json_put(members, "cma", ctl_json_number(handover->cma));
	ctl_json_put(members, "init", ctl_json_number(handover->init));
	ctl_json_put(members, "totalram", ctl_json_number(handover->totalram));
	ctl_json_write_members(out, true, members);
}
