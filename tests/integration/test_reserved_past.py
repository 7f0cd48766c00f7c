# SPDX-License-Identifier: BSD-2-Clause
"""reserved-memory of an instance as it once stood, and of what is not kept."""

import pytest
from test_boot import BOOTS, boot, create, facts_of

FIRST, SECOND = "a64-board-ls1043a", "a64-rsv-static"


@pytest.fixture
def board(daemon):
    """Booted from one tree, up to daemon.booted, and then loaded from another,
    up to daemon.loaded."""
    create(daemon, facts_of(FIRST))
    daemon.booted = boot(daemon, FIRST)["seq"]
    daemon.first = daemon.json("reserved-memory", "board")
    daemon.ctl("load", "board", BOOTS / SECOND / "board.dtb")
    daemon.second = daemon.json("reserved-memory", "board")
    daemon.loaded = daemon.second["seq"]
    assert daemon.first["entries"] != daemon.second["entries"]
    return daemon


def message(daemon, name, code):
    refused = daemon.json("reserved-memory", name)
    assert refused["code"] == code, refused
    assert daemon.ctl("reserved-memory", name).returncode == 3
    return refused["message"]


def test_seq_and_time_tell_of_the_tree_of_then(board):
    for seq, expected in ((board.booted, board.first), (board.loaded, board.second)):
        assert board.json("reserved-memory", f"board@{seq}") == expected
        time = board.json("log", "board", "--from", seq)["entries"][0]["time"]
        assert board.json("reserved-memory", f"board@{time}") == expected


def test_text_is_that_of_then(board):
    now = board.done("reserved-memory", "board")
    then = board.done("reserved-memory", f"board@{board.booted}")
    assert now != then
    assert [line.split()[0] for line in then.splitlines()] == [
        entry["base"] for entry in board.first["entries"]
    ]


def test_before_the_tree_there_was_none(board):
    assert message(board, "board@0", "NOT_FOUND") == (
        "board: no device tree was loaded, or booted from"
    )


def test_seq_in_the_middle_of_the_group_tells_what_was_done_by_then(board):
    """Expect nodes without a place as long as none was chosen."""
    places = [
        [e["placement"] for e in board.json("reserved-memory", f"board@{seq}")["entries"]]
        for seq in range(1, board.booted + 1)
    ]
    dynamic = [row.count("dynamic") for row in places]
    assert (dynamic[0], dynamic[-1]) == (0, 3)
    assert dynamic == sorted(dynamic)


def test_moments_that_are_none_are_refused(board):
    beyond = board.loaded + 1
    assert message(board, f"board@{beyond}", "OUT_OF_RANGE") == (
        f"board: seq {beyond} is beyond the end, which is {board.loaded}"
    )
    assert "in the future" in message(board, "board@2999-01-01T00:00:00Z", "OUT_OF_RANGE")
    message(board, "board@2001-01-01T00:00:00Z", "NOT_FOUND")


def test_tree_that_is_kept_answers_as_before(board):
    board.done("clone", f"board@{board.booted}", "copy")
    board.done("compact", "board", "--keep", board.booted)
    assert board.json("reserved-memory", "board") == board.second
    assert message(board, f"board@{board.booted - 1}", "NOT_FOUND") == (
        f"board: seq {board.booted - 1} is not kept any more: "
        f"the first that is kept is {board.booted}"
    )


def test_tree_that_was_compacted_away_is_named_by_what_is_kept(board):
    """Expect a copy not to fall back to an older tree either."""
    board.done("clone", f"board@{board.booted}", "copy")
    board.done("reserve", "board", "0x1000", "4K")
    board.done("clone", "board", "late")
    board.done("compact", "board", "--keep", board.loaded + 1)
    none = "no device tree was loaded, or booted from, since the first seq that is kept"
    for name in ("board", "copy", "late"):
        assert message(board, name, "NOT_FOUND") == (
            f"{name}: {none} of board, which is {board.loaded + 1}"
        )
    # The next tree answers again.
    board.ctl("load", "board", BOOTS / SECOND / "board.dtb")
    told = board.json("reserved-memory", "board")["entries"]
    assert [e["node"] for e in told] == [e["node"] for e in board.second["entries"]]


def test_tree_of_an_origin_that_was_purged_is_named(board):
    board.done("clone", "board", "copy")
    assert board.json("reserved-memory", "copy@0")["entries"] == board.second["entries"]
    board.done("destroy", "board")
    assert board.json("reserved-memory", "copy")["entries"] == board.second["entries"]
    board.done("destroy", "board", "--life", "1", "--purge")
    assert message(board, "copy", "NOT_FOUND") == (
        "copy: no device tree was loaded, or booted from, since copy began as "
        f"board@{board.loaded}, which was purged"
    )


def test_copy_that_was_imported_says_where_its_tree_is(board, tmp_path):
    board.done("clone", "board", "copy")
    board.done("export", "copy", tmp_path / "f")
    board.done("import", tmp_path / "f", "moved")
    assert message(board, "moved", "NOT_FOUND") == (
        "moved: no device tree was loaded, or booted from, since moved began as "
        f"board@{board.loaded}, which is not of this journal"
    )
