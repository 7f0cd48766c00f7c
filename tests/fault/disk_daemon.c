/* SPDX-License-Identifier: BSD-2-Clause */
/* The disk, call by call, below a whole daemon: registry, group commit, the
 * writing thread and the thread that reads history. For each fault a case that
 * fails the n-th call of a conversation, for every n until all of it is
 * answered OK.
 *
 * Expect each request to be answered OK or UNAVAILABLE; reads to be served
 * while only writing fails; the daemon to take the refused request when the
 * disk works again; and the journal to hold exactly what was answered OK. */
#include "daemon/answer.h"
#include "tests/fault/failing_disk.h"
#include "tests/unit/daemon_harness.h"

#include <assert.h>
#include <event2/event.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* The daemon waits half a second before it probes a disk that failed. That is
 * for the disk's sake: this one need not be waited for. */
int __real_event_add(struct event *event, const struct timeval *timeout);
int __wrap_event_add(struct event *event, const struct timeval *timeout);

int __wrap_event_add(struct event *event, const struct timeval *timeout)
{
	static const struct timeval soon = {.tv_usec = 1000};
	const bool is_probe = timeout != NULL && timeout->tv_sec == 0 &&
			      timeout->tv_usec == 500 * 1000;

	return __real_event_add(event, is_probe ? &soon : timeout);
}

/* ---- the conversation ---- */

/* Requests of one burst are sent together, so that they share a batch. */
static const struct line {
	Memblock__V1__Request__OperationCase operation;
	const char *instance;
	int burst;
} conversation[] = {
    {OPERATION(RESERVE), "a", 1},
    {OPERATION(DUMP), "a", 2},
    {OPERATION(RESERVE), "a", 3},
    {OPERATION(RESERVE), "b", 3},
    {OPERATION(INFO), "b", 3},
    {OPERATION(RESERVE), "a", 3},
    {OPERATION(CREATE), "c", 4},
    {OPERATION(LIST), NULL, 5},
    {OPERATION(ADD), "c", 6},
    {OPERATION(DESTROY), "b", 7},
    {OPERATION(CREATE), "b", 8},
    {OPERATION(ADD), "b", 8},
    {OPERATION(VERIFY), "a", 9},
    {OPERATION(LOG), "a", 9},
    {OPERATION(RESERVE), "c", 10},
    {OPERATION(VERIFY), "c", 11},
};
#define LINE_COUNT (sizeof(conversation) / sizeof(conversation[0]))

static struct harness *harness;
static const struct disk_fault *fault;
static char expected[4096]; /* what the view of the journal has to say */

static bool is_change(const struct line *line)
{
	return line->operation == OPERATION(RESERVE) ||
	       line->operation == OPERATION(ADD) ||
	       line->operation == OPERATION(CREATE) ||
	       line->operation == OPERATION(DESTROY);
}

static bool is_row(const struct line *line)
{
	return line->operation == OPERATION(RESERVE) ||
	       line->operation == OPERATION(ADD);
}

/* Each change has a label of its own, by which it is found again. */
static uint64_t send_line(size_t number)
{
	const struct line *line = &conversation[number];
	struct asked asked;
	char label[16];

	snprintf(label, sizeof(label), "line%zu", number);
	if (is_row(line))
		asked_init_range(&asked, line->operation, line->instance,
		    0x1000 * number, 0x1000);
	else
		asked_init(&asked, line->operation, line->instance);
	asked.request.label = label;
	return harness_send(harness, &asked);
}

/* What was answered OK is to be found, in the order of the answers. */
static void note_acknowledged(
    size_t number, const Memblock__V1__Response *answer)
{
	const size_t used = strlen(expected);

	if (is_row(&conversation[number]))
		snprintf(expected + used, sizeof(expected) - used,
		    "%s@%llu line%zu\n", conversation[number].instance,
		    (unsigned long long)answer->seq, number);
}

static bool has_recovered(void *arg)
{
	(void)arg;
	return commit_refusal(harness->service.commit) == NULL;
}

static bool only_writing_fails(void)
{
	return fault->call == DISK_WRITE || fault->call == DISK_SYNC ||
	       fault->call == DISK_TRUNCATE || fault->call == DISK_DELETE;
}

static answer_code ask_code(size_t number, uint64_t id)
{
	const Memblock__V1__Response *answer = harness_receive(harness, id);
	size_t part = 0;

	while (answer->more)
		answer = harness_part(harness, id, ++part);
	if (answer->status->code == CODE(OK))
		note_acknowledged(number, answer);
	else if (answer->status->code != CODE(UNAVAILABLE))
		fail_msg("line %zu: %s", number, answer->status->message);
	return answer->status->code;
}

/* A read that came with changes may tell of them: it is refused with them. */
static bool comes_with_changes(size_t number)
{
	size_t i;

	for (i = 0; i < LINE_COUNT; i++)
		if (conversation[i].burst == conversation[number].burst &&
		    is_change(&conversation[i]))
			return true;
	return false;
}

/* Reads are served beside the failure; then the disk works again, and a change
 * that was refused is taken. */
static void ask_again(size_t number)
{
	if (only_writing_fails()) {
		if (!comes_with_changes(number))
			fail_msg("line %zu: a read was refused", number);
		harness_seq(harness, "a");
	}
	failing_disk_heal();
	peer_run_until(harness->base, has_recovered, NULL);
	if (ask_code(number, send_line(number)) != CODE(OK))
		fail_msg("line %zu: refused on a disk that works", number);
}

static void talk(void)
{
	uint64_t ids[LINE_COUNT];
	bool refused[LINE_COUNT];
	size_t first, last, i;

	for (first = 0; first < LINE_COUNT; first = last) {
		for (last = first;
		     last < LINE_COUNT &&
		     conversation[last].burst == conversation[first].burst;
		     last++)
			ids[last] = send_line(last);
		for (i = first; i < last; i++)
			refused[i] = ask_code(i, ids[i]) != CODE(OK);
		for (i = first; i < last; i++)
			if (refused[i])
				ask_again(i);
	}
}

/* ---- what is left ---- */

static const char rows_in_order[] =
    "SELECT group_concat(word, '') FROM (SELECT name || '@' || o.seq || ' ' ||"
    " label || char(10) AS word FROM operation AS o JOIN instance AS i"
    " ON i.id = o.instance WHERE label IS NOT NULL ORDER BY o.time_us, "
    " o.instance, o.seq)";

static const char lives[] =
    "SELECT group_concat(name || iif(destroyed_us IS NULL, '', '-'), ' ')"
    " FROM (SELECT * FROM instance ORDER BY id)";

/* The lines of a text in any order. */
static void expect_same_lines(const char *found)
{
	char copy[sizeof(expected)], *line, *rest = copy;

	assert_int_equal(strlen(found), strlen(expected));
	snprintf(copy, sizeof(copy), "%s", expected);
	while ((line = strsep(&rest, "\n")) != NULL)
		if (strstr(found, line) == NULL)
			fail_msg("\"%s\" is not among\n%s", line, found);
}

/* *ret_met: the call was met. */
static void try_call(size_t number, bool *ret_met)
{
	void *state;

	assert_int_equal(harness_setup_stopped(&state), 0);
	harness = state;
	harness->config.sync = JOURNAL_SYNC_FULL;
	harness_start(harness);
	expected[0] = '\0';
	harness_create_board(harness, "a");
	harness_create_board(harness, "b");
	failing_disk_arm(fault, number);
	talk();
	*ret_met = failing_disk_struck();
	failing_disk_heal();
	harness_stop(harness);
	expect_same_lines(scratch_ask(harness->scratch, rows_in_order));
	assert_string_equal(scratch_ask(harness->scratch, lives), "a b- c b");
	harness_start(harness);
	assert_int_equal(
	    ask_code(LINE_COUNT - 1, send_line(LINE_COUNT - 1)), CODE(OK));
	assert_int_equal(harness_teardown(&state), 0);
}

static void conversation_meets_each_failure_and_loses_nothing(void **state)
{
	bool met = true;
	size_t number;

	fault = *state;
	for (number = 1; met; number++)
		try_call(number, &met);
	assert_true(number > 2); /* a kind that is called at all */
}

int main(void)
{
	static char names[32][64];
	struct CMUnitTest tests[32];
	size_t i, count = 0;

	disk_install();
	for (i = 0; i < disk_fault_count; i++) {
		const struct disk_fault *one = &disk_faults[i];

		/* Those are met when a journal is opened and closed:
		 * disk_calls has them. */
		if (one->call == DISK_TRUNCATE || one->call == DISK_DELETE ||
		    one->call == DISK_OPEN || one->call == DISK_SHM_MAP)
			continue;
		disk_fault_text(one, names[count], sizeof(names[count]));
		tests[count] = (struct CMUnitTest){names[count],
		    conversation_meets_each_failure_and_loses_nothing, NULL,
		    NULL, (void *)(uintptr_t)one};
		count++;
	}
	assert(count < sizeof(tests) / sizeof(tests[0]));
	return _cmocka_run_group_tests("disk_daemon", tests, count, NULL, NULL);
}
