# SPDX-License-Identifier: BSD-2-Clause
"""Everything a client can make grow has a limit, and says so clearly."""

import resource
import select
import socket

from wire import Code, frame, patiently


def code_of(answer):
    return Code.Name(answer.status.code)


def test_one_session_too_many_is_told_and_closed(new_daemon):
    daemon = new_daemon("--max-sessions", "2")
    with daemon.connect() as first, daemon.connect() as second:
        first.do("ping")
        second.do("ping")
        with daemon.connect() as third:
            answer = third.receive()
            assert code_of(answer) == "RESOURCE_EXHAUSTED"
            assert "max-sessions" in answer.status.message
            assert third.receive() is None
        first.do("ping")
    # Once one is gone there is room again; the daemon sees that in its own time.
    for _ in patiently():
        with daemon.connect() as again:
            again.send(again.request("ping"))
            if code_of(again.receive()) == "OK":
                break


def test_one_instance_too_many_is_refused_until_one_is_destroyed(new_daemon):
    daemon = new_daemon("--max-instances", "2")
    with daemon.connect() as wire:
        wire.do("create", "a")
        wire.do("create", "b")
        answer = wire.call("create", "c")
        assert code_of(answer) == "RESOURCE_EXHAUSTED"
        assert "max-instances" in answer.status.message
        wire.do("destroy", "a")
        wire.do("create", "c")


def test_one_region_too_many_is_refused_and_no_history(new_daemon):
    daemon = new_daemon("--max-regions", "3")
    with daemon.connect() as wire:
        wire.do("create", "b")
        wire.do("add", "b", address=0, size=1 << 30)
        wire.do("reserve", "b", address=0x1000, size=0x1000)
        wire.do("reserve", "b", address=0x3000, size=0x1000)
        answer = wire.call("reserve", "b", address=0x5000, size=0x1000)
        assert (code_of(answer), answer.seq) == ("RESOURCE_EXHAUSTED", 3)
        assert answer.status.errno_name == ""
        assert "3 regions" in answer.status.message
        assert wire.do("free", "b", address=0x1000, size=0x1000).seq == 4
        assert wire.do("reserve", "b", address=0x5000, size=0x1000).seq == 5


def test_reading_pauses_at_requests_in_flight_and_resumes(new_daemon):
    daemon = new_daemon("--max-in-flight", "4")
    with daemon.connect() as wire:
        wire.do("create", "b")
        requests = [
            wire.request("reserve", "b", address=n << 13, size=4096)
            for n in range(1000)
        ]
        wire.send(*requests)
        seqs = {answer.id: answer.seq for answer in (wire.receive() for _ in requests)}
        assert [seqs[request.id] for request in requests] == list(range(1, 1001))


def fill_until_blocked(wire, data):
    """Sends without reading until the socket takes no more; how much went."""
    wire.socket.setblocking(False)
    sent = 0
    while True:
        try:
            sent += wire.socket.send(data[sent % len(data):])
        except BlockingIOError:
            # Full now; give the daemon the time to drain it if it would.
            _, writable, _ = select.select([], [wire.socket], [], 0.5)
            if not writable:
                wire.socket.settimeout(30)
                return sent


def test_client_that_does_not_read_is_not_read_from_and_then_goes_on(new_daemon):
    daemon = new_daemon("--max-queued", "64K")
    with daemon.connect() as wire:
        wire.do("create", "b")
        for n in range(200):
            wire.do("reserve", "b", address=n << 13, size=4096)
        request = wire.request("dump", "b")
        one = frame(request)
        sent = fill_until_blocked(wire, one)
        with daemon.connect() as other:
            other.do("ping")  # nobody else is held up
        whole = sent // len(one)
        for _ in range(whole):
            answer = wire.receive()
            assert answer.id == request.id
            assert answer.dump.reserved.cnt == 200
        wire.send_bytes(one[sent % len(one):] if sent % len(one) else b"")
        if sent % len(one):
            assert wire.receive().id == request.id
        wire.do("ping")


def test_client_that_never_reads_is_closed_after_the_stall_timeout(new_daemon):
    daemon = new_daemon("--max-queued", "64K", "--stall-timeout", "1")
    with daemon.connect() as wire:
        wire.do("create", "b")
        for n in range(200):
            wire.do("reserve", "b", address=n << 13, size=4096)
        fill_until_blocked(wire, frame(wire.request("dump", "b")))
        poll = select.poll()
        poll.register(wire.socket, select.POLLHUP | select.POLLERR)
        assert poll.poll(30_000), "the daemon keeps a client that never reads"
    assert "session-stalled" in daemon.log.read_text()


def test_peer_that_vanishes_with_requests_in_flight_leaves_the_daemon_whole(daemon):
    daemon.done("create", "b")
    for _ in range(50):
        wire = daemon.connect(1)
        wire.send(
            *(wire.request("reserve", "b", address=0, size=4096) for _ in range(50)),
            wire.request("log", "b"),
            wire.request("verify", "b"),
        )
        # Reset, not an orderly close: answers meet a peer that is gone.
        wire.socket.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0"
        )
        wire.close()
    assert "identical" in daemon.done("verify", "b")


def resident_kib(daemon):
    with open(f"/proc/{daemon.pid}/status") as status:
        for line in status:
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
    raise AssertionError("no VmRSS")


def test_ten_thousand_idle_sessions_hold(new_daemon):
    count = 10_000
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count + 200
    if hard != resource.RLIM_INFINITY and hard < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, wanted))  # as root
    else:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    daemon = new_daemon()
    daemon.done("create", "b")
    before = resident_kib(daemon)
    idle = []
    try:
        for _ in range(count):
            connection = socket.socket(socket.AF_UNIX)
            connection.connect(str(daemon.folder / "s"))
            idle.append(connection)
        with daemon.connect() as wire:
            assert wire.do("reserve", "b", address=0, size=4096).seq == 1
            per_session = (resident_kib(daemon) - before) * 1024 / count
            ping = frame(wire.request("ping"))
        for connection in idle[:: count // 100]:
            connection.sendall(ping)
        for connection in idle[:: count // 100]:
            connection.settimeout(30)
            assert connection.recv(64)
        print(f"{per_session:.0f} bytes a session")
        assert per_session < 16 * 1024
    finally:
        for connection in idle:
            connection.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
