# SPDX-License-Identifier: BSD-2-Clause
"""verify and --check: what somebody changed who knows how hashes are made, and
long histories."""

import json
import os
import pty
import sqlite3
import subprocess

import chain
import pytest
import test_boot
from conftest import BUILD
from wire import PATIENCE

# More than what one step of a verification does.
LONG = 100001


def memblockd(*arguments):
    return subprocess.run(
        [str(BUILD / "daemon" / "memblockd"), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=PATIENCE * 4,
    )


@pytest.fixture
def stopped(new_daemon):
    """A daemon that was stopped, with an instance b: memory, and four pages."""
    daemon = new_daemon()
    daemon.done("create", "b")
    daemon.done("add", "b", "1G@0x40000000")
    for _ in range(4):
        daemon.done("alloc", "b", "4K")
    daemon.stop()
    return daemon


# ---- whose hashes are right ----


def found(new_daemon, journal):
    """What --check and verify say, which have to agree: seq and both sides."""
    checked = memblockd("--journal", journal, "--check")
    assert (checked.returncode, checked.stderr) == (1, "")
    daemon = new_daemon()
    told = daemon.ctl("verify", "b", "--json")
    assert (told.returncode, told.stderr) == (1, "")
    answer = json.loads(told.stdout)
    assert (answer["ok"], answer["identical"]) == (True, False)
    difference = answer["difference"]
    assert checked.stdout == (
        f"b: seq {difference['seq']}: journal: {difference['journal']};"
        f" replay: {difference['replay']}\n"
    )
    return difference["seq"], difference["journal"], difference["replay"]


def test_chain_computed_from_the_page_is_that_of_the_daemon(stopped):
    with sqlite3.connect(stopped.journal) as journal:
        hashes = journal.execute("SELECT hash FROM operation").fetchall()
        chain.reseal(journal)
        assert journal.execute("SELECT hash FROM operation").fetchall() == hashes


@pytest.mark.parametrize(
    "edit, journal_side, replay_side",
    [
        ("status = 1, result = NULL", "ENOMEM", "ok at 0x7fffe000"),
        ("result = 0x50000000", "ok at 0x50000000", "ok at 0x7fffe000"),
        ("warnings = 1", "ok at 0x7fffe000 with warnings 0x1", "ok at 0x7fffe000"),
        ("size = 8192", "ok at 0x7fffe000", "ok at 0x7fffd000"),
    ],
    ids=["status", "address", "warnings", "argument"],
)
def test_outcome_in_a_chain_that_holds_is_found_with_both_sides(
    new_daemon, stopped, edit, journal_side, replay_side
):
    with sqlite3.connect(stopped.journal) as journal:
        assert journal.execute(f"UPDATE operation SET {edit} WHERE seq = 3").rowcount == 1
        chain.reseal(journal)
    assert found(new_daemon, stopped.journal) == (
        3, f"alloc: {journal_side}", f"alloc: {replay_side}",
    )


def test_snapshot_of_another_layout_whose_checksum_is_right_is_found(new_daemon, stopped):
    """One of the model at 5, put in at 3."""
    with sqlite3.connect(stopped.journal) as journal:
        chain.add_trims(journal, 4096)
    daemon = new_daemon()
    daemon.done("reserve", "b", "0x40000000", "4K")
    daemon.stop()
    with sqlite3.connect(stopped.journal) as journal:
        seq, content = journal.execute("SELECT seq, content FROM snapshot").fetchone()
        time_us, row = journal.execute(
            "SELECT time_us, hash FROM operation WHERE seq = 3"
        ).fetchone()
        journal.execute(
            "INSERT INTO snapshot VALUES (1, 3, ?, ?, ?, ?)",
            (time_us, row, content, chain.snapshot_checksum(3, time_us, row, content)),
        )
    assert seq == 4102
    assert found(new_daemon, stopped.journal) == (
        3, "a snapshot of another layout", "the layout of its operations",
    )


# ---- what leads to the rows ----


@pytest.mark.parametrize(
    "edit",
    [
        "DELETE FROM operation_group",
        "UPDATE operation_group SET blob = zeroblob(32)",
        "UPDATE operation_group SET options = replace(options, 'arm64', 'arm')",
        "UPDATE operation_group SET options = NULL",
        "UPDATE operation_group SET seq = 2",
    ],
    ids=["removed", "tree", "options", "no options", "place"],
)
def test_what_led_to_a_boot_is_covered_by_the_chain(new_daemon, edit):
    name = test_boot.ARM64[0]
    daemon = new_daemon()
    test_boot.create(daemon, test_boot.facts_of(name), "b")
    assert daemon.ctl("boot", "b", *test_boot.words_of(name)).returncode == 0
    assert "identical" in daemon.done("verify", "b")
    daemon.stop()
    with sqlite3.connect(daemon.journal) as journal:
        hashes = journal.execute("SELECT hash FROM operation").fetchall()
        chain.reseal(journal)
        assert journal.execute("SELECT hash FROM operation").fetchall() == hashes
        assert journal.execute(edit).rowcount == 1
    seq, there, here = found(new_daemon, daemon.journal)
    assert (seq, there[:5], here[:5]) == (1, "hash ", "hash ")


def forget(path, index, text):
    """Changes a letter in the page of a small index, as a disk that forgets."""
    with sqlite3.connect(path) as journal:
        page, size = journal.execute(
            "SELECT rootpage, (SELECT page_size FROM pragma_page_size)"
            " FROM sqlite_schema WHERE name = ?", (index,)
        ).fetchone()
    with open(path, "r+b") as file:
        file.seek((page - 1) * size)
        at = (page - 1) * size + file.read(size).index(text)
        file.seek(at)
        file.write(bytes([text[0] ^ 0x40]))


def test_key_that_its_index_has_lost_is_found(new_daemon):
    daemon = new_daemon()
    daemon.done("create", "b")
    for key in ("one", "two", "three"):
        daemon.done("--key", key, "add", "b", "1G@0x40000000")
    daemon.stop()
    forget(daemon.journal, "operation_key", b"two")
    assert found(new_daemon, daemon.journal) == (
        2, "a request key that its index has lost", "an operation that is found by its key",
    )


def test_index_of_keys_is_mended_by_making_it_anew(new_daemon):
    daemon = new_daemon()
    daemon.done("create", "b")
    daemon.done("--key", "one", "add", "b", "1G@0x40000000")
    daemon.stop()
    forget(daemon.journal, "operation_key", b"one")
    assert memblockd("--journal", daemon.journal, "--check").returncode == 1
    with sqlite3.connect(daemon.journal) as journal:
        journal.execute("REINDEX operation_key")
    assert memblockd("--journal", daemon.journal, "--check").returncode == 0


# ---- long ones ----


@pytest.fixture
def long(stopped):
    with sqlite3.connect(stopped.journal) as journal:
        chain.add_trims(journal, LONG - 5)
    return stopped.journal


def at_a_terminal(command, **environment):
    """Runs it with its standard error on a terminal; its output, and what was
    to be seen there."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=theirs,
        text=True, env=dict(os.environ, **environment),
    ) as process:
        os.close(theirs)
        seen = b""
        try:
            while data := os.read(ours, 4096):
                seen += data
        except OSError:  # nobody has it open any more
            pass
        os.close(ours)
        out = process.stdout.read()
    return process.returncode, out, seen.decode()


PROGRESS = f"100000 of {LONG} operations replayed"
VERDICT = f"b: {LONG} operations replayed, identical\n"


def test_progress_of_a_verification_is_seen_at_a_terminal_alone(new_daemon, long):
    daemon = new_daemon()
    command = [str(BUILD / "client" / "memblockctl"), "verify", "b"]
    server = {"MEMBLOCKD_SERVER": daemon.addresses[0]}
    assert at_a_terminal(command, **server) == (0, VERDICT, f"{PROGRESS}\r\033[K")
    assert daemon.done("verify", "b") == VERDICT
    status, out, seen = at_a_terminal([*command, "--json"], **server)
    assert (status, seen) == (0, f"{PROGRESS}\r\033[K")
    assert out == (
        f'{{"op":"verify","instance":"b","seq":{LONG},"ok":true,'
        f'"operations":{LONG},"identical":true}}\n'
    )


def test_progress_of_a_check_is_seen_at_a_terminal_alone(long):
    command = [str(BUILD / "daemon" / "memblockd"), "--journal", str(long), "--check"]
    status, out, seen = at_a_terminal(command)
    assert (status, out) == (0, VERDICT)
    assert seen == f"\r\033[Kb: {PROGRESS}\r\033[K"
    result = memblockd("--journal", long, "--check")
    assert (result.stdout, result.stderr) == (VERDICT, "")


def test_others_on_the_connection_are_answered_while_it_goes_on(new_daemon, long):
    daemon = new_daemon()
    with daemon.connect() as wire:
        wire.do("info", "b")  # it is in service
        verify = wire.request("verify", "b")
        ping = wire.request("ping")
        wire.send(verify, ping)
        answers = [wire.receive() for _ in range(3)]
        assert [answer.id for answer in answers] == [ping.id, verify.id, verify.id]
        assert [answer.more for answer in answers] == [False, True, False]
        assert [answer.verify.operations for answer in answers[1:]] == [100000, LONG]
        assert answers[-1].verify.identical
        assert wire.do("reserve", "b", address=0, size=4096).seq == LONG + 1
