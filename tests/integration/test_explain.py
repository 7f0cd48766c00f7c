# SPDX-License-Identifier: BSD-2-Clause
"""explain: where alloc would go, and why."""

import json

import pytest


@pytest.fixture
def board(daemon):
    """An instance b:

    memory    0|--------64K----|  |1M-nomap-|  |16M------------32M|
    reserved              |-8K-|                         |--1M----|
    """
    daemon.done("create", "b", "--nodes", "2")
    daemon.done("add", "b", "64K@0", "--nid", "0")
    daemon.done("add", "b", "1M@1M", "--flags", "nomap")
    daemon.done("add", "b", "16M@16M", "--nid", "1")
    daemon.done("reserve", "b", "8K@0xe000")
    daemon.done("reserve", "b", "1M@31M")
    return daemon


def test_each_range_has_the_rule_that_decides_it(board):
    assert board.done("explain", "b", "32K", "--align", "4K", "--to", "24M").splitlines() == [
        "1 0x1800000 0x1f00000 above to 0x1800000",
        "1 0x1000000 0x1800000 chosen",
        "chosen: 0x17f8000",
    ]
    assert board.done("explain", "b", "1M", "--to", "16M").splitlines() == [
        "1 0x1000000 0x1f00000 above to 0x1000000",
        "1 0x100000 0x200000 nomap",
        "1 0x1000 0xe000 too small by 0xf3000 after alignment",
        "1 0x0 0x1000 first page",
        "nearest: size 0xd000, limit 0x1100000",
    ]


def test_json_has_candidates_and_what_was_chosen(board):
    answer = board.json("explain", "b", "1M", "--nid", "0")
    assert answer["candidates"][0] == {
        "start": "0x1000000", "end": "0x1f00000", "rule": "memory of node 1",
        "attempt": 1,
    }
    assert answer["candidates"][-1]["rule"] == "chosen"
    assert answer["candidates"][-1]["attempt"] == 2
    assert answer["chosen"] == {"base": "0x1e00000", "size": "0x100000"}
    assert "nearest" not in answer


@pytest.mark.parametrize(
    "words",
    [
        ["4K"], ["1M", "--align", "2M"], ["4K", "--nid", "0"], ["64K", "--to", "1M"],
        ["4K", "--from", "20M", "--to", "1M", "--min-fallback"],
        ["15M", "--align", "16M"], ["4K", "--nid", "0", "--exact-nid", "--from", "1M"],
    ],
)
def test_explain_and_find_say_the_same(board, words):
    answer = board.json("explain", "b", *words)
    found = board.ctl("find", "b", *words)
    if found.returncode == 0:
        assert answer["chosen"]["base"] == found.stdout.strip()
    else:
        assert "nearest" in answer and "chosen" not in answer


def test_nearest_request_is_served(board):
    nearest = board.json("explain", "b", "1M", "--to", "16M")["nearest"]
    assert board.done("find", "b", nearest["size"], "--to", "16M") == "0x1000\n"
    assert board.done("find", "b", "1M", "--to", nearest["limit"]) == "0x1000000\n"


def test_explain_of_a_moment_tells_what_was_free_then(board):
    assert board.json("explain", "b@4", "1M")["chosen"]["base"] == "0x1f00000"
    assert board.json("explain", "b@0", "1M") == {
        "op": "explain", "instance": "b", "seq": 0, "ok": True, "candidates": [],
        "nearest": {},
    }


@pytest.mark.parametrize(
    "words, status",
    [(["0"], 3), (["4K", "--align", "3"], 3), (["4K", "--nid", "2"], 3), (["x"], 2), ([], 2)],
)
def test_request_without_sense_is_refused(board, words, status):
    result = board.ctl("--json", "explain", "b", *words)
    assert result.returncode == status
    assert json.loads(result.stdout)["code"] == "INVALID_ARGUMENT"
