# SPDX-License-Identifier: BSD-2-Clause
"""The third list, of instances that are made with --physmem."""

import json

import pytest
from wire import Code

TYPE_PHYSMEM = 2


@pytest.fixture
def board(daemon):
    """An instance p with physmem, and b without."""
    daemon.done("create", "p", "--physmem")
    daemon.done("create", "b")
    return daemon


def refused(daemon, *words):
    result = daemon.ctl("--json", *words)
    answer = json.loads(result.stdout)
    return result.returncode, answer["code"], answer["message"], answer["seq"]


def test_physmem_add_shows_in_every_reading(board):
    assert board.done("physmem-add", "p", "0x40000000", "1G") == ""
    assert board.json("physmem-add", "p", "1G@0x80000000") == {
        "op": "physmem-add", "instance": "p", "seq": 2, "ok": True,
    }
    dump = board.json("dump", "p")
    assert dump["physmem"] == {
        "cnt": 1,
        "total_size": "0x80000000",
        "regions": [{"base": "0x40000000", "size": "0x80000000", "flags": []}],
    }
    assert dump["memory"]["cnt"] == dump["reserved"]["cnt"] == 0
    assert " physmem.cnt  = 0x1\n" in board.done("dump", "p")
    assert "physmem: 1 region, 2 GiB\n" in board.done("dump", "p", "--format", "table")
    assert board.done("ranges", "p", "physmem") == "0x40000000 0xc0000000 - none\n"
    assert board.json("info", "p")["physmem"] is True
    entry = board.json("log", "p")["entries"][0]
    assert (entry["op"], entry["base"], entry["size"]) == (
        "physmem-add", "0x40000000", "0x40000000",
    )
    assert board.done("verify", "p") == "p: 2 operations replayed, identical\n"


def test_physmem_outlives_a_restart(new_daemon):
    daemon = new_daemon()
    daemon.done("create", "p", "--physmem")
    daemon.done("physmem-add", "p", "0", "4K")
    before = daemon.done("--json", "dump", "p")
    daemon.stop()
    assert new_daemon().done("--json", "dump", "p") == before


def test_instance_without_physmem_refuses_and_does_not_journal(board):
    status, code, message, seq = refused(board, "physmem-add", "b", "0", "1M")
    assert (status, code, seq) == (3, "FAILED_PRECONDITION", 0)
    assert message == "b: the instance has no physmem"
    assert refused(board, "ranges", "b", "physmem")[:2] == (3, "FAILED_PRECONDITION")
    assert "physmem" not in board.json("dump", "b")
    assert board.json("log", "b")["entries"] == []


def test_questions_on_the_wire_know_physmem(board):
    board.done("physmem-add", "p", "0x1000", "0x1000")
    with board.connect() as wire:
        overlaps = {"question": 5, "address": 0x1fff, "size": 1, "type": TYPE_PHYSMEM}
        assert wire.do("query", "p", **overlaps).query.value
        answer = wire.call("query", "b", **overlaps)
        assert Code.Name(answer.status.code) == "FAILED_PRECONDITION"
