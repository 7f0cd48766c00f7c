/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_watch.h"

#include "client/ctl_json_log.h"
#include "client/ctl_json_value.h"
#include "client/ctl_log.h"

#include <inttypes.h>
#include <stdio.h>

/* What is being watched under one request. */
struct watch {
	const char *name; /* NULL: every instance */
	uint64_t id;	  /* 0: it has ended */
	uint64_t told;	  /* the last seq; 0: none */
};

struct watching {
	struct ctl_session *session;
	struct ctl_call *call;
	struct watch watches[CTL_NAMES_MAX];
	size_t count;
	size_t open;
};

/* ---- asking ---- */

static struct mbc_request *make_request(
    const struct ctl_line *line, const char *name)
{
	struct mbc_request *request = mbc_watch(name);

	if (ctl_given(line, CTL_WATCH_FROM))
		mbc_request_set(request, MBC_FIELD_FROM_SEQ,
		    line->values[CTL_WATCH_FROM].number);
	if (ctl_given(line, CTL_HEARTBEAT))
		mbc_request_set(request, MBC_FIELD_HEARTBEAT,
		    line->values[CTL_HEARTBEAT].number);
	ctl_set_request(request, line);
	return request;
}

/* False: the call has failed. */
static bool begin(struct watching *watching, const char *name)
{
	struct ctl_call *call = watching->call;

	ctl_send_request(
	    watching->session, call, make_request(&call->line, name));
	if (call->failed != MBC_OK)
		return false;
	watching->watches[watching->count++] =
	    (struct watch){.name = name, .id = call->id};
	watching->open++;
	return true;
}

static bool begin_all(struct watching *watching)
{
	struct ctl_call *call = watching->call;
	const struct ctl_line *line = &call->line;
	const bool all = ctl_given(line, CTL_WATCH_ALL);
	size_t i;

	if (all == (line->name_count > 0)) {
		call->failed = MBC_INVALID_ARGUMENT;
		return ctl_fail(&call->error,
		    "%s: memblockctl watch NAME... or memblockctl watch --all",
		    all ? "--all goes without a NAME" : "NAME is missing");
	}
	if (all)
		return begin(watching, NULL);
	for (i = 0; i < line->name_count; i++)
		if (!begin(watching, line->names[i]))
			return false;
	return true;
}

/* ---- printing ---- */

static void print_entry(const struct watching *watching, const char *name,
    const struct mbc_entry *entry, FILE *out)
{
	json_t *members;

	if (!watching->session->json) {
		if (watching->count > 1 || watching->watches[0].name == NULL)
			fprintf(out, "%s ", name);
		ctl_print_entry(entry, out);
		return;
	}
	members = json_object();
	ctl_json_put(members, "instance", ctl_json_text(name));
	json_object_update_new(members, ctl_json_entry(entry));
	ctl_json_write(out, members);
	fputc('\n', out);
}

/* A heartbeat is for programs. */
static void print_heartbeat(
    const struct watching *watching, const struct mbc_answer *answer, FILE *out)
{
	json_t *members;
	uint64_t seq;

	if (!watching->session->json)
		return;
	members = json_object();
	ctl_json_put(members, "op", json_string("watch"));
	if (watching->count > 1)
		ctl_json_put(members, "instance",
		    ctl_json_text(mbc_answer_watched(answer)));
	ctl_json_put(members, "heartbeat", json_true());
	if (mbc_answer_seq(answer, &seq))
		ctl_json_put(members, "seq", ctl_json_number(seq));
	ctl_json_write(out, members);
	fputc('\n', out);
}

/* The end of a watch, or of what one of all told of an instance. */
static enum ctl_exit print_end(struct watching *watching,
    const struct watch *watch, const struct mbc_answer *answer)
{
	const struct ctl_session *session = watching->session;
	const char *name =
	    watch->name != NULL ? watch->name : mbc_answer_watched(answer);
	enum ctl_exit status;

	snprintf(watching->call->line.instance,
	    sizeof(watching->call->line.instance), "%s", name);
	status = ctl_print_answer(session, watching->call, answer);
	/* The server says by itself how far it came. */
	if (mbc_answer_is_local(answer) && !session->json && watch->told > 0)
		fprintf(session->err,
		    "memblockctl: watch: %s: --from %" PRIu64 " goes on\n",
		    name, watch->told + 1);
	return status;
}

static enum ctl_exit print_part(struct watching *watching, struct watch *watch,
    const struct mbc_answer *answer)
{
	FILE *out = watching->session->out;
	const size_t count = mbc_answer_entry_count(answer);
	uint64_t seq;
	size_t i;

	for (i = 0; i < count; i++)
		print_entry(watching, mbc_answer_watched(answer),
		    mbc_answer_entry(answer, i), out);
	if (watch->name != NULL && mbc_answer_seq(answer, &seq))
		watch->told = seq;
	if (mbc_answer_is_heartbeat(answer))
		print_heartbeat(watching, answer, out);
	else if (count == 0)
		return print_end(watching, watch, answer);
	return CTL_EXIT_DONE;
}

static struct watch *find_watch(struct watching *watching, uint64_t id)
{
	struct watch *watch = watching->watches;

	while (watch->id != id)
		watch++;
	return watch;
}

enum ctl_exit ctl_watch(struct ctl_session *session, struct ctl_call *call)
{
	struct watching watching = {.session = session, .call = call};
	enum ctl_exit status = CTL_EXIT_DONE, one;
	struct mbc_answer *answer;
	struct watch *watch;

	if (!begin_all(&watching))
		return ctl_finish(session, call);
	while (watching.open > 0 && !ferror(session->out)) {
		answer = mbc_wait_any(session->client);
		if (answer == NULL)
			return CTL_EXIT_NOT_REACHED;
		watch = find_watch(&watching, mbc_answer_id(answer));
		one = print_part(&watching, watch, answer);
		status = one > status ? one : status;
		if (!mbc_answer_more(answer)) {
			watch->id = 0;
			watching.open--;
		}
		mbc_answer_free(answer);
		fflush(session->out);
	}
	return status;
}
