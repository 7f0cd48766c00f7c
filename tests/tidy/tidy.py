#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""tidy.py RULE: checks one rule on every tracked file of the project.

Each rule is first run on its own small violations in planted/RULE: it must
find every line of planted/RULE/EXPECTED, and nothing else. What it finds in the
project is printed as file:line with what to do. Exit status 0, 1 or 2.

A rule is a function that takes a Files and yields (path, line, message).
"""

import pathlib
import subprocess
import sys

import contract
import docs
import includes
import length
import packages
import texts
import unit_tests

TIDY = pathlib.Path(__file__).resolve().parent
TOP = TIDY.parents[1]

RULES = {
    "contract-comments": contract.check_contract_comments,
    "doc-files": docs.check_files_exist,
    "format": texts.check_format,
    "header-comments": texts.check_header_comments,
    "includes": includes.check_includes,
    "length": length.check_length,
    "machine-paths": texts.check_machine_paths,
    "packages": packages.check_packages,
    "spdx": texts.check_spdx,
    "unit-tests": unit_tests.check_unit_tests,
    "waits": texts.check_waits,
}


class Files:
    """Text files below a folder, by their paths in it."""

    def __init__(self, top, paths):
        self.top = top
        self.texts = {}
        for path in sorted(paths):
            try:
                self.texts[path] = (top / path).read_text(encoding="utf-8")
            except (UnicodeDecodeError, FileNotFoundError):
                pass  # a binary, or removed and not yet committed
        self.paths = set(paths)

    def lines(self, path):
        return enumerate(self.texts[path].splitlines(), 1)

    def matching(self, *suffixes, below=("",)):
        return [
            path
            for path in self.texts
            if path.endswith(suffixes) and path.startswith(tuple(below))
        ]


def read_project():
    listed = subprocess.run(
        ["git", "-c", f"safe.directory={TOP}", "ls-files", "-z"],
        cwd=TOP,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    planted = (TIDY / "planted").relative_to(TOP).as_posix() + "/"
    paths = [path for path in listed.split("\0") if path]
    return Files(TOP, [p for p in paths if not p.startswith(planted)])


def read_planted(rule):
    folder = TIDY / "planted" / rule
    paths = [
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "EXPECTED"
    ]
    return Files(folder, paths)


def check_planted(rule):
    """Whether a rule finds what was planted for it."""
    expected = (TIDY / "planted" / rule / "EXPECTED").read_text().split()
    found = sorted(
        f"{path}:{line}" for path, line, _ in RULES[rule](read_planted(rule))
    )
    if found == sorted(expected):
        return bool(expected)
    print(f"tests/tidy: {rule} is blind or sees ghosts in planted/{rule}:")
    print(f"  expected {sorted(expected)}\n  found    {found}")
    return False


def main():
    if len(sys.argv) != 2 or sys.argv[1] not in RULES:
        print(f"usage: tidy.py {'|'.join(RULES)}", file=sys.stderr)
        return 2
    rule = sys.argv[1]
    if not check_planted(rule):
        return 1
    found = list(RULES[rule](read_project()))
    for path, line, message in found:
        print(f"{path}:{line}: {message}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
