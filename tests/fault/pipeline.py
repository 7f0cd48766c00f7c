#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""pipeline.py [--requests N] [--kills K] [--seed S] [--build DIR]

A client that uses keys keeps hundreds of N changes (20,000) under way, while the
daemon is killed K times (20), each time behind a random number of answers, and
started again. Expected: each change is answered, and stands in the journal once,
as it was answered and in the order it was sent; what was refused for its
arguments is not there.
"""

import argparse
import pathlib
import random
import subprocess
import tempfile
import time

from kill import TOP, generate_classes

CODES_WITH_ROWS = ("OK", "RESOURCE_EXHAUSTED")


def read_answers(program, daemon, start, requests, kills, chance):
    """Kills and starts daemons meanwhile; number to (code, seq, address), and the
    daemon that is left."""
    answers = {}
    moments = sorted(chance.sample(range(1, requests), kills))
    for line in program.stdout:
        number, code, seq, address = line.split()
        assert int(number) not in answers, f"answered twice: {line}"
        answers[int(number)] = (code, int(seq), int(address))
        if moments and len(answers) >= moments[0]:
            moments.pop(0)
            daemon.kill()
            daemon = start()
    assert not moments, f"answers ended {len(moments)} kills too early"
    return answers, daemon


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
    from service import Daemon
    from wire import PATIENCE

    def start():
        return Daemon(build, folder, listen=("unix",))

    daemon = start()
    daemon.done("create", "b")
    daemon.done("add", "b", "0", PAGES * 4096)
    program = subprocess.Popen(
        [build / "tests" / "fault" / "pipeline", daemon.addresses[0], "b",
         str(requests)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
    )
    answers, daemon = read_answers(
        program, daemon, start, requests, kills, random.Random(seed)
    )
    assert program.wait(PATIENCE) == 0
    program.stdout.close()
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
