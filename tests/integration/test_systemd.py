# SPDX-License-Identifier: BSD-2-Clause
"""Under a service manager: sockets handed over, notices, the sandbox."""

import os
import signal
import socket
import subprocess

import pytest
from conftest import BUILD
from wire import PATIENCE, Wire

SERVICE = BUILD / "systemd" / "memblockd.service"


def test_sockets_handed_over_come_first_and_their_files_stay(tmp_path):
    # Keeps a port of the system's choice for the activator: a socket that is
    # bound but does not listen lets another one listen there.
    keeper = socket.socket()
    keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    keeper.bind(("127.0.0.1", 0))
    port = keeper.getsockname()[1]
    activator = subprocess.Popen(
        [
            "systemd-socket-activate",
            *("-l", str(tmp_path / "s"), "-l", f"127.0.0.1:{port}"),
            str(BUILD / "daemon" / "memblockd"),
            *("--journal", str(tmp_path / "journal.db")),
            *("--listen", f"unix:{tmp_path}/own"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        for _ in range(2):
            assert "Listening on" in activator.stderr.readline()
        with Wire(f"unix:{tmp_path}/s") as wire:  # the daemon starts now
            wire.do("create", "b")
            assert activator.stdout.readline() == (
                f"ready unix:{tmp_path}/s 127.0.0.1:{port} unix:{tmp_path}/own\n"
            )
        for address in (f"127.0.0.1:{port}", f"unix:{tmp_path}/own"):
            with Wire(address) as wire:
                assert wire.do("info", "b").seq == 0
        activator.send_signal(signal.SIGTERM)
        assert activator.wait(PATIENCE) == 0
        assert (tmp_path / "s").is_socket()
        assert not (tmp_path / "own").exists()
    finally:
        activator.kill()
        activator.communicate()
        keeper.close()


@pytest.fixture
def notices(tmp_path):
    """A service manager's end of NOTIFY_SOCKET."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(PATIENCE)
        yield manager


def test_ready_alive_and_stopping_are_told(new_daemon, notices, tmp_path):
    environment = dict(
        os.environ, NOTIFY_SOCKET=str(tmp_path / "notify"), WATCHDOG_USEC="200000"
    )
    daemon = new_daemon(env=environment)
    told = [notices.recv(256).decode() for _ in range(3)]
    assert told == ["READY=1", "WATCHDOG=1", "WATCHDOG=1"]
    daemon.stop()
    while told[-1] == "WATCHDOG=1":
        told.append(notices.recv(256).decode())
    assert told[-1] == "STOPPING=1"


def test_daemon_that_does_not_start_never_says_ready(new_daemon, notices, tmp_path):
    (tmp_path / "journal.db").write_bytes(b"garbage" * 1000)
    environment = dict(os.environ, NOTIFY_SOCKET=str(tmp_path / "notify"))
    with pytest.raises(Exception, match="exit 1"):
        new_daemon(env=environment)
    notices.setblocking(False)
    with pytest.raises(BlockingIOError):
        notices.recv(256)


def test_log_lines_carry_priorities_under_the_journal(new_daemon):
    daemon = new_daemon(env=dict(os.environ, JOURNAL_STREAM="8:1"))
    daemon.stop()
    lines = daemon.log.read_text().splitlines()
    assert lines[0].startswith("<6>level=info event=listening address=unix:")
    assert all(line.startswith("<6>level=info event=") for line in lines)


def test_defaults_follow_the_folders_of_the_service(tmp_path):
    """Without --listen and --journal, as the unit starts it; the TCP default
    may be taken on this machine, so that the reason names it or it is ready."""
    environment = dict(
        os.environ, STATE_DIRECTORY=str(tmp_path), RUNTIME_DIRECTORY=str(tmp_path)
    )
    daemon = subprocess.Popen(
        [str(BUILD / "daemon" / "memblockd")],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
    )
    line = daemon.stdout.readline()
    if line:
        assert line == f"ready unix:{tmp_path}/memblockd.sock 127.0.0.1:6255\n"
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(PATIENCE) == 0
    _, errors = daemon.communicate()
    assert line or "127.0.0.1:6255: Address already in use" in errors
    assert (tmp_path / "journal.db").exists()


def test_sandbox_exposes_at_most_one_and_a_half():
    result = subprocess.run(
        [
            "systemd-analyze", "security", "--no-pager", "--offline=true",
            "--threshold=15", str(SERVICE),
        ],
        capture_output=True, text=True,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "Overall exposure level" in result.stdout
