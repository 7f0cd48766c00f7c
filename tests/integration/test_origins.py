# SPDX-License-Identifier: BSD-2-Clause
"""log --follow-origin: a copy's history, back to where it all began."""

import json
import sqlite3

import pytest


@pytest.fixture
def boards(daemon):
    """a at 3; b, a copy of a@2, at 2; c, a copy of b@2, at 1."""
    daemon.done("create", "a")
    daemon.done("add", "a", "1G@0x40000000", "--label", "ram")
    daemon.done("reserve", "a", "4K@0x40000000", "--label", "kernel")
    daemon.done("reserve", "a", "4K@0x41000000", "--label", "initrd")
    daemon.done("clone", "a@2", "b")
    daemon.done("reserve", "b", "4K@0x42000000", "--label", "kernel")
    assert daemon.ctl("alloc", "b", "8G").returncode == 3
    daemon.done("clone", "b", "c")
    daemon.done("free", "c", "4K@0x40000000")
    return daemon


def follow(daemon, *words, name="c"):
    """What it tells: (instance, seq) of each entry."""
    told = daemon.json("log", name, "--follow-origin", *words)
    return [(entry.get("instance", name), entry["seq"]) for entry in told["entries"]]


def lines_of(daemon, *words):
    """Its lines, without times and principals."""
    lines = daemon.done("log", *words).splitlines()
    return [" ".join(w for w in line.split() if not w.startswith(("20", "uid:")))
            for line in lines]


def test_log_walks_on_to_where_it_all_began(boards):
    assert lines_of(boards, "c", "--follow-origin") == [
        "a 1 add 0x40000000 0x40000000 ok ram",
        "a 2 reserve 0x40000000 0x1000 ok kernel",
        "b begins as a@2",
        "b 1 reserve 0x42000000 0x1000 ok kernel",
        "b 2 alloc 0x200000000 --align 0x40 RESOURCE_EXHAUSTED",
        "begins as b@2",
        "1 free 0x40000000 0x1000 ok",
    ]


def test_reverse_is_the_other_way_round(boards):
    forward = lines_of(boards, "c", "--follow-origin")
    assert lines_of(boards, "c", "--follow-origin", "--reverse") == forward[::-1]


def test_json_names_origins_and_whose_entries_are_another_ones(boards):
    told = boards.json("log", "c", "--follow-origin")
    assert list(told) == ["op", "instance", "origin", "origins", "entries", "seq", "ok"]
    assert told["origin"] == {"instance": "b", "seq": 2}
    assert told["origins"] == [
        {"instance": "b", "seq": 2, "life": 2},
        {"instance": "a", "seq": 2, "life": 1},
    ]
    assert [e.get("instance") for e in told["entries"]] == ["a", "a", "b", "b", None]
    assert (told["seq"], told["ok"]) == (1, True)
    for name in "ab":
        own = boards.json("log", name, "--to", "2")["entries"]
        mine = [e for e in told["entries"] if e.get("instance") == name]
        assert mine == [{"instance": name, **entry} for entry in own]
    assert told["entries"][-1] == boards.json("log", "c")["entries"][0]


def test_log_without_it_is_what_it_was(boards):
    assert lines_of(boards, "c") == ["begins as b@2", "1 free 0x40000000 0x1000 ok"]
    assert lines_of(boards, "c", "--reverse") == ["1 free 0x40000000 0x1000 ok"]
    assert "origins" not in boards.json("log", "c")
    assert boards.done("log", "a", "--follow-origin") == boards.done("log", "a")
    assert boards.json("log", "a", "--follow-origin") == boards.json("log", "a")


@pytest.mark.parametrize(
    "words, expected",
    [
        (["--grep-label", "kernel"], [("a", 2), ("b", 1)]),
        (["--failed"], [("b", 2)]),
        (["--touching", "4K@0x40000000"], [("a", 1), ("a", 2), ("c", 1)]),
        (["--op", "trim"], []),
        (["--limit", "3"], [("a", 1), ("a", 2), ("b", 1)]),
        (["--limit", "3", "--reverse"], [("c", 1), ("b", 2), ("b", 1)]),
        (["--limit", "0"], []),
        (["--grep-label", "?*", "--reverse", "--limit", "2"], [("b", 1), ("a", 2)]),
    ],
)
def test_filter_and_limit_are_for_all_of_them(boards, words, expected):
    assert follow(boards, *words) == expected


def test_times_are_for_all_of_them(boards):
    times = [e["time"] for e in boards.json("log", "c", "--follow-origin")["entries"]]
    assert follow(boards, "--since", times[1], "--until", times[2]) == [
        ("a", 2), ("b", 1),
    ]
    assert follow(boards, "--since", times[4]) == [("c", 1)]


@pytest.mark.parametrize("option", ["--from", "--to"])
def test_seqs_of_one_instance_do_not_go_with_it(boards, option):
    result = boards.ctl("log", "c", "--follow-origin", option, "1")
    assert result.returncode == 2
    assert "--from and --to are seqs of one instance" in result.stderr


def test_origin_that_was_destroyed_is_followed_to_that_life(boards):
    before = follow(boards)
    boards.done("destroy", "a")
    boards.done("destroy", "b")
    boards.done("create", "a")
    boards.done("reserve", "a", "0", "4K")
    assert follow(boards) == before
    assert follow(boards, "--life", "2", name="b") == [
        ("a", 1), ("a", 2), ("b", 1), ("b", 2),
    ]


def warned(daemon, *words, name="c"):
    """Its lines and the warning, which both forms of the answer have."""
    result = daemon.ctl("log", name, "--follow-origin", *words)
    assert result.returncode == 0
    warnings = daemon.json("log", name, "--follow-origin", *words)["warnings"]
    assert result.stderr == f"memblockctl: log: warning: {warnings[0]}\n"
    assert len(warnings) == 1
    return warnings[0]


def test_what_was_compacted_away_is_said(boards):
    boards.done("compact", "a", "--keep", "1")
    assert follow(boards) == [("a", 2), ("b", 1), ("b", 2), ("c", 1)]
    assert warned(boards) == (
        "a: operations up to 1 are not kept any more: the log begins behind them"
    )
    boards.done("compact", "a", "--keep", "3")
    assert follow(boards) == [("b", 1), ("b", 2), ("c", 1)]
    assert warned(boards, "--reverse") == (
        "a: operations up to 2 are not kept any more: the log begins behind them"
    )
    boards.done("compact", "b", "--keep", "1")
    assert follow(boards) == [("b", 2), ("c", 1)]
    boards.done("compact", "c", "--keep", "1")
    assert follow(boards) == []
    assert warned(boards).startswith("c: operations up to 1 are not kept any more")


def test_what_was_purged_is_said(boards):
    boards.done("destroy", "a", "--purge")
    boards.done("create", "a")
    assert follow(boards) == [("b", 1), ("b", 2), ("c", 1)]
    assert warned(boards) == (
        "a@2, which b began as, was purged: the log begins with b"
    )
    assert lines_of_warned(boards)[0] == "b begins as a@2"
    told = boards.json("log", "c", "--follow-origin")
    assert told["origins"][1] == {"instance": "a", "seq": 2}


def lines_of_warned(daemon):
    return daemon.ctl("log", "c", "--follow-origin").stdout.splitlines()


def test_what_was_imported_ends_there(boards, tmp_path):
    boards.done("export", "b", tmp_path / "b")
    boards.done("import", tmp_path / "b", "d")
    boards.done("clone", "d", "e")
    assert follow(boards, name="e") == [("d", 1), ("d", 2)]
    assert warned(boards, name="e") == (
        "a@2, which d began as, is not of this journal: the log begins with d"
    )


def test_it_is_the_same_after_a_restart(boards, new_daemon):
    before = boards.done("log", "c", "--follow-origin")
    boards.kill()
    assert new_daemon().done("log", "c", "--follow-origin") == before


def test_hundreds_of_copies_of_copies_are_one_log(daemon):
    daemon.done("create", "i0")
    lines = ["reserve i0 0 4K\n"]
    for number in range(1, 700):
        lines.append(f"clone i{number - 1} i{number}\n")
        lines.append(f"reserve i{number} {number * 8192} 4K\n")
    daemon.done("batch", "-", stdin="".join(lines))
    told = follow(daemon, name="i699")
    assert told == [(f"i{number}", 1) for number in range(700)]
    assert follow(daemon, "--reverse", name="i699") == told[::-1]
    origins = daemon.json("log", "i699", "--follow-origin", "--limit", "0")["origins"]
    assert [o["instance"] for o in origins] == [f"i{n}" for n in range(698, -1, -1)]


def test_damaged_origin_is_data_loss_and_one_object(boards, new_daemon):
    boards.stop()
    with sqlite3.connect(boards.journal) as journal:
        journal.execute("UPDATE operation SET label = 'x' WHERE instance = 1 AND seq = 2")
    result = new_daemon().ctl("--json", "log", "c", "--follow-origin", "--reverse")
    told = json.loads(result.stdout)
    assert (result.returncode, told["code"]) == (3, "DATA_LOSS")
    assert "seq 2" in told["message"]
    assert [e["seq"] for e in told["entries"]] == [1, 2, 1]
