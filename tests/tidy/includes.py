# SPDX-License-Identifier: BSD-2-Clause
"""Who may include whom, as docs/architecture.md draws it."""

import re

ROOMS = ("engine", "storage", "proto", "client", "daemon")

# Files to the rooms and libraries they may use; the first row that matches.
ALLOWED = [
    (r"engine/devicetree\.c", {"engine"}, {"libfdt"}),
    (r"engine/", {"engine"}, set()),
    (r"storage/", {"engine", "storage"}, {"sqlite3", "libcrypto", "pthread"}),
    (r"proto/", {"proto"}, {"protobuf-c"}),
    (r"client/ctl_record", {"client", "proto"}, {"jansson"}),
    (r"client/ctl_", {"client", "engine"}, {"jansson"}),
    # The library's own header shows no protobuf to those who include it.
    (r"client/memblock_client\.h", set(), set()),
    (r"client/", {"client", "proto"}, {"protobuf-c"}),
    (
        r"daemon/",
        {"engine", "storage", "proto", "daemon"},
        {
            "libevent",
            "systemd",
            "protobuf-c",
            "pthread",
            "sqlite3",
            "libcrypto",
        },
    ),
]

# Libraries by how their headers begin; what is in none of them is libc's.
LIBRARIES = {
    "libfdt": ("libfdt.h", "fdt.h"),
    "sqlite3": ("sqlite3",),
    "libcrypto": ("openssl/",),
    "pthread": ("pthread.h", "threads.h"),
    "protobuf-c": ("protobuf-c/",),
    "libevent": ("event2/", "event.h"),
    "jansson": ("jansson",),
    "cmocka": ("cmocka",),
    "systemd": ("systemd/",),
}

# No I/O, no clock: all that rooms of plain computation need of libc.
PLAIN_ROOMS = ("engine/", "proto/")
PLAIN_LIBC = {
    "assert.h",
    "ctype.h",
    "endian.h",
    "errno.h",
    "inttypes.h",
    "limits.h",
    "stdalign.h",
    "stdarg.h",
    "stdbool.h",
    "stddef.h",
    "stdint.h",
    "stdio.h",
    "stdlib.h",
    "string.h",
}

# Made by the build, from proto/memblock.proto.
GENERATED = {"memblock.pb-c.h": "proto"}

INCLUDE = re.compile(r'\s*#\s*include\b\s*(?:"(?P<own>[^"]+)"|<(?P<lib>[^>]+)>)?')


def library_of(header):
    for name, beginnings in LIBRARIES.items():
        if header.startswith(beginnings):
            return name
    return None


def check_own(header, rooms, files):
    if header in GENERATED:
        room = GENERATED[header]
    elif header in files.paths:
        room = header.split("/")[0]
    else:
        return f'"{header}" is no file: name it from the top, "room/file.h"'
    if room not in rooms:
        return f"may not use {room}/; see docs/architecture.md"
    return None


def check_library(header, libraries, is_plain):
    library = library_of(header)
    if library is not None and library not in libraries:
        return f"<{header}>: this room may not use {library}"
    if library is None and is_plain and header not in PLAIN_LIBC:
        return f"<{header}>: this room does no I/O and knows no clock"
    return None


def check_includes(files):
    for path in files.matching(".c", ".h", below=[room + "/" for room in ROOMS]):
        rooms, libraries = next(
            row[1:] for row in ALLOWED if re.match(row[0], path)
        )
        for number, line in files.lines(path):
            match = INCLUDE.match(line)
            if match is None:
                continue
            if match["own"]:
                wrong = check_own(match["own"], rooms, files)
            elif match["lib"]:
                is_plain = path.startswith(PLAIN_ROOMS)
                wrong = check_library(match["lib"], libraries, is_plain)
            else:
                wrong = 'write #include <library.h> or "room/file.h"'
            if wrong:
                yield path, number, wrong
