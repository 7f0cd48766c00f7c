# SPDX-License-Identifier: BSD-2-Clause
"""log with filters, and logs far longer than what fits in memory."""

import json
import os
import shutil
import subprocess

import pytest
from conftest import BUILD, frugal_environment
from service import Daemon
from wire import PATIENCE, Code


@pytest.fixture
def board(daemon):
    """An instance b with nine rows, the last two refused."""
    daemon.done("create", "b", "--nodes", "2")
    for words in (
        ["add", "b", "1G@0x40000000", "--label", "/memory@40000000"],
        ["reserve", "b", "1M@0x40000000", "--label", "kernel"],
        ["reserve", "b", "1M@0x50000000", "--label", "initrd"],
        ["alloc", "b", "64K", "--label", "page tables"],
        ["set", "b", "bottom-up", "on"],
        ["free", "b", "64K@0x50000000"],
        ["set-node", "b", "1G@0x40000000", "1"],
    ):
        daemon.done(*words)
    for size in ("4G", "8G"):
        assert daemon.ctl("alloc", "b", size, "--label", "too large").returncode == 3
    return daemon


def seqs(daemon, *words):
    answer = daemon.json("log", "b", *words)
    assert answer["ok"] and answer["seq"] == 9, answer
    return [entry["seq"] for entry in answer["entries"]]


@pytest.mark.parametrize(
    "words, expected",
    [
        (["--op", "reserve"], [2, 3]),
        (["--op", "set-node"], [7]),
        (["--op", "limit"], []),
        (["--failed"], [8, 9]),
        (["--failed", "--op", "reserve"], []),
        (["--grep-label", "*i*"], [3]),
        (["--grep-label", "/memory@*"], [1]),
        (["--grep-label", ""], [5, 6, 7]),
        (["--touching", "4K@0x50000000"], [1, 3, 6, 7]),
        (["--touching", "0x500f0000..0x60000000"], [1, 3, 7]),
        (["--touching", "0x7fff0000-0x7fff0fff"], [1, 4, 7]),
        (["--touching", "4K@0"], []),
        (["--principal", f"uid:{os.getuid()}"], list(range(1, 10))),
        (["--principal", "tcp:127.0.0.1"], []),
        (["--grep-label", "?*", "--reverse", "--limit", "2"], [9, 8]),
        (["--from", "3", "--to", "8", "--grep-label", "?*"], [3, 4, 8]),
    ],
)
def test_filter_leaves_these_rows(board, words, expected):
    assert seqs(board, *words) == expected


def test_times_are_those_of_the_entries(board):
    times = [entry["time"] for entry in board.json("log", "b")["entries"]]
    assert seqs(board, "--since", times[5]) == [6, 7, 8, 9]
    assert seqs(board, "--until", times[1]) == [1, 2]
    assert seqs(board, "--since", times[2], "--until", times[4]) == [3, 4, 5]
    assert seqs(board, "--since", "2999-01-01T00:00:00Z") == []
    assert seqs(board, "--until", "2001-01-01T00:00:00Z") == []
    assert seqs(board, "--since", times[2], "--reverse", "--limit", "1") == [9]


def test_rows_of_another_peer_are_told_apart(board):
    board.done("reserve", "b", "0", "4K", server=board.addresses[1])
    entries = board.json("log", "b", "--principal", "tcp:127.0.0.1")["entries"]
    assert [entry["seq"] for entry in entries] == [10]


@pytest.mark.parametrize(
    "words, status",
    [
        (["--op", "reserves"], 3),
        (["--touching", "0@0x1000"], 3),
        (["--grep-label", "*" * 257], 3),
        (["--touching", "0x1000"], 2),
        (["--since", "yesterday"], 2),
        (["--until", "2026-02-30T00:00:00Z"], 2),
    ],
)
def test_filter_without_sense_is_refused(board, words, status):
    result = board.ctl("--json", "log", "b", *words)
    assert result.returncode == status
    assert json.loads(result.stdout)["code"] == "INVALID_ARGUMENT"


def test_connection_outlives_a_filter_without_sense(board):
    with board.connect() as wire:
        request = wire.request("log", "b")
        request.log.operation = "nothing"
        wire.send(request)
        assert wire.receive().status.code == Code.INVALID_ARGUMENT
        request.log.operation = "add"
        wire.send(request)
        assert [entry.seq for entry in wire.receive().log.entries] == [1]


ROWS = 200_000


@pytest.fixture(scope="module")
def long_journal(tmp_path_factory):
    """A journal with an instance b whose reserve at 2 is repeated up to ROWS."""
    daemon = Daemon(BUILD, tmp_path_factory.mktemp("long"), "--sync", "off")
    try:
        daemon.done("create", "b")
        daemon.done("add", "b", "1G@0x40000000")
        line = f"reserve b 4K@0x40000000 --label {'x' * 100}\n"
        result = daemon.ctl("batch", "--keep-going", stdin=line * (ROWS - 1))
        assert (result.returncode, result.stderr) == (0, "")
        assert daemon.stop() == 0
        return daemon.journal
    finally:
        daemon.end()


@pytest.fixture
def long_log(long_journal, new_daemon, tmp_path):
    """A daemon with a copy of that journal."""
    shutil.copy(long_journal, tmp_path / "journal.db")
    return new_daemon("--max-queued", "1M", env=frugal_environment())


def peak_kib(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return 0  # it has ended


def read_log(daemon, *words):
    """Reads all that a log prints; how much that was, and the most memory that
    memblockctl had taken whenever the pipe was full again."""
    size = peak = 0
    process = subprocess.Popen(
        [daemon.build / "client" / "memblockctl", "log", "b", *words],
        stdout=subprocess.PIPE,
        bufsize=0,
        env=frugal_environment(MEMBLOCKD_SERVER=daemon.addresses[0]),
    )
    with process.stdout as out:
        while data := out.read(1 << 20):
            size += len(data)
            # Until wait() it has not gone for good; without memory it is at
            # its end.
            peak = max(peak, peak_kib(process.pid))
    assert process.wait(PATIENCE) == 0
    return size, peak


@pytest.mark.parametrize("form", [[], ["--json"], ["--reverse"]])
def test_long_log_takes_no_more_memory_than_a_short_one(long_log, form):
    _, short = read_log(long_log, "--limit", "50000", *form)
    before = peak_kib(long_log.pid)
    size, long = read_log(long_log, *form)
    assert size > 30 * 1024 * 1024
    assert long - short < 4 * 1024
    assert peak_kib(long_log.pid) - before < 4 * 1024


def test_search_through_a_long_log_finds_the_one_row(long_log):
    assert [
        entry["seq"]
        for entry in long_log.json("log", "b", "--op", "add", "--reverse")["entries"]
    ] == [1]


def test_part_of_a_log_says_that_the_search_goes_on(long_log):
    with long_log.connect() as wire:
        request = wire.request("log", "b")
        request.log.operation = "trim"
        wire.send(request)
        answer, parts = wire.receive_whole()
        assert (len(answer.log.entries), answer.seq) == (0, ROWS)
        assert parts == 2
