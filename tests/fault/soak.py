#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""soak.py [--minutes N] [--seed S] [--build DIR]

Ten minutes, or as many as asked for, of changes and reads through good and bad
networks, while at random the daemon is killed or stopped, its disk is full, its
files are taken away, descriptors run out, readers are slow, crowds come and go,
and clients die. Prints what the daemon uses and how fast it answers. Fails if
that does not stay level, if anything acknowledged is not in the journal once and
as it was answered, or if the daemon ends by itself.
"""

import argparse
import collections
import pathlib
import random
import subprocess
import sys
import tempfile
import threading
import time

from kill import TOP, generate_classes

# A shorter run is about the daemon's warming up.
MINUTES_TO_JUDGE = 5


class Soak:
    """One daemon after the other on one journal, and all that happens to it."""

    def __init__(self, build, folder, seed):
        from load import Ledger
        from proxy import Proxy

        self.build = build
        self.folder = folder
        self.random = random.Random(seed)
        self.over = threading.Event()
        self.lock = threading.Lock()  # held while there is no daemon
        self.failures = []
        self.happened = collections.Counter()
        self.started = None  # how long the last start took
        self.daemon = None
        self.start()
        Ledger().create(self.daemon)
        self.daemon.done("create", "probe")
        self.proxy = Proxy(folder / "s", self.random.randrange(2**32), 0.005)
        self.proxy.start()
        self.clients = self.make_clients()

    def connect(self):
        return self.daemon.connect()

    def make_clients(self):
        from stubborn import Stubborn

        ways = [self.connect] * 2 + [self.proxy.connect] * 2
        return [
            Stubborn(way, f"c{n}", self.random.randrange(2**32), float("inf"), self.over, 10)
            for n, way in enumerate(ways)
        ]

    def start(self):
        from service import Daemon

        began = time.monotonic()
        self.daemon = Daemon(self.build, self.folder, "--stall-timeout", "2")
        self.started = time.monotonic() - began

    def fail(self, what):
        self.failures.append(what)
        self.over.set()

    def give_up(self):
        """So that nobody waits for an answer that never comes."""
        for client in self.clients:
            client.given_up.set()
        if self.daemon.process is not None:
            self.daemon.kill()

    def cause(self, mischief, within_s):
        """Thread: one thing after the other."""
        names = list(mischief)
        try:
            while not self.over.wait(self.random.random() * within_s):
                one = self.random.choices(names, mischief.values())[0]
                one(self)
                self.happened[one.__name__] += 1
        except Exception as failure:
            self.fail(f"{one.__name__}: {failure!r}")


class Asker(threading.Thread):
    """Reads and changes, one after the other, and takes the time."""

    def __init__(self, soak):
        from gauges import Times

        super().__init__()
        self.soak = soak
        self.reads = Times()
        self.changes = Times()

    def run(self):
        while not self.soak.over.is_set():
            try:
                with self.soak.connect() as wire:
                    while not self.soak.over.is_set():
                        self.reads.take(wire.call, "dump", "a")
                        self.changes.take(
                            wire.call, "free", "probe", address=0, size=4096
                        )
                        self.soak.over.wait(0.01)
            except OSError:
                self.soak.over.wait(0.02)  # the daemon has gone


def sample(soak, asker, books):
    """A row of the table, and how many operations there are; None, None: there
    is no daemon any more."""
    import gauges

    with soak.lock:
        if soak.daemon.process is None or soak.daemon.process.poll() is not None:
            soak.fail("the daemon is gone")
            return None, None
        pid = soak.daemon.pid
        row = {
            "resident MiB": gauges.resident(pid),
            "descriptors": gauges.descriptors(pid),
        }
        row["start ms"], soak.started = soak.started, None
        with soak.connect() as wire:
            listed = wire.do("list").list.instances
    journal = str(soak.daemon.journal)
    row["WAL MiB"] = gauges.size_of(journal + "-wal")
    row["read ms p50"], row["read ms p99"] = asker.reads.read()
    row["change ms p50"], row["change ms p99"] = asker.changes.read()
    books.read(soak.connect)
    books.settle()
    operations = sum(instance.seq for instance in listed)
    if gauges.size_of(journal) > 16 * gauges.MIB:
        row["journal B/op"] = gauges.size_of(journal) / operations
    return row, operations


def watch(soak, asker, books, minutes):
    """Until the time is over; returns the rows."""
    import gauges

    began = time.monotonic()
    rows = []
    print(gauges.heading(), flush=True)
    while not soak.over.wait(max(1, minutes)):
        row, operations = sample(soak, asker, books)
        if row is None:
            break
        minute = (time.monotonic() - began) / 60
        print(gauges.line(minute, row, operations), flush=True)
        rows.append(row)
        if minute >= minutes:
            break
    return rows


def finish(soak, books, descriptors):
    """Everything is answered, once; nothing is kept; all verifies."""
    from wire import patiently
    import gauges

    books.close(soak.connect)
    for _ in patiently():  # until the daemon has seen the last one go
        if gauges.descriptors(soak.daemon.pid) <= descriptors:
            break
    for name, seq in books.last.items():
        assert f"{seq} operations" in soak.daemon.done("verify", name)
    assert soak.daemon.stop() == 0
    command = [str(soak.build / "daemon" / "memblockd"), "--check"]
    command += ["--journal", str(soak.daemon.journal)]
    checked = subprocess.run(command, capture_output=True, text=True)
    assert checked.returncode == 0, checked


def run(build, folder, minutes, seed):
    """What went wrong, as sentences."""
    from gauges import descriptors, find_growth
    from mischief import TO_CLIENTS, TO_THE_DAEMON
    from stubborn import Books

    soak = Soak(build, folder, seed)
    fresh = descriptors(soak.daemon.pid)
    asker = Asker(soak)
    troubles = [
        threading.Thread(target=soak.cause, args=(TO_THE_DAEMON, 8)),
        threading.Thread(target=soak.cause, args=(TO_CLIENTS, 4)),
    ]
    for thread in [asker, *troubles, *soak.clients]:
        thread.start()
    books = Books(soak.clients)
    rows = None
    try:
        rows = watch(soak, asker, books, minutes)
    finally:
        soak.over.set()
        for thread in [asker, *troubles]:
            thread.join()
        if rows is None or soak.failures:
            soak.give_up()
        for thread in soak.clients:
            thread.join()
        soak.proxy.stop()
    if soak.failures:
        return soak.failures
    finish(soak, books, fresh)
    what = ", ".join(f"{n} {name}" for name, n in sorted(soak.happened.items()))
    print(
        f"{books.settled} changes, each done once; "
        f"{sum(client.again for client in soak.clients)} sent again; {what}; "
        f"{soak.proxy.counts['cuts']} connections cut"
    )
    if minutes < MINUTES_TO_JUDGE:
        print(f"in less than {MINUTES_TO_JUDGE} minutes nothing is known of growth")
        return []
    return find_growth(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=random.randrange(1, 2**32))
    parser.add_argument("--build", type=pathlib.Path, default=TOP / "build")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="memblockd-soak-") as name:
        generate_classes(pathlib.Path(name))
        wrong = run(
            options.build.resolve(), pathlib.Path(name), options.minutes, options.seed
        )
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
