# SPDX-License-Identifier: BSD-2-Clause
"""compact: what an instance began with leaves the journal."""

import sqlite3
import subprocess


def make(daemon, rows):
    daemon.done("create", "b")
    daemon.done("add", "b", "0", "1G")
    for n in range(rows - 1):
        daemon.done("reserve", "b", n * 0x2000, "4K")


def seqs(daemon, *words):
    return [entry["seq"] for entry in daemon.json("log", *words)["entries"]]


def count(daemon, table):
    with sqlite3.connect(f"file:{daemon.journal}?mode=ro", uri=True) as journal:
        return journal.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def test_compacted_instance_begins_at_the_seq_kept(new_daemon):
    daemon = new_daemon()
    make(daemon, 8)
    before = daemon.done("dump", "b@5")
    info = daemon.done("info", "b")
    assert daemon.json("compact", "b", "--keep", "5") == {
        "op": "compact", "instance": "b", "seq": 8, "ok": True,
    }
    for _ in range(2):
        assert daemon.done("dump", "b@5") == before
        assert daemon.done("info", "b") == info
        assert seqs(daemon, "b") == [6, 7, 8]
        assert seqs(daemon, "b", "--reverse") == [8, 7, 6]
        assert daemon.json("verify", "b")["operations"] == 3
        for words in (("dump", "b@4"), ("log", "b", "--from", "4"),
                      ("clone", "b@4", "c"), ("diff", "b@4", "b"),
                      ("blame", "b@4")):
            refused = daemon.json(*words)
            assert refused["code"] == "NOT_FOUND"
            assert "the first that is kept is 5" in refused["message"]
        daemon.kill()
        daemon = new_daemon()
    daemon.stop()
    checked = subprocess.run(
        [daemon.build / "daemon" / "memblockd", "--journal", daemon.journal, "--check"],
        capture_output=True, text=True, timeout=30,
    )
    assert checked.returncode == 0
    assert "b: 3 operations replayed, identical" in checked.stdout


def test_group_is_kept_whole(daemon):
    daemon.done("create", "b")
    daemon.done("add", "b", "0", "1G")
    daemon.done("batch", "--atomic", stdin="reserve b 0 4K\nreserve b 8K 4K\n")
    answer = daemon.json("compact", "b", "--keep", "2")
    assert answer["warnings"] == [
        "seq 2 is in the middle of a group: kept from seq 1 on"
    ]
    assert seqs(daemon, "b") == [2, 3]


def test_key_of_what_was_dropped_can_be_used_again(daemon):
    make(daemon, 2)
    daemon.done("alloc", "b", "4K", "--key", "k")
    daemon.done("compact", "b", "--keep", "3")
    assert daemon.json("alloc", "b", "4K", "--key", "k")["seq"] == 4


def test_clone_is_not_concerned(daemon):
    make(daemon, 4)
    daemon.done("clone", "b@2", "c")
    layout = daemon.done("dump", "c")
    daemon.done("compact", "b", "--keep", "4")
    assert daemon.done("dump", "c@0") == layout
    assert "identical" in daemon.done("verify", "c")
    daemon.done("reserve", "c", "1M", "4K")
    daemon.done("compact", "c", "--keep", "1")
    assert daemon.json("clone", "c", "d")["origin"] == {"instance": "c", "seq": 1}
    assert "identical" in daemon.done("verify", "c")


def test_time_before_the_first_kept_is_not_found(daemon):
    make(daemon, 4)
    times = {e["seq"]: e["time"] for e in daemon.json("log", "b")["entries"]}
    daemon.done("compact", "b", "--keep", "3")
    assert daemon.json("dump", f"b@{times[3]}")["seq"] == 3
    refused = daemon.json("dump", f"b@{times[2]}")
    assert refused["code"] == "NOT_FOUND"
    assert "the first seq that is kept is 3" in refused["message"]
    assert seqs(daemon, "b", "--since", times[1]) == [4]


def test_blame_tells_what_is_left(daemon):
    make(daemon, 3)
    daemon.done("compact", "b", "--keep", "2")
    parts = daemon.json("blame", "b")["parts"]
    assert [(part["list"], part["seq"]) for part in parts] == [
        ("memory", 0), ("reserved", 0), ("reserved", 3),
    ]


def test_bad_requests_are_refused(daemon):
    make(daemon, 2)
    assert daemon.json("compact", "b", "--keep", "3")["code"] == "OUT_OF_RANGE"
    assert daemon.json("compact", "x", "--keep", "0")["code"] == "NOT_FOUND"
    assert daemon.json("compact", "b", "--keep", "1", "--if-seq", "1")["code"] == "ABORTED"
    assert daemon.ctl("compact", "b").returncode == 2
    daemon.done("compact", "b", "--keep", "2", "--dry-run")
    assert seqs(daemon, "b") == [1, 2]


def test_lines_of_a_batch_compact_and_go_on(daemon):
    daemon.done(
        "batch", stdin="create b\nadd b 0 1G\nreserve b 0 4K\n"
        "compact b --keep 1\nreserve b 8K 4K\ncompact b --keep 3\n",
    )
    assert count(daemon, "operation") == 0
    assert "identical" in daemon.done("verify", "b")


def test_journal_does_not_grow_over_compactions(daemon):
    daemon.done("create", "b")
    sizes = []
    seq = 0
    for _ in range(6):
        daemon.done("batch", "--keep-going", stdin="reserve b 0 4K\n" * 4000)
        seq += 4000
        daemon.done("compact", "b", "--keep", seq)
        with sqlite3.connect(f"file:{daemon.journal}?mode=ro", uri=True) as journal:
            sizes.append(journal.execute("PRAGMA page_count").fetchone()[0])
    assert sizes[-1] <= sizes[1] * 1.1


def test_export_of_what_was_compacted_is_the_same_elsewhere(daemon, tmp_path):
    make(daemon, 5)
    daemon.done("compact", "b", "--keep", "3")
    daemon.done("export", "b", tmp_path / "b.jsonl")
    daemon.done("import", tmp_path / "b.jsonl", "c")
    assert seqs(daemon, "c") == [4, 5]
    assert daemon.json("info", "c")["hash"] == daemon.json("info", "b")["hash"]
    refused = daemon.json("log", "c", "--from", "2")
    assert "the first that is kept is 3" in refused["message"]
    assert daemon.json("compact", "c", "--keep", "2")["code"] == "NOT_FOUND"
    daemon.done("compact", "c", "--keep", "5")
    assert "identical" in daemon.done("verify", "c")


def kept_and_gone(daemon):
    with sqlite3.connect(f"file:{daemon.journal}?mode=ro", uri=True) as journal:
        return journal.execute(
            "SELECT count(*) FILTER (WHERE seq >= 19992),"
            " count(*) FILTER (WHERE seq < 19992) FROM operation"
        ).fetchone()


def test_many_rows_are_gone_at_once_and_deleted_across_kills(new_daemon):
    """Killed on its way, again and again: none that is gone is told of, and
    each time fewer are left, or none."""
    daemon = new_daemon()
    daemon.done("create", "b")
    daemon.done("add", "b", "0", "1G")
    daemon.done("batch", "-", "--keep-going", stdin="reserve b 0 4K\n" * 19998)
    daemon.done("reserve", "b", "8K", "4K", "--key", "k")
    daemon.done("compact", "b", "--keep", "19991")
    left = 20000
    for _ in range(4):
        assert seqs(daemon, "b") == list(range(19992, 20001))
        refused = daemon.json("dump", "b@19990")
        assert "the first that is kept is 19991" in refused["message"]
        assert daemon.json("verify", "b")["operations"] == 9
        daemon.kill()
        kept, gone = kept_and_gone(daemon)
        assert kept == 9 and gone <= left
        left = gone
        daemon = new_daemon()
    assert daemon.json("reserve", "b", "8K", "4K", "--key", "k")["seq"] == 20000
    daemon.stop()
    checked = subprocess.run(
        [daemon.build / "daemon" / "memblockd", "--journal", daemon.journal, "--check"],
        capture_output=True, text=True, timeout=30,
    )
    assert "b: 9 operations replayed, identical" in checked.stdout
