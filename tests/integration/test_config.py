# SPDX-License-Identifier: BSD-2-Clause
"""The configuration file, SIGHUP, --read-only, --check and --backup."""

import re
import signal
import sqlite3
import subprocess

import pytest
from conftest import BUILD
from service import NotReady
from wire import Code, patiently


def memblockd(*arguments, **options):
    return subprocess.run(
        [str(BUILD / "daemon" / "memblockd"), *map(str, arguments)],
        capture_output=True, text=True, timeout=60, **options,
    )


# ---- the file ----


def test_file_sets_options_and_the_command_line_goes_before_it(new_daemon, tmp_path):
    (tmp_path / "conf").write_text(
        "# a comment\n\nmax-instances = 1\nmax-frame 2K\nlog-level=debug\n"
        f"listen = unix:{tmp_path}/never\n"
    )
    daemon = new_daemon("--config", str(tmp_path / "conf"), "--max-frame", "4K")
    assert not (tmp_path / "never").exists()
    with daemon.connect() as wire:
        assert wire.do("hello").hello.frame_bytes_max == 4096
        wire.do("create", "a")
        assert "max-instances" in wire.call("create", "b").status.message
    assert "event=session-opened" in daemon.log.read_text()


def test_every_option_of_the_help_but_the_command_lines_own_is_taken(tmp_path):
    values = {
        "FILE": str(tmp_path / "j"), "ADDRESS": "127.0.0.1:0", "LEVEL": "debug",
        "full|normal|off": "normal", "NUM": "4K", "SECONDS": "30",
    }
    own = {"config", "check", "check-config", "backup", "version", "help"}
    lines = []
    for name, argument in re.findall(
        r"^  --([\w-]+)(?: (\S+))?", memblockd("--help").stdout, re.M
    ):
        if name not in own:
            value = "8" if name == "max-imports" else values.get(argument)
            lines.append(f"{name} = {value}" if argument else name)
    assert len(lines) >= 12
    (tmp_path / "conf").write_text("\n".join(lines))
    result = memblockd("--config", tmp_path / "conf", "--check-config")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert not (tmp_path / "j").exists()  # nothing was started


@pytest.mark.parametrize(
    "line, words",
    [
        ("max-colour = 1", "there is no option 'max-colour'"),
        ("max-frame", "max-frame needs a value"),
        ("max-frame =", "max-frame needs a value"),
        ("max-frame = lots", "max-frame: 'lots' is not a number"),
        ("max-frame = 1", "max-frame: 1 is not between"),
        ("listen = nonsense", "listen: 'nonsense': not unix:PATH"),
        ("listen = 0.0.0.0:1", "listen: '0.0.0.0:1': TCP without TLS is for loopback"),
        ("sync = maybe", "sync: 'maybe' is none of full, normal, off"),
        ("log-level = loud", "log-level: 'loud' is none of"),
        ("read-only = yes", "read-only takes no value"),
        ("config = other", "config belongs on the command line"),
        ("check", "check belongs on the command line"),
    ],
)
def test_wrong_line_is_refused_with_file_and_line(tmp_path, line, words):
    (tmp_path / "conf").write_text(f"# first\n{line}\n")
    for more in ([], ["--check-config"]):
        result = memblockd(
            "--journal", tmp_path / "j", "--config", tmp_path / "conf", *more
        )
        assert (result.returncode, result.stdout) == (2, "")
        assert f"{tmp_path}/conf:2: {words}" in result.stderr
        assert len(result.stderr.splitlines()) == 1
        assert not (tmp_path / "j").exists()


def test_file_that_is_not_there_is_refused(tmp_path):
    result = memblockd("--config", tmp_path / "none", "--check-config")
    assert result.returncode == 2
    assert f"{tmp_path}/none: No such file or directory" in result.stderr


# ---- SIGHUP ----


def hang_up(daemon, until):
    daemon.process.send_signal(signal.SIGHUP)
    for _ in patiently():
        if until in daemon.log.read_text():
            return


def test_hangup_changes_limits_and_names_what_takes_a_restart(new_daemon, tmp_path):
    conf = tmp_path / "conf"
    conf.write_text("max-instances = 1\nmax-regions = 10\n")
    daemon = new_daemon("--config", str(conf))
    with daemon.connect() as wire:
        wire.do("create", "a")
        assert Code.Name(wire.call("create", "b").status.code) == "RESOURCE_EXHAUSTED"
        conf.write_text("max-instances = 2\nmax-regions = 1\nsync = off\nread-only\n")
        hang_up(daemon, "event=reloaded")
        wire.do("create", "b")
        wire.do("reserve", "a", address=0, size=1)
        assert "1 regions" in wire.call("reserve", "a", address=9, size=1).status.message
    log = daemon.log.read_text()
    for option in ("sync", "read-only"):
        assert f"event=reload-needs-restart option={option}" in log
    for option in ("journal", "listen"):
        assert f"event=reload-needs-restart option={option}" not in log


def test_hangup_with_a_wrong_file_changes_nothing(new_daemon, tmp_path):
    conf = tmp_path / "conf"
    conf.write_text("max-instances = 1\n")
    daemon = new_daemon("--config", str(conf))
    conf.write_text("max-instances = 9\nnonsense\n")
    hang_up(daemon, "event=reload-refused")
    assert f"{conf}:2" in daemon.log.read_text()
    with daemon.connect() as wire:
        wire.do("create", "a")
        assert Code.Name(wire.call("create", "b").status.code) == "RESOURCE_EXHAUSTED"


# ---- --read-only ----


def fill(daemon):
    daemon.done("create", "b")
    daemon.done("add", "b", "0x40000000", "1G")
    daemon.done("alloc", "b", "1M")


def test_read_only_serves_reads_and_refuses_changes(new_daemon):
    daemon = new_daemon()
    fill(daemon)
    dump = daemon.done("dump", "b")
    daemon.stop()
    before = daemon.journal.read_bytes()

    daemon = new_daemon("--read-only")
    assert daemon.done("dump", "b") == dump
    assert len(daemon.json("log", "b")["entries"]) == 2
    assert "identical" in daemon.done("verify", "b")
    assert daemon.done("find", "b", "1M") == "0x7fe00000\n"
    assert daemon.done("--dry-run", "alloc", "b", "1M") == "0x7fe00000\n"
    with daemon.connect() as wire:
        for operation, fields in (
            ("reserve", {"address": 0, "size": 1}), ("destroy", {}), ("set", {})
        ):
            answer = wire.call(operation, "b", **fields)
            assert Code.Name(answer.status.code) == "FAILED_PRECONDITION"
            assert "read-only" in answer.status.message
        assert Code.Name(wire.call("create", "c").status.code) == "FAILED_PRECONDITION"
    assert daemon.stop() == 0
    assert daemon.journal.read_bytes() == before


def test_read_only_needs_a_journal_and_is_alone_with_it(new_daemon):
    with pytest.raises(NotReady) as caught:
        new_daemon("--read-only")
    assert caught.value.status == 1
    new_daemon()
    with pytest.raises(NotReady) as caught:
        new_daemon("--read-only", listen=("tcp",))
    assert caught.value.status == 1


# ---- --check and --backup ----


def test_check_tells_of_every_instance_and_of_what_differs(new_daemon):
    daemon = new_daemon()
    fill(daemon)
    daemon.done("create", "gone")
    daemon.done("destroy", "gone")
    daemon.stop()
    result = memblockd("--journal", daemon.journal, "--check")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == (
        "b: 2 operations replayed, identical\n"
        "gone (destroyed, life 2): 0 operations replayed, identical\n"
    )
    with sqlite3.connect(daemon.journal) as journal:
        journal.execute("UPDATE operation SET size = size * 2 WHERE seq = 2")
    result = memblockd("--journal", daemon.journal, "--check")
    assert result.returncode == 1
    assert "b: seq 2: " in result.stdout


@pytest.mark.parametrize(
    "seq, edit",
    [
        (2, "UPDATE operation SET status = 1 - (status > 0) WHERE seq = 2"),
        (1, "DELETE FROM operation WHERE seq = 1"),
        (2, "UPDATE operation SET kind = 99 WHERE seq = 2"),
        (1, "INSERT INTO snapshot VALUES (1, 1, 0, zeroblob(32), x'00', zeroblob(32))"),
        (2, "INSERT INTO operation_group (instance, seq, blob) VALUES (1, 2, zeroblob(32))"),
    ],
    ids=["outcome", "gap", "kind", "snapshot", "tree"],
)
def test_check_and_verify_name_the_seq_of_what_is_damaged(new_daemon, seq, edit):
    daemon = new_daemon()
    fill(daemon)
    daemon.stop()
    with sqlite3.connect(daemon.journal) as journal:
        assert journal.execute(edit).rowcount == 1
    result = memblockd("--journal", daemon.journal, "--check")
    assert (result.returncode, result.stderr) == (1, "")
    assert result.stdout.startswith(f"b: seq {seq}: journal: ")
    daemon = new_daemon()
    result = daemon.ctl("verify", "b")
    assert (result.returncode, result.stderr) == (1, "")
    assert f"different at seq {seq}: " in result.stdout


def test_check_without_a_journal_fails(tmp_path):
    result = memblockd("--journal", tmp_path / "none", "--check")
    assert (result.returncode, result.stdout) == (1, "")
    assert f"{tmp_path}/none" in result.stderr


def test_backup_beside_a_running_daemon_is_a_whole_journal(new_daemon, tmp_path):
    daemon = new_daemon()
    fill(daemon)
    copy = tmp_path / "copy.db"
    result = memblockd("--journal", daemon.journal, "--backup", copy)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    dump = daemon.done("dump", "b")
    daemon.done("alloc", "b", "1M")
    other = new_daemon("--journal", str(copy), listen=("tcp",))
    assert other.done("dump", "b") == dump
    assert "2 operations replayed, identical" in other.done("verify", "b")


def test_backup_never_replaces_a_file(new_daemon, tmp_path):
    daemon = new_daemon()
    fill(daemon)
    (tmp_path / "mine").write_text("mine")
    result = memblockd("--journal", daemon.journal, "--backup", tmp_path / "mine")
    assert result.returncode == 1
    assert f"{tmp_path}/mine" in result.stderr
    assert (tmp_path / "mine").read_text() == "mine"
