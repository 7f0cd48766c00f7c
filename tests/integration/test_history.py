# SPDX-License-Identifier: BSD-2-Clause
"""What tests/fault/histories.py takes a history for: one that can be, or one that
cannot. Times are drawn, two changes to the instance "a" and reads of it:

    time     0    1    2    3    4    5
    reserve  |----|
    reserve            |----|
    read                         |----|
"""

import pathlib
import sys

import pytest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "fault"))

EMPTY = (((0, 256 * 4096, 0, 0),), ())
ONE = (EMPTY[0], ((0x1000, 0x1000, 0, 0),))
TWO = (EMPTY[0], ((0x1000, 0x2000, 0, 0),))

OPERATIONS = [
    ("reserve", 0x1000, 0x1000, ("OK", 0)),
    ("reserve", 0x2000, 0x1000, ("OK", 0)),
]
ROWS = {
    ("a", 1): ("", "OK", 0),
    ("a", 2): ("x.1", "OK", 0),
    ("a", 3): ("x.2", "OK", 0),
}


def change(label, asked, answered, seq, told=("OK", 0)):
    from history import Event

    return Event("a", label, asked, answered, seq, told)


def read(asked, answered, seq, told):
    return change("", asked, answered, seq, told)


FIRST = ("x.1", 0, 1, 2)
SECOND = ("x.2", 2, 3, 3)


def check(*events, rows=ROWS, operations=OPERATIONS):
    import histories
    from history import replay

    histories.check(list(events), rows, {"a": replay(operations)})


def expect_violation(words, *events, **journal):
    from history import Violation

    with pytest.raises(Violation, match=words):
        check(*events, **journal)


def test_history_one_after_the_other_can_be():
    check(change(*FIRST), change(*SECOND), read(4, 5, 3, TWO))


def test_read_beside_a_change_may_tell_of_either_side_of_it():
    check(change(*FIRST), change(*SECOND), read(2.5, 5, 2, ONE))
    check(change(*FIRST), change(*SECOND), read(1.5, 2.5, 3, TWO))


def test_change_that_was_never_answered_may_be_there():
    check(change(*FIRST), read(4, 5, 3, TWO))


def test_answer_before_its_commit_is_found_when_the_commit_never_came():
    rows = {key: ROWS[key] for key in list(ROWS)[:2]}
    expect_violation("the journal has None", change(*SECOND), rows=rows)


def test_answer_of_another_outcome_is_found():
    wrong = change(*FIRST, told=("OK", 4096))
    expect_violation("the journal has", wrong)


def test_read_of_what_was_lost_is_found():
    rows = {key: ROWS[key] for key in list(ROWS)[:2]}
    expect_violation("ends at 2", change(*FIRST), read(2, 3, 3, TWO), rows=rows)


def test_stale_read_is_found():
    expect_violation(
        "after seq 3", change(*FIRST), change(*SECOND), read(4, 5, 2, ONE)
    )


def test_read_that_goes_back_behind_another_is_found():
    expect_violation("after seq 3", read(0, 1, 3, TWO), read(2, 3, 2, ONE))


def test_changes_out_of_their_order_are_found():
    """Expect the second to stand behind the first, which was answered before it
    was asked for."""
    swapped = {**ROWS, ("a", 2): ROWS["a", 3], ("a", 3): ROWS["a", 2]}
    expect_violation(
        "after seq 3", change("x.1", 0, 1, 3), change("x.2", 2, 3, 2), rows=swapped
    )


def test_layout_of_another_moment_is_found():
    expect_violation("another layout", read(4, 5, 3, ONE))


def test_outcome_that_the_model_does_not_have_is_found():
    taken = [*OPERATIONS, ("alloc", 0, 0x1000, ("OK", 0x2000))]
    expect_violation("not", operations=taken)


# ---- the model ----


def test_pages_are_given_from_the_highest_and_never_the_first():
    from page_map import PageMap

    pages = PageMap(4)
    assert [pages.alloc(4096) for _ in range(4)] == [0x3000, 0x2000, 0x1000, 0]


def test_pages_that_touch_are_one_region_also_beyond_the_memory():
    from page_map import PageMap, layout_of_state

    pages = PageMap(2)
    pages.reserve(0x1000, 0x2000)
    pages.reserve(0x4000, 0x1000)
    pages.free(0x2000, 0)
    assert layout_of_state(pages.state()) == (
        ((0, 0x2000, 0, 0),),
        ((0x1000, 0x2000, 0, 0), (0x4000, 0x1000, 0, 0)),
    )
