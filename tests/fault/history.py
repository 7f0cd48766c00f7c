# SPDX-License-Identifier: BSD-2-Clause
"""What clients were told and when, and whether that can be true."""

import dataclasses
import random
import threading
import time

from page_map import PageMap, layout_of_state
from wire import Code

INSTANCES = ("a", "b")
PAGES = 256
CLIENTS = 4


@dataclasses.dataclass
class Event:
    """One request that was answered: asked and answered are monotonic times."""

    instance: str
    label: str       # "" for a read
    asked: float
    answered: float
    seq: int
    told: object     # a change: (code, address); a read: the layout


class Violation(Exception):
    """A history that cannot be."""


def layout_of(answer):
    """A dump as plain values."""
    return tuple(
        tuple((r.address, r.size, r.flags, r.nid) for r in regions)
        for regions in (answer.dump.memory.regions, answer.dump.reserved.regions)
    )


class Witness(threading.Thread):
    """Asks one thing after the other, changes and reads, until the daemon is
    gone, and writes down what it was told."""

    def __init__(self, daemon, name, seed, enough):
        super().__init__()
        self.wire = daemon.connect(seed % len(daemon.addresses))
        self.title = name
        self.random = random.Random(seed)
        self.enough = enough
        self.events = []

    def ask(self, number):
        """The request, and its label."""
        instance = self.random.choice(INSTANCES)
        page = self.random.randrange(PAGES) * 4096
        size = self.random.randrange(1, 8) * 4096
        kind = self.random.choice(["reserve", "free", "alloc", "dump", "dump"])
        if kind == "dump":
            return self.wire.request(kind, instance), ""
        label = f"{self.title}.{number}"
        if kind == "alloc":
            return self.wire.request(kind, instance, size=size, label=label), label
        return self.wire.request(
            kind, instance, address=page, size=size, label=label
        ), label

    def run(self):
        number = 0
        try:
            while True:
                number += 1
                request, label = self.ask(number)
                asked = time.monotonic()
                self.wire.send(request)
                answer, _ = self.wire.receive_whole()
                answered = time.monotonic()
                told = (
                    (Code.Name(answer.status.code), answer.alloc.address)
                    if label else layout_of(answer)
                )
                self.events.append(
                    Event(request.instance, label, asked, answered, answer.seq, told)
                )
                if number == 20:
                    self.enough.set()
        except OSError:
            pass  # the daemon has gone, perhaps in the middle of an answer
        finally:
            self.enough.set()
            self.wire.close()


def check_time(events):
    """Who asked after another was answered stands behind it: a change at a
    higher seq, a read at no lower one."""
    for instance in {e.instance for e in events}:
        mine = [e for e in events if e.instance == instance]
        by_answer = sorted(mine, key=lambda e: e.answered)
        highest, at = 0, 0
        for event in sorted(mine, key=lambda e: e.asked):
            while at < len(by_answer) and by_answer[at].answered < event.asked:
                highest = max(highest, by_answer[at].seq)
                at += 1
            least = highest + 1 if event.label else highest
            if event.seq < least:
                raise Violation(
                    f"{event} after seq {highest} of {instance} was answered"
                )


def check_journal(events, rows):
    """Each change stands in the journal as it was answered, and no read told of
    what is not there. rows: (instance, seq) to (label, code, address)."""
    last = {i: max((s for n, s in rows if n == i), default=0) for i in INSTANCES}
    for event in events:
        row = rows.get((event.instance, event.seq))
        if event.label and row != (event.label, *event.told):
            raise Violation(f"{event}, the journal has {row}")
        if event.seq > last[event.instance]:
            raise Violation(f"{event}, the journal ends at {last[event.instance]}")


def replay(operations):
    """Does them in a model of the test's own. operations: of one instance, in
    order, (operation, address, size, told). Returns the state at each seq; raises
    Violation where one was answered otherwise than the model does."""
    model = PageMap(PAGES)
    states = [PageMap(0).state(), model.state()]  # the first adds all the memory
    for kind, address, size, told in operations:
        expected = ("OK", 0)
        if kind == "alloc":
            got = model.alloc(size)
            expected = ("OK", got) if got else ("RESOURCE_EXHAUSTED", 0)
        elif kind == "reserve":
            model.reserve(address, size)
        else:
            model.free(address, size)
        if told != expected:
            raise Violation(f"{kind} of {size:#x} at {address:#x}: {told}, not {expected}")
        states.append(model.state())
    return states


def check_layouts(events, states):
    """Each read told the layout that the model has at its seq. states: what
    replay returned, of each instance."""
    for event in events:
        if event.label:
            continue
        if event.told != layout_of_state(states[event.instance][event.seq]):
            raise Violation(f"{event}: another layout")
