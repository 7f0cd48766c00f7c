# SPDX-License-Identifier: BSD-2-Clause
"""Rules on the text of single files."""

import re
import subprocess

LICENSE = "SPDX-License-Identifier: BSD-2-Clause"
LICENSED = (".c", ".h", ".py", ".sh", ".build", ".options", ".proto")

WAIT = re.compile(r"\b(?:u|nano|clock_nano)?sleep\s*\(")
SHELL_WAIT = re.compile(r"(?:^|[;&|({]|\bdo\b|\bthen\b)\s*sleep\s")

MACHINE_PATH = re.compile(r"(?<![\w.}*-])/(?:home|work|root|Users)/")


def is_script(text):
    return text.startswith("#!")


def check_spdx(files):
    for path, text in files.texts.items():
        if not path.endswith(LICENSED) and not is_script(text):
            continue
        if not any(LICENSE in line for line in text.splitlines()[: 2 + is_script(text)]):
            yield path, 1, f"begin with a comment: {LICENSE}"


def check_header_comments(files):
    for path in files.matching(".h"):
        lines = files.texts[path].splitlines()
        if len(lines) < 2 or not lines[1].startswith("/*"):
            yield path, 2, "say in a comment what this is, before anything else"


def check_format(files):
    for path in files.matching(".c", ".h"):
        run = subprocess.run(
            ["clang-format", "--dry-run", "-Werror", "--style=file", path],
            cwd=files.top,
            capture_output=True,
            text=True,
        )
        if run.returncode == 0:
            continue
        place = re.search(r":(\d+):\d+: error:", run.stderr)
        if place is None:
            yield path, 1, f"clang-format: {run.stderr.strip()}"
        else:
            yield path, int(place[1]), f"run clang-format -i {path}"


def check_waits(files):
    for path, text in files.texts.items():
        if not path.startswith(("tests/", "scripts/", ".ci/")):
            continue
        is_shell = path.endswith(".sh") or (
            not path.endswith((".c", ".h", ".py", ".md"))
            and not text.startswith("#!/usr/bin/python3")
        )
        pattern = SHELL_WAIT if is_shell else WAIT
        for number, line in files.lines(path):
            if pattern.search(line):
                yield path, number, "wait for what you wait for, not for time"


def check_machine_paths(files):
    for path in files.texts:
        for number, line in files.lines(path):
            if MACHINE_PATH.search(line):
                yield path, number, "this path is on one machine only"
