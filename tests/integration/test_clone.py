# SPDX-License-Identifier: BSD-2-Clause
"""clone: a safe place to try things."""

import subprocess

import pytest


@pytest.fixture
def board(daemon):
    """A daemon with b: a gigabyte, and two reservations. Seq 3."""
    daemon.done("create", "b", "--nodes", "2")
    daemon.done("add", "b", "0x40000000", "1G")
    daemon.done("reserve", "b", "0x40000000", "4K")
    daemon.done("reserve", "b", "0x50000000", "4K")
    return daemon


def test_clone_stands_as_its_origin(board):
    assert board.json("clone", "b", "c") == {
        "op": "clone", "instance": "c", "seq": 0, "ok": True,
        "origin": {"instance": "b", "seq": 3},
    }
    assert board.done("dump", "c") == board.done("dump", "b")
    assert board.json("info", "c")["nodes"] == 2
    assert board.done("clone", "b@2", "d") == ""
    assert board.done("dump", "d") == board.done("dump", "b@2")
    board.done("free", "c", "0x40000000", "4K")
    assert board.done("dump", "c@0") == board.done("dump", "b")
    assert board.done("verify", "c") == "c: 1 operations replayed, identical\n"


def test_clone_survives_a_kill(new_daemon):
    daemon = new_daemon()
    daemon.done("create", "b")
    daemon.done("add", "b", "0", "1G")
    first = daemon.json("clone", "b", "c", "--key", "k", "--label", "what if")
    daemon.done("alloc", "c", "4K")
    daemon.kill()
    daemon = new_daemon()
    assert daemon.json("clone", "b", "c", "--key", "k") == first
    assert "identical" in daemon.done("verify", "c")
    assert daemon.json("info", "c")["seq"] == 1
    assert daemon.json("info", "b")["seq"] == 1
    daemon.stop()
    check = subprocess.run(
        [daemon.build / "daemon" / "memblockd", "--journal", daemon.journal, "--check"],
        capture_output=True, text=True,
    )
    assert check.returncode == 0, check


@pytest.mark.parametrize("words, code", [
    (["clone", "b", "b"], "ALREADY_EXISTS"),
    (["clone", "nobody", "c"], "NOT_FOUND"),
    (["clone", "b@9", "c"], "OUT_OF_RANGE"),
    (["clone", "b", "c", "--if-seq", "2"], "ABORTED"),
])
def test_clone_that_is_refused(board, words, code):
    answer = board.json(*words)
    assert (answer["ok"], answer["code"]) == (False, code)
    assert [i["name"] for i in board.json("list")["instances"]] == ["b"]


def test_clone_with_a_wrong_name_is_a_usage_error(board):
    result = board.ctl("clone", "b", "-c")
    assert result.returncode == 2
    assert board.ctl("clone", "b").returncode == 2


def test_clone_in_a_pipelined_batch_is_there_for_the_next_line(board):
    assert board.done(
        "batch", "--keep-going",
        stdin="alloc b 4K\nclone b c\nalloc c 4K\nclone b@2 d\nalloc d 4K\n",
    ) == "0x7ffff000\n0x7fffe000\n0x7ffff000\n"


def test_log_of_a_clone_begins_with_where_it_came_from(board):
    board.done("clone", "b@2", "c")
    board.done("alloc", "c", "4K")
    log = board.json("log", "c")
    assert log["origin"] == {"instance": "b", "seq": 2}
    assert [entry["seq"] for entry in log["entries"]] == [1]
    lines = board.done("log", "c").splitlines()
    assert lines[0] == "begins as b@2"
    assert lines[1].startswith("1 ")
    assert "origin" not in board.json("log", "b")
    assert "origin" not in board.json("log", "c", "--reverse")
    board.done("destroy", "c")
    life = board.json("list", "--all")["instances"][-1]["life"]
    assert board.json("log", "c", "--life", life)["origin"]["seq"] == 2


def test_lines_behind_a_clone_of_the_past_find_it(board):
    """Pipelined on one connection: each is sent before the first is answered."""
    printed = board.done(
        "batch", "-", "--keep-going",
        stdin="clone b@2 c\nreserve c 0x60000000 4K\nclone c@0 d\nranges d reserved\n",
    )
    assert printed == board.done("ranges", "b@2", "reserved")
    assert board.json("info", "c")["seq"] == 1
