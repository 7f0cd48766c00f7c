# SPDX-License-Identifier: BSD-2-Clause
"""The operations that choose what to change: by a flag, a node, a size."""

import json

import pytest
from wire import Code, regions

TYPE_MEMORY, TYPE_RESERVED, TYPE_PHYSMEM = range(3)


@pytest.fixture
def board(daemon):
    """An instance b with two nodes and a gibibyte at 1 GiB."""
    daemon.done("create", "b", "--nodes", "2", "--mirrored-kernelcore")
    daemon.done("add", "b", "0x40000000", "1G")
    return daemon


@pytest.fixture
def wire(board):
    with board.connect() as connection:
        yield connection


def region(base, size, *flags, **nid):
    return {"base": base, "size": size, "flags": list(flags), **nid}


def listed(daemon, which):
    return daemon.json("dump", "b")[which]["regions"]


def outcome(result):
    """The exit status and the one JSON object of a command that failed."""
    answer = json.loads(result.stdout)
    return result.returncode, answer["code"], answer["message"]


@pytest.mark.parametrize("flag", ["hotplug", "mirror", "nomap"])
def test_mark_splits_and_clear_merges_again(board, flag):
    assert board.done("mark", "b", flag, "0x50000000", "16M") == ""
    assert listed(board, "memory") == [
        region("0x40000000", "0x10000000"),
        region("0x50000000", "0x1000000", flag),
        region("0x51000000", "0x2f000000"),
    ]
    assert board.done("clear", "b", flag, "16M@0x50000000") == ""
    assert listed(board, "memory") == [region("0x40000000", "0x40000000")]


def test_mark_rsrv_noinit_acts_on_reserved(board):
    board.done("reserve", "b", "0x40000000", "2M")
    board.done("mark", "b", "rsrv_noinit", "0x40100000", "1M")
    assert listed(board, "reserved") == [
        region("0x40000000", "0x100000"),
        region("0x40100000", "0x100000", "rsrv_noinit"),
    ]
    assert listed(board, "memory") == [region("0x40000000", "0x40000000")]


def test_mark_mirror_without_mirrored_kernelcore_does_nothing(board):
    board.done("create", "plain")
    board.done("add", "plain", "0", "1G")
    assert board.json("mark", "plain", "mirror", "0", "1M") == {
        "op": "mark", "instance": "plain", "seq": 2, "ok": True,
    }
    assert board.json("dump", "plain")["memory"]["cnt"] == 1


def test_set_node_acts_on_the_list_that_is_named(board):
    board.done("reserve", "b", "0x40000000", "2M")
    assert board.done("set-node", "b", "0x40000000", "1M", "1") == ""
    board.done("set-node", "b", "0x40100000..0x40200000", "0", "--type", "reserved")
    assert listed(board, "memory") == [
        region("0x40000000", "0x100000", nid=1),
        region("0x40100000", "0x3ff00000"),
    ]
    assert listed(board, "reserved") == [
        region("0x40000000", "0x100000"),
        region("0x40100000", "0x100000", nid=0),
    ]
    board.done("set-node", "b", "0", "4G", "-")
    assert listed(board, "memory") == [region("0x40000000", "0x40000000")]


def test_trim_shrinks_inwards(board):
    board.done("add", "b", "0x90000800", "0x2000")
    board.done("trim", "b", "4K")
    assert listed(board, "memory")[1] == region("0x90001000", "0x1000")


def test_limit_cuts_both_lists(board):
    board.done("reserve", "b", "0x4fff0000", "128K")
    board.done("limit", "b", "256M")
    assert listed(board, "memory") == [region("0x40000000", "0x10000000")]
    assert listed(board, "reserved") == [region("0x4fff0000", "0x10000")]


def test_limit_keep_nomap_spares_nomap_memory(board):
    board.done("mark", "b", "nomap", "0x60000000", "1M")
    board.done("limit", "b", "256M", "--keep-nomap")
    assert listed(board, "memory") == [
        region("0x40000000", "0x10000000"),
        region("0x60000000", "0x100000", "nomap"),
    ]


def test_cap_keeps_what_is_inside(board):
    board.done("reserve", "b", "0", "4G")
    board.done("cap", "b", "0x50000000-0x5fffffff")
    assert listed(board, "memory") == [region("0x50000000", "0x10000000")]
    assert listed(board, "reserved") == [region("0x50000000", "0x10000000")]


def test_log_has_the_arguments_under_the_names_of_the_options(board):
    board.done("mark", "b", "nomap", "0x50000000", "1M", "--label", "why")
    board.done("clear", "b", "nomap", "0x50000000", "1M")
    board.done("set-node", "b", "0", "4K", "1", "--type", "reserved")
    board.done("set-node", "b", "0", "4K", "-")
    board.done("trim", "b", "64K")
    board.done("limit", "b", "512M", "--keep-nomap")
    board.done("cap", "b", "0x40000000", "1G")
    entries = board.json("log", "b", "--from", "2")["entries"]
    told = [
        {k: v for k, v in entry.items() if k not in ("seq", "time", "principal", "ok")}
        for entry in entries
    ]
    place = {"base": "0x50000000", "size": "0x100000"}
    page = {"base": "0x0", "size": "0x1000"}
    assert told == [
        {"op": "mark", **place, "flags": ["nomap"], "label": "why"},
        {"op": "clear", **place, "flags": ["nomap"]},
        {"op": "set-node", **page, "nid": 1, "type": "reserved"},
        {"op": "set-node", **page, "type": "memory"},
        {"op": "trim", "align": "0x10000"},
        {"op": "limit", "size": "0x20000000", "keep_nomap": True},
        {"op": "cap", "base": "0x40000000", "size": "0x40000000"},
    ]
    words = [
        line.split(" ", 3)[3]
        for line in board.done("log", "b", "--from", "2").splitlines()
    ]
    assert words == [
        "mark nomap 0x50000000 0x100000 ok  why",
        "clear nomap 0x50000000 0x100000 ok",
        "set-node 0x0 0x1000 1 --type reserved ok",
        "set-node 0x0 0x1000 - --type memory ok",
        "trim 0x10000 ok",
        "limit 0x20000000 --keep-nomap ok",
        "cap 0x40000000 0x40000000 ok",
    ]


def test_replay_and_restart_know_them_all(board, new_daemon):
    board.done("mark", "b", "mirror", "0x50000000", "1M")
    board.done("set-node", "b", "0x40000000", "1M", "1")
    board.done("trim", "b", "64K")
    board.done("limit", "b", "512M")
    board.done("cap", "b", "0x40000000", "256M")
    board.done("clear", "b", "mirror", "0", "4G")
    dump = board.done("dump", "b")
    assert "identical" in board.done("verify", "b")
    assert board.stop() == 0
    assert new_daemon().done("dump", "b") == dump


def test_dry_run_changes_nothing(board):
    before = board.done("dump", "b")
    for words in (
        ["mark", "b", "nomap", "0", "4G"],
        ["set-node", "b", "0", "4G", "1"],
        ["limit", "b", "1M"],
        ["cap", "b", "0", "1"],
    ):
        assert board.done(*words, "--dry-run") == ""
    assert board.done("dump", "b") == before
    assert board.json("info", "b")["seq"] == 1


@pytest.mark.parametrize(
    "words, why",
    [
        (["mark", "b", "driver_managed", "0", "1"], "driver_managed"),
        (["set-node", "b", "0", "1", "2"], "nid 2 is not one of 0 to 1"),
        (["trim", "b", "0"], "align 0x0 is not a power of two"),
        (["trim", "b", "3"], "align 0x3 is not a power of two"),
    ],
)
def test_argument_no_model_can_take_is_invalid_and_takes_no_seq(board, words, why):
    status, code, message = outcome(board.ctl("--json", *words))
    assert (status, code) == (3, "INVALID_ARGUMENT")
    assert message.startswith("b: ") and why in message
    assert board.json("info", "b")["seq"] == 1


@pytest.mark.parametrize(
    "words, word",
    [
        (["mark", "b", "soft", "0", "1"], "soft"),
        (["mark", "b", "nomap"], "RANGE"),
        (["set-node", "b", "0", "1"], "NID"),
        (["set-node", "b", "0", "1", "one"], "one"),
        (["set-node", "b", "0", "1", "0", "--type", "free"], "free"),
        (["trim", "b"], "ALIGN"),
        (["limit", "b", "lots"], "lots"),
        (["cap", "b", "1M"], "1M"),
    ],
)
def test_usage_error_names_the_word(board, words, word):
    result = board.ctl(*words)
    assert (result.returncode, result.stdout) == (2, "")
    assert word in result.stderr and len(result.stderr.splitlines()) == 1


def test_raw_frames_change_and_are_logged(wire):
    wire.do("mark", "b", address=0x40000000, size=0x1000, flags=4)
    wire.do("clear", "b", address=0x40000000, size=0x1000, flags=4)
    wire.do("set_node", "b", address=0x40000000, size=0x1000, nid=1)
    wire.do("trim", "b", align=0x1000)
    wire.do("limit", "b", size=0x8000, keep_nomap=True)
    wire.do("cap", "b", address=0x40000000, size=0x4000)
    assert regions(wire.do("dump", "b").dump.memory) == [
        (0x40000000, 0x40001000),
        (0x40001000, 0x40004000),
    ]
    entries = wire.do("log", "b").log.entries
    assert [entry.WhichOneof("operation") for entry in entries] == [
        "add", "mark", "clear", "set_node", "trim", "limit", "cap",
    ]
    assert entries[3].set_node.type == TYPE_MEMORY
    assert entries[5].limit.keep_nomap


@pytest.mark.parametrize(
    "operation, fields",
    [
        ("mark", {"address": 0, "size": 1}),
        ("mark", {"address": 0, "size": 1, "flags": 5}),
        ("mark", {"size": 1, "flags": 4}),
        ("clear", {"address": 0, "size": 1, "flags": 0x40}),
        ("set_node", {"address": 0, "nid": 0}),
        ("set_node", {"address": 0, "size": 1, "type": TYPE_PHYSMEM}),
        ("trim", {}),
        ("limit", {}),
        ("cap", {"address": 0}),
    ],
)
def test_raw_frame_that_no_model_can_take_is_invalid(wire, operation, fields):
    answer = wire.call(operation, "b", **fields)
    assert Code.Name(answer.status.code) == "INVALID_ARGUMENT"
    assert answer.status.message.startswith("b: ")
    assert answer.seq == 1
