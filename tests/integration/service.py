# SPDX-License-Identifier: BSD-2-Clause
"""A memblockd of the test's own, and memblockctl beside it."""

import atexit
import json
import os
import signal
import subprocess

from wire import PATIENCE, Wire


class NotReady(Exception):
    """The daemon ended before it was ready."""

    def __init__(self, status, errors):
        super().__init__(f"exit {status}: {errors}")
        self.status = status
        self.errors = errors


running = set()  # processes


@atexit.register
def end_all():
    """A test that fails in the middle leaves no daemon behind."""
    for process in running:
        process.kill()
        process.wait()


class Daemon:
    """Runs until end(); the journal and the socket are in a folder."""

    def __init__(
        self, build, folder, *arguments, listen=("unix", "tcp"), under=(), **popen
    ):
        self.build = build
        self.folder = folder
        self.journal = folder / "journal.db"
        self.log = folder / "daemon.log"
        places = {"unix": f"unix:{folder}/s", "tcp": "127.0.0.1:0"}
        command = [*under, str(build / "daemon" / "memblockd")]
        command += ["--journal", str(self.journal)]
        for place in listen:
            command += ["--listen", places.get(place, place)]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                command + list(arguments),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                **popen,
            )
        running.add(self.process)
        line = self.process.stdout.readline()
        if not line.startswith("ready "):
            raise NotReady(self.gone(), self.log.read_text())
        self.addresses = line.split()[1:]

    @property
    def pid(self):
        return self.process.pid

    def connect(self, which=0):
        return Wire(self.addresses[which])

    def gone(self):
        """Waits for its end; returns the exit status."""
        status = self.process.wait(PATIENCE)
        self.process.stdout.close()
        running.discard(self.process)
        self.process = None
        return status

    def kill(self):
        """SIGKILL, as pulling the plug would."""
        self.process.kill()
        self.gone()

    def stop(self, number=signal.SIGTERM):
        """An orderly stop; returns the exit status."""
        self.process.send_signal(number)
        return self.gone()

    def end(self):
        if self.process is None:
            return
        assert self.process.poll() is None, self.log.read_text()
        # What is killed writes no counts of its lines.
        if "MEMBLOCKD_COVERAGE" in os.environ:
            self.stop()
        else:
            self.kill()

    def ctl(self, *arguments, stdin=None, server=None):
        """Runs memblockctl against this daemon."""
        environment = dict(os.environ, MEMBLOCKD_SERVER=server or self.addresses[0])
        return subprocess.run(
            [str(self.build / "client" / "memblockctl"), *map(str, arguments)],
            input=stdin if stdin is not None else "",
            capture_output=True,
            text=True,
            timeout=PATIENCE * 4,
            env=environment,
        )

    def done(self, *arguments, **options):
        """As ctl, for what must work; returns what it printed."""
        result = self.ctl(*arguments, **options)
        assert (result.returncode, result.stderr) == (0, ""), (arguments, result)
        return result.stdout

    def json(self, *arguments, **options):
        """Runs it with --json and returns its one object."""
        result = self.ctl("--json", *arguments, **options)
        assert result.stderr == "", result
        lines = result.stdout.splitlines()
        assert len(lines) == 1, result
        return json.loads(lines[0])
