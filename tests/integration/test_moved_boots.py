# SPDX-License-Identifier: BSD-2-Clause
"""A boot or a load that was exported here and imported there: what led to it
came along, so that its request key and its table of reserved memory answer as
they did."""

import json

import pytest
from test_boot import BOOTS, boot, create, facts_of, words_of

BOARD = "a64-board-ls1043a"


@pytest.fixture
def moved(new_daemon, tmp_path):
    """Exports board from one daemon and imports it in another, which it
    returns."""

    def move(daemon):
        daemon.done("export", "board", tmp_path / "first")
        there = tmp_path / "there"
        there.mkdir()
        other = new_daemon("--journal", str(there / "journal.db"), listen=("tcp",))
        other.done("import", tmp_path / "first", "board")
        return other

    return move


def ask(daemon, *words):
    return json.loads(daemon.ctl("--json", *words).stdout)


def test_boot_under_its_key_is_answered_as_where_it_was_done(daemon, moved):
    create(daemon, facts_of(BOARD))
    boot(daemon, BOARD, "--key", "k")
    again = boot(daemon, BOARD, "--key", "k")
    other = moved(daemon)
    assert boot(other, BOARD, "--key", "k") == again
    assert other.json("info", "board") == daemon.json("info", "board")


def test_boot_with_other_options_is_refused_there_too(daemon, moved):
    create(daemon, facts_of(BOARD))
    boot(daemon, BOARD, "--key", "k")
    other = moved(daemon)
    for more in (["--cmdline", "mem=512M"], ["--until", "bootmem_init"]):
        words = ["boot", "board", *words_of(BOARD, "--key", "k", *more)]
        assert ask(other, *words) == ask(daemon, *words)
        assert ask(other, *words)["code"] == "INVALID_ARGUMENT"
    words = ["load", "board", BOOTS / BOARD / "board.dtb", "--key", "k"]
    assert ask(other, *words) == ask(daemon, *words)
    assert "was used before" in ask(other, *words)["message"]


def test_load_under_its_key_is_answered_as_where_it_was_done(daemon, moved):
    words = ["load", "board", BOOTS / BOARD / "board.dtb", "--key", "k"]
    daemon.done("create", "board")
    assert ask(daemon, *words)["ok"]
    again = ask(daemon, *words)
    other = moved(daemon)
    assert ask(other, *words) == again
    refused = ask(other, "boot", "board", *words_of(BOARD, "--key", "k"))
    assert refused["code"] == "INVALID_ARGUMENT"


def test_reserved_memory_is_the_same_there(daemon, moved):
    create(daemon, facts_of(BOARD))
    boot(daemon, BOARD)
    daemon.done("free", "board", "0xf8000000", "0x1000000")
    table = daemon.json("reserved-memory", "board")
    assert [entry["placement"] for entry in table["entries"]] == ["dynamic"] * 3
    assert moved(daemon).json("reserved-memory", "board") == table


def test_options_stand_with_the_first_line_of_their_tree(daemon, moved, tmp_path):
    """Also those of a boot beside a load of the same tree."""
    create(daemon, facts_of(BOARD))
    boot(daemon, BOARD)
    daemon.done("load", "board", BOOTS / BOARD / "board.dtb")
    other = moved(daemon)
    lines = (tmp_path / "first").read_text().splitlines()
    trees = [r["device_tree"] for r in map(json.loads, lines) if "device_tree" in r]
    options = [tree.get("options") for tree in trees]
    assert options[0].startswith("--arch arm64 --dtb-at 0x")
    assert facts_of(BOARD)["cmdline"] in options[0]
    assert options[1:] == [None] * (len(trees) - 1)
    other.done("export", "board", tmp_path / "second")
    assert (tmp_path / "second").read_text() == (tmp_path / "first").read_text()


def test_options_in_the_middle_of_a_tree_are_refused(daemon, tmp_path):
    create(daemon, facts_of(BOARD))
    boot(daemon, BOARD)
    daemon.done("export", "board", tmp_path / "f")
    lines = (tmp_path / "f").read_text().splitlines(keepends=True)
    assert lines[1].startswith('{"device_tree":')
    (tmp_path / "f").write_text("".join([lines[0], lines[1], lines[1], *lines[2:]]))
    refused = ask(daemon, "import", tmp_path / "f", "x")
    assert refused["code"] == "INVALID_ARGUMENT"
    assert "line 3: options in the middle of a device tree" in refused["message"]
