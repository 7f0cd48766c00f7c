# SPDX-License-Identifier: BSD-2-Clause
"""Names that have had more than one life: list --all, log --life."""

import json

import pytest
from wire import Code


@pytest.fixture
def reborn(daemon):
    """b has lived twice and lives again; a lives; z is gone."""
    for seqs in (2, 1):
        daemon.done("create", "b")
        for n in range(seqs):
            daemon.done("reserve", "b", n * 0x2000, "4K", "--label", f"of {seqs}")
        daemon.done("destroy", "b")
    daemon.done("create", "z")
    daemon.done("destroy", "z")
    daemon.done("create", "b")
    daemon.done("create", "a")
    return daemon


def lives(daemon):
    return [
        (row["name"], row["seq"], row.get("life"))
        for row in daemon.json("list", "--all")["instances"]
    ]


def test_list_all_has_the_destroyed_with_their_ids(reborn):
    assert reborn.done("list") == "a 0\nb 0\n"
    listed = lives(reborn)
    assert [row[:2] for row in listed] == [
        ("a", 0), ("b", 2), ("b", 1), ("b", 0), ("z", 0),
    ]
    ids = [life for _, _, life in listed]
    assert ids[0] is None and ids[3] is None
    assert 0 < ids[1] < ids[2] < ids[4]
    assert reborn.done("list", "--all").splitlines() == [
        "a 0", f"b 2 destroyed {ids[1]}", f"b 1 destroyed {ids[2]}", "b 0",
        f"z 0 destroyed {ids[4]}",
    ]


def test_list_all_long_has_sizes_of_those_in_service(reborn):
    reborn.done("add", "a", "0", "4K")
    rows = reborn.json("list", "--all", "--long")["instances"]
    assert rows[0]["memory_size"] == "0x1000"
    assert [("memory_size" in row) for row in rows] == [
        True, False, False, True, False,
    ]
    assert all(row["destroyed"] is True for row in rows if "life" in row)


def test_list_all_is_the_same_after_a_restart(reborn, new_daemon):
    before = reborn.done("list", "--all")
    assert reborn.stop() == 0
    assert new_daemon().done("list", "--all") == before


def test_list_all_of_nothing_is_empty(daemon):
    assert daemon.json("list", "--all") == {"op": "list", "ok": True, "instances": []}


def test_pipelined_destroy_is_seen_by_list_all(daemon):
    with daemon.connect() as wire:
        wire.send(
            wire.request("create", "b"),
            wire.request("destroy", "b"),
            wire.request("list", all=True),
        )
        answers = {answer.id: answer for answer in (wire.receive() for _ in range(3))}
        (row,) = answers[3].list.instances
        assert (row.name, row.destroyed) == ("b", True)


def test_log_of_an_earlier_life(reborn):
    (_, _, first), (_, _, second) = lives(reborn)[1:3]
    answer = reborn.json("log", "b", "--life", first)
    assert [entry["label"] for entry in answer["entries"]] == ["of 2", "of 2"]
    assert (answer["instance"], answer["seq"], answer["ok"]) == ("b", 2, True)
    (entry,) = reborn.json("log", "b", "--life", second)["entries"]
    assert entry["label"] == "of 1"
    assert reborn.json("log", "b")["entries"] == []
    (entry,) = reborn.json("log", "b", "--life", first, "--from", "2")["entries"]
    assert entry["seq"] == 2


def test_log_of_a_name_without_a_life_in_service(reborn):
    gone = lives(reborn)[4][2]
    assert reborn.json("log", "z", "--life", gone)["entries"] == []
    assert reborn.json("log", "z")["code"] == "NOT_FOUND"


def test_log_of_the_life_in_service_by_its_id(reborn):
    reborn.done("reserve", "b", "0", "1")
    with reborn.connect() as wire:
        (row,) = [r for r in wire.do("list").list.instances if r.name == "b"]
        assert row.life > 0
    answer = reborn.json("log", "b", "--life", row.life)
    assert [entry["seq"] for entry in answer["entries"]] == [1]


def test_life_that_is_none_of_the_name_is_not_found(reborn):
    of_b = lives(reborn)[1][2]
    for name, life in (("a", of_b), ("b", 999), ("b", 2**64 - 1), ("nobody", of_b)):
        result = reborn.ctl("--json", "log", name, "--life", life)
        answer = json.loads(result.stdout)
        assert (result.returncode, answer["code"]) == (3, "NOT_FOUND")
        assert answer["message"] == f"{name}: no such life"
        assert "seq" not in answer


def test_if_seq_is_compared_with_the_life_that_is_named(reborn):
    first = lives(reborn)[1][2]
    words = ["log", "b", "--life", first, "--if-seq"]
    assert len(reborn.json(*words, "2")["entries"]) == 2
    result = reborn.ctl("--json", *words, "0")
    answer = json.loads(result.stdout)
    assert (result.returncode, answer["code"], answer["seq"]) == (3, "ABORTED", 2)
    assert answer["message"] == "b: stands at seq 2, not 0"


def test_seq_beyond_the_end_of_a_life_is_out_of_range(reborn):
    life = lives(reborn)[1][2]
    with reborn.connect() as wire:
        answer = wire.call("log", "b", life=life, from_seq=4)
        assert Code.Name(answer.status.code) == "OUT_OF_RANGE"
        assert answer.seq == 2
