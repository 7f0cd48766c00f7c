# SPDX-License-Identifier: BSD-2-Clause
"""A disk that fills up for real, and files that somebody takes away from under
a running daemon."""

import os

import pytest
from wire import Code, patiently


def fill(daemon):
    daemon.done("create", "b")
    daemon.done("add", "b", "0x40000000", "1G")
    daemon.done("alloc", "b", "1M")


def code_of(wire, *words, **fields):
    return Code.Name(wire.call(*words, **fields).status.code)


def change(wire):
    return wire.call("reserve", "b", address=0, size=0x1000)


def expect_refused(daemon, words):
    """Changes are refused with these words; reads are served."""
    with daemon.connect() as wire:
        for _ in range(2):
            answer = change(wire)
            assert Code.Name(answer.status.code) == "UNAVAILABLE", answer
            assert words in answer.status.message
        assert code_of(wire, "create", "new") == "UNAVAILABLE"
        assert code_of(wire, "destroy", "b") == "UNAVAILABLE"
        assert wire.do("info", "b").seq == 2
        assert wire.do("verify", "b").verify.identical


def expect_recovered(daemon):
    """Without a restart and without a hand."""
    with daemon.connect() as wire:
        for _ in patiently():  # until the daemon's next probe
            answer = change(wire)
            if Code.Name(answer.status.code) != "UNAVAILABLE":
                break
        assert (Code.Name(answer.status.code), answer.seq) == ("OK", 3)


@pytest.mark.parametrize("suffix", ["", "-wal"])
def test_file_that_is_moved_away_is_missed_until_it_is_back(new_daemon, suffix):
    daemon = new_daemon()
    fill(daemon)
    path, away = f"{daemon.journal}{suffix}", daemon.folder / "away"
    os.rename(path, away)
    expect_refused(daemon, "removed or replaced")
    os.rename(away, path)
    expect_recovered(daemon)
    daemon.kill()
    assert new_daemon().done("list").split() == ["b", "3"]


def test_journal_that_is_deleted_is_missed_and_the_stop_says_so(new_daemon):
    daemon = new_daemon()
    fill(daemon)
    os.unlink(daemon.journal)
    expect_refused(daemon, "removed or replaced")
    assert daemon.stop() == 1
    assert "journal-not-closed" in daemon.log.read_text()


def test_journal_that_is_replaced_is_left_alone(new_daemon):
    daemon = new_daemon()
    fill(daemon)
    os.unlink(daemon.journal)
    daemon.journal.write_bytes(b"somebody's own")
    expect_refused(daemon, "removed or replaced")
    assert daemon.stop() == 1
    assert daemon.journal.read_bytes() == b"somebody's own"


def test_lock_that_is_removed_ends_changes(new_daemon):
    """A second daemon could take the journal now."""
    daemon = new_daemon()
    fill(daemon)
    os.unlink(f"{daemon.journal}.lock")
    expect_refused(daemon, ".lock: removed")
    with daemon.connect() as wire:
        assert wire.do("info", "b").seq == 2


def test_folder_made_read_only_does_not_matter_to_files_that_are_open(
    new_daemon, tmp_path
):
    folder = tmp_path / "closed"
    folder.mkdir()
    # Root may write everywhere unless it gives that up.
    humble = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]
    where = ("--journal", str(folder / "journal.db"))
    daemon = new_daemon(*where, under=humble if os.geteuid() == 0 else [])
    fill(daemon)
    folder.chmod(0o555)
    expect_recovered(daemon)
    assert daemon.stop() == 0
    folder.chmod(0o755)
    assert new_daemon(*where).done("list").split() == ["b", "3"]


def test_small_disk_that_fills_up_refuses_changes_until_there_is_room(
    new_daemon, tmp_path
):
    """A file system of 1 MiB of the daemon's own, with a file on it that makes
    room when it goes."""
    small = tmp_path / "small"
    small.mkdir()
    daemon = new_daemon(
        "--journal",
        str(small / "journal.db"),
        under=[
            "unshare", "--map-root-user", "--mount", "sh", "-c",
            f"mount -t tmpfs -o size=1m none {small} && "
            f"head -c 400K /dev/zero >{small}/ballast && exec \"$@\"", "sh",
        ],
    )
    daemon.done("create", "b")
    seq = 0
    with daemon.connect() as wire:
        while True:
            answer = change(wire)
            if Code.Name(answer.status.code) != "OK":
                break
            seq += 1
            assert answer.seq == seq
        assert Code.Name(answer.status.code) == "UNAVAILABLE"
        assert "disk full" in answer.status.message
        assert wire.do("info", "b").seq == seq
        assert wire.do("dump", "b").dump.reserved.cnt == 1
        os.unlink(f"/proc/{daemon.pid}/root{small}/ballast")
        for _ in patiently():  # until the daemon's next probe
            answer = change(wire)
            if Code.Name(answer.status.code) != "UNAVAILABLE":
                break
        assert (Code.Name(answer.status.code), answer.seq) == ("OK", seq + 1)
        assert wire.do("verify", "b").verify.identical
