# SPDX-License-Identifier: BSD-2-Clause
"""Exactly once: requests that come again under a key."""

import random
import sqlite3
import subprocess

from wire import PATIENCE, Code


def test_key_gets_the_first_answer_from_the_command_line(daemon):
    for _ in range(2):
        assert daemon.json("create", "b", "--key", "made") == {
            "op": "create", "instance": "b", "seq": 0, "ok": True,
        }
    daemon.done("add", "b", "0x40000000", "1G")
    first = daemon.json("--key", "tables", "alloc", "b", "2M")
    daemon.done("reserve", "b", "0x50000000", "4K")
    assert daemon.json("--key", "tables", "alloc", "b", "2M") == first
    assert first["seq"] == 2
    assert len(daemon.json("log", "b")["entries"]) == 3


def test_key_of_another_operation_is_refused(daemon):
    daemon.done("create", "b")
    daemon.done("reserve", "b", "0", "4K", "--key", "k")
    result = daemon.ctl("reserve", "b", "0", "8K", "--key", "k")
    assert result.returncode == 3
    assert result.stderr == (
        "memblockctl: reserve: b: the request key was used before, for another "
        "operation: reserve at seq 1\n"
    )
    answer = daemon.json("free", "b", "0", "4K", "--key", "k")
    assert (answer["ok"], answer["code"]) == (False, "INVALID_ARGUMENT")
    assert daemon.json("info", "b")["seq"] == 1


def test_lines_of_a_batch_have_keys_of_their_own(daemon):
    lines = (
        "create b --key c\n"
        "add b 0x40000000 1G --key a\n"
        "alloc b 4K --key one\n"
        "alloc b 4K --key two\n"
        "alloc b 4K --key one\n"
        "destroy b --key d\n"
    )
    expected = "0x7ffff000\n0x7fffe000\n0x7ffff000\n"
    for flags in ([], ["--keep-going"], ["--keep-going"]):
        assert daemon.done("batch", *flags, stdin=lines) == expected


def test_key_is_known_after_a_kill(new_daemon):
    daemon = new_daemon()
    daemon.done("create", "b", "--key", "c")
    daemon.done("add", "b", "0x40000000", "1G", "--key", "a")
    first = daemon.json("alloc", "b", "4K", "--key", "k", "--label", "first")
    daemon.kill()
    daemon = new_daemon()
    assert daemon.json("alloc", "b", "4K", "--key", "k", "--label", "again") == first
    assert daemon.done("destroy", "b", "--key", "d") == ""
    daemon.kill()
    daemon = new_daemon()
    assert daemon.done("destroy", "b", "--key", "d") == ""
    assert daemon.done("alloc", "b", "4K", "--key", "k") == first["base"] + "\n"
    assert daemon.done("list") == ""


def test_repeats_in_one_write_are_done_once(daemon):
    daemon.done("create", "b")
    daemon.done("add", "b", "0x40000000", "1G")
    with daemon.connect() as wire:
        wire.send(*(
            wire.request("alloc", "b", size=4096, request_key=b"\0key")
            for _ in range(100)
        ))
        answers = [wire.receive() for _ in range(100)]
    assert {(a.seq, a.alloc.address) for a in answers} == {(2, 0x7FFFF000)}
    assert daemon.json("info", "b")["reserved_size"] == "0x1000"


def test_two_clients_with_one_key_get_one_answer(daemon):
    daemon.done("create", "b")
    daemon.done("add", "b", "0x40000000", "1G")
    with daemon.connect(0) as left, daemon.connect(1) as right:
        for number in range(50):
            key = b"%d" % number
            for wire in (left, right):
                wire.send(wire.request("alloc", "b", size=4096, request_key=key))
            one, other = left.receive(), right.receive()
            assert Code.Name(one.status.code) == "OK"
            assert (one.seq, one.alloc.address) == (other.seq, other.alloc.address)
    assert daemon.json("info", "b")["seq"] == 51


def test_keys_and_labels_are_in_the_journal(daemon):
    daemon.done("create", "b", "--key", "c", "--label", "why")
    daemon.done("add", "b", "0", "4K", "--key", "k")
    daemon.done("destroy", "b", "--key", "d", "--label", "over")
    with sqlite3.connect(f"file:{daemon.journal}?mode=ro", uri=True) as journal:
        assert journal.execute(
            "SELECT created_label, created_key, destroyed_label, destroyed_key"
            " FROM instance"
        ).fetchone() == ("why", b"c", "over", b"d")
        assert journal.execute(
            "SELECT request_key FROM operation"
        ).fetchone() == (b"k",)


BLOCKS = 3000


def test_library_loses_and_doubles_nothing_when_the_daemon_is_killed(new_daemon):
    """docs/examples/exactly_once.c keeps 64 requests under way, while the daemon
    is killed again and again behind a random number of its answers."""
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # shown when this fails
    chance = random.Random(seed)
    daemon = new_daemon(listen=("unix",))
    daemon.done("create", "b")
    daemon.done("add", "b", "0x40000000", "1G")
    program = subprocess.Popen(
        [daemon.build / "docs" / "examples" / "exactly_once", daemon.addresses[0],
         "b", str(BLOCKS)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True,
    )
    lines = []
    for _ in range(8):
        lines += [program.stdout.readline() for _ in range(chance.randrange(1, 300))]
        daemon.kill()
        daemon = new_daemon(listen=("unix",))
    lines += program.stdout.readlines()
    assert (program.wait(PATIENCE), program.stderr.read()) == (0, "")
    program.stdout.close()
    program.stderr.close()
    answered = [tuple(line.split()) for line in lines]
    assert len(answered) == BLOCKS
    journal = [
        (str(entry["seq"]), entry["base"])
        for entry in daemon.json("log", "b", "--from", "2")["entries"]
    ]
    assert sorted(answered) == sorted(journal)
    assert "identical" in daemon.done("verify", "b")
