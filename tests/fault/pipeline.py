#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""pipeline.py [--requests N] [--kills K] [--seed S] [--build DIR]

A client that uses keys keeps hundreds of N changes (20,000) under way, while the
daemon is killed K times (20) and started again: every other time behind a random
number of answers, else at a sync, with a batch in the WAL of which nobody was
told. Expected: each change is answered, and stands in the journal once, as it was
answered and in the order it was sent; what was refused for its arguments is not
there.
"""

import argparse
import os
import pathlib
import random
import subprocess
import tempfile
import threading
import time

from kill import TOP, generate_classes

CODES_WITH_ROWS = ("OK", "RESOURCE_EXHAUSTED")


class Keeper(threading.Thread):
    """Starts a daemon whenever there is none, so many times."""

    def __init__(self, build, folder, kills, chance):
        super().__init__()
        self.build = build
        self.folder = folder
        self.random = chance
        self.left = kills
        self.serving = self.start_one(None)

    def start_one(self, wish):
        """wish: the call to the disk at which it is killed."""
        from service import Daemon, NotReady

        more = {}
        if wish is not None:
            preload = self.build / "tests" / "fault" / "libkill_at.so"
            more = {"LD_PRELOAD": str(preload), "KILL_AT": wish}
        try:
            return Daemon(
                self.build, self.folder, listen=("unix",), env={**os.environ, **more}
            )
        except NotReady:  # it was killed too early
            return self.start_one(None)

    def run(self):
        while self.left > 0:
            self.serving.gone()
            self.left -= 1
            wish = None
            if self.left % 2 == 1:
                wish = f"sync -wal {self.random.randrange(1, 4)}"
            self.serving = self.start_one(wish)


def read_answers(program, keeper, chance):
    """number to (code, seq, address). Kills daemons meanwhile."""
    answers = {}
    moment = 1
    for line in program.stdout:
        number, code, seq, address = line.split()
        assert int(number) not in answers, f"answered twice: {line}"
        answers[int(number)] = (code, int(seq), int(address))
        process = keeper.serving.process
        if len(answers) >= moment and keeper.left > 0 and process is not None:
            moment = len(answers) + chance.randrange(1, 1000)
            process.kill()
    return answers


def check(answers, entries):
    """entries: of the log, in order, from the first that was asked for."""
    from wire import Code

    rows = {}  # number: [(code, seq, address)]
    for entry in entries:
        number = int(entry.label)
        told = (Code.Name(entry.status.code), entry.seq, entry.address)
        rows.setdefault(number, []).append(told)
    assert list(rows) == sorted(rows), "not in the order they were sent"
    for number, answer in answers.items():
        wanted = 0 if answer[0] not in CODES_WITH_ROWS else 1 + (number % 10 == 7)
        found = rows.pop(number, [])
        assert len(found) == wanted, f"{number} was done {len(found)} times: {found}"
        assert not found or found[-1] == answer, f"{number}: {answer}, not {found}"
    assert not rows, f"never answered: {rows}"


def run(build, folder, requests, kills, seed):
    """The number of changes that are in the journal."""
    from load import PAGES
    from wire import PATIENCE

    chance = random.Random(seed)
    keeper = Keeper(build, folder, kills, chance)
    daemon = keeper.serving
    daemon.done("create", "b")
    daemon.done("add", "b", "0", PAGES * 4096)
    program = subprocess.Popen(
        [build / "tests" / "fault" / "pipeline", daemon.addresses[0], "b",
         str(requests)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
    )
    keeper.start()
    answers = read_answers(program, keeper, random.Random(seed))
    assert program.wait(PATIENCE) == 0
    program.stdout.close()
    assert keeper.left == 0, f"all was answered {keeper.left} kills too early"
    keeper.join()
    daemon = keeper.serving
    assert sorted(answers) == list(range(1, requests + 1))
    with daemon.connect() as wire:
        entries = wire.do("log", "b", from_seq=2).log.entries
    check(answers, entries)
    assert f"{len(entries) + 1} operations" in daemon.done("verify", "b")
    daemon.kill()
    return len(entries)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=20000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.randrange(1, 2**32))
    parser.add_argument("--build", type=pathlib.Path, default=TOP / "build")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="memblockd-pipeline-") as name:
        generate_classes(pathlib.Path(name))
        rows = run(
            options.build.resolve(), pathlib.Path(name), options.requests,
            options.kills, options.seed,
        )
    print(
        f"{options.requests} requests and {options.kills} kills in "
        f"{time.monotonic() - began:.0f} s: {rows} rows, each once and in order"
    )


if __name__ == "__main__":
    main()
