#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""kill.py [--history] [--cycles N] [--seed S] [--build DIR]

kill -9, N times (50), under pipelined load from several clients on several
instances: at random moments; at a chosen call to the disk, which may come while
the daemon starts, serves, copies the WAL into the file or stops; and while it is
stopping. After each: what was acknowledged is there, once, in order, with its
outcome; what was refused is not; seqs have no gap. Now and then, and in the
end, every instance verifies. The journal is made in a private folder.

With --history the clients make more than changes (author.py), and more has to
hold (archive.py): keys, groups, device trees, copies, compactions, imports,
purges.
"""

import argparse
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
VERIFY_EVERY = 50
CHECK_EVERY = 20

# Calls to the disk, and among how many of them one is chosen. A small number
# falls into the start, where the WAL of the last life is read and the schema
# looked at; writes to the file itself are checkpoints, most of them at the stop.
CALLS = [
    ("write -wal", 400),
    ("sync -wal", 80),
    ("write .db", 60),
    ("sync .db", 2),
    ("truncate .db", 1),
    ("unlink -wal", 1),
]


def generate_classes(folder):
    """protoc's Python classes, for wire.py."""
    command = ["protoc", f"--proto_path={TOP / 'proto'}", f"--python_out={folder}"]
    subprocess.run([*command, "memblock.proto"], check=True)
    sys.path[:0] = [str(folder), str(TOP / "tests" / "integration")]


class Killer:
    """Runs cycles against one journal."""

    def __init__(self, build, folder, seed, preload=None, history=False):
        from archive import Archive
        from load import Ledger

        self.build = build
        self.folder = folder
        self.preload = preload
        self.random = random.Random(seed)
        self.ledger = Archive(seed) if history else Ledger()
        self.ends = {}  # how the daemon ended: how often
        daemon = self.start()
        self.ledger.create(daemon)
        daemon.kill()

    def start(self, **environment):
        from service import Daemon

        return Daemon(
            self.build, self.folder, env={**os.environ, **environment}
        )

    def load(self, daemon, cycle, wanted):
        enough = threading.Event()
        clients = self.ledger.make_clients(
            daemon, cycle, self.random, enough, wanted
        )
        for client in clients:
            client.start()
        enough.wait()
        return clients

    def at_a_moment(self, cycle):
        """The moment is after a random number of further pings."""
        daemon = self.start()
        clients = self.load(daemon, cycle, 1 << 30)
        with daemon.connect() as wire:
            for _ in range(self.random.randrange(40)):
                wire.do("ping")
        daemon.kill()
        return "at a random moment", clients

    def at_a_call(self, cycle):
        """At a call to the disk; if that never comes, an orderly stop."""
        from service import NotReady

        call, among = self.random.choice(CALLS)
        wish = f"{call} {self.random.randrange(1, among + 1)}"
        try:
            daemon = self.start(LD_PRELOAD=str(self.preload), KILL_AT=wish)
        except NotReady as ended:
            assert ended.status == -signal.SIGKILL, ended
            return f"at a {call}, starting", []
        try:
            clients = self.load(daemon, cycle, self.random.choice([60, 60, 1500]))
        except OSError:
            clients = []
        for client in clients:
            client.join()
        if daemon.process.poll() is None:
            status = daemon.stop()
            how = f"at a {call}, stopping" if status else "not at all"
        else:
            status = daemon.gone()
            how = f"at a {call}, serving"
        assert status in (0, -signal.SIGKILL), (wish, status)
        return how, clients

    def while_stopping(self, cycle):
        """SIGTERM under load, and SIGKILL a moment later."""
        daemon = self.start()
        clients = self.load(daemon, cycle, 1 << 30)
        daemon.process.send_signal(signal.SIGTERM)
        for _ in range(self.random.randrange(2000)):
            if daemon.process.poll() is not None:
                break
        daemon.kill()
        return "while stopping", clients

    def run_cycle(self, cycle):
        ways = [self.at_a_moment, self.while_stopping]
        if self.preload is not None:
            ways += [self.at_a_call] * 3
        how, clients = self.random.choice(ways)(cycle)
        for client in clients:
            client.join()
        self.ends[how] = self.ends.get(how, 0) + 1
        if cycle % CHECK_EVERY == 0:
            self.check_offline()
        daemon = self.start()
        self.ledger.check(daemon, cycle, clients)
        if cycle % VERIFY_EVERY == 0:
            self.ledger.verify(daemon)
        if self.random.randrange(3) == 0:
            daemon.stop()
        else:
            daemon.kill()

    def check_offline(self):
        command = [str(self.build / "daemon" / "memblockd"), "--check"]
        command += ["--journal", str(self.folder / "journal.db")]
        checked = subprocess.run(command, capture_output=True, text=True)
        assert checked.returncode == 0, checked

    def finish(self):
        daemon = self.start()
        self.ledger.verify(daemon)
        assert daemon.stop() == 0
        self.check_offline()


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cycles", type=int, default=50)
    parser.add_argument("--history", action="store_true")
    parser.add_argument("--seed", type=int, default=random.randrange(1, 2**32))
    parser.add_argument("--build", type=pathlib.Path, default=TOP / "build")
    return parser.parse_args()


def main():
    options = parse_arguments()
    build = options.build.resolve()
    print(f"seed {options.seed}", flush=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="memblockd-kill-") as name:
        folder = pathlib.Path(name)
        generate_classes(folder)
        preload = build / "tests" / "fault" / "libkill_at.so"
        killer = Killer(build, folder, options.seed, preload, options.history)
        for cycle in range(1, options.cycles + 1):
            try:
                killer.run_cycle(cycle)
            except BaseException:
                print(f"cycle {cycle} of seed {options.seed}:", file=sys.stderr)
                raise
        killer.finish()
    took = time.monotonic() - began
    print(
        f"{options.cycles} cycles in {took:.0f} s, "
        f"{killer.ledger.operations} acknowledged operations, none lost"
    )
    for what, count in sorted(killer.ends.items()):
        print(f"{count:6} {what}")
    for what, count in sorted(killer.ledger.counts.items()):
        print(f"{count:6} {what}")


if __name__ == "__main__":
    main()
