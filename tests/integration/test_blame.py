# SPDX-License-Identifier: BSD-2-Clause
"""blame: who put each part of memory and reserved there."""

import json
import os

import pytest
from wire import Code

WHO = f"uid:{os.getuid()}"


@pytest.fixture
def board(daemon):
    """An instance b:

    seq 1  memory    |------------------------------|
    seq 2  reserved    |------|                        kernel
    seq 3  reserved           |----|                   initrd, touching
    seq 4  free             |--|
    """
    daemon.done("create", "b")
    daemon.done("add", "b", "1G@0x40000000", "--label", "/memory@40000000")
    daemon.done("reserve", "b", "0x41000000..0x41800000", "--label", "kernel")
    daemon.done("reserve", "b", "0x41800000..0x41c00000", "--label", "initrd")
    daemon.done("free", "b", "0x41700000..0x41900000")
    return daemon


def parts(daemon, *words):
    answer = daemon.json("blame", *words)
    assert answer["ok"], answer
    return [
        (part["start"], part["end"], part["list"], part["seq"])
        for part in answer["parts"]
    ]


def test_text_is_a_line_for_each_part(board):
    lines = [line.split(" ", 5) for line in board.done("blame", "b").splitlines()]
    times = {e["seq"]: e["time"] for e in board.json("log", "b")["entries"]}
    assert lines == [
        ["0x40000000", "0x80000000", "memory", "1", times[1],
         f"{WHO} add  /memory@40000000"],
        ["0x41000000", "0x41700000", "reserved", "2", times[2],
         f"{WHO} reserve  kernel"],
        ["0x41900000", "0x41c00000", "reserved", "3", times[3],
         f"{WHO} reserve  initrd"],
    ]


def test_json_has_all_of_it(board):
    answer = board.json("blame", "b")
    assert (answer["op"], answer["instance"], answer["seq"]) == ("blame", "b", 4)
    part = answer["parts"][1]
    assert part.pop("time").startswith("20")
    assert part == {
        "start": "0x41000000", "end": "0x41700000", "list": "reserved",
        "seq": 2, "principal": WHO, "op": "reserve", "label": "kernel",
    }


def test_parts_of_regions_that_became_one_are_told_apart(board):
    board.done("reserve", "b", "0x41700000..0x41900000")
    assert board.json("info", "b")["reserved_cnt"] == 1
    assert parts(board, "b")[1:] == [
        ("0x41000000", "0x41700000", "reserved", 2),
        ("0x41700000", "0x41900000", "reserved", 5),
        ("0x41900000", "0x41c00000", "reserved", 3),
    ]
    assert "label" not in board.json("blame", "b")["parts"][2]


def test_range_cuts_parts(board):
    assert parts(board, "b", "0x41600000..0x41a00000") == [
        ("0x41600000", "0x41a00000", "memory", 1),
        ("0x41600000", "0x41700000", "reserved", 2),
        ("0x41900000", "0x41a00000", "reserved", 3),
    ]
    assert parts(board, "b", "0x1000", "4K") == []
    assert parts(board, "b", "0x41000000", "0") == []
    assert board.done("blame", "b", "0x1000", "4K") == ""


def test_blame_of_a_moment_knows_nothing_of_what_came_later(board):
    assert parts(board, "b@2")[1:] == [
        ("0x41000000", "0x41800000", "reserved", 2),
    ]
    assert parts(board, "b@0") == []
    time = board.json("log", "b", "--to", "3")["entries"][2]["time"]
    assert parts(board, f"b@{time}")[1:] == [
        ("0x41000000", "0x41800000", "reserved", 2),
        ("0x41800000", "0x41c00000", "reserved", 3),
    ]
    assert board.json("blame", "b@2")["seq"] == 2


def test_alloc_tree_and_physmem_are_told_of(daemon, data):
    daemon.done("create", "p", "--physmem")
    tree = data / "boots" / "a64-rsv-static" / "board.dtb"
    daemon.done("load", "p", str(tree))
    daemon.done("physmem-add", "p", "4K@0x1000", "--label", "all of it")
    found = [
        (part["list"], part["op"], part.get("label"))
        for part in daemon.json("blame", "p")["parts"]
    ]
    assert ("memory", "add", "/memory@40000000") in found
    assert ("reserved", "reserve", "/reserved-memory/linux,cma") in found
    assert found[-1] == ("physmem", "physmem-add", "all of it")
    base = daemon.done("alloc", "p", "64K", "--label", "mine").strip()
    part = daemon.json("blame", "p", base, "64K")["parts"][1]
    assert (part["op"], part["label"]) == ("alloc", "mine")


def test_blame_is_the_same_after_a_restart(board, new_daemon):
    before = board.done("blame", "b")
    board.kill()
    assert new_daemon().done("blame", "b") == before


@pytest.mark.parametrize(
    "words, status, code",
    [
        (["nobody"], 3, "NOT_FOUND"),
        (["b@5"], 3, "OUT_OF_RANGE"),
        (["b@2999-01-01T00:00:00Z"], 3, "OUT_OF_RANGE"),
        (["b@2001-01-01T00:00:00Z"], 3, "NOT_FOUND"),
        (["b", "0x1000"], 2, "INVALID_ARGUMENT"),
        (["b", "0x2000..0x1000"], 2, "INVALID_ARGUMENT"),
        ([], 2, "INVALID_ARGUMENT"),
    ],
)
def test_what_cannot_be_told_is_refused(board, words, status, code):
    result = board.ctl("--json", "blame", *words)
    assert result.returncode == status, result
    assert json.loads(result.stdout)["code"] == code


def test_half_a_range_on_the_wire_is_refused(board):
    with board.connect() as wire:
        assert wire.call("blame", "b", address=1).status.code == Code.INVALID_ARGUMENT
        assert wire.call("blame", "b", size=1).status.code == Code.INVALID_ARGUMENT
        answer = wire.do("blame", "b", address=2**64 - 1, size=2**64 - 1)
        assert len(answer.blame.parts) == 0
