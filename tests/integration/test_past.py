# SPDX-License-Identifier: BSD-2-Clause
"""NAME@SEQ and NAME@TIME: an instance as it stood."""

import json

import pytest
from wire import Code, pb


@pytest.fixture
def board(daemon):
    """An instance b: seq 1 adds memory, 2 to 5 reserve a page each."""
    daemon.done("create", "b")
    daemon.done("add", "b", "1G@0x40000000")
    for page in range(4):
        daemon.done("reserve", "b", hex(0x40000000 + page * 0x2000), "4K")
    return daemon


def times(daemon):
    return {entry["seq"]: entry["time"] for entry in daemon.json("log", "b")["entries"]}


def test_dump_at_each_seq_is_what_was_dumped_then(daemon):
    daemon.done("create", "b")
    dumps = [daemon.done("dump", "b")]
    for words in (
        ["add", "b", "1G@0x40000000"],
        ["reserve", "b", "0x40000000", "1M"],
        ["mark", "b", "nomap", "0x50000000", "2M"],
        ["alloc", "b", "4K"],
        ["free", "b", "0x40000000", "64K"],
        ["set", "b", "bottom-up", "on"],
    ):
        daemon.done(*words)
        dumps.append(daemon.done("dump", "b"))
    for seq, dump in enumerate(dumps):
        assert daemon.done("dump", f"b@{seq}") == dump


def test_json_carries_the_name_and_the_seq_told_of(board):
    answer = board.json("dump", "b@3")
    assert (answer["instance"], answer["seq"], answer["ok"]) == ("b", 3, True)
    assert answer["reserved"]["cnt"] == 2


def test_every_reading_command_takes_a_seq(board):
    assert board.done("ranges", "b@2", "reserved") == "0x40000000 0x40001000 - none\n"
    assert "reserved_cnt: 1\n" in board.done("info", "b@2")
    assert board.ctl("query", "b@2", "reserved", "0x40002000").returncode == 1
    assert board.ctl("query", "b@3", "reserved", "0x40002000").returncode == 0
    assert board.done("find", "b@1", "0x3fff0000", "--align", "64K") != ""


def test_physmem_of_the_past_is_read_too(daemon):
    daemon.done("create", "p", "--physmem")
    daemon.done("physmem-add", "p", "4K@0x1000")
    daemon.done("physmem-add", "p", "4K@0x4000")
    assert daemon.done("ranges", "p@1", "physmem") == "0x1000 0x2000 - none\n"
    assert daemon.json("dump", "p@1")["physmem"]["cnt"] == 1


def test_instance_without_physmem_says_so_of_its_past_too(board):
    assert board.json("ranges", "b@1", "physmem")["code"] == "FAILED_PRECONDITION"


def test_time_is_the_last_operation_not_later(board):
    for seq, time in times(board).items():
        assert board.json("dump", f"b@{time}")["seq"] == seq
    assert board.json("dump", f"b@{times(board)[5][:-1]}+00:00")["seq"] == 5


def test_past_survives_a_kill_and_a_restart(board, new_daemon):
    dump = board.done("dump", "b@3")
    board.kill()
    assert new_daemon().done("dump", "b@3") == dump


@pytest.mark.parametrize(
    "when, code, words",
    [
        ("6", "OUT_OF_RANGE", "b: seq 6 is beyond the end, which is 5"),
        ("18446744073709551615", "OUT_OF_RANGE", "beyond the end"),
        ("2999-01-01T00:00:00Z", "OUT_OF_RANGE", "in the future"),
        ("2001-01-01T00:00:00Z", "NOT_FOUND", "no such instance yet"),
    ],
)
def test_moment_that_cannot_be_had_is_refused(board, when, code, words):
    answer = board.json("dump", f"b@{when}")
    assert (answer["ok"], answer["code"], answer["seq"]) == (False, code, 5)
    assert words in answer["message"]
    assert board.ctl("dump", f"b@{when}").returncode == 3


def test_past_of_an_instance_that_is_not_there_is_not_found(daemon):
    assert daemon.json("dump", "nobody@0")["code"] == "NOT_FOUND"


@pytest.mark.parametrize(
    "words",
    [
        ["reserve", "b@1", "0", "4K"],
        ["alloc", "b@1", "4K"],
        ["destroy", "b@1"],
        ["create", "c@1"],
        ["verify", "b@1"],
        ["dump", "b@"],
        ["dump", "b@x"],
        ["dump", "b@1@2"],
        ["dump", "b@2026-01-02"],
        ["dump", "@1"],
    ],
)
def test_what_cannot_be_of_the_past_is_a_usage_error(board, words):
    result = board.ctl(*words)
    assert (result.returncode, result.stdout) == (2, ""), result
    answer = json.loads(board.ctl("--json", *words).stdout)
    assert answer["code"] == "INVALID_ARGUMENT"
    assert board.json("info", "b")["seq"] == 5


def test_change_of_the_past_is_refused_by_the_server_too(board):
    with board.connect() as wire:
        request = wire.request("reserve", "b", address=0, size=4096)
        request.at_seq = 3
        wire.send(request)
        assert wire.receive().status.code == Code.INVALID_ARGUMENT


def test_question_about_a_seq_taken_in_the_same_write_is_answered(board):
    with board.connect() as wire:
        change = wire.request("reserve", "b", address=0x50000000, size=4096)
        question = wire.request("dump", "b")
        question.at_seq = 6
        wire.send(change, question)
        answers = {answer.id: answer for answer in (wire.receive(), wire.receive())}
        assert answers[question.id].status.code == pb.Status.OK
        assert answers[question.id].dump.reserved.cnt == 5


def test_batch_lines_can_be_about_different_moments(board):
    lines = "ranges b@2 reserved\nranges b@1 reserved\nranges b@3 reserved\n"
    printed = board.done("batch", "--keep-going", stdin=lines)
    assert printed == (
        "0x40000000 0x40001000 - none\n"
        "0x40000000 0x40001000 - none\n0x40002000 0x40003000 - none\n"
    )


def test_info_has_the_hash_of_that_moment(daemon):
    daemon.done("create", "b")
    hashes = [daemon.json("info", "b")["hash"]]
    for base in ("0x1000", "0x2000"):
        daemon.done("reserve", "b", base, "4K")
        hashes.append(daemon.json("info", "b")["hash"])
    assert len(set(hashes)) == 3 and all(len(one) == 64 for one in hashes)
    for seq, told in enumerate(hashes):
        assert daemon.json("info", f"b@{seq}")["hash"] == told
        assert f"hash: {told}\n" in daemon.done("info", f"b@{seq}")
