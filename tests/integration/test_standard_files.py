# SPDX-License-Identifier: BSD-2-Clause
"""Standard input, output and error that are closed, full, or nobody reads."""

import os
import signal
import socket
import subprocess

import pytest
from conftest import BUILD
from wire import PATIENCE

DAEMON = str(BUILD / "daemon" / "memblockd")
CTL = str(BUILD / "client" / "memblockctl")


def shell(daemon, command, *words, stdin=""):
    """Runs a line of the shell, in which "$@" is memblockctl with those words."""
    return subprocess.run(
        ["sh", "-c", command, "sh", CTL, *map(str, words)],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env=dict(os.environ, MEMBLOCKD_SERVER=daemon.addresses[0]),
    )


LOST = "memblockctl: standard output: not all of it was written\n"

# Prints something before its change, and fails before and behind it.
LINES = "info b\nreserve b\nreserve b 0x1000 1\nreserve b\n"


@pytest.fixture
def board(daemon):
    daemon.done("create", "b")
    return daemon


def test_closed_output_is_told_and_never_is_the_connection(board):
    result = shell(board, '"$@" >&-', "batch", "--keep-going", stdin=LINES)
    assert result.returncode == 4
    assert result.stderr.endswith(LOST)
    assert board.done("list") == "b 1\n"
    assert "session-broken" not in board.log.read_text()


def test_closed_error_never_is_the_connection(board):
    result = shell(board, '"$@" 2>&-', "batch", "--keep-going", stdin=LINES)
    assert result.returncode == 2
    assert result.stdout.startswith("kernel: ")
    assert board.done("list") == "b 1\n"
    assert "session-broken" not in board.log.read_text()


def test_closed_input_is_a_usage_error(daemon):
    for words in (["batch"], ["batch", "--atomic"]):
        result = shell(daemon, '"$@" <&-', *words)
        assert (result.returncode, result.stdout) == (2, "")
        assert result.stderr == "memblockctl: -:1: Bad file descriptor\n"


def test_everything_closed_does_what_was_asked(board):
    result = shell(board, '"$@" <&- >&- 2>&-', "reserve", "b", 0, 1)
    assert result.returncode == 0
    assert board.done("list") == "b 1\n"


def test_daemon_without_standard_files_logs_into_none_of_its_own(tmp_path):
    """Expect descriptors 0 to 2 to be nothing that it works with."""
    manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    manager.bind(str(tmp_path / "manager"))
    manager.settimeout(PATIENCE)
    command = 'exec "$0" --journal "$1/j" --listen "unix:$1/s" <&- >&- 2>&-'
    process = subprocess.Popen(
        ["sh", "-c", command, DAEMON, tmp_path],
        env=dict(os.environ, NOTIFY_SOCKET=str(tmp_path / "manager")),
    )
    try:
        assert manager.recv(100) == b"READY=1"
        for fd in range(3):
            assert os.readlink(f"/proc/{process.pid}/fd/{fd}") == "/dev/null"
    finally:
        process.kill()
        process.wait()
        manager.close()


def test_full_output_is_told_whatever_failed_behind_it(board):
    lines = "info b\n" * 40 + "load b /nowhere\n"
    result = shell(board, '"$@" >/dev/full', "batch", "--keep-going", stdin=lines)
    assert result.returncode == 4
    assert result.stderr == (
        "memblockctl: -:41: load: '/nowhere': No such file or directory\n" + LOST
    )


def test_full_output_says_why_where_that_is_known(board):
    result = shell(board, '"$@" >/dev/full', "info", "b")
    assert result.returncode == 4
    assert result.stderr == "memblockctl: standard output: No space left on device\n"


def test_output_that_nobody_reads_ends_it_as_any_filter(daemon):
    """It dies of SIGPIPE, as cat and grep do."""
    daemon.done("create", "b")
    daemon.done("batch", stdin="reserve b 0 1\n" * 3000)
    ctl = subprocess.Popen(
        [CTL, "-s", daemon.addresses[0], "log", "b"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert ctl.stdout.readline().startswith("1 ")
    ctl.stdout.close()
    assert ctl.wait(PATIENCE) == -signal.SIGPIPE
    assert ctl.stderr.read() == ""
    ctl.stderr.close()
