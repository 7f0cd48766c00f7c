/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/answer.h"

#include <stdlib.h>
#include <string.h>

/* ---- growing arrays ---- */

bool answer_make_room(struct answer_items *items, size_t more, size_t item_size)
{
	size_t room = items->room;
	void *grown;

	if (items->room - items->count >= more)
		return true;
	while (room < items->count + more)
		room = room ? 2 * room : more;
	grown = reallocarray(items->items, room, item_size);
	if (grown == NULL)
		return false;
	items->items = grown;
	items->room = room;
	return true;
}

struct mbc_answer *answer_new(uint64_t id)
{
	struct mbc_answer *answer = calloc(1, sizeof(*answer));

	if (answer != NULL)
		answer->id = id;
	return answer;
}

void mbc_answer_free(struct mbc_answer *answer)
{
	size_t i;

	if (answer == NULL)
		return;
	for (i = 0; i < answer->parts.count; i++)
		memblock__v1__response__free_unpacked(
		    *ANSWER_ITEM(&answer->parts, Memblock__V1__Response *, i),
		    NULL);
	for (i = 0; i < answer->batch.count; i++)
		mbc_answer_free(
		    *ANSWER_ITEM(&answer->batch, struct mbc_answer *, i));
	free(answer->batch.items);
	free(answer->parts.items);
	free(answer->warnings.items);
	free(answer->instances.items);
	free(answer->reserved.items);
	free(answer->steps.items);
	free(answer->entries.items);
	free(answer->origins.items);
	free(answer->ranges.items);
	free(answer->handover_nodes);
	free(answer->mappings.items);
	free(answer->highmem.items);
	free(answer->blame.items);
	free(answer->diff.items);
	free(answer->candidates.items);
	free(answer->regions[MBC_MEMORY].items);
	free(answer->regions[MBC_RESERVED].items);
	free(answer->regions[MBC_PHYSMEM].items);
	free(answer->local_message);
	free(answer);
}

void answer_fail(
    struct mbc_answer *answer, enum mbc_code code, const char *message)
{
	answer->is_local = true;
	answer->code = code;
	answer->more = false;
	free(answer->local_message);
	answer->local_message = strdup(message);
}

/* ---- from messages to items ---- */

static bool append_warnings(
    struct mbc_answer *answer, const Memblock__V1__Response *part)
{
	size_t i;

	if (!answer_make_room(
		&answer->warnings, part->n_warnings, sizeof(const char *)))
		return false;
	for (i = 0; i < part->n_warnings; i++)
		*ANSWER_NEXT(&answer->warnings, const char *) =
		    part->warnings[i];
	return true;
}

static bool append_instances(
    struct mbc_answer *answer, const Memblock__V1__ListResult *list)
{
	struct answer_items *to = &answer->instances;
	const Memblock__V1__InstanceSummary *from;
	size_t i;

	if (!answer_make_room(
		to, list->n_instances, sizeof(struct mbc_instance)))
		return false;
	for (i = 0; i < list->n_instances; i++) {
		from = list->instances[i];
		*ANSWER_NEXT(to, struct mbc_instance) = (struct mbc_instance){
		    .name = answer_text(from->name),
		    .seq = from->seq,
		    .life = from->life,
		    .destroyed = from->destroyed != 0,
		    .has_sizes = from->has_memory_size != 0,
		    .memory_size = from->memory_size,
		    .reserved_size = from->reserved_size,
		    .memory_cnt = from->memory_cnt,
		    .reserved_cnt = from->reserved_cnt,
		};
	}
	return true;
}

static bool append_steps(
    struct mbc_answer *answer, const Memblock__V1__LoadResult *load)
{
	struct answer_items *to = &answer->steps;
	const Memblock__V1__Step *from;
	size_t i;

	if (!answer_make_room(to, load->n_steps, sizeof(struct mbc_step)))
		return false;
	for (i = 0; i < load->n_steps; i++) {
		from = load->steps[i];
		*ANSWER_NEXT(to, struct mbc_step) = (struct mbc_step){
		    .operation = answer_text(from->op),
		    .base = from->address,
		    .size = from->size,
		    .flags = from->flags,
		    .ok = from->ok != 0,
		    .message = answer_text(from->message),
		    .label = answer_text(from->label),
		    .has_seq = from->has_seq != 0,
		    .seq = from->seq,
		    .stage = answer_text(from->stage),
		    .node = answer_text(from->node),
		    .has_value = from->has_value != 0,
		    .value = from->value,
		    .nid = from->has_nid ? (int32_t)from->nid : MBC_NO_NODE,
		};
	}
	return true;
}

static struct mbc_region region_from(const Memblock__V1__Region *from)
{
	return (struct mbc_region){
	    .base = from->address,
	    .size = from->size,
	    .flags = from->flags,
	    .nid = from->has_nid ? (int32_t)from->nid : MBC_NO_NODE,
	};
}

bool answer_append_ranges(
    struct answer_items *to, size_t count, Memblock__V1__Range *const *ranges)
{
	size_t i;

	if (!answer_make_room(to, count, sizeof(struct mbc_range)))
		return false;
	for (i = 0; i < count; i++) {
		const Memblock__V1__Range *from = ranges[i];

		*ANSWER_NEXT(to, struct mbc_range) = (struct mbc_range){
		    .start = from->start,
		    .end = from->end,
		    .flags = from->flags,
		    .nid = from->has_nid ? (int32_t)from->nid : MBC_NO_NODE,
		};
	}
	return true;
}

static void take_value(
    struct mbc_answer *answer, const Memblock__V1__QueryResult *from)
{
	answer->has_value = true;
	answer->value = from->value != 0;
	answer->has_found = from->region != NULL;
	if (from->region != NULL)
		answer->found = region_from(from->region);
}

static bool append_regions(struct mbc_answer *answer, enum mbc_list which,
    const Memblock__V1__RegionList *list)
{
	struct answer_items *to = &answer->regions[which];
	struct mbc_region_list *head = &answer->lists[which];
	size_t i;

	if (list == NULL)
		return true;
	if (!answer_make_room(to, list->n_regions, sizeof(struct mbc_region)))
		return false;
	for (i = 0; i < list->n_regions; i++) {
		*ANSWER_NEXT(to, struct mbc_region) =
		    region_from(list->regions[i]);
	}
	head->region_count = to->count;
	if (list->has_cnt)
		head->cnt = list->cnt;
	if (list->has_total_size)
		head->total_size = list->total_size;
	if (list->has_emptied)
		head->emptied = list->emptied != 0;
	if (list->has_max) {
		head->has_max = true;
		head->max = list->max;
	}
	return true;
}

static bool append_layout(
    struct mbc_answer *answer, const Memblock__V1__Layout *from)
{
	struct mbc_layout *layout = &answer->layout;

	if (!answer->has_layout)
		*layout = (struct mbc_layout){
		    .kernel = "", .phys_bits = 64, .page_size = 4096};
	answer->has_layout = true;
	if (from->kernel != NULL)
		layout->kernel = from->kernel;
	if (from->has_phys_bits)
		layout->phys_bits = from->phys_bits;
	if (from->has_nodes)
		layout->nodes = from->nodes;
	if (from->has_page_size)
		layout->page_size = from->page_size;
	if (from->has_bottom_up)
		layout->bottom_up = from->bottom_up != 0;
	if (from->has_current_limit)
		layout->current_limit = from->current_limit;
	answer->has_physmem |= from->physmem != NULL;
	return append_regions(answer, MBC_MEMORY, from->memory) &&
	       append_regions(answer, MBC_RESERVED, from->reserved) &&
	       append_regions(answer, MBC_PHYSMEM, from->physmem);
}

static void take_server(
    struct mbc_answer *answer, const Memblock__V1__HelloResult *from)
{
	answer->has_server = true;
	answer->server = (struct mbc_server){
	    .name = answer_text(from->server),
	    .protocol = from->protocol,
	    .frame_bytes_max = from->frame_bytes_max,
	    .in_flight_max = from->in_flight_max,
	    .queued_bytes_max = from->queued_bytes_max,
	    .sessions_max = from->sessions_max,
	    .instances_max = from->instances_max,
	    .regions_max = from->regions_max,
	    .batch_max = from->batch_max,
	    .watchers_max = from->watchers_max,
	};
}

static void take_verdict(
    struct mbc_answer *answer, const Memblock__V1__VerifyResult *from)
{
	answer->has_verdict = true;
	answer->verdict = (struct mbc_verdict){
	    .operations = from->operations,
	    .identical = from->identical != 0,
	    .difference_seq = from->difference_seq,
	    .difference_journal = answer_text(from->difference_journal),
	    .difference_replay = answer_text(from->difference_replay),
	    .to_replay = from->to_replay,
	};
}

static bool append_result(
    struct mbc_answer *answer, const Memblock__V1__Response *part)
{
	switch (part->result_case) {
	case MEMBLOCK__V1__RESPONSE__RESULT_HELLO:
		take_server(answer, part->hello);
		return true;
	case MEMBLOCK__V1__RESPONSE__RESULT_LIST:
		return append_instances(answer, part->list);
	case MEMBLOCK__V1__RESPONSE__RESULT_DUMP:
		return append_layout(answer, part->dump);
	case MEMBLOCK__V1__RESPONSE__RESULT_LOAD:
		return append_steps(answer, part->load);
	case MEMBLOCK__V1__RESPONSE__RESULT_RESERVED_MEMORY:
		return answer_append_reserved(answer, part->reserved_memory);
	case MEMBLOCK__V1__RESPONSE__RESULT_BOOT:
		return append_steps(answer, part->boot);
	case MEMBLOCK__V1__RESPONSE__RESULT_LOG:
		return answer_append_log(answer, part->log);
	case MEMBLOCK__V1__RESPONSE__RESULT_WATCH:
		return answer_take_watch(answer, part->watch);
	case MEMBLOCK__V1__RESPONSE__RESULT_VERIFY:
		take_verdict(answer, part->verify);
		return true;
	case MEMBLOCK__V1__RESPONSE__RESULT_RANGES:
		return answer_append_ranges(&answer->ranges,
		    part->ranges->n_ranges, part->ranges->ranges);
	case MEMBLOCK__V1__RESPONSE__RESULT_BLAME:
		return answer_append_blame(answer, part->blame);
	case MEMBLOCK__V1__RESPONSE__RESULT_DIFF:
		return answer_append_diff(answer, part->diff);
	case MEMBLOCK__V1__RESPONSE__RESULT_EXPLAIN:
		return answer_append_explanation(answer, part->explain);
	case MEMBLOCK__V1__RESPONSE__RESULT_QUERY:
		take_value(answer, part->query);
		return true;
	case MEMBLOCK__V1__RESPONSE__RESULT_HANDOVER:
		return answer_take_handover(answer, part->handover);
	case MEMBLOCK__V1__RESPONSE__RESULT_BATCH:
		return answer_append_batch(answer, part->batch);
	case MEMBLOCK__V1__RESPONSE__RESULT_LOWMEM:
		return answer_append_lowmem(answer, part->lowmem);
	default: /* read where it is asked for */
		return true;
	}
}

bool answer_append(struct mbc_answer *answer, Memblock__V1__Response *part)
{
	struct answer_items *parts = &answer->parts;

	if (!answer_make_room(parts, 1, sizeof(part))) {
		memblock__v1__response__free_unpacked(part, NULL);
		return false;
	}
	*ANSWER_NEXT(parts, Memblock__V1__Response *) = part;
	answer->code = (enum mbc_code)part->status->code;
	answer->more = part->more != 0;
	return append_warnings(answer, part) && append_result(answer, part);
}
