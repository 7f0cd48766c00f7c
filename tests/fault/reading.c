/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/fault/reading.h"

#include "storage/digest.h"
#include "storage/journal_verify.h"

#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what is told of one instance ---- */

/* A digest that goes on: over the one before and what comes. */
struct telling {
	uint8_t digest[JOURNAL_HASH_SIZE];
};

static void tell(struct telling *telling, const void *bytes, size_t size)
{
	uint8_t together[2 * JOURNAL_HASH_SIZE];

	memcpy(together, telling->digest, JOURNAL_HASH_SIZE);
	digest_bytes(bytes, size, together + JOURNAL_HASH_SIZE);
	digest_bytes(together, sizeof(together), telling->digest);
}

static void tell_text(struct telling *telling, const char *text)
{
	tell(telling, text == NULL ? "" : text,
	    text == NULL ? 0 : strlen(text) + 1);
}

static bool tell_row(void *arg, const struct journal_row *row)
{
	const uint64_t numbers[] = {row->seq, (uint64_t)row->time_us,
	    row->group, row->op.kind, row->op.base, row->op.size, row->op.align,
	    row->outcome.status, row->outcome.base, row->outcome.warnings};

	tell(arg, numbers, sizeof(numbers));
	tell_text(arg, row->principal);
	tell_text(arg, row->label);
	tell_text(arg, row->outcome.message);
	tell(arg, row->key_size > 0 ? row->key : "", row->key_size);
	return true;
}

static void tell_instance(
    struct telling *telling, const struct journal_instance *instance)
{
	const uint64_t numbers[] = {(uint64_t)instance->id,
	    (uint64_t)instance->created_us, (uint64_t)instance->destroyed_us,
	    instance->seq};

	tell(telling, numbers, sizeof(numbers));
	tell_text(telling, instance->name);
	tell_text(telling, instance->principal);
}

/* ---- all instances ---- */

/* Everything about one life. JOURNAL_OK, or why it cannot be told. */
static enum journal_status read_life(struct journal *journal,
    const struct journal_instance *life, struct holding *ret_holding,
    uint8_t ret_told[JOURNAL_HASH_SIZE], struct journal_error *ret_error)
{
	struct telling telling = {{0}};
	enum journal_status status;

	status = holding_load(journal, life, ret_holding, ret_error);
	if (status != JOURNAL_OK)
		return status;
	tell_instance(&telling, life);
	status = journal_each_row(journal, life->id, 1, INT64_MAX, false,
	    tell_row, &telling, ret_error);
	memcpy(ret_told, telling.digest, JOURNAL_HASH_SIZE);
	return status;
}

void reading_take(const char *path, struct reading *ret_reading)
{
	static struct lives lives;
	struct journal_error error;
	struct journal *journal;
	size_t i;

	memset(ret_reading, 0, sizeof(*ret_reading));
	if (journal_open(path, JOURNAL_WRITE, JOURNAL_SYNC_OFF, &journal,
		&error) != JOURNAL_OK ||
	    holdings_list(journal, &lives, &error) != JOURNAL_OK)
		errx(EXIT_FAILURE, "%s", error.text);
	for (i = 0; i < lives.count; i++) {
		const size_t at = (size_t)lives.of[i].id - 1;

		if (read_life(journal, &lives.of[i],
			&ret_reading->holdings.of[at], ret_reading->told[at],
			&error) != JOURNAL_OK)
			errx(EXIT_FAILURE, "%s", error.text);
	}
	journal_close(journal, &error);
}

/* ---- comparing ---- */

struct comparison {
	struct journal *journal;
	const struct reading *whole;
	const struct scenario *scenario;
	struct holdings found;
	bool complaint; /* something says that the journal is damaged */
	struct journal_error *what;
};

static bool wrong(struct comparison *comparison, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Notes the sentence. Answers false. */
static bool wrong(struct comparison *comparison, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(comparison->what->text, sizeof(comparison->what->text),
	    format, arguments);
	va_end(arguments);
	return false;
}

static bool verify_complains(
    struct comparison *comparison, int64_t id, uint64_t seq)
{
	struct journal_verdict verdict;
	struct journal_error error;

	return journal_verify(comparison->journal, id, seq, NULL, &verdict,
		   &error) != JOURNAL_OK ||
	       !verdict.identical;
}

/* A life that loads is told as it was, or stands as it once stood; one that
 * does not is complained about by verify, too. False: wrong. */
static bool compare_life(
    struct comparison *comparison, const struct journal_instance *life)
{
	const size_t at = (size_t)life->id - 1;
	uint8_t told[JOURNAL_HASH_SIZE];
	struct holding *holding = &comparison->found.of[at];
	struct journal_error error;
	enum journal_status status;

	status = read_life(comparison->journal, life, holding, told, &error);
	if (verify_complains(comparison, life->id, life->seq))
		comparison->complaint = true;
	else if (status != JOURNAL_OK)
		return wrong(
		    comparison, "verify says nothing, loading: %s", error.text);
	if (status != JOURNAL_OK)
		return true;
	if (!scenario_knows(comparison->scenario, holding))
		return wrong(comparison,
		    "instance %lld at seq %llu is served as it never was",
		    (long long)life->id, (unsigned long long)holding->seq);
	if (memcmp(holding, &comparison->whole->holdings.of[at],
		sizeof(*holding)) == 0 &&
	    memcmp(told, comparison->whole->told[at], sizeof(told)) != 0)
		return wrong(comparison,
		    "of instance %lld something is told that never was",
		    (long long)life->id);
	return true;
}

/* The living are found by their names, or it is said why not. False: wrong. */
static bool compare_names(
    struct comparison *comparison, const struct lives *lives)
{
	struct journal_instance found;
	struct journal_error error;
	enum journal_status status;
	size_t i;

	for (i = 0; i < lives->count; i++) {
		if (lives->of[i].destroyed_us != 0)
			continue;
		status = journal_find_instance(
		    comparison->journal, lives->of[i].name, &found, &error);
		if (status == JOURNAL_DAMAGED)
			comparison->complaint = true;
		else if (status != JOURNAL_OK || found.id != lives->of[i].id)
			return wrong(comparison,
			    "%s is listed, but by its name there is %s",
			    lives->of[i].name,
			    status == JOURNAL_OK ? "another" : error.text);
	}
	return true;
}

static bool is_earlier(const struct comparison *comparison)
{
	size_t i;

	for (i = 0; i <= comparison->scenario->batch_count; i++)
		if (holdings_same_lives(
			&comparison->found, &comparison->scenario->after[i]))
			return true;
	return false;
}

static enum verdict judge(struct comparison *comparison)
{
	static struct lives lives;
	struct journal_error error;
	enum journal_status status;
	size_t i;

	status = holdings_list(comparison->journal, &lives, &error);
	comparison->complaint = status != JOURNAL_OK;
	for (i = 0; i < lives.count; i++)
		if (!compare_life(comparison, &lives.of[i]))
			return VERDICT_WRONG;
	if (!compare_names(comparison, &lives))
		return VERDICT_WRONG;
	if (comparison->complaint)
		return VERDICT_FOUND;
	if (holdings_same_lives(
		&comparison->found, &comparison->whole->holdings))
		return VERDICT_SAME;
	if (is_earlier(comparison))
		return VERDICT_EARLIER;
	wrong(comparison, "%zu instances, and nothing complains", lives.count);
	return VERDICT_WRONG;
}

enum verdict reading_compare(const char *path, const struct reading *whole,
    const struct scenario *scenario, struct journal_error *ret_what)
{
	struct comparison comparison = {
	    .whole = whole, .scenario = scenario, .what = ret_what};
	struct journal_error error;
	enum verdict verdict;

	if (journal_open(path, JOURNAL_WRITE, JOURNAL_SYNC_OFF,
		&comparison.journal, &error) != JOURNAL_OK)
		return VERDICT_REFUSED;
	verdict = judge(&comparison);
	journal_close(comparison.journal, &error);
	return verdict;
}
