# SPDX-License-Identifier: BSD-2-Clause
"""The rows of docs/model.md in which an instance differs from the kernel on
purpose, as a user meets them: a refusal that changes nothing, or a result."""

import json

import pytest

TOP = 2**64


@pytest.fixture
def board(daemon):
    """An instance b with two nodes and a gibibyte, part of it reserved."""
    daemon.done("create", "b", "--nodes", "2", "--mirrored-kernelcore")
    daemon.done("add", "b", "0x40000000", "1G", "--nid", "1")
    daemon.done("reserve", "b", "0x40000000", "1M")
    return daemon


def layout(daemon, name="b"):
    dump = daemon.json("dump", name)
    del dump["seq"]
    return dump


def expect_refused(daemon, words, code, sentence):
    """Exit 3, the code, the sentence with the instance in front; and the lists
    and switches as they were before, also for a dry run."""
    name = words[1]
    before = layout(daemon, name)
    for options in ([], ["--dry-run"]):
        result = daemon.ctl("--json", *options, *words)
        answer = json.loads(result.stdout)
        assert (result.returncode, answer["code"]) == (3, code), answer
        assert answer["message"] == f"{name}: {sentence}"
        assert layout(daemon, name) == before
    text = daemon.ctl(*words)
    assert (text.returncode, text.stdout) == (3, "")
    assert text.stderr == f"memblockctl: {words[0]}: {name}: {sentence}\n"
    assert layout(daemon, name) == before


# ---- arguments that no model takes ----

@pytest.mark.parametrize(
    "words, sentence",
    [
        (["alloc", "b", "0"], "size is 0"),
        (["find", "b", "0"], "size is 0"),
        (
            ["alloc", "b", "4K", "--align", "24"],
            "align 0x18 is not a power of two",
        ),
        (["find", "b", "4K", "--align", "3"], "align 0x3 is not a power of two"),
        (["trim", "b", "0x1800"], "align 0x1800 is not a power of two"),
        (["trim", "b", "0"], "align 0x0 is not a power of two"),
        (
            ["add", "b", "0", "4K", "--nid", "2"],
            "nid 2 is not one of 0 to 1",
        ),
        (
            ["alloc", "b", "4K", "--nid", "9"],
            "nid 9 is not one of 0 to 1",
        ),
        (
            ["set-node", "b", "0x40000000", "4K", "2"],
            "nid 2 is not one of 0 to 1",
        ),
        (
            ["add", "b", "0", "4K", "--flags", "rsrv_noinit"],
            "flag rsrv_noinit is not one that add takes",
        ),
        (
            ["reserve", "b", "0", "4K", "--flags", "nomap"],
            "flag nomap is not one that reserve takes",
        ),
    ],
)
def test_argument_that_no_model_takes_is_invalid(board, words, sentence):
    expect_refused(board, words, "INVALID_ARGUMENT", sentence)
    assert len(board.json("log", "b")["entries"]) == 2


def test_unknown_flag_on_the_wire_is_invalid(board):
    before = layout(board)
    with board.connect() as wire:
        answer = wire.call("add", "b", address=0, size=1, flags=0x20)
        assert answer.status.code == 3
        assert answer.status.message == "b: flags 0x20 are unknown"
    assert layout(board) == before


# ---- arrays ----

@pytest.fixture
def arrays(daemon):
    """An instance a with arrays of four regions, of which reserved is full."""
    daemon.done(
        "create", "a", "--arrays", "kernel", "--memory-regions", "4",
        "--reserved-regions", "4", "--mirrored-kernelcore",
    )
    lines = [f"reserve a {0x20000 + i * 0x2000} 4K" for i in range(4)]
    daemon.done("batch", "-", stdin="\n".join(lines))
    return daemon


FULL = "the array of {} holds {} regions, has {} and needs room for {} more: {}"
OFF = "it may not grow before resize is set on"
NO_ROOM = "there is no room for one of {}, 0x1000 bytes"


@pytest.mark.parametrize(
    "words, wanted",
    [
        (["reserve", "a", "0x40000", "4K"], 1),
        (["free", "a", "0x40000", "4K"], 2),
        (["set-node", "a", "0", "4K", "-", "--type", "reserved"], 2),
        (["mark", "a", "rsrv_noinit", "0x20000", "4K"], 2),
    ],
)
def test_array_that_is_full_refuses(arrays, words, wanted):
    sentence = FULL.format("reserved", 4, 4, wanted, OFF)
    expect_refused(arrays, words, "RESOURCE_EXHAUSTED", sentence)


def test_full_array_leaves_alloc_without_a_slot(arrays):
    arrays.done("add", "a", "0x100000", "1M")
    sentence = FULL.format("reserved", 4, 4, 1, OFF)
    expect_refused(arrays, ["alloc", "a", "4K"], "RESOURCE_EXHAUSTED", sentence)


def test_mark_mirror_without_slots_leaves_mirrors_off(arrays):
    lines = [f"add a {0x100000 + i * 0x2000} 4K" for i in range(3)]
    arrays.done("batch", "-", stdin="\n".join(lines))
    words = ["mark", "a", "mirror", "0x100000", "4K"]
    sentence = FULL.format("memory", 4, 3, 2, OFF)
    expect_refused(arrays, words, "RESOURCE_EXHAUSTED", sentence)


def test_no_slot_for_the_reservation_of_memorys_array_refuses(arrays):
    """Memory finds the one free page for its array, and reserved has no slot
    for that nor a page for an array of its own."""
    lines = [f"add a {0x20000 + i * 0x2000} 4K" for i in range(3)]
    lines += ["add a 0x40000 4K", "set a resize on"]
    arrays.done("batch", "-", stdin="\n".join(lines))
    sentence = FULL.format("reserved", 4, 4, 1, NO_ROOM.format(8))
    words = ["add", "a", "0x200000", "4K"]
    expect_refused(arrays, words, "RESOURCE_EXHAUSTED", sentence)


@pytest.mark.parametrize("words", [["limit", "a", "8K"], ["cap", "a", "1M", "8K"]])
def test_limit_or_cap_leaves_memory_alone_when_reserved_is_full(arrays, words):
    arrays.done("add", "a", "1M", "64K")
    sentence = FULL.format("reserved", 4, 4, 2, OFF)
    expect_refused(arrays, words, "RESOURCE_EXHAUSTED", sentence)
    arrays.done("reserve", "a", "0x20000", "4K")
    arrays.done("set", "a", "resize", "on")
    arrays.done(*words)


def test_array_that_can_double_only_once_does_not(arrays):
    arrays.done("add", "a", "0x1000", "4K")
    arrays.done("set", "a", "resize", "on")
    sentence = FULL.format("reserved", 8, 5, 5, NO_ROOM.format(16))
    words = ["reserve", "a", "0x10000", "0x20000"]
    expect_refused(arrays, words, "RESOURCE_EXHAUSTED", sentence)
    assert layout(arrays, "a")["reserved"]["max"] == 4


# ---- results ----

def test_trim_past_the_end_takes_the_region_and_keeps_the_total_right(daemon):
    daemon.done("create", "b")
    daemon.done("add", "b", hex(TOP - 0x1800), "0x1000")
    daemon.done("add", "b", "0x40000800", "0x2000")
    daemon.done("trim", "b", "4K")
    memory = layout(daemon)["memory"]
    assert [(r["base"], r["size"]) for r in memory["regions"]] == [
        ("0x40001000", "0x1000"),
    ]
    assert memory["total_size"] == "0x1000"


def test_cap_and_limit_after_a_trim_that_emptied_memory_do_nothing(daemon):
    daemon.done("create", "b")
    daemon.done("add", "b", "0x40000800", "0x1000")
    daemon.done("reserve", "b", "0x1000", "0x10000")
    daemon.done("trim", "b", "4K")
    before = layout(daemon)
    assert before["memory"]["cnt"] == 0
    daemon.done("cap", "b", "0x2000", "4K")
    daemon.done("limit", "b", "1K")
    daemon.done("limit", "b", "1K", "--keep-nomap")
    assert layout(daemon) == before


def test_cap_past_the_end_caps_both_lists(daemon):
    daemon.done("create", "b")
    for operation in "add", "reserve":
        daemon.done(operation, "b", "0x1000", "4K")
        daemon.done(operation, "b", "0x80000000", "4K")
    daemon.done("cap", "b", "0x40000000", hex(TOP - 1))
    for which in "memory", "reserved":
        regions = layout(daemon)[which]["regions"]
        assert [r["base"] for r in regions] == ["0x80000000"]


def test_end_of_dram_of_nothing_is_0(daemon):
    daemon.done("create", "b")
    info = daemon.json("info", "b")
    assert (info["dram_start"], info["dram_end"]) == ("0x0", "0x0")


def test_page_frames_of_the_last_page_of_addresses_are_none(daemon):
    daemon.done("create", "b")
    daemon.done("add", "b", hex(TOP - 0x800), "0x400")
    assert daemon.done("ranges", "b", "memory", "--pfn") == ""


def test_free_ranges_leave_out_what_is_between_two_touching_reservations(board):
    board.done("reserve", "b", "0x50000000", "4K", "--nid", "0")
    board.done("reserve", "b", "0x50001000", "4K", "--nid", "1")
    lines = board.done("ranges", "b", "free").splitlines()
    assert [line.split()[:2] for line in lines] == [
        ["0x40100000", "0x50000000"], ["0x50002000", "0x80000000"],
    ]


def test_what_the_kernel_warns_of_is_done_with_a_warning(board):
    answer = board.json("alloc", "b", "4K", "--align", "0")
    assert answer["ok"] is True
    assert answer["warnings"] == ["align 0 was taken as 0x40, the cache line"]
    answer = board.json("add", "b", "0x3ff00000", "2M")
    assert answer["ok"] is True
    assert answer["warnings"] == [
        "[0x40000000-0x7fffffff] was there and keeps node 1",
    ]
