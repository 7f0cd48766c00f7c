#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Plants one small bug at a time into a private copy of engine/ and runs the
tests of the engine: each has to be caught. What survives is printed, and is a
test that is missing.

    tests/mutation/mutate.py [WORD]     only the bugs with that word in them
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile

from bugs import BUGS

TOP = pathlib.Path(__file__).resolve().parent.parent.parent


def run(*command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, **options)


def must(*command, **options):
    result = run(*command, **options)
    if result.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{result.stdout}")
    return result.stdout


def copy_tree(to):
    """What git knows of the tree, as it stands in the working directory."""
    for name in must("git", "ls-files", "-z", cwd=TOP).split("\0"):
        if name and (TOP / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(TOP / name, to / name)


def test_programs(tree):
    """The unit tests of engine/'s files, and the random comparison."""
    stems = {path.stem for path in (tree / "engine").glob("*.c")}
    programs = [f"tests/unit/{path.stem}"
                for path in sorted((tree / "tests" / "unit").glob("test_*.c"))
                if path.stem.removeprefix("test_") in stems]
    return programs + ["tests/model/model_test"]


def caught_by(tree, build, programs):
    """The first program that fails, "the compiler", or None."""
    if run("ninja", "-C", build, *programs).returncode != 0:
        return "the compiler"
    for program in programs:
        try:
            result = run(build / program, cwd=tree, timeout=120)
        except subprocess.TimeoutExpired:
            return f"{program} (it hung)"
        if result.returncode != 0:
            return program
    return None


def plant(tree, bug):
    """Puts the bug in; returns how to take it out again."""
    path = tree / "engine" / bug.file
    text = path.read_text()
    if text.count(bug.right) != 1:
        sys.exit(f"{bug.file}: {text.count(bug.right)} times: {bug.right!r}; "
                 "bugs.py is not up to date")
    path.write_text(text.replace(bug.right, bug.wrong))
    return lambda: path.write_text(text)


def main():
    wanted = [bug for bug in BUGS
              if all(word in bug.what for word in sys.argv[1:])]
    survivors = []
    with tempfile.TemporaryDirectory() as folder:
        tree = pathlib.Path(folder) / "tree"
        build = pathlib.Path(folder) / "build"
        copy_tree(tree)
        must("meson", "setup", "-Dwerror=false", build, tree)
        programs = test_programs(tree)
        if caught := caught_by(tree, build, programs):
            sys.exit(f"without any bug, this fails already: {caught}")
        for bug in wanted:
            take_out = plant(tree, bug)
            caught = caught_by(tree, build, programs)
            take_out()
            print(f"{bug.file}: {bug.what}: "
                  f"{'caught by ' + caught if caught else 'SURVIVED'}",
                  flush=True)
            if caught in (None, "the compiler"):
                survivors.append(bug)
    print(f"{len(wanted) - len(survivors)} caught, {len(survivors)} not")
    return 1 if survivors or not wanted else 0


if __name__ == "__main__":
    sys.exit(main())
