# SPDX-License-Identifier: BSD-2-Clause
"""Fixtures: what `meson install` puts below a private DESTDIR, and a daemon
that runs from there.

The build directory is the one named by MEMBLOCKD_BUILD (default: build in the
top folder).
"""

import json
import os
import pathlib
import subprocess

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("MEMBLOCKD_BUILD", TOP / "build")).resolve()
PATIENCE = 60  # seconds until a test that waits for a program has failed


def run(*command, **options):
    """Runs what must work and returns what it printed."""
    result = subprocess.run(
        [str(word) for word in command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE * 4,
        **options,
    )
    assert result.returncode == 0, result
    return result.stdout


class Root:
    """A DESTDIR, and where things are in it."""

    def __init__(self, destdir):
        self.destdir = destdir
        options = json.loads(run("meson", "introspect", BUILD, "--buildoptions"))
        self.options = {option["name"]: option["value"] for option in options}
        self.prefix = self.path(self.options["prefix"])
        self.libraries = self.prefix / self.options["libdir"]
        self.environment = dict(
            os.environ,
            PATH=f"{self.prefix / self.options['bindir']}:{os.environ['PATH']}",
            LD_LIBRARY_PATH=str(self.libraries),
            MANPATH=str(self.prefix / self.options["mandir"]),
            PKG_CONFIG_PATH=str(self.libraries / "pkgconfig"),
            PKG_CONFIG_SYSROOT_DIR=str(destdir),
        )

    def path(self, installed):
        """Where a path of the installed system is below the DESTDIR."""
        return self.destdir / str(installed).lstrip("/")

    def run(self, *command, **options):
        """Runs a program that finds what is installed, and nothing else."""
        return run(*command, env=self.environment, **options)


@pytest.fixture(scope="session")
def root(tmp_path_factory):
    destdir = tmp_path_factory.mktemp("root")
    run("meson", "install", "-C", BUILD, "--no-rebuild", "--destdir", destdir)
    return Root(destdir)


@pytest.fixture
def server(root, tmp_path):
    """The address of an installed memblockd with an empty journal."""
    process = subprocess.Popen(
        ["memblockd", "--journal", tmp_path / "j.db", "--listen", f"unix:{tmp_path}/s"],
        env=root.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout.readline() == f"ready unix:{tmp_path}/s\n"
    yield f"unix:{tmp_path}/s"
    process.terminate()
    assert process.wait(PATIENCE) == 0
    process.stdout.close()
