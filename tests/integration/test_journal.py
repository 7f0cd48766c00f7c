# SPDX-License-Identifier: BSD-2-Clause
"""What is on disk: restarts, refusals to start, damage, a disk that fails."""

import os
import resource
import sqlite3

import pytest
from service import NotReady
from wire import Code, patiently


def fill(daemon):
    daemon.done("create", "b")
    daemon.done("add", "b", "0x40000000", "1G")
    for _ in range(5):
        daemon.done("alloc", "b", "1M")


def test_restart_brings_everything_back(new_daemon):
    daemon = new_daemon()
    fill(daemon)
    daemon.done("create", "other", "--bottom-up", "--nodes", "3")
    daemon.done("create", "gone")
    daemon.done("destroy", "gone")
    before = {
        name: (daemon.done("dump", name), daemon.done("info", name))
        for name in ("b", "other")
    }
    log = daemon.done("log", "b")
    assert daemon.stop() == 0

    daemon = new_daemon()
    assert daemon.done("list").split() == ["b", "6", "other", "0"]
    for name, (dump, info) in before.items():
        assert (daemon.done("dump", name), daemon.done("info", name)) == (dump, info)
    assert daemon.done("log", "b") == log
    assert daemon.json("alloc", "b", "1M")["base"] == "0x7fa00000"
    assert daemon.json("create", "gone")["seq"] == 0


def test_restart_from_a_snapshot_brings_everything_back(new_daemon):
    daemon = new_daemon()
    fill(daemon)
    lines = "".join(f"reserve b {n % 512 * 8192:#x} 4K\n" for n in range(9000))
    assert daemon.ctl("batch", "--keep-going", stdin=lines).returncode == 0
    dump = daemon.done("dump", "b")
    daemon.kill()
    with sqlite3.connect(daemon.journal) as journal:
        assert journal.execute("SELECT count(*) FROM snapshot").fetchone()[0] >= 2
    daemon = new_daemon()
    assert daemon.done("dump", "b") == dump
    assert "9006 operations replayed, identical" in daemon.done("verify", "b")


def test_damaged_snapshot_is_told_once_and_costs_nothing(new_daemon):
    daemon = new_daemon()
    fill(daemon)
    lines = "".join(f"reserve b {n % 512 * 8192:#x} 4K\n" for n in range(5000))
    assert daemon.ctl("batch", "--keep-going", stdin=lines).returncode == 0
    dump = daemon.done("dump", "b")
    assert daemon.stop() == 0
    with sqlite3.connect(daemon.journal) as journal:
        changed = journal.execute("UPDATE snapshot SET content = zeroblob(99)")
        assert changed.rowcount == 1
    daemon = new_daemon()
    for _ in range(2):
        assert daemon.done("dump", "b") == dump
    lines = daemon.log.read_text().splitlines()
    assert [line for line in lines if "level=warning" in line] == [
        "memblockd: level=warning event=snapshot-damaged instance=b passed-over=1 "
        "begun-at-seq=0"
    ]


def test_damaged_snapshot_is_told_and_the_one_before_begins_instead(new_daemon):
    daemon = new_daemon()
    fill(daemon)
    lines = "".join(f"reserve b {n % 512 * 8192:#x} 4K\n" for n in range(9000))
    assert daemon.ctl("batch", "--keep-going", stdin=lines).returncode == 0
    dumps = [daemon.done("dump", name) for name in ("b", "b@8999")]
    assert daemon.stop() == 0
    with sqlite3.connect(daemon.journal) as journal:
        seqs = [seq for (seq,) in journal.execute("SELECT seq FROM snapshot ORDER BY seq")]
        journal.execute("UPDATE snapshot SET content = x'00' WHERE seq = ?", seqs[-1:])
    assert seqs == [4097, 8194]
    daemon = new_daemon()
    assert [daemon.done("dump", name) for name in ("b", "b@8999")] == dumps
    lines = daemon.log.read_text().splitlines()
    assert [line for line in lines if "level=warning" in line] == 2 * [
        "memblockd: level=warning event=snapshot-damaged instance=b passed-over=1 "
        "begun-at-seq=4097"
    ]
    result = daemon.ctl("verify", "b")
    assert "different at seq 8194: journal: a snapshot that is damaged" in result.stdout


def test_time_of_an_instance_and_seq_go_on_after_a_restart(new_daemon):
    daemon = new_daemon()
    fill(daemon)
    daemon.kill()
    daemon = new_daemon()
    daemon.done("alloc", "b", "1M")
    entries = daemon.json("log", "b")["entries"]
    assert [entry["seq"] for entry in entries] == list(range(1, 8))
    assert [e["time"] for e in entries] == sorted(e["time"] for e in entries)


def test_orderly_stop_leaves_one_file(new_daemon):
    daemon = new_daemon()
    fill(daemon)
    assert daemon.stop() == 0
    assert not os.path.exists(f"{daemon.journal}-wal")
    assert not os.path.exists(daemon.folder / "s")


def test_journal_can_be_read_with_the_sqlite3_shell(new_daemon):
    daemon = new_daemon()
    fill(daemon)
    assert daemon.stop() == 0
    with sqlite3.connect(daemon.journal) as journal:
        journal.row_factory = sqlite3.Row
        rows = [dict(row) for row in journal.execute("SELECT * FROM journal")]
    assert len(rows) == 6
    assert "0x40000000" in rows[0].values()
    assert "alloc" in rows[1].values()
    assert "0x7ff00000" in rows[1].values()


def test_one_strict_file_in_wal_mode_that_says_whose_it_is(new_daemon):
    daemon = new_daemon()
    fill(daemon)
    with sqlite3.connect(f"file:{daemon.journal}?mode=ro", uri=True) as journal:
        assert journal.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert journal.execute("PRAGMA application_id").fetchone()[0] != 0
        assert journal.execute("PRAGMA user_version").fetchone()[0] > 0
        tables = journal.execute(
            "SELECT name, strict FROM pragma_table_list"
            " WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
    assert {"instance", "operation", "snapshot", "blob"} <= {name for name, _ in tables}
    assert all(strict for _, strict in tables)
    assert sorted(os.listdir(daemon.folder)) == [
        "daemon.log", "journal.db", "journal.db-shm", "journal.db-wal",
        "journal.db.lock", "s",
    ]


def test_row_holds_who_when_what_the_outcome_and_a_hash(new_daemon):
    daemon = new_daemon()
    fill(daemon)
    daemon.done("--label", "why", "alloc", "b", "4K", "--align", "64K")
    daemon.ctl("alloc", "b", "4G")
    daemon.stop()
    with sqlite3.connect(daemon.journal) as journal:
        journal.row_factory = sqlite3.Row
        rows = journal.execute("SELECT * FROM operation ORDER BY seq").fetchall()
    done, refused = rows[6:]
    assert done["principal"] == f"uid:{os.geteuid()}"
    assert (done["label"], done["size"], done["align"]) == ("why", 4096, 65536)
    assert done["result"] == 0x7FAF0000
    assert (done["request_key"], done["group_seq"]) == (None, None)
    assert len({row["hash"] for row in rows}) == 8
    assert all(len(row["hash"]) == 32 for row in rows)
    assert refused["status"] != done["status"]
    assert "no 0x100000000 bytes" in refused["message"]


def test_nothing_but_operations_is_journalled(new_daemon):
    daemon = new_daemon()
    fill(daemon)
    for words in (
        ["dump", "b"], ["info", "b"], ["list"], ["find", "b", "1M"], ["log", "b"],
        ["verify", "b"], ["ranges", "b", "free"], ["query", "b", "memory", "0"],
        ["alloc", "b", "1M", "--dry-run"], ["alloc", "b", "0"], ["trim", "b", "3"],
        ["create", "b"], ["reserve", "b", "0", "1", "--if-seq", "9"],
        ["create", "c", "--dry-run"], ["destroy", "b", "--dry-run"],
    ):
        assert daemon.ctl(*words).returncode in (0, 1, 3)
    daemon.stop()
    with sqlite3.connect(daemon.journal) as journal:
        count, last = journal.execute("SELECT count(*), max(seq) FROM operation").fetchone()
        names = journal.execute("SELECT name, destroyed_us FROM instance").fetchall()
    assert (count, last, names) == (6, 6, [("b", None)])


@pytest.mark.parametrize("sync", ["full", "normal", "off"])
def test_each_sync_brings_everything_back_after_a_kill(new_daemon, sync):
    daemon = new_daemon("--sync", sync)
    fill(daemon)
    dump = daemon.done("dump", "b")
    daemon.kill()
    assert new_daemon("--sync", sync).done("dump", "b") == dump


# ---- refusals to start ----


def refusal(new_daemon, **options):
    with pytest.raises(NotReady) as caught:
        new_daemon(**options)
    assert caught.value.status == 1
    return caught.value.errors


def test_garbage_is_refused_and_left_alone(new_daemon, tmp_path):
    garbage = b"this is not a journal" * 1000
    (tmp_path / "journal.db").write_bytes(garbage)
    assert str(tmp_path / "journal.db") in refusal(new_daemon)
    assert (tmp_path / "journal.db").read_bytes() == garbage


def test_database_of_somebody_else_is_refused_and_left_alone(new_daemon, tmp_path):
    with sqlite3.connect(tmp_path / "journal.db") as other:
        other.execute("CREATE TABLE mine (x)")
    before = (tmp_path / "journal.db").read_bytes()
    assert "journal" in refusal(new_daemon)
    assert (tmp_path / "journal.db").read_bytes() == before


def test_newer_schema_is_refused(new_daemon, tmp_path):
    daemon = new_daemon()
    fill(daemon)
    daemon.stop()
    with sqlite3.connect(tmp_path / "journal.db") as journal:
        journal.execute("PRAGMA user_version = 99")
    assert "99" in refusal(new_daemon)


def test_second_daemon_on_the_same_journal_is_refused(new_daemon):
    daemon = new_daemon()
    fill(daemon)
    refused = refusal(new_daemon, listen=("tcp",))
    assert str(daemon.journal) in refused
    assert daemon.done("list").split() == ["b", "6"]


def test_directory_without_permission_is_refused(new_daemon, tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o555)
    # Root may write everywhere unless it gives that up.
    humble = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]
    with pytest.raises(NotReady) as caught:
        new_daemon(
            "--journal", str(closed / "journal.db"),
            under=humble if os.geteuid() == 0 else [],
        )
    assert caught.value.status == 1
    assert "ermission denied" in caught.value.errors
    assert str(closed / "journal.db") in caught.value.errors


def test_folder_that_is_not_there_is_refused(new_daemon, tmp_path):
    with pytest.raises(NotReady) as caught:
        new_daemon("--journal", str(tmp_path / "no" / "journal.db"))
    assert caught.value.status == 1
    assert str(tmp_path / "no") in caught.value.errors


def test_full_disk_at_the_start_is_refused_with_its_reason(new_daemon, tmp_path):
    """A limit on the size of files stands in for the disk: the same write
    fails, and the daemon takes SIGXFSZ as no reason to die."""

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))

    assert str(tmp_path / "journal.db") in refusal(new_daemon, preexec_fn=limit)
    fill(new_daemon())


# ---- damage ----


def edit(daemon, statement):
    with sqlite3.connect(daemon.journal) as journal:
        assert journal.execute(statement).rowcount == 1


EDITS = {
    "size": "UPDATE operation SET size = size + 4096 WHERE seq = 3",
    "result": "UPDATE operation SET result = result - 4096 WHERE seq = 3",
    "label": "UPDATE operation SET label = 'not me' WHERE seq = 3",
    "removed": "DELETE FROM operation WHERE seq = 3",
}


@pytest.mark.parametrize("which", EDITS)
def test_edited_row_is_found_and_never_served(new_daemon, which):
    daemon = new_daemon()
    fill(daemon)
    daemon.done("create", "healthy")
    daemon.done("reserve", "healthy", "0", "4K")
    daemon.stop()
    edit(daemon, EDITS[which])

    daemon = new_daemon()
    with daemon.connect() as wire:
        answer = wire.call("dump", "b")
        assert Code.Name(answer.status.code) == "DATA_LOSS"
        assert "b" in answer.status.message
        answer = wire.call("reserve", "b", address=0, size=1)
        assert Code.Name(answer.status.code) == "DATA_LOSS"
        assert wire.do("dump", "healthy").dump.reserved.cnt == 1
        answer = wire.do("list", long_form=True)
        sizes = {i.name: i.HasField("memory_size") for i in answer.list.instances}
        assert sizes == {"b": False, "healthy": True}
        assert answer.warnings[0].startswith("b: ")
        assert wire.do("reserve", "healthy", address=0, size=1).seq == 2
    result = daemon.ctl("verify", "b")
    assert result.returncode == 1
    assert "seq 3" in result.stdout
    answer = daemon.ctl("verify", "b", "--json")
    assert answer.returncode == 1


# ---- a disk that fails under a running daemon ----


def limit_file_size(daemon, size):
    resource.prlimit(daemon.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def test_full_disk_refuses_changes_serves_reads_and_recovers(new_daemon):
    daemon = new_daemon()
    fill(daemon)
    dump = daemon.done("dump", "b")
    with daemon.connect() as wire:
        limit_file_size(daemon, 4096)
        for _ in range(3):
            answer = wire.call("reserve", "b", address=0, size=0x1000)
            assert Code.Name(answer.status.code) == "UNAVAILABLE"
        assert Code.Name(wire.call("create", "new").status.code) == "UNAVAILABLE"
        assert Code.Name(wire.call("destroy", "b").status.code) == "UNAVAILABLE"
        assert wire.do("info", "b").seq == 6
        assert daemon.done("dump", "b") == dump
        assert daemon.done("list").split() == ["b", "6"]
        assert "identical" in daemon.done("verify", "b")

        limit_file_size(daemon, resource.RLIM_INFINITY)
        for _ in patiently():  # until the daemon's next probe
            answer = wire.call("reserve", "b", address=0, size=0x1000)
            if Code.Name(answer.status.code) != "UNAVAILABLE":
                break
        assert (Code.Name(answer.status.code), answer.seq) == ("OK", 7)
    daemon.kill()
    daemon = new_daemon()
    assert daemon.json("info", "b")["seq"] == 7
    assert "7 operations replayed, identical" in daemon.done("verify", "b")


def test_pipelined_changes_on_a_full_disk_are_all_refused_and_leave_no_trace(new_daemon):
    daemon = new_daemon()
    fill(daemon)
    dump = daemon.done("dump", "b")
    with daemon.connect() as wire:
        limit_file_size(daemon, 4096)
        requests = [wire.request("create", "n")]
        requests += [wire.request("alloc", "b", size=4096) for _ in range(200)]
        requests += [wire.request("dump", "b"), wire.request("destroy", "b")]
        wire.send(*requests)
        codes = {}
        for _ in requests:
            answer = wire.receive()
            codes[answer.id] = Code.Name(answer.status.code)
        assert set(codes) == {request.id for request in requests}
        assert {codes[request.id] for request in requests[:201]} == {"UNAVAILABLE"}
        limit_file_size(daemon, resource.RLIM_INFINITY)
    assert daemon.done("dump", "b") == dump
    assert daemon.done("list").split() == ["b", "6"]
