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

    def batch(self, file, *options):
        """Yields the lines that memblockctl prints."""
        command = [self.ctl, "-s", self.address, *options]
        command += ["batch", file, "--keep-going"]
        with subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as process:
            yield from process.stdout


def led_to(lines, number):
    """Lines from the last create to that one, without questions."""
    begin = max(
        at
        for at, line in enumerate(lines[: number + 1])
        if line.startswith("create ")
    )
    asked = ("dump ", "query ", "ranges ")
    return [line for line in lines[begin:number] if not line.startswith(asked)]


def show(led, line, expected, actual):
    for earlier in led:
        print(f"memblockctl {earlier}")
    print(f"memblockctl {line}")
    print(f"the kernel: {expected.rstrip()}\nmemblockctl: {actual.rstrip()}")


def compare_json(daemon, folder):
    """Line by line; the number of lines, or None where they differ."""
    lines = (folder / "json-batch").read_text().splitlines()
    expected = (folder / "json-answers").read_text().splitlines()
    number = -1
    answers = daemon.batch(folder / "json-batch", "--json")
    for number, actual in enumerate(answers):
        if not agrees(json.loads(expected[number]), json.loads(actual)):
            led = led_to(lines, number)
            show(led, lines[number], expected[number], actual)
            return None
    if number + 1 != len(lines):
        print(f"memblockctl answered {number + 1} lines of {len(lines)}")
        return None
    return len(lines)


def compare_text(daemon, folder):
    """All that is printed; the number of lines, or None where they differ."""
    number = -1
    with open(folder / "text-answers") as answers:
        for number, actual in enumerate(daemon.batch(folder / "text-batch")):
            expected = answers.readline()
            if actual != expected:
                show([], f"batch, line {number + 1} of its output",
                    expected, actual)
                return None
        if answers.readline():
            print(f"memblockctl printed only {number + 1} lines")
            return None
    return number + 1


def compare(build, folder):
    """0, or 1 where they differ."""
    with Daemon(build, folder) as daemon:
        for kind in (compare_json, compare_text):
            count = kind(daemon, folder)
            if count is None:
                return 1
            print(f"{kind.__name__}: {count} lines of memblockctl agree")
    return 0
