# SPDX-License-Identifier: BSD-2-Clause
"""docs/tour.md, typed as it stands: what each command prints is what the page
shows, but for times and user ids."""

import os
import pathlib
import re
import signal
import subprocess

from conftest import BUILD, TOP
from wire import PATIENCE

BLOCK = re.compile(r"^```(\S+)(?: (\S+))?\n(.*?)^```$", re.M | re.S)
VARYING = [
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"), "TIME"),
    (re.compile(r"uid:\d+"), "uid:N"),
    (re.compile(r"\b\d+ us\b"), "N us"),
]


def steady(text):
    for pattern, instead in VARYING:
        text = pattern.sub(instead, text)
    return text


# What stays in the foreground of its terminal: what it prints is read as far as
# the page shows it, there or in a later block of that terminal.
STAYING = ("memblockd ", "memblockctl watch ")


class Terminal:
    """A shell that somebody types into."""

    END = "@@end@@"

    def __init__(self, environment):
        self.shell = subprocess.Popen(
            ["bash", "--norc"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=TOP,
            env=environment,
        )

    def type(self, command):
        self.shell.stdin.write(command + "\n")
        self.shell.stdin.flush()

    def run(self, command):
        """Everything that a command prints until it ends."""
        self.type(f"{command}\nkept=$?; echo {self.END}; (exit $kept)")
        printed = []
        for line in self.shell.stdout:
            if line.strip() == self.END:
                return "".join(printed)
            printed.append(line)
        raise AssertionError(f"the shell ended during: {command}")

    def lines(self, count):
        """What the command that stays prints next."""
        return "".join(self.shell.stdout.readline() for _ in range(count))

    def children(self):
        pid = self.shell.pid
        listed = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [int(child) for child in listed.split()]

    def close(self):
        for child in self.children():
            os.kill(child, signal.SIGINT)  # Ctrl-C
        self.shell.stdin.close()
        self.shell.wait(PATIENCE)
        self.shell.stdout.close()


def commands(block):
    """(command, what it prints) of each "$ " line; a command goes on in the
    lines that begin with "> ". What stands before the first is printed by the
    one that stays, and has None for a command."""
    parts = re.split(r"^\$ ", block, flags=re.M)
    if parts[0]:
        yield None, parts[0]
    for part in parts[1:]:
        lines = part.splitlines(keepends=True)
        command = lines.pop(0)
        while lines and lines[0].startswith("> "):
            command += lines.pop(0)[2:]
        yield command.rstrip("\n"), "".join(lines)


def test_tour_shows_what_really_happens(tmp_path):
    page = (TOP / "docs" / "tour.md").read_text()
    environment = dict(
        os.environ,
        HOME=str(tmp_path),
        PATH=f"{BUILD / 'daemon'}:{BUILD / 'client'}:/usr/bin:/bin",
        PYTHONDONTWRITEBYTECODE="1",
    )
    environment.pop("MEMBLOCKD_SERVER", None)
    terminals = {}
    typed = 0
    try:
        for language, name, block in BLOCK.findall(page):
            if language == "python":
                (tmp_path / "lab").mkdir(exist_ok=True)
                (tmp_path / "lab" / name).write_text(block)
                continue
            assert language == "console", language
            if name not in terminals:
                terminals[name] = Terminal(environment)
            for command, expected in commands(block):
                terminal = terminals[name]
                if command is None:
                    printed = terminal.lines(expected.count("\n"))
                elif command.startswith(STAYING):
                    terminal.type(command)
                    printed = terminal.lines(expected.count("\n"))
                else:
                    printed = terminal.run(command)
                typed += 1
                assert steady(printed) == steady(expected), command
    finally:
        for terminal in reversed(terminals.values()):  # the daemon last
            terminal.close()
    assert typed > 20
    assert set(terminals) == {"one", "two", "three", "four"}
