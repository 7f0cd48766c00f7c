# SPDX-License-Identifier: BSD-2-Clause
"""diff: between moments, instances and boards."""

import json

import pytest


@pytest.fixture
def boards(daemon):
    """b at seq 4, and c made otherwise:

    b  memory    |------|--nomap--|-----|
       reserved    |--|
    """
    daemon.done("create", "b", "--nodes", "2")
    daemon.done("add", "b", "1G@0x40000000")
    daemon.done("reserve", "b", "1M@0x40000000")
    daemon.done("mark", "b", "nomap", "2M@0x50000000")
    daemon.done("set", "b", "bottom-up", "on")
    daemon.done("create", "c", "--page-size", "64K")
    return daemon


def diff(daemon, *words):
    result = daemon.ctl("diff", *words)
    assert result.stderr == "", result
    return result.returncode, result.stdout.splitlines()


def test_the_same_is_nothing_and_exit_0(boards):
    assert diff(boards, "b", "b") == (0, [])
    assert diff(boards, "b@2", "b@2") == (0, [])
    answer = boards.json("diff", "b", "b")
    assert answer["identical"] is True
    assert answer["added"] == answer["removed"] == answer["changed"] == []


def test_moments_of_one_instance_are_exit_1(boards):
    assert diff(boards, "b@1", "b") == (
        1,
        [
            "--- b@1", "+++ b@4", "-bottom_up: false", "+bottom_up: true",
            "-memory 0x50000000 0x50200000 - none",
            "+memory 0x50000000 0x50200000 - nomap",
            "+reserved 0x40000000 0x40100000 - none",
        ],
    )
    status, lines = diff(boards, "b", "b@1")
    assert (status, lines[:2], lines[-1]) == (
        1, ["--- b@4", "+++ b@1"], "-reserved 0x40000000 0x40100000 - none",
    )


def test_a_time_is_a_moment_too(boards):
    time = boards.json("log", "b")["entries"][1]["time"]
    assert diff(boards, f"b@{time}", "b@2") == (0, [])


def test_json_has_what_differs_by_kind(boards):
    answer = boards.json("diff", "b@1", "b")
    assert (answer["instance"], answer["seq"]) == ("b", 1)
    assert (answer["other"], answer["other_seq"]) == ("b", 4)
    assert answer["identical"] is False
    assert answer["settings"] == {"bottom_up": {"before": False, "after": True}}
    assert answer["added"] == [
        {"list": "reserved", "start": "0x40000000", "end": "0x40100000", "flags": []}
    ]
    assert answer["removed"] == []
    assert answer["changed"] == [
        {
            "list": "memory", "start": "0x50000000", "end": "0x50200000",
            "before": {"flags": []}, "after": {"flags": ["nomap"]},
        }
    ]
    assert boards.ctl("--json", "diff", "b@1", "b").returncode == 1


def test_instances_of_different_constants_tell_them(boards):
    status, lines = diff(boards, "b@0", "c")
    assert status == 1
    assert lines == [
        "--- b@0", "+++ c@0", "-page_size: 0x1000", "+page_size: 0x10000",
        "-nodes: 2", "+nodes: 0",
    ]


def test_instances_of_the_same_layout_are_identical_whatever_their_history(daemon):
    daemon.done("create", "x")
    daemon.done("create", "y")
    daemon.done("add", "x", "0", "8K")
    daemon.done("add", "y", "4K", "4K")
    daemon.done("add", "y", "0", "4K")
    assert diff(daemon, "x", "y") == (0, [])


@pytest.mark.parametrize(
    "words, status, code, says",
    [
        (["b", "nobody"], 3, "NOT_FOUND", "nobody: no such instance"),
        (["nobody", "b"], 3, "NOT_FOUND", "nobody: no such instance"),
        (["b", "c@1"], 3, "OUT_OF_RANGE", "c: seq 1 is beyond the end"),
        (["b@5", "c"], 3, "OUT_OF_RANGE", "b: seq 5 is beyond the end"),
        (["b", "c@2999-01-01T00:00:00Z"], 3, "OUT_OF_RANGE", "c: that time"),
        (["b"], 2, "INVALID_ARGUMENT", "is missing"),
        (["b", "c@x"], 2, "INVALID_ARGUMENT", "'x'"),
    ],
)
def test_what_cannot_be_compared_is_refused(boards, words, status, code, says):
    result = boards.ctl("--json", "diff", *words)
    assert result.returncode == status, result
    answer = json.loads(result.stdout)
    assert answer["code"] == code
    assert says in answer["message"]
