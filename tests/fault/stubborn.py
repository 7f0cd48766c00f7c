# SPDX-License-Identifier: BSD-2-Clause
"""Clients that do not give up: each change goes under a key of its own, and is
sent again over a new connection until it is answered. It has to be done once."""

import collections
import random
import threading

from load import INSTANCES, PAGES
from wire import Code

AGAIN_S = 0.02  # before it tries again to connect, or to change


class Stubborn(threading.Thread):
    """Changes the instances, so many in flight, until it has done all it was
    asked for, or over is set; then it only gets what it asked for answered.
    The number of a change is in its label, "client.number"."""

    def __init__(self, connect, title, seed, wanted, over, in_flight=30):
        super().__init__()
        self.connect = connect
        self.title = title
        self.random = random.Random(seed)
        self.wanted = wanted
        self.over = over
        self.in_flight = in_flight
        self.begun = 0
        self.open = collections.deque()  # (number, instance, operation, fields)
        self.answers = {}  # number: (instance, seq, address, code)
        self.again = 0     # how often something was sent again
        self.put_off = 0   # how often it was answered UNAVAILABLE
        self.failure = None
        self.given_up = threading.Event()  # nobody will answer any more

    def next_change(self):
        self.begun += 1
        kind = self.random.choice(["reserve", "free", "alloc", "alloc"])
        fields = {"size": self.random.randrange(1, 16) * 4096}
        if kind != "alloc":
            fields["address"] = self.random.randrange(PAGES) * 4096
        return self.begun, self.random.choice(INSTANCES), kind, fields

    def send(self, wire, changes):
        requests = []
        for number, instance, kind, fields in changes:
            label = f"{self.title}.{number}"
            requests.append(
                wire.request(
                    kind, instance, label=label, request_key=label.encode(), **fields
                )
            )
        wire.send(*requests)
        return {r.id: change for r, change in zip(requests, changes)}

    def is_done(self):
        return self.over.is_set() or self.begun >= self.wanted

    def take_answer(self, wire, asked):
        answer = wire.receive_part()
        code = Code.Name(answer.status.code)
        if code == "UNAVAILABLE":
            self.put_off += 1
            raise ConnectionAbortedError
        change = asked.pop(answer.id)
        if code not in ("OK", "RESOURCE_EXHAUSTED"):
            self.failure = f"{change} was answered {answer}"
        number, instance = change[:2]
        self.answers[number] = (instance, answer.seq, answer.alloc.address, code)
        self.open.remove(change)

    def talk(self, wire):
        """Over one connection, as long as it holds."""
        asked = self.send(wire, list(self.open)) if self.open else {}
        self.again += len(asked)
        while self.failure is None:
            burst = self.random.randrange(1, self.in_flight)
            burst = min(burst, self.wanted - self.begun)
            if len(asked) + burst <= self.in_flight and not self.is_done():
                new = [self.next_change() for _ in range(burst)]
                self.open.extend(new)
                asked.update(self.send(wire, new))
            elif asked:
                self.take_answer(wire, asked)
            elif self.is_done():
                return

    def talk_once(self):
        """False: it has to be tried again."""
        try:
            wire = self.connect()
        except OSError:
            return False
        try:
            self.talk(wire)
        except OSError:
            return False
        finally:
            wire.close()
        return True

    def run(self):
        pause = threading.Event()
        try:
            while not self.talk_once() and not self.given_up.is_set():
                pause.wait(AGAIN_S)
        except BaseException as failure:
            self.failure = repr(failure)
            raise


def read_log(connect, name, first):
    """The entries from that seq on; None: it was not answered."""
    try:
        with connect() as wire:
            request = wire.request("log", name, from_seq=first)
            wire.send(request)
            answer, _ = wire.receive_whole()
    except OSError:
        return None
    return answer.log.entries if answer.status.code == Code.Value("OK") else None


class Books:
    """Compares what clients were answered with what the journal has, a piece at
    a time: what fits on both sides is forgotten."""

    def __init__(self, clients):
        self.clients = {client.title: client for client in clients}
        self.last = dict.fromkeys(INSTANCES, 1)  # the add
        self.found = {}     # (title, number): (instance, seq, address, code)
        self.seen = {title: set() for title in self.clients}  # numbers
        self.settled = 0
        self.highest = {}   # (title, instance): number

    def read(self, connect):
        """What is new in the journal. False: the daemon could not tell."""
        for name in INSTANCES:
            entries = read_log(connect, name, self.last[name] + 1)
            if entries is None:
                return False
            for entry in entries:
                self.enter(name, entry)
        return True

    def enter(self, name, entry):
        assert entry.seq == self.last[name] + 1, f"a gap in {name} before {entry}"
        self.last[name] = entry.seq
        title, number = entry.label.split(".")
        which = (title, int(number))
        assert which[1] not in self.seen[title], f"twice: {entry}"
        self.seen[title].add(which[1])
        code = Code.Name(entry.status.code)
        self.found[which] = (name, entry.seq, entry.address, code)
        if self.clients[title].put_off == 0:
            before = self.highest.get((title, name), 0)
            assert before < which[1], f"{entry} after number {before}"
            self.highest[title, name] = which[1]

    def settle(self):
        """What is in the journal as its client was answered, is done with."""
        for which in list(self.found):
            title, number = which
            client = self.clients[title]
            assert client.failure is None, client.failure
            if number not in client.answers:
                continue
            told, has = client.answers.pop(number), self.found.pop(which)
            assert told == has, f"{which}: answered {told}, the journal has {has}"
            self.settled += 1

    def close(self, connect):
        """When all clients have ended: nothing may be left on either side."""
        assert self.read(connect)
        self.settle()
        for client in self.clients.values():
            assert client.failure is None, client.failure
            assert not client.answers, f"not in the journal: {client.answers}"
            assert not client.open, f"never answered: {client.open}"
        assert not self.found, f"never asked for, or not answered: {self.found}"
