# SPDX-License-Identifier: BSD-2-Clause
"""Clients that change instances as fast as they can, and remember what they
were answered; and what a journal has to hold after that."""

import random
import threading

from wire import Code

INSTANCES = ("a", "b", "c")
PAGES = 512  # the instances are small, so that some allocations are refused
CLIENTS = 4


class Client(threading.Thread):
    """Sends changes with a label of their own, until the connection ends or it
    has as many answers as it wants."""

    def __init__(self, daemon, number, cycle, seed, enough, wanted):
        super().__init__()
        self.wire = daemon.connect(number % len(daemon.addresses))
        self.number = number
        self.cycle = cycle
        self.random = random.Random(seed)
        self.enough = enough    # set at the first 50 answers, or the end
        self.wanted = wanted    # answers
        self.acknowledged = {}  # label: (instance, seq, address, code)
        self.refused = set()    # labels of what took no seq
        self.asked = {}         # id: (instance, label)
        self.failure = None

    def next_request(self, count):
        name = self.random.choice(INSTANCES)
        label = f"{self.cycle}.{self.number}.{count}"
        page = self.random.randrange(PAGES) * 4096
        size = self.random.randrange(1, 16) * 4096
        kind = self.random.choice(["reserve", "free", "alloc", "alloc", "invalid"])
        if kind == "invalid":
            request = self.wire.request("alloc", name, size=0, label=label)
        elif kind == "alloc":
            request = self.wire.request("alloc", name, size=size, label=label)
        else:
            request = self.wire.request(
                kind, name, address=page, size=size, label=label
            )
        self.asked[request.id] = (name, label)
        return request

    def take_answer(self):
        answer = self.wire.receive_part()
        name, label = self.asked.pop(answer.id)
        code = Code.Name(answer.status.code)
        if code == "INVALID_ARGUMENT":
            self.refused.add(label)
            return
        if code not in ("OK", "RESOURCE_EXHAUSTED"):
            self.failure = f"unexpected answer: {answer}"
            raise ConnectionResetError
        self.acknowledged[label] = (name, answer.seq, answer.alloc.address, code)
        if len(self.acknowledged) >= 50:
            self.enough.set()

    def run(self):
        count = 0
        try:
            while len(self.acknowledged) < self.wanted:
                burst = self.random.randrange(1, 40)
                self.wire.send(*(self.next_request(count + i) for i in range(burst)))
                count += burst
                while len(self.asked) > 60:
                    self.take_answer()
            while self.asked:
                self.take_answer()
        except OSError:
            pass  # the daemon has gone
        finally:
            self.enough.set()
            self.wire.close()


class Ledger:
    """What was found in the journal so far, and what has to be there."""

    def __init__(self):
        self.last = dict.fromkeys(INSTANCES, 1)  # the add
        self.operations = 0
        self.counts = {}  # of other things: archive.py has some

    def create(self, daemon):
        for name in INSTANCES:
            daemon.done("create", name)
            daemon.done("add", name, "0", PAGES * 4096)

    def make_clients(self, daemon, cycle, chance, enough, wanted):
        return [
            Client(daemon, n, cycle, chance.randrange(2**32), enough, wanted)
            for n in range(CLIENTS)
        ]

    def entries(self, daemon, name):
        with daemon.connect() as wire:
            answer = wire.do("log", name, from_seq=self.last[name] + 1)
        return answer.log.entries

    def check(self, daemon, cycle, clients):
        """Every acknowledged operation of a cycle is there, once, in order and
        with its outcome; none that was refused; none of another time."""
        found = {}
        for name in INSTANCES:
            entries = self.entries(daemon, name)
            first = self.last[name] + 1
            assert [e.seq for e in entries] == list(
                range(first, first + len(entries))
            ), f"seqs of {name} have a gap"
            for entry in entries:
                assert entry.label.startswith(f"{cycle}."), entry
                assert entry.label not in found, f"twice: {entry}"
                code = Code.Name(entry.status.code)
                found[entry.label] = (name, entry.seq, entry.address, code)
            self.last[name] += len(entries)
        for client in clients:
            assert client.failure is None, client.failure
            for label, answer in client.acknowledged.items():
                assert found.get(label) == answer, (
                    f"{label} was answered {answer}, the journal has "
                    f"{found.get(label)}"
                )
            assert not client.refused & set(found), "a refused one shows"
            self.operations += len(client.acknowledged)

    def verify(self, daemon):
        for name in INSTANCES:
            said = daemon.done("verify", name)
            assert said == f"{name}: {self.last[name]} operations replayed, identical\n", said
