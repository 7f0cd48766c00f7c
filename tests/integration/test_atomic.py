# SPDX-License-Identifier: BSD-2-Clause
"""batch --atomic: all lines on one instance, or none."""

import json
import sqlite3

import pytest


@pytest.fixture
def board(daemon):
    """A daemon with an instance b: a gigabyte from 0x40000000, at seq 1."""
    daemon.done("create", "b")
    daemon.done("add", "b", "0x40000000", "1G")
    return daemon


def answers(daemon, lines, *options):
    result = daemon.ctl("--json", "batch", "--atomic", *options, stdin=lines)
    assert result.stderr == ""
    return result.returncode, [json.loads(line) for line in result.stdout.splitlines()]


def test_group_has_one_seq_and_one_answer_a_line(board):
    lines = "alloc b 4K\n# a comment\nreserve b 0x50000000 1M --label rom\nalloc b 8K\n"
    status, lines = answers(board, lines, "--label", "boot")
    assert status == 0
    assert lines == [
        {"op": "alloc", "instance": "b", "seq": 2, "ok": True,
         "base": "0x7ffff000", "size": "0x1000"},
        {"op": "reserve", "instance": "b", "seq": 3, "ok": True},
        {"op": "alloc", "instance": "b", "seq": 4, "ok": True,
         "base": "0x7fffd000", "size": "0x2000"},
    ]
    entries = board.json("log", "b", "--from", "2")["entries"]
    assert [(e["group"], e["label"]) for e in entries] == [
        (2, "boot"), (2, "rom"), (2, "boot"),
    ]
    assert "identical" in board.done("verify", "b")


def test_text_is_what_each_line_prints(board):
    assert board.done(
        "batch", "--atomic", stdin="alloc b 4K\nset b bottom-up on\nalloc b 4K\n"
    ) == "0x7ffff000\n0x40000000\n"


@pytest.mark.parametrize("refused, code", [
    ("alloc b 2G", "RESOURCE_EXHAUSTED"),
    ("reserve b 0 4K --nid 7", "INVALID_ARGUMENT"),
])
def test_one_line_refused_undoes_all(board, refused, code):
    before = board.done("dump", "b")
    status, lines = answers(board, f"alloc b 4K\n{refused}\nreserve b 0 4K\n")
    assert status == 3
    assert [line["code"] for line in lines] == ["ABORTED", code, "ABORTED"]
    assert {line["seq"] for line in lines} == {1}
    assert board.done("dump", "b") == before
    assert len(board.json("log", "b")["entries"]) == 1


def test_line_that_makes_no_sense_undoes_all(board):
    result = board.ctl("batch", "--atomic", stdin="alloc b 4K\nalloc b\n")
    assert (result.returncode, result.stdout) == (3, "")
    assert result.stderr.startswith(
        "memblockctl: -:1: alloc: line 2 of the batch was refused\n"
        "memblockctl: -:2: alloc: SIZE is missing"
    )
    assert board.json("info", "b")["seq"] == 1


@pytest.mark.parametrize("line", [
    "dump b", "create c", "destroy b", "ping", "alloc b 4K --key k",
    "alloc b 4K --if-seq 1", "alloc b 4K --dry-run", "alloc c 4K", "load b nothing.dtb",
])
def test_only_changes_of_one_instance(board, line):
    status, lines = answers(board, f"alloc b 4K\n{line}\n")
    assert status == 3
    assert [line["code"] for line in lines] == ["ABORTED", "INVALID_ARGUMENT"]
    assert board.json("info", "b")["seq"] == 1


def test_if_seq_is_the_group_s(board):
    status, lines = answers(board, "alloc b 4K\nalloc b 4K\n", "--if-seq", "0")
    assert status == 3
    assert [(line["code"], line["seq"]) for line in lines] == [("ABORTED", 1)] * 2
    assert "stands at seq 1, not 0" in lines[0]["message"]
    status, lines = answers(board, "alloc b 4K\nalloc b 4K\n", "--if-seq", "1")
    assert (status, [line["seq"] for line in lines]) == (0, [2, 3])


def test_key_is_the_group_s_and_outlives_a_kill(new_daemon):
    daemon = new_daemon()
    daemon.done("create", "b")
    daemon.done("add", "b", "0x40000000", "1G")
    first = answers(daemon, "alloc b 4K\nalloc b 8K\n", "--key", "k")
    assert first[0] == 0
    daemon.kill()
    daemon = new_daemon()
    assert answers(daemon, "alloc b 4K\nalloc b 8K\n", "--key", "k") == first
    status, lines = answers(daemon, "alloc b 4K\nalloc b 4K\n", "--key", "k")
    assert (status, {line["code"] for line in lines}) == (3, {"INVALID_ARGUMENT"})
    assert daemon.json("info", "b")["seq"] == 3


def test_dry_run_of_a_group_changes_nothing(board):
    assert board.done(
        "--dry-run", "batch", "--atomic", stdin="alloc b 4K\nalloc b 4K\n"
    ) == "0x7ffff000\n0x7fffe000\n"
    assert board.json("info", "b")["seq"] == 1


def test_instance_that_is_not_there_is_told_of_every_line(daemon):
    status, lines = answers(daemon, "alloc b 4K\nalloc b 4K\n")
    assert (status, [line["code"] for line in lines]) == (3, ["NOT_FOUND"] * 2)


def test_server_that_is_not_there_is_told_of_every_line(daemon, tmp_path):
    result = daemon.ctl(
        "batch", "--atomic", stdin="alloc b 4K\nalloc b 4K\n",
        server=f"unix:{tmp_path}/nobody",
    )
    assert (result.returncode, result.stdout) == (4, "")
    assert result.stderr.count("nobody") == 2


def test_max_batch_limits_a_group(new_daemon):
    daemon = new_daemon("--max-batch", "3")
    daemon.done("create", "b")
    status, lines = answers(daemon, "reserve b 0 4K\n" * 4)
    assert (status, {line["code"] for line in lines}) == (3, {"RESOURCE_EXHAUSTED"})
    assert "max-batch" in lines[0]["message"]
    assert answers(daemon, "reserve b 0 4K\n" * 3)[0] == 0
    with daemon.connect() as wire:
        assert wire.do("hello").hello.batch_max == 3


def test_large_group_is_one_group(board):
    lines = "".join(f"reserve b {0x40000000 + i * 8192} 4K\n" for i in range(20000))
    status, lines = answers(board, lines)
    assert status == 0
    assert [line["seq"] for line in lines] == list(range(2, 20002))
    with sqlite3.connect(f"file:{board.journal}?mode=ro", uri=True) as journal:
        assert journal.execute(
            "SELECT count(*), min(group_seq), max(group_seq) FROM operation"
            " WHERE seq > 1"
        ).fetchone() == (20000, 2, 2)
