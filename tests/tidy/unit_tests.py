# SPDX-License-Identifier: BSD-2-Clause
"""Every source file has a unit test, or a reason to be tested elsewhere."""

import pathlib
import re

from includes import ROOMS

# Where a file without a unit test is tested, and why there. A row that is no
# longer needed has to go.
ELSEWHERE = {
    "client/ctl_main.c": "tests/integration drives memblockctl",
    "daemon/main.c": "tests/integration starts and stops memblockd",
    "daemon/offline.c": "tests/integration runs --check and --backup",
    "daemon/reload.c": "tests/integration sends SIGHUP",
    "daemon/server.c": "tests/integration starts and stops memblockd",
    "daemon/service_manager.c": "tests/integration stands in for systemd",
}


OWN_HEADER = re.compile(r'^#include "(tests/unit/[^"]+)"', re.M)


def with_own_headers(files, test):
    """The text of a test and of the headers beside it that it includes."""
    text = files.texts.get(test, "")
    for header in OWN_HEADER.findall(text):
        text += files.texts.get(header, "")
    return text


def has_unit_test(files, path):
    """test_NAME.c, or test_ROOM_NAME.c where two rooms have a file of that
    name; and it, or a header beside it, includes something of that room."""
    room, name = path.split("/")[0], pathlib.PurePosixPath(path).stem
    includes = re.compile(rf'^#include "{room}/', re.M)
    return any(
        includes.search(with_own_headers(files, test))
        for test in (
            f"tests/unit/test_{name}.c",
            f"tests/unit/test_{room}_{name}.c",
        )
    )


def check_unit_tests(files):
    for path in files.matching(".c", below=[room + "/" for room in ROOMS]):
        tested = has_unit_test(files, path)
        if not tested and path not in ELSEWHERE:
            name = pathlib.PurePosixPath(path).stem
            yield path, 1, (
                f"has no tests/unit/test_{name}.c: write it, or say in"
                " tests/tidy/unit_tests.py where it is tested instead"
            )
        if tested and path in ELSEWHERE:
            yield path, 1, "has a unit test: take it out of ELSEWHERE"
    if "tests/tidy/unit_tests.py" not in files.paths:
        return
    for path in ELSEWHERE:
        if path not in files.paths:
            yield "tests/tidy/unit_tests.py", 1, f"take out {path}: it is gone"
