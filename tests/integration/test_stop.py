# SPDX-License-Identifier: BSD-2-Clause
"""Starting and stopping."""

import os
import resource
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


def test_standard_output_has_the_ready_line_alone(new_daemon):
    daemon = new_daemon()
    daemon.done("create", "b")
    daemon.ctl("info", "nobody")
    process = daemon.process
    process.send_signal(signal.SIGTERM)
    assert process.stdout.read() == ""
    daemon.stop()


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


def test_any_number_of_sockets_is_listened_on_in_their_order(new_daemon, tmp_path):
    places = [f"unix:{tmp_path}/{n}" for n in range(3)] + ["127.0.0.1:0"] * 3
    daemon = new_daemon(listen=places)
    assert daemon.addresses[:3] == places[:3]
    assert len(set(daemon.addresses)) == 6
    daemon.done("create", "b")
    for which in range(6):
        with daemon.connect(which) as wire:
            assert wire.do("reserve", "b", address=0, size=0).seq == which + 1


def test_port_that_is_taken_is_refused(new_daemon, tmp_path):
    address = new_daemon(listen=("tcp",)).addresses[0]
    with pytest.raises(NotReady) as caught:
        new_daemon("--journal", str(tmp_path / "other.db"), listen=(address,))
    assert caught.value.status == 1
    assert f"{address}: Address already in use" in caught.value.errors


def test_limit_of_descriptors_is_raised_at_the_start(new_daemon):
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)

    def lower():
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))

    daemon = new_daemon(preexec_fn=lower)
    soft, _ = resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE)
    assert soft > 64
    idle = [daemon.connect() for _ in range(100)]
    try:
        for wire in idle:
            wire.do("ping")
    finally:
        for wire in idle:
            wire.close()


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
        (["--listen", "192.0.2.1:1"], "192.0.2.1:1"),
        (["--listen", "[2001:db8::1]:1"], "[2001:db8::1]:1"),
        (["--listen", "127.0.0.1:65536"], "127.0.0.1:65536"),
        (["--listen", "127.0.0.1"], "127.0.0.1"),
        (["--log-level", "loud"], "loud"),
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
    assert words in result.stderr and len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "j").exists()


def test_help_and_version_exit_0():
    for option in ("--help", "--version"):
        result = subprocess.run(
            [str(BUILD / "daemon" / "memblockd"), option],
            capture_output=True, text=True, timeout=30,
        )
        assert (result.returncode, result.stderr) == (0, "")
        assert "memblockd" in result.stdout
