# SPDX-License-Identifier: BSD-2-Clause
"""The WAL begins anew under constant load beside compactions, and beside clients
that stop reading. Its file never shrinks while the daemon runs: its size in the
end is the largest it had."""

import os
import random

import pytest
from wire import frame

MIB = 1 << 20
ALONE = 2 * 16 * MIB  # storage/wal.h: from 16 MiB on it is copied, and begins anew
COMMITS = 6000  # of some pages each: hundreds of MiB, if it never began anew
ROWS = 12000


@pytest.fixture
def board(new_daemon):
    """A daemon with a history on b that takes many pages to tell, and clients of
    which few answers are kept waiting."""
    daemon = new_daemon(
        "--sync", "off", "--max-queued", "64K", "--stall-timeout", "600"
    )
    daemon.done("create", "b")
    daemon.done("add", "b", "0", "1G")
    with daemon.connect() as wire:
        for first in range(0, ROWS, 500):
            change(wire, range(first, first + 500))
    return daemon


def change(wire, numbers):
    """One write, and so one commit or few. The keys are anywhere in their index."""
    wire.send(*(
        wire.request(
            "reserve", "b", address=n % 4096 * 8192, size=4096,
            request_key=random.randbytes(16),
        )
        for n in numbers
    ))
    for _ in numbers:
        assert wire.receive_part().status.code == 0


def write(daemon, now_and_then=lambda wire: None):
    """Many small commits."""
    with daemon.connect() as wire:
        for commit in range(COMMITS):
            change(wire, range(commit, commit + 4))
            if commit % 1000 == 0:
                now_and_then(wire)


def size_of_wal(daemon):
    return os.stat(f"{daemon.journal}-wal").st_size


def compact(wire):
    seq = wire.do("info", "b").seq
    wire.do("compact", "b", keep_seq=seq - 10)


def test_wal_begins_anew_beside_changes_and_compactions(board):
    write(board, compact)
    assert 8 * MIB < size_of_wal(board) < ALONE


def test_clients_that_stop_reading_do_not_hold_it(board):
    """Expect a log, an export and a watch of which only a part was taken to be
    told without a gap afterwards."""
    seq = board.json("info", "b")["seq"]
    slow = []
    for operation, fields in (
        ("log", {}), ("log", {"reverse": True}), ("export", {}), ("watch", {"from_seq": 1})
    ):
        wire = board.connect()
        wire.send(wire.request(operation, "b", **fields))
        slow.append((wire, wire.receive_part()))
    write(board)
    assert 8 * MIB < size_of_wal(board) < ALONE
    for wire, part in slow[:3]:
        seqs = seqs_of(part)
        while part.more:
            part = wire.receive_part()
            seqs += seqs_of(part)
        assert sorted(seqs) == list(range(1, seq + 1))
    watch, part = slow[3]
    seqs = [entry.seq for entry in part.watch.entries]
    while len(seqs) <= seq:
        seqs += [entry.seq for entry in watch.receive_part().watch.entries]
    assert seqs == list(range(1, len(seqs) + 1))
    for wire, _ in slow:
        wire.close()


def seqs_of(part):
    entries = list(part.log.entries)
    entries += [r.operation for r in part.export.records if r.HasField("operation")]
    return [entry.seq for entry in entries]
