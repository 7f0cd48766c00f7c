# SPDX-License-Identifier: BSD-2-Clause
"""Files that the documentation names exist."""

import itertools
import posixpath
import re

FOLDERS = (
    ".ci",
    "client",
    "daemon",
    "docs",
    "engine",
    "proto",
    "scripts",
    "storage",
    "systemd",
    "tests",
)

# "engine/op.h", "storage/journal.[ch]", "scripts/check"; not "build/daemon/x"
# and not a pattern with * or <>.
NAMED = re.compile(
    r"(?<![\w./$@{}<>*-])((?:"
    + "|".join(re.escape(folder) for folder in FOLDERS)
    + r")/(?:[\w./-]|\[\w+\])*)(?![\w<*{?/])"
)
TOP_FILE = re.compile(r"`([A-Z][A-Z]+(?:\.md)?|meson\.(?:build|options))`")
LINK = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)")

# Made by the build.
GENERATED = {"proto/memblock.pb-c.h", "proto/memblock.pb-c.c"}


def spellings(name):
    """a.[ch] to a.c and a.h."""
    parts = re.split(r"\[(\w+)\]", name)
    choices = [
        [part] if at % 2 == 0 else list(part) for at, part in enumerate(parts)
    ]
    return ["".join(choice) for choice in itertools.product(*choices)]


def exists(files, name):
    name = name.rstrip("/")
    return (
        name in files.paths
        or name in GENERATED
        or any(path.startswith(name + "/") for path in files.paths)
    )


def named_in(path, line):
    for match in NAMED.finditer(line):
        yield from spellings(match[1].rstrip(".-"))
    for match in LINK.finditer(line):
        yield posixpath.normpath(
            posixpath.join(posixpath.dirname(path), match[1])
        )


def check_files_exist(files):
    for path in files.matching(".md"):
        for number, line in files.lines(path):
            names = set(named_in(path, line))
            names |= {
                match[1]
                for match in TOP_FILE.finditer(line)
                if match[1].endswith((".md", ".build", ".options"))
            }
            for name in sorted(names):
                if not exists(files, name):
                    yield path, number, f"names {name}, which does not exist"
