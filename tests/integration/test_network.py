# SPDX-License-Identifier: BSD-2-Clause
"""Connections that bring bytes in pieces, late, or not at all."""

import os
import pathlib
import random
import resource
import select
import socket
import subprocess
import sys
import threading

import pytest
from conftest import BUILD
from wire import Code, frame, patiently, pb

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "fault"))

SEED = int(os.environ.get("MEMBLOCKD_SEED", "0")) or random.randrange(1, 2**32)


def test_frames_split_at_every_byte_are_answered(daemon):
    """The other connection's answer says that the first half was read."""
    daemon.done("create", "b")
    with daemon.connect() as wire, daemon.connect(1) as other:
        seq = 0
        size = len(frames_of(wire))
        for at in range(1, size):
            data = frames_of(wire)
            wire.send_bytes(data[:at])
            other.do("ping")
            wire.send_bytes(data[at:])
            for _ in range(2):
                seq += 1
                answer = wire.receive()
                assert (Code.Name(answer.status.code), answer.seq) == ("OK", seq)


def frames_of(wire):
    """Two requests, always of the same size."""
    wire.last_id = 0
    return b"".join(
        frame(wire.request("reserve", "b", address=0x1000, size=0x1000))
        for _ in range(2)
    )


def test_client_that_dies_at_any_byte_has_whole_requests_done(daemon):
    """And nothing of the one that it died in."""
    daemon.done("create", "b")
    with daemon.connect() as observer:
        seq = 0
        size = len(frames_of(observer))
        for at in range(size):
            wire = daemon.connect(at % 2)
            whole = (at >= size // 2) + (at >= size)
            wire.send_bytes(frames_of(wire)[:at])
            wire.socket.shutdown(socket.SHUT_WR)
            answers = [wire.receive() for _ in range(whole)]
            assert all(a.status.code == Code.Value("OK") for a in answers)
            last = wire.receive()  # the reason why it is closed, or the end
            assert last is None or last.id == 0
            wire.close()
            seq += whole
            assert observer.do("info", "b").seq == seq


def begin_batch(daemon, how, count):
    """A memblockctl that reserves the first page of every two."""
    client = subprocess.Popen(
        [
            str(BUILD / "client" / "memblockctl"), "-s", daemon.addresses[0],
            "batch", how,
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    lines = (f"reserve b {n << 13:#x} 4K\n" for n in range(count))
    client.stdin.write("".join(lines).encode())
    client.stdin.close()
    return client


@pytest.mark.parametrize("how", ["--keep-going", "--atomic"])
def test_memblockctl_killed_in_its_batch_leaves_whole_lines(daemon, how):
    """All lines of an atomic batch or none; of another the first ones."""
    daemon.done("create", "b")
    count, seq = 4000, 0
    with daemon.connect() as observer:
        observer.do("ping")
        quiet = len(os.listdir(f"/proc/{daemon.pid}/fd"))
        for pings in range(0, 300, 25):
            client = begin_batch(daemon, how, count)
            for _ in range(pings):
                observer.do("ping")
            client.kill()
            client.wait()
            for _ in patiently():  # until the daemon has done with it
                if len(os.listdir(f"/proc/{daemon.pid}/fd")) <= quiet:
                    break
            answer = observer.call("log", "b", from_seq=seq + 1)
            done = [entry.reserve.address for entry in answer.log.entries]
            assert done == [n << 13 for n in range(len(done))]
            assert how == "--keep-going" or len(done) in (0, count)
            seq += len(done)
            assert observer.do("info", "b").seq == seq
    assert "identical" in daemon.done("verify", "b")


def cpu_seconds(daemon):
    """What the daemon has used of the processor."""
    with open(f"/proc/{daemon.pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_no_descriptor_for_connections_turns_no_circles_and_recovers(daemon):
    """Ten connections wait for two seconds, in which the daemon is nearly idle and
    serves who is there; each is served when there are descriptors again."""
    with daemon.connect() as early:
        early.do("ping")
        soft, hard = resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE, (1, hard))
        late = [daemon.connect(n % 2) for n in range(10)]
        for wire in late:
            wire.send(wire.request("ping"))
        used = cpu_seconds(daemon)
        answered, _, _ = select.select([wire.socket for wire in late], [], [], 2)
        assert answered == []
        used = cpu_seconds(daemon) - used
        early.do("ping")
        assert "Too many open files" in daemon.log.read_text()
        assert used < 0.2, f"{used} s of the processor's time in 2 s"
        resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE, (soft, hard))
        for wire in late:
            assert Code.Name(wire.receive().status.code) == "OK"
            wire.close()


def test_what_is_acknowledged_through_a_bad_network_is_there_once(new_daemon):
    from load import Client, Ledger
    from proxy import Proxy

    print(f"seed {SEED}")  # shown when this fails
    chance = random.Random(SEED)
    daemon = new_daemon()
    ledger = Ledger()
    ledger.create(daemon)
    proxy = Proxy(daemon.folder / "s", SEED, cut_chance=0.1)
    proxy.start()
    clients = []
    for number in range(80):
        clients.append(
            Client(proxy, number, 1, chance.randrange(2**32), threading.Event(), 200)
        )
        clients[-1].start()
        if number % 8 == 7:
            for client in clients[-8:]:
                client.join()
    proxy.stop()
    # Of a client that was cut off, something may still be under way.
    assert daemon.stop() == 0
    daemon = new_daemon()
    ledger.check(daemon, 1, clients)
    ledger.verify(daemon)
    assert proxy.counts["cuts"] > 10


def test_change_sent_again_through_a_bad_network_is_done_once(tmp_path):
    from network import run

    print(f"seed {SEED}")  # shown when this fails
    counts, again = run(BUILD, tmp_path, 300, SEED)
    assert counts["cuts"] > 3
    assert again > 0


# ---- the books that find what was done twice, or not, or otherwise ----


def entry_of(label, seq, address=0, code="OK"):
    entry = pb.LogEntry(seq=seq, label=label, address=address)
    entry.status.code = Code.Value(code)
    return entry


def books_of(*answers):
    from stubborn import Books, Stubborn

    client = Stubborn(None, "c", SEED, 0, threading.Event())
    client.answers.update(answers)
    return Books([client])


@pytest.mark.parametrize(
    "entries, words",
    [
        ([("c.1", 2), ("c.1", 3)], "twice"),
        ([("c.2", 2), ("c.1", 3)], "after number 2"),
        ([("c.1", 3)], "a gap"),
        ([("c.1", 2, 4096)], "the journal has"),
        ([("c.1", 2, 0, "RESOURCE_EXHAUSTED")], "the journal has"),
    ],
)
def test_books_that_do_not_fit_are_found(entries, words):
    books = books_of((1, ("a", 2, 0, "OK")))
    with pytest.raises(AssertionError, match=words):
        for entry in entries:
            books.enter("a", entry_of(*entry))
        books.settle()


def test_books_that_fit_are_settled():
    books = books_of((1, ("a", 2, 0, "OK")), (2, ("a", 3, 4096, "OK")))
    books.enter("a", entry_of("c.1", 2))
    books.enter("a", entry_of("c.2", 3, 4096))
    books.settle()
    assert books.settled == 2
    assert not books.found and not books.clients["c"].answers


def test_books_keep_an_answer_that_is_not_in_the_journal():
    books = books_of((1, ("a", 2, 0, "OK")))
    books.settle()
    assert books.clients["c"].answers
