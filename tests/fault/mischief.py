# SPDX-License-Identifier: BSD-2-Clause
"""What can happen to a daemon while it is busy: one function for each, which
takes a Soak. After each the daemon runs, with a disk that works."""

import os
import resource
import socket
import subprocess

from proxy import reset
from wire import Code, frame, patiently


def pause(soak, seconds):
    """A while between 0 and that long, or until all is over."""
    soak.over.wait(soak.random.random() * seconds)


def works_again(soak):
    """Waits until a change is taken, without a restart and without a hand."""
    with soak.daemon.connect() as wire:
        for _ in patiently():
            answer = wire.call("reserve", "probe", address=0, size=4096)
            if answer.status.code == Code.Value("OK"):
                return


def kill(soak):
    with soak.lock:
        soak.daemon.kill()
        soak.start()


def stop_orderly(soak):
    with soak.lock:
        status = soak.daemon.stop()
        assert status == 0, f"exit status {status} of an orderly stop"
        soak.start()


def full_disk(soak):
    """No file may grow, or reach further than it does now and a little."""
    limit = soak.random.choice([4096, 1 << 20])
    infinity = resource.RLIM_INFINITY
    resource.prlimit(soak.daemon.pid, resource.RLIMIT_FSIZE, (limit, infinity))
    pause(soak, 2)
    resource.prlimit(soak.daemon.pid, resource.RLIMIT_FSIZE, (infinity, infinity))
    works_again(soak)


def file_taken_away(soak):
    path = f"{soak.daemon.journal}{soak.random.choice(['', '-wal', '.lock'])}"
    away = soak.daemon.folder / "away"
    if not os.path.exists(path):
        return  # the WAL is made by the first change
    os.rename(path, away)
    pause(soak, 1)
    os.rename(away, path)
    works_again(soak)


def no_descriptors(soak):
    """None is left for new connections; those that are there are served."""
    with soak.daemon.connect() as wire:
        wire.do("ping")
        soft, hard = resource.prlimit(soak.daemon.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(soak.daemon.pid, resource.RLIMIT_NOFILE, (1, hard))
        waiting = [soak.daemon.connect() for _ in range(20)]
        wire.do("ping")
        pause(soak, 1)
        resource.prlimit(soak.daemon.pid, resource.RLIMIT_NOFILE, (soft, hard))
        for other in waiting:
            other.do("ping")
            other.close()


def slow_readers(soak):
    """Ask for much and read late, or never."""
    readers = [soak.daemon.connect(n % 2) for n in range(8)]
    for wire in readers:
        request = wire.request("log", "probe", limit=2000)
        wire.socket.setblocking(False)
        try:
            for _ in range(2000):
                wire.socket.send(frame(request))
        except OSError:
            pass  # full, as it should be
    pause(soak, 3)  # some are closed as stalled
    for wire in readers:
        wire.socket.settimeout(1)
        try:
            for _ in range(soak.random.randrange(30)):
                if wire.receive() is None:
                    break
        except OSError:
            pass
        wire.close()


def flood(soak):
    """Many connections that say half a word, and end somehow."""
    with soak.daemon.connect() as wire:
        half = frame(wire.request("ping"))
    crowd = []
    for n in range(300):
        wire = soak.daemon.connect(n % 2)
        wire.send_bytes(half[: n % len(half)])
        crowd.append(wire)
    soak.random.shuffle(crowd)
    for wire in crowd:
        wire.reader.close()
        soak.random.choice([reset, socket.socket.close])(wire.socket)


def killed_client(soak):
    """memblockctl ends in the middle of its batch."""
    lines = "".join(f"reserve probe {n % 64}M 4K\n" for n in range(5000))
    how = soak.random.choice(["--keep-going", "--atomic"])
    client = subprocess.Popen(
        [
            str(soak.daemon.build / "client" / "memblockctl"),
            "-s", soak.daemon.addresses[0], "batch", how,
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    client.stdin.write(lines)
    client.stdin.flush()
    pause(soak, 0.3)
    client.kill()
    client.communicate()


def expecting_loss(cause):
    """For what is done to clients: the daemon may be killed meanwhile."""

    def run(soak):
        try:
            cause(soak)
        except OSError:
            pass

    run.__name__ = cause.__name__
    return run


# How likely each is; one of each table is under way at a time.
TO_THE_DAEMON = {
    kill: 2,
    stop_orderly: 1,
    full_disk: 2,
    file_taken_away: 2,
    no_descriptors: 1,
}
TO_CLIENTS = {
    expecting_loss(slow_readers): 3,
    expecting_loss(flood): 1,
    expecting_loss(killed_client): 2,
}
