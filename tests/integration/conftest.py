# SPDX-License-Identifier: BSD-2-Clause
"""Fixtures: a daemon in a private directory, and what talks to it.

The programs under test come from the build directory named by
MEMBLOCKD_BUILD (default: build in the top folder).
"""

import os
import pathlib
import signal
import subprocess
import sys
import tempfile

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("MEMBLOCKD_BUILD", TOP / "build")).resolve()


# What a shell starts in the background ignores SIGINT, and hands that on to the
# programs under test. A signal with a handler is at its default in them.
signal.signal(signal.SIGINT, signal.default_int_handler)


def frugal_environment(**more):
    """For programs whose memory is measured: what a sanitizer keeps of freed
    memory and of what was done is no leak of theirs."""
    environment = dict(os.environ, **more)
    for name, options in (
        ("ASAN_OPTIONS", "quarantine_size_mb=0:thread_local_quarantine_size_kb=0"),
        ("TSAN_OPTIONS", "history_size=0"),
    ):
        environment[name] = f"{environment.get(name, '')}:{options}"
    return environment


def pytest_configure(config):
    """Generates the Python classes of the contract, for wire.py to import."""
    folder = tempfile.TemporaryDirectory(prefix="memblockd-protoc-")
    config.add_cleanup(folder.cleanup)
    generated = pathlib.Path(folder.name)
    subprocess.run(
        [
            "protoc",
            f"--proto_path={TOP / 'proto'}",
            f"--python_out={generated}",
            "memblock.proto",
        ],
        check=True,
    )
    sys.path[:0] = [str(generated), str(TOP / "tests" / "integration")]


@pytest.fixture
def new_daemon(tmp_path):
    """Starts daemons; ends those that are left, and says if one had died."""
    from service import Daemon

    started = []

    def start(*arguments, **options):
        daemon = Daemon(BUILD, tmp_path, *arguments, **options)
        started.append(daemon)
        return daemon

    yield start
    for daemon in started:
        daemon.end()


@pytest.fixture
def daemon(new_daemon):
    """A daemon with an empty journal."""
    return new_daemon()


@pytest.fixture
def data():
    """Where the recorded boots are."""
    return TOP / "tests" / "data"
