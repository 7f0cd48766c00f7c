/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/pages.h"

static void end(struct pages *pages, uint8_t *frame, size_t size)
{
	struct session *session = pages->session;

	pages->drop(pages);
	session_answer(session, frame, size, true);
	session_go(session);
}

static void make_next(void *arg)
{
	struct pages *pages = arg;

	if (session_is_lost(pages->session))
		end(pages, NULL, 0);
	else
		history_submit(pages->service->history, &pages->job);
}

static void make_page(struct history_job *job, struct journal *journal)
{
	struct pages *pages = (struct pages *)job;

	pages->make(pages, journal);
}

static void send_page(struct history_job *job)
{
	struct pages *pages = (struct pages *)job;

	if (pages->last) {
		end(pages, pages->frame, pages->frame_size);
		return;
	}
	session_answer(pages->session, pages->frame, pages->frame_size, false);
	session_when_taken(pages->session, &pages->taken);
	session_go(pages->session);
}

static void begin(void *arg, bool durable)
{
	struct pages *pages = arg;
	uint8_t *frame;
	size_t size;

	if (durable) {
		make_next(pages);
		return;
	}
	frame = answer_unavailable(
	    pages->id, "what is asked for was not written", &size);
	end(pages, frame, size);
}

void pages_begin(
    struct pages *pages, const struct request *request, uint64_t batch)
{
	pages->job.work = make_page;
	pages->job.done = send_page;
	pages->taken.resume = make_next;
	pages->taken.arg = pages;
	pages->service = request->service;
	pages->session = request->session;
	pages->id = request->answer.response.id;
	commit_then(request->service->commit, batch, begin, pages);
}

void pages_pack(struct pages *pages, struct answer *answer)
{
	answer->response.has_more = !pages->last;
	answer->response.more = !pages->last;
	pages->frame = answer_frame(answer, &pages->frame_size);
}
