#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""histories.py [--cycles N] [--seed S] [--build DIR]

Concurrent clients change and read shared instances under kill -9, N times (10),
and note when they asked and when they were answered. Seqs respect real time, the
journal has each change as it was answered, and each change and read was answered
as a model of the test's own does at that seq. After that, histories with a violation planted in
them have to be found: an answer given before its commit, a stale read, a wrong
layout.
"""

import argparse
import dataclasses
import pathlib
import random
import tempfile
import threading

from kill import TOP, generate_classes


def read_journal(daemon, instances):
    """rows: (instance, seq) to (label, code, address); states: of each instance
    at each seq, by a model of the test's own."""
    from history import replay
    from wire import Code

    rows, states = {}, {}
    with daemon.connect() as wire:
        for name in instances:
            operations = []
            for entry in wire.do("log", name).log.entries:
                told = (Code.Name(entry.status.code), entry.address)
                rows[name, entry.seq] = (entry.label, *told)
                kind = entry.WhichOneof("operation")
                asked = getattr(entry, kind)
                address = 0 if kind == "alloc" else asked.address
                operations.append((kind, address, asked.size, told))
            states[name] = replay(operations[1:])
    return rows, states


def check(events, rows, states):
    import history

    history.check_time(events)
    history.check_journal(events, rows)
    history.check_layouts(events, states)


def run_cycle(start, cycle, chance):
    """One life of the daemon; its events."""
    from history import CLIENTS, Witness

    daemon = start()
    enough = threading.Event()
    witnesses = [
        Witness(daemon, f"{cycle}.{n}", chance.randrange(2**32), enough)
        for n in range(CLIENTS)
    ]
    for witness in witnesses:
        witness.start()
    enough.wait()
    with daemon.connect() as wire:
        for _ in range(chance.randrange(1500)):
            wire.do("ping")
    daemon.kill()
    for witness in witnesses:
        witness.join()
    return [event for witness in witnesses for event in witness.events]


def expect_violation(what, events, rows, states):
    from history import Violation

    try:
        check(events, rows, states)
    except Violation:
        return
    raise AssertionError(f"not found: {what}")


def check_planted(events, rows, states):
    """True histories with one thing changed have to be found."""
    from page_map import layout_of_state

    change = max((e for e in events if e.label), key=lambda e: e.seq)
    reads = [e for e in events if not e.label]
    behind = max(reads, key=lambda e: (e.instance == change.instance, e.asked))
    lost = {key: row for key, row in rows.items() if row[0] != change.label}
    expect_violation("an answer before its commit", events, lost, states)
    stale = dataclasses.replace(
        behind, seq=1, told=layout_of_state(states[behind.instance][1])
    )
    expect_violation(
        "a stale read",
        [stale if e is behind else e for e in events], rows, states,
    )
    wrong = dataclasses.replace(behind, told=((), ((0, 1, 0, 0),)))
    expect_violation(
        "a wrong layout",
        [wrong if e is behind else e for e in events], rows, states,
    )


def run(build, folder, cycles, seed):
    """The number of events."""
    from history import INSTANCES, PAGES
    from service import Daemon

    def start():
        return Daemon(build, folder)

    chance = random.Random(seed)
    daemon = start()
    for name in INSTANCES:
        daemon.done("create", name)
        daemon.done("add", name, "0", PAGES * 4096)
    daemon.kill()
    events = []
    for cycle in range(1, cycles + 1):
        events += run_cycle(start, cycle, chance)
    daemon = start()
    rows, states = read_journal(daemon, INSTANCES)
    check(events, rows, states)
    check_planted(events, rows, states)
    daemon.kill()
    return len(events)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cycles", type=int, default=10)
    parser.add_argument("--seed", type=int, default=random.randrange(1, 2**32))
    parser.add_argument("--build", type=pathlib.Path, default=TOP / "build")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="memblockd-histories-") as name:
        generate_classes(pathlib.Path(name))
        count = run(
            options.build.resolve(), pathlib.Path(name), options.cycles, options.seed
        )
    print(f"{options.cycles} cycles, {count} answers, all of them possible")


if __name__ == "__main__":
    main()
