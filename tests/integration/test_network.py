# SPDX-License-Identifier: BSD-2-Clause
"""Connections that bring bytes in pieces, late, or not at all."""

import os
import pathlib
import random
import select
import socket
import sys
import threading

from wire import Code, Wire, frame

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "fault"))

SEED = int(os.environ.get("MEMBLOCKD_SEED", "0")) or random.randrange(1, 2**32)


def test_frames_split_at_every_byte_are_answered(daemon):
    """The other connection's answer says that the first half was read."""
    daemon.done("create", "b")
    with daemon.connect() as wire, daemon.connect(1) as other:
        seq = 0
        size = len(frames_of(wire))
        for at in range(1, size):
            data = frames_of(wire)
            wire.send_bytes(data[:at])
            other.do("ping")
            wire.send_bytes(data[at:])
            for _ in range(2):
                seq += 1
                answer = wire.receive()
                assert (Code.Name(answer.status.code), answer.seq) == ("OK", seq)


def frames_of(wire):
    """Two requests, always of the same size."""
    wire.last_id = 0
    return b"".join(
        frame(wire.request("reserve", "b", address=0x1000, size=0x1000))
        for _ in range(2)
    )


def test_client_that_dies_at_any_byte_has_whole_requests_done(daemon):
    """And nothing of the one that it died in."""
    daemon.done("create", "b")
    with daemon.connect() as observer:
        seq = 0
        size = len(frames_of(observer))
        for at in range(size):
            wire = daemon.connect(at % 2)
            whole = (at >= size // 2) + (at >= size)
            wire.send_bytes(frames_of(wire)[:at])
            wire.socket.shutdown(socket.SHUT_WR)
            answers = [wire.receive() for _ in range(whole)]
            assert all(a.status.code == Code.Value("OK") for a in answers)
            last = wire.receive()  # the reason why it is closed, or the end
            assert last is None or last.id == 0
            wire.close()
            seq += whole
            assert observer.do("info", "b").seq == seq


class Proxy(threading.Thread):
    """Passes bytes on, in pieces of any size, and cuts connections when it
    likes."""

    def __init__(self, address, seed):
        super().__init__(daemon=True)
        self.target = address
        self.random = random.Random(seed)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.addresses = [f"127.0.0.1:{self.listener.getsockname()[1]}"]
        self.cuts = 0

    def connect(self, _=0):
        return Wire(self.addresses[0])

    def run(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            host, port = self.target.rsplit(":", 1)
            server = socket.create_connection((host, int(port)))
            life = self.random.randrange(1, 40000)
            seed = self.random.randrange(2**32)
            threading.Thread(
                target=self.carry, args=(client, server, life, seed), daemon=True
            ).start()

    def carry(self, client, server, life, seed):
        """Until so many bytes have passed, or one side ends."""
        chance = random.Random(seed)
        other = {client: server, server: client}
        with client, server:
            while life > 0:
                ready, _, _ = select.select([client, server], [], [])
                side = chance.choice(ready)
                try:
                    data = side.recv(chance.choice([1, 7, 100, 5000]))
                    other[side].sendall(data)
                except OSError:
                    return
                if not data:
                    return
                life -= len(data)
            self.cuts += 1


def test_what_is_acknowledged_through_a_bad_network_is_there_once(new_daemon):
    from load import Client, Ledger

    print(f"seed {SEED}")  # shown when this fails
    chance = random.Random(SEED)
    daemon = new_daemon()
    ledger = Ledger()
    ledger.create(daemon)
    proxy = Proxy(daemon.addresses[1], SEED)
    proxy.start()
    clients = []
    for number in range(80):
        clients.append(
            Client(proxy, number, 1, chance.randrange(2**32), threading.Event(), 200)
        )
        clients[-1].start()
        if number % 8 == 7:
            for client in clients[-8:]:
                client.join()
    proxy.listener.close()
    # Of a client that was cut off, something may still be under way.
    assert daemon.stop() == 0
    daemon = new_daemon()
    ledger.check(daemon, 1, clients)
    ledger.verify(daemon)
    assert proxy.cuts > 10
