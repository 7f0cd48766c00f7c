# SPDX-License-Identifier: BSD-2-Clause
"""Lists in the kernel's arrays, which fill up and grow."""

import json

import pytest

PAGE = 0x1000


@pytest.fixture
def board(daemon):
    """An instance b with arrays of 4 and 8 regions, and 16 MiB at 1 GiB."""
    daemon.done(
        "create", "b", "--arrays", "kernel", "--memory-regions", "8",
        "--reserved-regions", "4",
    )
    daemon.done("add", "b", "0x40000000", "16M")
    return daemon


def reserve(daemon, count, first=0):
    lines = [
        f"reserve b {hex(0x10000 + i * 2 * PAGE)} 4K" for i in range(first, count)
    ]
    daemon.done("batch", "-", stdin="\n".join(lines))


def test_arrays_show_in_info_and_dump(board):
    info = board.json("info", "b")
    assert info["arrays"] == "kernel"
    assert (info["memory_regions"], info["reserved_regions"]) == (8, 4)
    assert info["resize"] is False
    dump = board.json("dump", "b")
    assert (dump["memory"]["max"], dump["reserved"]["max"]) == (8, 4)
    board.done("create", "plain", "--arrays", "kernel")
    assert board.json("dump", "plain")["reserved"]["max"] == 128
    board.done("create", "host")
    assert "max" not in board.json("dump", "host")["reserved"]


@pytest.mark.parametrize(
    "words",
    [
        ["reserve", "b", "0x20000", "4K"],
        ["free", "b", "0x20000", "4K"],
        ["alloc", "b", "4K"],
        ["limit", "b", "1M"],
        ["cap", "b", "0x40000000", "1M"],
        ["mark", "b", "rsrv_noinit", "0x20000", "4K"],
    ],
)
def test_full_array_refuses_until_resize_is_on(board, words):
    reserve(board, 4)
    before = board.json("dump", "b")
    result = board.ctl("--json", *words)
    answer = json.loads(result.stdout)
    assert result.returncode == 3
    assert (answer["code"], answer["errno"]) == ("RESOURCE_EXHAUSTED", "ENOMEM")
    assert answer["message"].startswith("b: the array of reserved holds 4 regions")
    assert answer["seq"] == before["seq"] + 1
    after = board.json("dump", "b")
    assert after.pop("seq") == before.pop("seq") + 1
    assert after == before
    assert board.ctl("--dry-run", *words).returncode == 3
    board.done("set", "b", "resize", "on")
    board.done("--dry-run", *words)
    board.done(*words)
    assert board.json("dump", "b")["reserved"]["max"] == 8


def test_grown_array_shows_in_reserved_and_the_one_before_goes(board):
    board.done("set", "b", "resize", "on")
    reserve(board, 5)
    reserved = board.json("dump", "b")["reserved"]
    assert (reserved["cnt"], reserved["max"]) == (6, 8)
    assert reserved["regions"][-1]["base"] == "0x40fff000"
    reserve(board, 8, first=5)
    reserved = board.json("dump", "b")["reserved"]
    assert (reserved["cnt"], reserved["max"]) == (9, 16)
    assert reserved["regions"][-1]["base"] == "0x40ffe000"


def test_find_answers_what_alloc_has_no_slot_for(board):
    reserve(board, 4)
    assert board.done("find", "b", "4K") == "0x40fff000\n"
    assert board.ctl("alloc", "b", "4K").returncode == 3


def test_arrays_outlive_a_restart_and_a_replay(new_daemon):
    daemon = new_daemon()
    daemon.done("create", "b", "--arrays", "kernel", "--reserved-regions", "4")
    daemon.done("add", "b", "0x40000000", "16M")
    reserve(daemon, 4)
    assert daemon.ctl("reserve", "b", "0x20000", "4K").returncode == 3
    daemon.done("set", "b", "resize", "on")
    # Enough of them for a snapshot.
    reserve(daemon, 5000)
    before = daemon.json("dump", "b")
    assert before["reserved"]["max"] == 8192
    assert daemon.done("verify", "b") == "b: 5007 operations replayed, identical\n"
    assert daemon.stop() == 0
    daemon = new_daemon()
    assert daemon.json("dump", "b") == before
    daemon.done("set", "b", "bottom-up", "on")
    daemon.done("free", "b", "0x10000", "0x10000000")
    daemon.done("reserve", "b", "0x10000", "4K")
    assert daemon.done("verify", "b") == "b: 5010 operations replayed, identical\n"
