# SPDX-License-Identifier: BSD-2-Clause
"""The WAL stays bounded while changes are made all the time, and long reads of
the past come and go."""

import itertools
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor

from wire import Wire

MIB = 1 << 20
TREES = 150  # of a MiB each, every one of them kept by the journal

SOURCE = """
/dts-v1/;
/ {
	#address-cells = <1>;
	#size-cells = <1>;
	memory@40000000 {
		device_type = "memory";
		reg = <0x40000000 0x40000000>;
		content = /incbin/("content");
	};
};
"""


def make_tree(folder):
    (folder / "content").write_bytes(b"\xaa" * MIB)
    path = folder / "board.dtb"
    subprocess.run(
        ["dtc", "-q", "-I", "dts", "-O", "dtb", "-o", str(path)],
        input=SOURCE, text=True, check=True, cwd=folder,
    )
    return path


def read_the_past(daemon, copy, stop):
    """One long read after another, as many as there is time for."""
    for number in itertools.count():
        for words in (
            ("dump", f"b@{number * 997 % 20000}"),
            ("verify", "b"),
            ("clone", f"b@{number * 499 % 20000}", copy),
            ("destroy", copy, "--purge"),
            ("blame", "b@5000"),
            ("log", "b", "--limit", "5000"),
        ):
            if stop.is_set():
                return
            daemon.done(*words)


def test_wal_is_bounded_under_changes_and_reads_of_the_past(new_daemon, tmp_path):
    daemon = new_daemon("--max-queued", "64K")
    tree = make_tree(tmp_path)
    content = bytearray(tree.read_bytes())
    place = content.index(b"\xaa" * 16)
    daemon.done("create", "b")
    daemon.done("batch", "-", "--keep-going", stdin="reserve b 0 4K\n" * 20000)
    daemon.done("create", "w")
    stop = threading.Event()
    wal = daemon.journal.with_name(daemon.journal.name + "-wal")
    with Wire(daemon.addresses[0]) as idle, ThreadPoolExecutor() as pool:
        # It asks for more than may be queued, and takes none of it.
        idle.send(idle.request("log", "b"))
        readers = [
            pool.submit(read_the_past, daemon, copy, stop) for copy in ("c", "d", "e")
        ]
        sizes = []
        try:
            for number in range(TREES):
                content[place:place + 2] = number.to_bytes(2, "big")
                tree.write_bytes(content)
                daemon.done("load", "w", tree)
                sizes.append(wal.stat().st_size)
        finally:
            stop.set()
        for reader in readers:
            reader.result()
    # It waits for readers from 64 MiB on, and again 16 MiB later.
    assert max(sizes) < 112 * MIB < daemon.journal.stat().st_size
