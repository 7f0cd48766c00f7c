# SPDX-License-Identifier: BSD-2-Clause
"""Starting and stopping."""

import os
import signal
import socket
import stat
import subprocess

import pytest
from conftest import BUILD
from service import NotReady
from wire import Code


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stop_answers_what_was_taken_in_and_exits_0(new_daemon, number):
    daemon = new_daemon()
    daemon.done("create", "b")
    wire = daemon.connect()
    requests = [wire.request("reserve", "b", address=n, size=1) for n in range(900)]
    wire.send(*requests)
    first = wire.receive()  # by now all of them were read in one turn or two
    status = daemon.stop(number)
    assert status == 0
    answered = {first.id: first.seq}
    while (answer := wire.receive()) is not None:
        assert Code.Name(answer.status.code) == "OK"
        answered[answer.id] = answer.seq
    daemon = new_daemon()
    assert daemon.json("info", "b")["seq"] == len(answered)


def test_stop_with_an_idle_client_does_not_wait_for_it(daemon):
    with daemon.connect() as idle:
        idle.do("ping")
        assert daemon.stop() == 0
        assert idle.receive() is None


def test_ready_line_names_real_addresses(daemon):
    unix, tcp = daemon.addresses
    assert unix == f"unix:{daemon.folder}/s"
    host, port = tcp.split(":")
    assert (host, int(port) > 0) == ("127.0.0.1", True)
    assert stat.S_IMODE(os.stat(daemon.folder / "s").st_mode) == 0o660


def test_stale_socket_is_replaced(new_daemon):
    daemon = new_daemon()
    daemon.kill()
    assert (daemon.folder / "s").is_socket()
    new_daemon().done("ping")


def test_live_socket_is_refused(new_daemon, tmp_path):
    daemon = new_daemon()
    with pytest.raises(NotReady) as caught:
        new_daemon("--journal", str(tmp_path / "other.db"))
    assert caught.value.status == 1
    assert "another daemon listens there" in caught.value.errors
    daemon.done("ping")


def test_file_that_is_no_socket_is_left_alone(new_daemon, tmp_path):
    (tmp_path / "s").write_text("mine")
    with pytest.raises(NotReady) as caught:
        new_daemon()
    assert caught.value.status == 1
    assert (tmp_path / "s").read_text() == "mine"


def test_ipv6_loopback_is_listened_on(new_daemon):
    if not socket.has_ipv6:
        pytest.fail("this machine has no IPv6")
    daemon = new_daemon(listen=("[::1]:0",))
    assert daemon.addresses[0].startswith("[::1]:")
    daemon.done("create", "b")
    daemon.done("reserve", "b", "0", "1")
    assert daemon.json("log", "b")["entries"][0]["principal"] == "tcp:::1"


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["--listen", "0.0.0.0:0"], "loopback"),
        (["--listen", "nonsense"], "nonsense"),
        (["--listen", "unix:"], "unix:"),
        (["--sync", "maybe"], "maybe"),
        (["--max-frame", "12Q"], "12Q"),
        (["--max-frame", "1"], "max-frame"),
        (["--frobnicate"], "--frobnicate"),
        (["--journal"], "--journal"),
        (["stray"], "stray"),
    ],
)
def test_usage_error_exits_2_and_names_the_word(tmp_path, arguments, words):
    command = [str(BUILD / "daemon" / "memblockd")]
    if arguments != ["--journal"]:
        command += ["--journal", str(tmp_path / "j")]
    result = subprocess.run(
        command + arguments, capture_output=True, text=True, timeout=30
    )
    assert (result.returncode, result.stdout) == (2, "")
    assert words in result.stderr


def test_help_and_version_exit_0():
    for option in ("--help", "--version"):
        result = subprocess.run(
            [str(BUILD / "daemon" / "memblockd"), option],
            capture_output=True, text=True, timeout=30,
        )
        assert (result.returncode, result.stderr) == (0, "")
        assert "memblockd" in result.stdout
