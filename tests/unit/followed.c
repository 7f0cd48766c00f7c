/* SPDX-License-Identifier: BSD-2-Clause */
#include "followed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

void followed_begin(
    struct followed *followed, const struct memblock_settings *settings)
{
	followed->mb = memblock_create(settings);
	assert_non_null(followed->mb);
	followed->blame = blame_begin(followed->mb, 0);
	assert_non_null(followed->blame);
	followed->seq = 0;
}

void followed_end(struct followed *followed)
{
	memblock_destroy(followed->mb);
	blame_destroy(followed->blame);
}

enum mb_status followed_do(struct followed *followed, struct op op)
{
	struct outcome outcome;

	op_apply(followed->mb, &op, &outcome);
	assert_int_not_equal(outcome.status, MB_INVALID);
	assert_int_equal(blame_follow(followed->blame, followed->mb, &op,
			     &outcome, ++followed->seq),
	    MB_OK);
	return outcome.status;
}
