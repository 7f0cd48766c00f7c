# SPDX-License-Identifier: BSD-2-Clause
"""watch: what is on disk, in order, without a gap, whatever happens to the
daemon meanwhile."""

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import threading

from conftest import frugal_environment
from wire import PATIENCE, Code


class Watcher:
    """memblockctl watch, line by line as it prints."""

    def __init__(self, daemon, *arguments, under=()):
        self.process = subprocess.Popen(
            [
                *under,
                str(daemon.build / "client" / "memblockctl"),
                *("--timeout", str(PATIENCE)),
                "watch",
                *map(str, arguments),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=dict(os.environ, MEMBLOCKD_SERVER=daemon.addresses[0]),
        )

    def line(self):
        return self.process.stdout.readline().rstrip("\n")

    def object(self):
        return json.loads(self.line())

    def entries(self, until):
        """The entries up to that seq; heartbeats are passed over."""
        found = []
        while not found or found[-1]["seq"] < until:
            found += [entry for entry in [self.object()] if "time" in entry]
        return found

    def end(self):
        """What is left of standard output and error, and the exit status."""
        out, err = self.process.stdout.read(), self.process.stderr.read()
        return out, err, self.process.wait(PATIENCE)

    def close(self):
        self.process.kill()
        self.process.communicate()


@contextlib.contextmanager
def watching(daemon, *arguments, **options):
    watcher = Watcher(daemon, *arguments, **options)
    try:
        yield watcher
    finally:
        watcher.close()


def board(daemon, name="b"):
    daemon.done("create", name)
    daemon.done("add", name, "1G@1G")


def reserve(daemon, name="b", count=1, at=0x40000000):
    lines = "".join(f"reserve {name} {at + 4096 * i} 1\n" for i in range(count))
    daemon.done("batch", "--keep-going", stdin=lines)


def seqs(entries):
    return [entry["seq"] for entry in entries]


def seqs_of(part):
    return [entry.seq for entry in part.watch.entries]


def receive_rows(wire):
    """The next part that is no heartbeat."""
    part = wire.receive()
    while part.watch.heartbeat:
        part = wire.receive()
    return part


def test_each_operation_is_told_as_log_tells_it(daemon):
    board(daemon)
    with watching(daemon, "b", "--json", "--from", 1) as watcher:
        assert watcher.object()["seq"] == 1
        assert watcher.object() == {"op": "watch", "heartbeat": True, "seq": 1}
        daemon.done("alloc", "b", "1M", "--align", "2M", "--label", "gpu")
        assert daemon.ctl("alloc", "b", "2G").returncode == 3
        told = watcher.entries(3)
    logged = daemon.json("log", "b", "--from", 2)["entries"]
    assert told == [{"instance": "b", **entry} for entry in logged]
    assert list(told[0]) == ["instance", *logged[0]]


def test_text_of_one_is_the_text_of_log(daemon):
    board(daemon)
    reserve(daemon, count=3)
    with watching(daemon, "b", "--from", 2) as watcher:
        lines = [watcher.line() for _ in range(3)]
    assert lines == daemon.done("log", "b", "--from", 2).splitlines()


def test_several_and_all_are_told_with_their_names(daemon):
    board(daemon)
    board(daemon, "c")
    with watching(daemon, "b", "c", "--from", 1) as two:
        assert {two.line()[:4], two.line()[:4]} == {"b 1 ", "c 1 "}
        with watching(daemon, "--all", "--json") as everything:
            assert everything.object() == {"op": "watch", "heartbeat": True}
            board(daemon, "new")
            assert everything.object()["instance"] == "new"
            reserve(daemon, "c")
            assert everything.object()["instance"] == "c"
            daemon.done("destroy", "new")
            gone = everything.object()
            assert (gone["instance"], gone["seq"]) == ("new", 1)
            assert gone["warnings"] == [
                "new: the instance was destroyed; told up to seq 1"
            ]
        assert two.line().startswith("c 2 ")


def test_an_atomic_group_comes_in_one_part(daemon):
    board(daemon)
    with daemon.connect() as wire:
        watch = wire.request("watch", "b")
        wire.send(watch)
        assert wire.receive().watch.heartbeat
        lines = "".join(f"reserve b {4096 * i} 1\n" for i in range(3000))
        daemon.done("batch", "--atomic", stdin=lines)
        part = wire.receive()
    assert [entry.seq for entry in part.watch.entries] == list(range(2, 3002))
    assert {entry.group for entry in part.watch.entries} == {2}


def test_all_tells_what_is_made_later_in_whatever_way(daemon, tmp_path):
    """A clone, an instance with an atomic group, an import: each with its rows
    in one part."""
    board(daemon)
    reserve(daemon)
    daemon.done("export", "b", str(tmp_path / "history"))
    with daemon.connect() as wire:
        wire.send(wire.request("watch"))
        assert wire.receive().watch.heartbeat
        daemon.done("clone", "b", "copy")
        lines = "".join(f"reserve copy {4096 * i} 1\n" for i in range(1500))
        daemon.done("batch", "--atomic", stdin=lines)
        group = receive_rows(wire)
        daemon.done("import", str(tmp_path / "history"), "again")
        imported = receive_rows(wire)
        daemon.done("trim", "again", "4K")
        trimmed = receive_rows(wire)
        daemon.done("destroy", "copy")
        gone = receive_rows(wire)
    parts = [group, imported, trimmed, gone]
    assert [(part.watch.instance, seqs_of(part)) for part in parts] == [
        ("copy", list(range(1, 1501))),
        ("again", [1, 2]),
        ("again", [3]),
        ("copy", []),
    ]
    assert {entry.group for entry in group.watch.entries} == {1}
    assert imported.watch.entries[0].time_us < group.watch.entries[0].time_us
    assert len(gone.warnings) == 1


def test_a_heartbeat_tells_where_it_stands(daemon):
    board(daemon)
    with watching(daemon, "b", "--json", "--heartbeat", "0.1") as watcher:
        alive = {"op": "watch", "heartbeat": True, "seq": 1}
        assert [watcher.object() for _ in range(3)] == [alive] * 3


def ask(wire, request):
    wire.send(request)
    return wire.receive()


def test_what_makes_no_sense_is_refused(daemon):
    board(daemon)
    for arguments, status, words in (
        (["nobody"], 3, "nobody: no such instance"),
        (["b", "--from", 3], 3, "b: seq 3 is beyond the end, which is 1"),
        (["b", "--heartbeat", "0.01"], 3, "a heartbeat every 10 ms"),
        ([], 2, "NAME is missing"),
        (["b", "--all"], 2, "--all goes without a NAME"),
        (["b@1"], 2, "watch is not for the past"),
        (["b", "--if-seq", 7], 3, "b: stands at seq 1, not 7"),
    ):
        result = daemon.ctl("watch", *arguments)
        assert (result.returncode, result.stdout) == (status, ""), result
        assert words in result.stderr
    result = daemon.ctl("batch", stdin="watch b\n")
    assert (result.returncode, "not in a batch" in result.stderr) == (2, True)
    with daemon.connect() as wire:
        request = wire.request("watch")
        request.at_seq = 1
        assert ask(wire, request).status.code == Code.INVALID_ARGUMENT
        request = wire.request("watch", "")
        assert ask(wire, request).status.code == Code.INVALID_ARGUMENT
        request = wire.request("watch", request_key=b"k", from_seq=9)
        assert ask(wire, request).watch.heartbeat


def test_a_destroyed_instance_ends_its_watch(daemon):
    board(daemon)
    with watching(daemon, "b", "--from", 1, "--json") as watcher:
        assert watcher.object()["seq"] == 1
        daemon.done("destroy", "b")
        out, err, status = watcher.end()
    assert (status, err) == (3, "")
    assert json.loads(out.splitlines()[-1]) == {
        "op": "watch",
        "instance": "b",
        "seq": 1,
        "ok": False,
        "code": "NOT_FOUND",
        "message": "b: the instance was destroyed; told up to seq 1",
    }


def test_one_of_several_that_ends_leaves_the_others(daemon):
    board(daemon)
    board(daemon, "c")
    with watching(daemon, "b", "c", "--from", 1) as watcher:
        assert {watcher.line()[:4], watcher.line()[:4]} == {"b 1 ", "c 1 "}
        daemon.done("destroy", "b")
        assert "b: the instance was destroyed" in watcher.process.stderr.readline()
        reserve(daemon, "c")
        assert watcher.line().startswith("c 2 ")


def test_an_interrupt_ends_it_and_frees_its_place(new_daemon):
    daemon = new_daemon("--max-watchers", "1")
    board(daemon)
    with watching(daemon, "b", "--from", 1) as watcher:
        watcher.line()
        result = daemon.ctl("watch", "b")
        assert (result.returncode, result.stdout) == (3, "")
        assert "1 watches are open" in result.stderr
        assert "(max-watchers)" in result.stderr
        refused = daemon.json("watch", "b")
        assert (refused["code"], refused["seq"]) == ("RESOURCE_EXHAUSTED", 1)
        watcher.process.send_signal(signal.SIGINT)
        assert watcher.end()[2] == -signal.SIGINT
    # The daemon reads the end before any request that comes later.
    with watching(daemon, "b", "--from", 1) as watcher:
        assert watcher.line().startswith("1 ")


def test_an_orderly_stop_ends_every_watch(daemon):
    board(daemon)
    with watching(daemon, "b", "--from", 1) as watcher:
        watcher.line()
        assert daemon.stop() == 0
        out, err, status = watcher.end()
    assert (out, status) == ("", 3)
    assert err == "memblockctl: watch: b: the daemon stops; told up to seq 1\n"


def test_what_was_told_is_there_after_a_kill_and_can_be_gone_on_with(new_daemon):
    """Two clients write while one watches, and the daemon is killed: all that
    was told is in the journal, and the next watch begins where it ended."""
    daemon = new_daemon()
    board(daemon)
    told, at = [], 0
    for _ in range(3):
        writers = [
            threading.Thread(
                target=daemon.ctl,
                args=("batch", "--keep-going"),
                kwargs={"stdin": "reserve b 0 1\n" * 20000},
            )
            for _ in range(2)
        ]
        with watching(daemon, "b", "--json", "--from", at + 1) as watcher:
            for writer in writers:
                writer.start()
            told += watcher.entries(at + 500)
            daemon.kill()
            rest, err, status = watcher.end()
        for writer in writers:
            writer.join()
        lines = [json.loads(line) for line in rest.splitlines()]
        told += [line for line in lines if "time" in line]
        assert (status, lines[-1]["code"]) == (4, "UNAVAILABLE")
        at = told[-1]["seq"]
        daemon = new_daemon()
        logged = daemon.json("log", "b", "--to", at)["entries"]
        assert told == [{"instance": "b", **entry} for entry in logged]
    assert seqs(told) == list(range(1, at + 1))


def resident_kilobytes(daemon):
    for line in open(f"/proc/{daemon.pid}/status", encoding="ascii"):
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    raise AssertionError("no VmRSS")


def test_a_slow_watcher_costs_no_memory_and_misses_nothing(new_daemon):
    """One that does not read while 20,000 rows are written gets them from the
    journal when it does."""
    daemon = new_daemon("--max-queued", "64K", env=frugal_environment())
    board(daemon)
    rows = 20000
    slow = [daemon.connect() for _ in range(20)]
    for wire in slow:
        wire.send(wire.request("watch", "b", from_seq=2))
        assert wire.receive().watch.heartbeat
    before = resident_kilobytes(daemon)
    reserve(daemon, count=rows)
    # 20 times 20,000 entries would be more than 30 MB.
    # The thread sanitizer keeps several bytes of its own for each.
    maps = pathlib.Path(f"/proc/{daemon.pid}/maps").read_text()
    times = 5 if "libtsan" in maps else 1
    assert resident_kilobytes(daemon) - before < 16384 * times
    for wire in slow:
        expected = 2
        while expected <= rows + 1:
            for entry in wire.receive().watch.entries:
                assert entry.seq == expected
                expected += 1
    reserve(daemon)  # they have caught up, and are told as it happens
    for wire in slow:
        assert seqs_of(receive_rows(wire)) == [rows + 2]
        wire.close()
