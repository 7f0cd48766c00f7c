# SPDX-License-Identifier: BSD-2-Clause
"""What memblockctl answers to a batch, beside what a kernel answers."""

import json
import subprocess


def agrees(expected, actual):
    """Whether actual has all that is expected: members, to the last one of a
    list; None for a member that is not there; a number for so many."""
    if isinstance(expected, dict):
        return isinstance(actual, dict) and all(
            agrees(value, actual.get(name)) for name, value in expected.items()
        )
    if isinstance(expected, list):
        return (
            isinstance(actual, list)
            and len(expected) == len(actual)
            and all(map(agrees, expected, actual))
        )
    if isinstance(actual, list):
        return expected == len(actual)
    return expected == actual


class Daemon:
    """A memblockd with a journal in a folder."""

    def __init__(self, build, folder):
        self.ctl = build / "client" / "memblockctl"
        command = [build / "daemon" / "memblockd", "--sync", "off"]
        command += ["--journal", folder / "journal.db"]
        command += ["--listen", f"unix:{folder}/socket"]
        command += ["--log-level", "warning"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self):
        ready = self.process.stdout.readline().split()
        if ready[:1] != ["ready"]:
            raise SystemExit("compare: memblockd did not become ready")
        self.address = ready[1]
        return self

    def __exit__(self, *exception):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()

    def answers(self, batch):
        """Yields a line of JSON for each line of a file."""
        command = [self.ctl, "-s", self.address, "--json"]
        command += ["batch", batch, "--keep-going"]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True
        ) as process:
            yield from process.stdout


def show(number, lines, expected, actual):
    """The batch from the last create to the line that differs."""
    begin = max(
        at for at, line in enumerate(lines[: number + 1])
        if line.startswith("create ")
    )
    print("memblockctl differs; what led to it, questions left out:")
    for line in lines[begin:number]:
        if not line.startswith(("dump ", "query ", "ranges ")):
            print(f"memblockctl {line}")
    print(f"memblockctl {lines[number]}")
    print(f"the kernel: {json.dumps(expected)}\nmemblockctl: {actual}")


def compare(build, folder, batch, answers):
    """0, or 1 where they differ."""
    lines = batch.read_text().splitlines()
    expectations = answers.read_text().splitlines()
    number = -1
    with Daemon(build, folder) as daemon:
        for number, actual in enumerate(daemon.answers(batch)):
            expected = json.loads(expectations[number])
            if not agrees(expected, json.loads(actual)):
                show(number, lines, expected, actual)
                return 1
    if number + 1 != len(lines):
        print(f"memblockctl answered {number + 1} lines of {len(lines)}")
        return 1
    print(f"{len(lines)} lines through memblockctl batch: no difference")
    return 0
