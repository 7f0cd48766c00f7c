# SPDX-License-Identifier: BSD-2-Clause
"""kill -9 at random moments under pipelined load from several clients: what
was acknowledged is there, in order and once; what was refused is not."""

import os
import random
import threading

from wire import Code

CYCLES = int(os.environ.get("MEMBLOCKD_KILL_CYCLES", "20"))
SEED = int(os.environ.get("MEMBLOCKD_SEED", "0")) or random.randrange(1, 2**32)
CLIENTS = 4
INSTANCES = ("a", "b", "c")
PAGES = 512  # the instances are small, so that some allocations are refused


class Client(threading.Thread):
    """Sends changes with a label of their own, and remembers each answer."""

    def __init__(self, daemon, number, cycle, seed, enough):
        super().__init__()
        self.wire = daemon.connect(number % 2)
        self.number = number
        self.cycle = cycle
        self.random = random.Random(seed)
        self.enough = enough
        self.acknowledged = {}  # label: (instance, seq, address)
        self.refused = set()    # labels of what took no seq
        self.asked = {}         # id: (instance, label)

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
        answer = self.wire.receive()
        if answer is None:
            raise ConnectionResetError
        name, label = self.asked.pop(answer.id)
        code = Code.Name(answer.status.code)
        if code == "INVALID_ARGUMENT":
            self.refused.add(label)
            return
        assert code in ("OK", "RESOURCE_EXHAUSTED"), answer
        self.acknowledged[label] = (name, answer.seq, answer.alloc.address, code)
        if len(self.acknowledged) >= 50:
            self.enough.set()

    def run(self):
        count = 0
        try:
            while True:
                burst = self.random.randrange(1, 40)
                self.wire.send(*(self.next_request(count + i) for i in range(burst)))
                count += burst
                while len(self.asked) > 60:
                    self.take_answer()
        except (ConnectionError, OSError, AssertionError) as failure:
            if isinstance(failure, AssertionError) and "middle" not in str(failure):
                raise
            self.enough.set()


def entries_of(daemon, name):
    with daemon.connect() as wire:
        return wire.do("log", name).log.entries


def test_nothing_acknowledged_is_lost_and_nothing_refused_shows(new_daemon):
    print(f"seed {SEED}")  # shown when this fails
    chance = random.Random(SEED)
    acknowledged, refused = {}, set()
    daemon = new_daemon()
    for name in INSTANCES:
        daemon.done("create", name)
        daemon.done("add", name, "0", PAGES * 4096)

    for cycle in range(CYCLES):
        enough = threading.Event()
        clients = [
            Client(daemon, number, cycle, chance.randrange(2**32), enough)
            for number in range(CLIENTS)
        ]
        for client in clients:
            client.start()
        enough.wait()
        # The moment of the kill is after a random number of further pings.
        with daemon.connect() as wire:
            for _ in range(chance.randrange(40)):
                wire.do("ping")
        daemon.kill()
        for client in clients:
            client.join()
            client.wire.close()
            acknowledged.update(client.acknowledged)
            refused |= client.refused
        daemon = new_daemon()

        found = {}
        for name in INSTANCES:
            entries = entries_of(daemon, name)
            assert [e.seq for e in entries] == list(range(1, len(entries) + 1))
            for entry in entries:
                if entry.label:
                    assert entry.label not in found
                    found[entry.label] = (
                        name, entry.seq, entry.address, Code.Name(entry.status.code)
                    )
        for label, answer in acknowledged.items():
            assert found.get(label) == answer, label
        assert not refused & set(found)

    for name in INSTANCES:
        assert "identical" in daemon.done("verify", name)
    assert len(acknowledged) >= CYCLES * 50
