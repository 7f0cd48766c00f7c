#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""network.py [--changes N] [--seed S] [--build DIR]

Four clients make N changes each (1,000) on three instances through a network that
delays, cuts and reorders connections, in pieces down to single bytes. Each change
goes under a key, and again over a new connection until it is answered. Expected:
each is in the journal once, as it was answered, and those of one client on one
instance in the order it sent them. Every instance verifies, and the daemon keeps
no connection.
"""

import argparse
import os
import pathlib
import random
import tempfile
import threading
import time

from kill import TOP, generate_classes

CLIENTS = 4


def descriptors(daemon):
    return len(os.listdir(f"/proc/{daemon.pid}/fd"))


def run(build, folder, changes, seed):
    """The proxy's counts, and how many changes had to be sent again."""
    from load import Ledger
    from proxy import Proxy
    from service import Daemon
    from stubborn import Books, Stubborn
    from wire import patiently

    daemon = Daemon(build, folder)
    ledger = Ledger()
    ledger.create(daemon)
    before = descriptors(daemon)
    proxy = Proxy(folder / "s", seed)
    proxy.start()
    clients = [
        Stubborn(
            proxy.connect, f"c{n}", seed + n, changes, threading.Event()
        )
        for n in range(CLIENTS)
    ]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    proxy.stop()
    books = Books(clients)
    books.close(daemon.connect)
    assert books.settled == CLIENTS * changes
    for name, seq in books.last.items():
        assert f"{seq} operations" in daemon.done("verify", name)
    for _ in patiently():  # until the daemon has seen the last one go
        if descriptors(daemon) == before:
            break
    assert daemon.stop() == 0
    return proxy.counts, sum(client.again for client in clients)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=random.randrange(1, 2**32))
    parser.add_argument("--build", type=pathlib.Path, default=TOP / "build")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="memblockd-network-") as name:
        generate_classes(pathlib.Path(name))
        counts, again = run(
            options.build.resolve(), pathlib.Path(name), options.changes, options.seed
        )
    print(
        f"{CLIENTS * options.changes} changes in {time.monotonic() - began:.0f} s, "
        f"each done once; {again} sent again; "
        + ", ".join(f"{count} {what}" for what, count in sorted(counts.items()))
    )


if __name__ == "__main__":
    main()
