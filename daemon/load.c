/* SPDX-License-Identifier: BSD-2-Clause */
/* load: what a device tree says about memory, as one group of rows. */
#include "daemon/steps.h"

#include "engine/devicetree.h"

enum command_end command_load(struct request *request)
{
	const Memblock__V1__Load *load = request->message->load;
	struct reserved_memory table;
	enum command_end end = COMMAND_ANSWER;
	struct steps steps = {0};
	struct devicetree *tree;
	struct boot_sink sink;

	if (!request_may_change(request) || !request_need_model(request))
		return COMMAND_ANSWER;
	tree =
	    steps_read_tree(request, load->has_device_tree, &load->device_tree);
	if (tree == NULL)
		return COMMAND_ANSWER;
	sink = steps_begin(&steps, request);
	boot_load(tree, steps.mb, &sink, &table);
	devicetree_free(tree);
	if (steps_went_well(&steps, request)) {
		if (!request->message->dry_run)
			steps_record(&steps, request, &load->device_tree, NULL);
		steps_send(&steps, request);
		end = COMMAND_SENT;
	}
	steps_free(&steps);
	return end;
}
