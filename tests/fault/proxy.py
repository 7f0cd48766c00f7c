# SPDX-License-Identifier: BSD-2-Clause
"""A bad network: what stands between clients and a daemon, and delays, cuts and
reorders what goes through it.

    client ---+                +--- daemon
    client ---+--- a Proxy ----+--- daemon
    client ---+                +--- daemon

Within a connection bytes keep their order, as TCP keeps it; between connections
nothing is in order, and neither is who gets through first.
"""

import collections
import random
import selectors
import socket
import struct
import threading
import time

from wire import Wire

HELD_BYTES_MAX = 64 * 1024
DELAY_S = 0.05  # at most
TURN_S = 0.002  # between two looks at what is held back


def reset(connection):
    """Closes with a reset: the other end learns it in mid-word."""
    connection.setsockopt(
        socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
    )
    connection.close()


class Direction:
    """Half of a connection: what was read at one end, and not yet written at
    the other."""

    def __init__(self, source, sink):
        self.source = source
        self.sink = sink
        self.held = bytearray()
        self.ended = False  # source will say no more
        self.passed_end = False

    def fill(self):
        room = HELD_BYTES_MAX - len(self.held)
        if self.ended or room == 0:
            return
        try:
            data = self.source.recv(room)
        except BlockingIOError:
            return
        self.held += data
        self.ended = not data

    def pass_on(self, size):
        """At most that many bytes, and the end once all of them have gone."""
        try:
            del self.held[: self.sink.send(self.held[:size])]
        except BlockingIOError:
            return
        if self.ended and not self.held and not self.passed_end:
            self.sink.shutdown(socket.SHUT_WR)
            self.passed_end = True


class Pair:
    """One connection through the proxy."""

    def __init__(self, client, server):
        self.ends = (client, server)
        self.ways = (Direction(client, server), Direction(server, client))
        self.held_until = 0.0
        for end in self.ends:
            end.setblocking(False)

    def close(self, how=socket.socket.close):
        for end in self.ends:
            how(end)

    def is_over(self):
        return all(way.passed_end for way in self.ways)


class Proxy(threading.Thread):
    """Listens at .addresses and connects to the Unix socket at path, which may
    come and go. cut_chance is how likely a piece is a connection's last; counts
    is what was done."""

    def __init__(self, path, seed, cut_chance=0.02):
        super().__init__()
        self.path = str(path)
        self.random = random.Random(seed)
        self.cut_chance = cut_chance
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.listening.setblocking(False)
        self.addresses = [f"127.0.0.1:{self.listening.getsockname()[1]}"]
        self.waiting = []  # clients that are not let through yet
        self.pairs = []
        self.over = threading.Event()
        self.counts = collections.Counter()

    def connect(self, _=0):
        """As Daemon.connect, through it."""
        return Wire(self.addresses[0])

    def accept(self):
        try:
            while True:
                self.waiting.append(self.listening.accept()[0])
        except BlockingIOError:
            pass

    def let_through(self):
        """In another order than they came."""
        self.random.shuffle(self.waiting)
        while self.waiting and self.random.random() < 0.5:
            client = self.waiting.pop()
            server = socket.socket(socket.AF_UNIX)
            try:
                server.connect(self.path)
            except OSError:
                server.close()
                reset(client)
                continue
            self.pairs.append(Pair(client, server))
            self.counts["connections"] += 1

    def cut(self, pair):
        """In one of the ways in which connections end."""
        self.counts["cuts"] += 1
        pair.close(self.random.choice([reset, socket.socket.close]))
        self.pairs.remove(pair)

    def carry(self, pair):
        if time.monotonic() < pair.held_until:
            return
        for way in pair.ways:
            way.fill()
            if not way.held and not way.ended:
                continue
            fate = self.random.random()
            if fate < self.cut_chance and way.held:
                way.pass_on(self.random.randrange(len(way.held) + 1))
                self.cut(pair)
                return
            if fate < 0.1:
                self.counts["delays"] += 1
                pair.held_until = time.monotonic() + self.random.random() * DELAY_S
                return
            self.counts["pieces"] += 1
            way.pass_on(self.random.choice([1, 7, 100, HELD_BYTES_MAX]))
        if pair.is_over():
            pair.close()
            self.pairs.remove(pair)

    def wait(self):
        """Until there is something to read, or to try again."""
        busy = bool(self.waiting)
        with selectors.DefaultSelector() as selector:
            selector.register(self.listening, selectors.EVENT_READ)
            for pair in self.pairs:
                for way in pair.ways:
                    busy |= bool(way.held)
                    if not way.ended and len(way.held) < HELD_BYTES_MAX:
                        selector.register(way.source, selectors.EVENT_READ)
            selector.select(TURN_S if busy else 0.05)

    def run(self):
        while not self.over.is_set():
            self.wait()
            self.accept()
            self.let_through()
            self.random.shuffle(self.pairs)
            for pair in list(self.pairs):
                try:
                    self.carry(pair)
                except OSError:  # one end has gone
                    pair.close(reset)
                    self.pairs.remove(pair)

    def stop(self):
        self.over.set()
        self.join()
        for pair in self.pairs:
            pair.close()
        for client in self.waiting:
            client.close()
        self.listening.close()
