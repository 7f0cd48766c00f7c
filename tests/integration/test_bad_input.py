# SPDX-License-Identifier: BSD-2-Clause
"""What is wrong, from wherever it comes: each status that takes a daemon in
trouble, usage errors of every command, and a daemon that stays as it was."""

import json
import re
import resource
import socket
import sqlite3
import subprocess

import pytest
from conftest import BUILD, frugal_environment
from wire import frame, pb, varint


def refused(daemon, *words, **options):
    """Exit status and JSON object of a command that does not work."""
    result = daemon.ctl("--json", *words, **options)
    assert result.stderr == ""
    answer = json.loads(result.stdout)
    assert answer["ok"] is False
    return result.returncode, answer


def text_of(daemon, *words):
    """What the refusal of a command says on standard error."""
    result = daemon.ctl(*words)
    assert (result.returncode, result.stdout) == (3, "")
    (line,) = result.stderr.splitlines()
    return line


def fill(daemon):
    daemon.done("create", "b")
    daemon.done("add", "b", "0x40000000", "1G")
    daemon.done("alloc", "b", "1M")


# ---- a daemon in trouble ----


def test_data_loss_exits_3_for_reads_and_changes(new_daemon):
    daemon = new_daemon()
    fill(daemon)
    daemon.stop()
    with sqlite3.connect(daemon.journal) as journal:
        journal.execute("UPDATE operation SET size = size * 2 WHERE seq = 2")
    daemon = new_daemon()
    for words in (
        ["info", "b"], ["dump", "b"], ["ranges", "b", "free"],
        ["query", "b", "memory", "0"], ["find", "b", "1"],
        ["reserve", "b", "0", "1"], ["alloc", "b", "1"], ["trim", "b", "4K"],
        ["alloc", "b", "1", "--dry-run"],
    ):
        status, answer = refused(daemon, *words)
        assert (status, answer["code"]) == (3, "DATA_LOSS"), words
        assert answer["message"].startswith("b: "), words
        assert "seq 2" in answer["message"], words
        assert text_of(daemon, *words).startswith(f"memblockctl: {words[0]}: b: ")
    daemon.done("destroy", "b")


def test_unavailable_exits_3_for_changes_alone(new_daemon):
    daemon = new_daemon()
    fill(daemon)
    resource.prlimit(
        daemon.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY)
    )
    for words in (
        ["create", "c"], ["reserve", "b", "0", "1"], ["alloc", "b", "1"],
        ["set", "b", "bottom-up", "on"], ["destroy", "b"],
    ):
        status, answer = refused(daemon, *words)
        assert (status, answer["code"]) == (3, "UNAVAILABLE"), words
        assert answer["message"], words
        assert text_of(daemon, *words).startswith(f"memblockctl: {words[0]}: ")
    assert daemon.json("info", "b")["seq"] == 2


def test_failed_precondition_of_a_daemon_that_takes_no_changes(new_daemon):
    daemon = new_daemon()
    fill(daemon)
    daemon.stop()
    daemon = new_daemon("--read-only")
    for words in (["create", "c"], ["reserve", "b", "0", "1"], ["destroy", "b"]):
        status, answer = refused(daemon, *words)
        assert (status, answer["code"]) == (3, "FAILED_PRECONDITION"), words
        assert "read-only" in answer["message"], words
        assert "read-only" in text_of(daemon, *words)
    assert daemon.json("info", "b")["seq"] == 2


def test_session_too_many_is_told_to_memblockctl(new_daemon):
    daemon = new_daemon("--max-sessions", "1")
    with daemon.connect() as wire:
        wire.do("ping")
        result = daemon.ctl("list")
        assert (result.returncode, result.stdout) == (3, "")
        assert "max-sessions" in result.stderr
        answer = daemon.json("list")
        assert answer["code"] == "RESOURCE_EXHAUSTED"


def test_message_over_the_limit_is_told_to_memblockctl(new_daemon, tmp_path):
    daemon = new_daemon("--max-frame", "64K")
    daemon.done("create", "b")
    (tmp_path / "large.dtb").write_bytes(bytes(100_000))
    result = daemon.ctl("load", "b", tmp_path / "large.dtb")
    assert (result.returncode, result.stdout) == (3, "")
    assert "max-frame" in result.stderr
    assert "may have been done" not in result.stderr


# ---- memory ----


def resident_kib(daemon):
    with open(f"/proc/{daemon.pid}/status") as status:
        (line,) = [line for line in status if line.startswith("VmRSS:")]
    return int(line.split()[1])


def bad_requests(wire):
    """One of each kind of request that is refused."""
    long = "x" * 300
    requests = [
        wire.request(None),
        wire.request(None, "b").SerializeToString() + b"\xa2\x1f\x00",
        wire.request("info", "nobody"),
        wire.request("info", long),
        wire.request("info"),
        wire.request("create", "b"),
        wire.request("create", "c", settings={"kernel": long}),
        wire.request("create", "c", settings={"nodes": 2**31}),
        wire.request("create", "c", settings={"page_size": 3}),
        wire.request("add", "b", address=0, size=1, label=long),
        wire.request("add", "b", address=0),
        wire.request("add", "b", address=0, size=1, if_seq=77),
        wire.request("add", "b", address=0, size=1, request_key=b"k" * 65),
        wire.request("add", "b", address=0, size=1, flags=2**31),
        wire.request("alloc", "b", size=0),
        wire.request("alloc", "b", size=2**50, dry_run=True),
        wire.request("find", "b", size=2**50),
        wire.request("mark", "b", address=0, size=1, flags=7),
        wire.request("set", "b"),
        wire.request("ranges", "b", type=pb.TYPE_PHYSMEM),
        wire.request("query", "b", question=pb.Query.SEARCH, address=0),
        wire.request("load", "b", device_tree=b"no tree" * 100),
        wire.request("log", "b", from_seq=99),
        wire.request("log", "b", life=99),
    ]
    return requests


BROKEN = [
    b"\xff" * 10,
    varint(2**40),
    frame(b"\xff\xff\xff\xff"),
    frame(b"\x12\x05b"),
    b"\x05\x08",
]


def misbehave(daemon, rounds):
    """Every bad request so often on one connection, and every broken peer on
    one of its own."""
    with daemon.connect() as wire:
        for _ in range(rounds):
            requests = bad_requests(wire)
            wire.send(*requests)
            for _ in requests:
                answer, _ = wire.receive_whole()
                assert answer.status.code != pb.Status.OK
    for data in BROKEN * (rounds // 5):
        with daemon.connect() as wire:
            wire.send_bytes(data)
            wire.socket.shutdown(socket.SHUT_WR)
            while wire.receive() is not None:
                pass


def test_memory_stays_flat_over_thousands_of_bad_inputs(new_daemon):
    daemon = new_daemon(env=frugal_environment())
    daemon.done("create", "b")
    misbehave(daemon, 100)
    before = resident_kib(daemon)
    misbehave(daemon, 1000)
    grown = resident_kib(daemon) - before
    print(f"{grown} KiB over {1000 * len(bad_requests(daemon.connect()))} requests")
    assert grown < 1024
    with daemon.connect() as wire:
        assert wire.do("info", "b").seq == 0
        (row,) = wire.do("list").list.instances
        assert row.name == "b"


# ---- usage ----


def commands():
    """Those that ask a server something, as the tool's own help has them."""
    overview = subprocess.run(
        [str(BUILD / "client" / "memblockctl"), "help"],
        capture_output=True, text=True, check=True,
    ).stdout
    listed = overview.split("Commands:\n")[1].split("\n\n")[0]
    names = re.findall(r"^  ([a-z-]+)", listed, re.M)
    assert "reserve" in names
    return [name for name in names if name not in ("batch", "help")]




@pytest.mark.parametrize("command", commands())
def test_option_that_is_none_and_argument_too_many_name_the_word(daemon, command):
    # watch takes as many names as it is given: there it is no name.
    too_many = "one/too/many" if command == "watch" else "one-too-many"
    for words in (
        [command, "--no-such-option"],
        [command, *"abcdefg", too_many, "--label", "x"],
        [command, "--timeout"],
        [command, "--timeout", "soon"],
        [command, "--if-seq", "-1"],
    ):
        result = daemon.ctl(*words)
        assert (result.returncode, result.stdout) == (2, ""), words
        (line,) = result.stderr.splitlines()
        assert line.startswith(f"memblockctl: {command}: "), words
        named = [word for word in words[1:] if word in line]
        assert named, (words, line)
        status, answer = refused(daemon, *words)
        assert (status, answer["op"]) == (2, command)
        assert answer["code"] == "INVALID_ARGUMENT"


@pytest.mark.parametrize("command", commands())
def test_argument_that_is_missing_is_named(daemon, command):
    overview = daemon.done("help", command).splitlines()[0]
    arguments = [word for word in overview.split()[3:] if word.isupper() or "|" in word]
    for count, missing in enumerate(arguments):
        if missing.startswith("["):
            continue
        words = [command, *["b", "memory", "0"][:count]]
        result = daemon.ctl(*words)
        assert (result.returncode, result.stdout) == (2, ""), words
        (line,) = result.stderr.splitlines()
        assert line.startswith(f"memblockctl: {command}: "), words


def test_word_with_a_letter_amiss_is_told_the_right_one(daemon):
    for words, right in (
        (["reserv", "b", "0", "1"], "did you mean reserve?"),
        (["help", "reserv"], "did you mean reserve?"),
        (["alloc", "b", "1", "--algin", "4K"], "--align"),
        (["mark", "b", "no_map", "0", "1"], "nomap"),
        (["dump", "b", "--format", "tabel"], "table"),
    ):
        result = daemon.ctl(*words)
        assert result.returncode == 2
        assert right in result.stderr, result.stderr
