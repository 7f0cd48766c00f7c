# SPDX-License-Identifier: BSD-2-Clause
"""destroy --purge: what an instance was leaves the journal."""

import sqlite3


def count(daemon, table):
    with sqlite3.connect(f"file:{daemon.journal}?mode=ro", uri=True) as journal:
        return journal.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def make(daemon, rows):
    daemon.done("create", "b")
    for n in range(rows):
        daemon.done("reserve", "b", n * 0x2000, "4K")


def test_purge_drops_all_of_an_instance(new_daemon):
    daemon = new_daemon()
    make(daemon, 3)
    daemon.done("create", "c")
    daemon.done("add", "c", "0", "4K")
    assert daemon.json("destroy", "b", "--purge")["seq"] == 3
    assert (count(daemon, "operation"), count(daemon, "instance")) == (1, 1)
    assert daemon.done("list", "--all") == "c 1\n"
    assert daemon.ctl("log", "b", "--life", "1").returncode == 3
    daemon.kill()
    daemon = new_daemon()
    assert daemon.done("list") == "c 1\n"
    make(daemon, 1)
    listed = daemon.json("list", "--all")["instances"]
    assert [row["name"] for row in listed] == ["b", "c"]
    with sqlite3.connect(f"file:{daemon.journal}?mode=ro", uri=True) as journal:
        assert journal.execute(
            "SELECT id FROM instance WHERE name = 'b'"
        ).fetchone() == (3,)


def test_purge_of_an_earlier_life_leaves_the_one_in_service(daemon):
    make(daemon, 2)
    daemon.done("destroy", "b")
    make(daemon, 1)
    assert daemon.json("destroy", "b", "--life", "1")["code"] == "FAILED_PRECONDITION"
    assert daemon.json("destroy", "b", "--life", "9", "--purge")["code"] == "NOT_FOUND"
    answer = daemon.json("destroy", "b", "--life", "1", "--purge")
    assert (answer["ok"], answer["seq"]) == (True, 2)
    assert daemon.json("destroy", "b", "--life", "1", "--purge")["code"] == "NOT_FOUND"
    assert daemon.done("list", "--all") == "b 1\n"
    assert "identical" in daemon.done("verify", "b")
    assert count(daemon, "operation") == 1


def test_life_in_service_can_be_named(daemon):
    make(daemon, 1)
    daemon.done("destroy", "b", "--life", "1", "--purge")
    assert daemon.done("list", "--all") == ""


def test_dry_run_purges_nothing(daemon):
    make(daemon, 1)
    daemon.done("destroy", "b", "--purge", "--dry-run")
    assert daemon.done("list") == "b 1\n"
    assert count(daemon, "operation") == 1


def test_clone_outlives_the_purge_of_its_origin(daemon):
    make(daemon, 2)
    daemon.done("clone", "b", "c")
    layout = daemon.done("dump", "b")
    daemon.done("destroy", "b", "--purge")
    assert daemon.done("dump", "c") == layout
    assert "identical" in daemon.done("verify", "c")


def test_lines_of_one_batch_create_destroy_and_purge(daemon):
    assert daemon.done(
        "batch", "--keep-going",
        stdin="create b\nadd b 0 1G\ndestroy b --purge\ncreate b\n"
        "destroy b\ndestroy b --life 2 --purge\n",
    ) == ""
    assert daemon.done("list", "--all") == ""
