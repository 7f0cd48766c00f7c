# SPDX-License-Identifier: BSD-2-Clause
"""compact and destroy --purge while somebody reads what they drop: whoever
reads gets the rows, one behind the other, or is told which is the first that
is kept; never a gap."""

import contextlib
import json
import os
import socket
import subprocess
import threading

import pytest
from wire import PATIENCE, Code

# More than all buffers between a daemon and its client hold.
ROWS = 20_000
LABEL = "x" * 250


@pytest.fixture
def board(new_daemon):
    """An instance b with that many rows."""
    daemon = new_daemon("--sync", "off", "--max-queued", "1M")
    daemon.done("create", "b")
    line = f"reserve b 4K@0x40000000 --label {LABEL}\n"
    result = daemon.ctl("batch", "--keep-going", stdin=line * ROWS)
    assert (result.returncode, result.stderr) == (0, "")
    return daemon


def compact(daemon):
    daemon.done("compact", "b", "--keep", ROWS - 10)
    return f"the first that is kept is {ROWS - 9}"


def purge(daemon):
    daemon.done("destroy", "b", "--purge")
    return "the instance was purged"


def parts_of(daemon, request, dropping):
    """Asks, takes the first part, has rows dropped, and then reads on: all
    parts, and what the drop left."""
    with daemon.connect() as wire:
        question = wire.request(request[0], "b", **request[1])
        wire.send(question)
        parts = [wire.receive_part()]
        left = dropping(daemon)
        while parts[-1].more:
            parts.append(wire.receive_part())
    return parts, left


def expect_refusal(part, seq, left):
    """The last part: up to seq everything was told."""
    assert part.status.code == Code.NOT_FOUND
    assert f"operation {seq} is not kept any more: {left}" in part.status.message


@pytest.mark.parametrize("dropping", [compact, purge])
def test_log_has_no_gap(board, dropping):
    parts, left = parts_of(board, ("log", {}), dropping)
    seqs = [entry.seq for part in parts for entry in part.log.entries]
    assert 1000 <= len(seqs) < ROWS
    assert seqs == list(range(1, len(seqs) + 1))
    expect_refusal(parts[-1], len(seqs) + 1, left)


@pytest.mark.parametrize("dropping", [compact, purge])
def test_log_in_reverse_has_no_gap(board, dropping):
    parts, left = parts_of(board, ("log", {"reverse": True}), dropping)
    seqs = [entry.seq for part in parts for entry in part.log.entries]
    assert 1000 <= len(seqs) < ROWS
    assert seqs == list(range(ROWS, ROWS - len(seqs), -1))
    expect_refusal(parts[-1], ROWS - len(seqs), left)


@pytest.mark.parametrize("dropping", [compact, purge])
def test_export_has_no_gap_and_no_end(board, dropping):
    parts, left = parts_of(board, ("export", {}), dropping)
    records = [record for part in parts for record in part.export.records]
    seqs = [record.operation.seq for record in records[1:]]
    assert seqs and seqs == list(range(1, len(seqs) + 1))
    assert not any(record.HasField("end") for record in records)
    expect_refusal(parts[-1], len(seqs) + 1, left)


@pytest.mark.parametrize("dropping", [compact, purge])
def test_watch_has_no_gap(board, dropping):
    parts, left = parts_of(board, ("watch", {"from_seq": 1}), dropping)
    seqs = [entry.seq for part in parts for entry in part.watch.entries]
    assert 1000 <= len(seqs) < ROWS
    assert seqs == list(range(1, len(seqs) + 1))
    expect_refusal(parts[-1], len(seqs) + 1, left)
    assert parts[-1].seq == len(seqs)
    assert f"told up to seq {len(seqs)}" in parts[-1].status.message


# ---- what memblockctl makes of it ----


class Valve:
    """Stands between memblockctl and a daemon; what the daemon says passes up
    to so many bytes, and the rest once the valve is opened."""

    def __init__(self, folder, daemon, size):
        self.address = f"unix:{folder}/valve"
        self.daemon = daemon.addresses[0][len("unix:"):]
        self.size = size
        self.is_full = threading.Event()
        self.is_open = threading.Event()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.address[len("unix:"):])
        self.listener.listen()
        self.listener.settimeout(PATIENCE)
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        client = self.listener.accept()[0]
        server = socket.socket(socket.AF_UNIX)
        with client, server, contextlib.suppress(ConnectionError):
            server.connect(self.daemon)
            asking = threading.Thread(target=self.pass_on, args=(client, server))
            asking.start()
            for size in iter(lambda: self.pass_some(server, client), 0):
                self.size -= size
                if self.size <= 0:
                    self.is_full.set()
                    self.is_open.wait(PATIENCE)
            client.shutdown(socket.SHUT_RDWR)
            asking.join()

    @staticmethod
    def pass_some(source, sink):
        data = source.recv(4096)
        sink.sendall(data)
        return len(data)

    def pass_on(self, source, sink):
        with contextlib.suppress(OSError):
            while self.pass_some(source, sink):
                pass
            sink.shutdown(socket.SHUT_WR)

    def close(self):
        self.is_open.set()
        self.thread.join()
        self.listener.close()


def printed(daemon, folder, *words, dropping=compact):
    """What memblockctl prints when rows are dropped after it has had 64 KiB of
    the answer, and what the drop left."""
    valve = Valve(folder, daemon, 65536)
    try:
        with subprocess.Popen(
            [daemon.build / "client" / "memblockctl", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=dict(os.environ, MEMBLOCKD_SERVER=valve.address),
        ) as process:
            assert valve.is_full.wait(PATIENCE)
            left = dropping(daemon)
            valve.is_open.set()
            out, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == 3
        return out, err, left
    finally:
        valve.close()


def test_log_prints_its_rows_and_why_it_ends(board, tmp_path):
    out, err, left = printed(board, tmp_path, "log", "b")
    seqs = [int(line.split()[0]) for line in out.splitlines()]
    assert seqs == list(range(1, len(seqs) + 1))
    assert err == (
        f"memblockctl: log: b: operation {len(seqs) + 1} is not kept any more: {left}\n"
    )


def test_log_prints_one_whole_object(board, tmp_path):
    out, err, left = printed(board, tmp_path, "log", "b", "--json", "--reverse")
    told = json.loads(out)
    seqs = [entry["seq"] for entry in told["entries"]]
    assert seqs == list(range(ROWS, ROWS - len(seqs), -1))
    assert (told["ok"], told["code"], err) == (False, "NOT_FOUND", "")
    assert told["message"].endswith(left)


@pytest.mark.parametrize("dropping", [compact, purge])
def test_export_leaves_no_file(board, tmp_path, dropping):
    folder = tmp_path / "folder"
    folder.mkdir()
    words = ("export", "b", folder / "b.history")
    out, err, left = printed(board, tmp_path, *words, dropping=dropping)
    assert (out, list(folder.iterdir())) == ("", [])
    assert err.startswith("memblockctl: export: b: operation ") and left in err


def test_watch_says_where_to_go_on(board, tmp_path):
    out, err, left = printed(board, tmp_path, "watch", "b", "--from", "1")
    assert left in err and f"told up to seq {len(out.splitlines())}" in err
    first = left.split()[-1]
    with board.connect() as wire:
        wire.send(wire.request("watch", "b", from_seq=int(first)))
        assert wire.receive_part().watch.entries[0].seq == int(first)
