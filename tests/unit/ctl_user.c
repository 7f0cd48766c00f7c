/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl_user.h"

#include "printing.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct ctl_user user;

/* The id that is answered after the next; 0: none. Of the server's thread. */
static uint64_t late;

static void answer_alloc(
    struct fake_server *server, const Memblock__V1__Request *request)
{
	Memblock__V1__Response response = MEMBLOCK__V1__RESPONSE__INIT;
	Memblock__V1__Status status = MEMBLOCK__V1__STATUS__INIT;
	Memblock__V1__AllocResult result = MEMBLOCK__V1__ALLOC_RESULT__INIT;

	response.has_id = true;
	response.id = request->id;
	response.status = &status;
	response.result_case = MEMBLOCK__V1__RESPONSE__RESULT_ALLOC;
	response.alloc = &result;
	result.has_address = true;
	result.address = request->alloc->size;
	fake_server_send(server, &response);
}

static void answer_verify(
    struct fake_server *server, const Memblock__V1__Request *request)
{
	Memblock__V1__Response response = MEMBLOCK__V1__RESPONSE__INIT;
	Memblock__V1__Status status = MEMBLOCK__V1__STATUS__INIT;
	Memblock__V1__VerifyResult result = MEMBLOCK__V1__VERIFY_RESULT__INIT;

	response.has_id = true;
	response.id = request->id;
	response.status = &status;
	response.result_case = MEMBLOCK__V1__RESPONSE__RESULT_VERIFY;
	response.verify = &result;
	result.has_operations = result.has_to_replay = true;
	result.operations = 3;
	result.to_replay = 7;
	response.has_more = response.more = true;
	fake_server_send(server, &response);
	response.more = false;
	result.has_identical = true;
	fake_server_send(server, &response);
}

static bool is_refused(const Memblock__V1__Request *request)
{
	switch (request->operation_case) {
	case MEMBLOCK__V1__REQUEST__OPERATION_ADD:
		return request->add->address == 0xbad;
	case MEMBLOCK__V1__REQUEST__OPERATION_RESERVE:
		return request->reserve->address == 0xbad;
	case MEMBLOCK__V1__REQUEST__OPERATION_FREE:
		return request->free->address == 0xbad;
	default:
		return false;
	}
}

#define BATCH_MAX 16

/* One answer of a batch with all it points to. */
struct batch_answer {
	Memblock__V1__BatchAnswer message;
	Memblock__V1__Status status;
	Memblock__V1__AllocResult alloc;
};

static bool is_refused_in_batch(const Memblock__V1__BatchOperation *operation)
{
	return operation->operation_case ==
		   MEMBLOCK__V1__BATCH_OPERATION__OPERATION_RESERVE &&
	       operation->reserve->address == 0xbad;
}

static void fill_batch_answer(struct batch_answer *answer,
    const Memblock__V1__BatchOperation *operation, bool is_done)
{
	memblock__v1__batch_answer__init(&answer->message);
	memblock__v1__status__init(&answer->status);
	memblock__v1__alloc_result__init(&answer->alloc);
	answer->message.status = &answer->status;
	answer->message.has_seq = true;
	if (!is_done) {
		answer->status.has_code = true;
		answer->status.code = MEMBLOCK__V1__STATUS__CODE__ABORTED;
		answer->status.message = (char *)"aborted";
	} else if (operation->operation_case ==
		   MEMBLOCK__V1__BATCH_OPERATION__OPERATION_ALLOC) {
		answer->alloc.has_address = answer->alloc.has_size = true;
		answer->alloc.address = operation->alloc->size;
		answer->alloc.size = operation->alloc->size;
		answer->message.alloc = &answer->alloc;
	}
}

static void answer_batch(
    struct fake_server *server, const Memblock__V1__Request *request)
{
	const Memblock__V1__Batch *batch = request->batch;
	struct batch_answer answers[BATCH_MAX];
	Memblock__V1__BatchAnswer *pointers[BATCH_MAX];
	Memblock__V1__BatchResult result = MEMBLOCK__V1__BATCH_RESULT__INIT;
	Memblock__V1__Response response = MEMBLOCK__V1__RESPONSE__INIT;
	Memblock__V1__Status status = MEMBLOCK__V1__STATUS__INIT;
	size_t i, refused = BATCH_MAX;

	assert(batch->n_operations <= BATCH_MAX);
	for (i = 0; i < batch->n_operations; i++)
		if (is_refused_in_batch(batch->operations[i]))
			refused = i;
	for (i = 0; i < batch->n_operations; i++) {
		fill_batch_answer(
		    &answers[i], batch->operations[i], refused == BATCH_MAX);
		answers[i].message.seq = i + 1;
		pointers[i] = &answers[i].message;
	}
	response.has_id = true;
	response.id = request->id;
	response.status = &status;
	if (refused != BATCH_MAX) {
		status.has_code = true;
		status.code = MEMBLOCK__V1__STATUS__CODE__RESOURCE_EXHAUSTED;
		status.message = (char *)"b: no";
		answers[refused].message.status = &status;
	}
	response.result_case = MEMBLOCK__V1__RESPONSE__RESULT_BATCH;
	response.batch = &result;
	result.n_answers = batch->n_operations;
	result.answers = pointers;
	fake_server_send(server, &response);
}

static void answer(
    struct fake_server *server, const Memblock__V1__Request *request)
{
	const char *label = request->label != NULL ? request->label : "";

	if (strcmp(label, "last") == 0) {
		shutdown(server->session, SHUT_RDWR);
		return;
	}
	if (strcmp(label, "late") == 0) {
		late = request->id;
		return;
	}
	if (is_refused(request))
		fake_server_send_failed(server, request->id,
		    MEMBLOCK__V1__STATUS__CODE__RESOURCE_EXHAUSTED, "b: no");
	else if (request->operation_case ==
		     MEMBLOCK__V1__REQUEST__OPERATION_ALLOC ||
		 request->operation_case ==
		     MEMBLOCK__V1__REQUEST__OPERATION_FIND)
		answer_alloc(server, request);
	else if (request->operation_case ==
		     MEMBLOCK__V1__REQUEST__OPERATION_BATCH &&
		 request->has_if_seq)
		fake_server_send_failed(server, request->id,
		    MEMBLOCK__V1__STATUS__CODE__ABORTED, "b: stands elsewhere");
	else if (request->operation_case ==
		 MEMBLOCK__V1__REQUEST__OPERATION_BATCH)
		answer_batch(server, request);
	else if (request->operation_case ==
		 MEMBLOCK__V1__REQUEST__OPERATION_VERIFY)
		answer_verify(server, request);
	else
		fake_server_send_ok(server, request->id);
	if (late != 0)
		fake_server_send_ok(server, late);
	late = 0;
}

int ctl_user_start(void **state)
{
	(void)state;
	memset(&user, 0, sizeof(user));
	late = 0;
	fake_server_start(&user.server);
	fake_server_serve(&user.server, answer);
	user.session.client = mbc_client_new(user.server.address);
	user.session.out = open_memstream(&user.out, &user.out_size);
	user.session.err = open_memstream(&user.err, &user.err_size);
	assert(user.session.client != NULL && user.session.out != NULL &&
	       user.session.err != NULL);
	return 0;
}

int ctl_user_stop(void **state)
{
	(void)state;
	/* A session that the test never began ends here, too. */
	mbc_connect(user.session.client, MBC_FOREVER);
	mbc_client_free(user.session.client);
	fake_server_stop(&user.server);
	fclose(user.session.out);
	fclose(user.session.err);
	free(user.out);
	free(user.err);
	return 0;
}

enum ctl_exit ctl_user_run(
    enum ctl_exit (*batch)(struct ctl_session *session,
	const struct ctl_line *line, int fd, const char *file),
    const char *command, const char *lines, size_t size)
{
	char copy[128];
	struct ctl_call call;
	FILE *file = tmpfile();
	enum ctl_exit status;

	strcpy(copy, command);
	call = printing_call(copy);
	user.session.json = ctl_given(&call.line, CTL_JSON);
	fwrite(lines, 1, size, file);
	rewind(file);
	status = batch(&user.session, &call.line, fileno(file), "F");
	fclose(file);
	return status;
}

const char *ctl_user_out(void)
{
	fflush(user.session.out);
	return user.out;
}

const char *ctl_user_err(void)
{
	fflush(user.session.err);
	return user.err;
}

void ctl_user_expect(const char *out, const char *err)
{
	assert_string_equal(ctl_user_out(), out);
	assert_string_equal(ctl_user_err(), err);
}
