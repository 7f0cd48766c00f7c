# SPDX-License-Identifier: BSD-2-Clause
"""ranges and query: what is read from a layout, piece by piece."""

import json

import pytest
from wire import Code, pb


@pytest.fixture
def board(daemon):
    """An instance b:

    memory     |--0--|--nomap--|   |-------1-------|
    reserved     |--|                      |-noinit-|
    """
    daemon.done("create", "b", "--nodes", "2")
    daemon.done("add", "b", "0x1000", "0x3000", "--nid", "0")
    daemon.done("add", "b", "0x4000", "0x4000", "--flags", "nomap")
    daemon.done("add", "b", "0x10000", "0x8800", "--nid", "1")
    daemon.done("reserve", "b", "0x2000", "0x1000")
    daemon.done("reserve", "b", "0x14000", "0x8000", "--flags", "rsrv_noinit")
    return daemon


@pytest.fixture
def wire(board):
    with board.connect() as connection:
        yield connection


@pytest.mark.parametrize(
    "words, lines",
    [
        (["memory"], ["0x1000 0x4000 0 none", "0x10000 0x18800 1 none"]),
        (["memory", "--nid", "1"], ["0x10000 0x18800 1 none"]),
        (
            ["memory", "--flags", "nomap", "--reverse"],
            ["0x10000 0x18800 1 none", "0x4000 0x8000 - nomap",
             "0x1000 0x4000 0 none"],
        ),
        (["memory", "--flags", "mirror"], []),
        (
            ["reserved"],
            ["0x2000 0x3000 - none", "0x14000 0x1c000 - rsrv_noinit"],
        ),
        (
            ["reserved", "--nid", "1", "--reverse"],
            ["0x14000 0x1c000 - rsrv_noinit", "0x2000 0x3000 - none"],
        ),
        (
            ["free"],
            ["0x1000 0x2000 0 none", "0x3000 0x4000 0 none",
             "0x10000 0x14000 1 none"],
        ),
        (["free", "--reverse", "--nid", "0"],
         ["0x3000 0x4000 0 none", "0x1000 0x2000 0 none"]),
        (["memory", "--pfn"], ["1 4 0 none", "4 8 - nomap", "16 24 1 none"]),
        (["memory", "--pfn", "--nid", "1"], ["16 24 1 none"]),
    ],
)
def test_ranges_are_those_of_the_kernels_iterator(board, words, lines):
    assert board.done("ranges", "b", *words).splitlines() == lines


def test_ranges_json_has_the_keys_of_the_contract(board):
    assert board.json("ranges", "b", "free", "--nid", "1") == {
        "op": "ranges", "instance": "b", "seq": 5, "ok": True,
        "ranges": [{"start": "0x10000", "end": "0x14000", "nid": 1, "flags": []}],
    }
    assert board.json("ranges", "b", "memory", "--pfn")["ranges"][1] == {
        "start": 4, "end": 8, "flags": ["nomap"],
    }
    board.done("create", "empty")
    assert board.done("ranges", "empty", "free") == ""
    assert board.json("ranges", "empty", "free")["ranges"] == []


@pytest.mark.parametrize(
    "words, value",
    [
        (["memory", "0x1000"], True),
        (["memory", "0x8000"], False),
        (["map-memory", "0x4000"], False),
        (["map-memory", "0x3fff"], True),
        (["reserved", "0x2fff"], True),
        (["reserved", "0x3000"], False),
        (["region-memory", "0x1000..0x4000"], True),
        (["region-memory", "0x1000", "0x3001"], False),
        (["region-memory", "0@0x1000"], True),
        (["region-reserved", "0x1000", "0x1000"], False),
        (["region-reserved", "0x1000-0x2000"], True),
        (["region-reserved", "0x2000", "0"], False),
        (["region-reserved", "0x2001", "0"], True),
        (["overlaps", "0x8000", "0x8000", "--type", "memory"], False),
        (["overlaps", "0x8000", "0x8001", "--type", "memory"], True),
        (["overlaps", "0x8000", "0xf000", "--type", "reserved"], True),
    ],
)
def test_question_prints_true_or_false_and_exits_0_or_1(board, words, value):
    result = board.ctl("query", "b", *words)
    assert (result.returncode, result.stdout, result.stderr) == (
        (0, "true\n", "") if value else (1, "false\n", "")
    )
    assert board.json("query", "b", *words) == {
        "op": "query", "instance": "b", "seq": 5, "ok": True, "value": value,
    }


def test_find_region_prints_the_region_or_nothing(board):
    words = ["query", "b", "find-region", "--type", "memory"]
    assert board.done(*words, "0x4001") == "0x4000 0x8000 - nomap\n"
    assert board.json(*words, "0x10000")["region"] == {
        "base": "0x10000", "size": "0x8800", "flags": [], "nid": 1,
    }
    result = board.ctl(*words, "0x8000")
    assert (result.returncode, result.stdout, result.stderr) == (1, "", "")
    assert board.json(*words, "0x8000")["value"] is False


def test_false_does_not_stop_a_batch(board):
    result = board.ctl("batch", stdin="query b memory 0\nquery b memory 0x1000\n")
    assert (result.returncode, result.stdout) == (1, "false\ntrue\n")


@pytest.mark.parametrize(
    "words, word",
    [
        (["ranges", "b", "everything"], "everything"),
        (["ranges", "b"], "LIST"),
        (["ranges", "b", "reserved", "--pfn"], "--pfn"),
        (["query", "b", "mapped", "0"], "mapped"),
        (["query", "b", "memory"], "ADDR"),
        (["query", "b", "memory", "1M@0"], "memory"),
        (["query", "b", "region-memory", "0"], "region-memory"),
        (["query", "b", "overlaps", "0", "1"], "--type"),
        (["query", "b", "find-region", "0", "--type", "free"], "free"),
        (["query", "b", "memory", "here"], "here"),
    ],
)
def test_usage_error_names_the_word(board, words, word):
    result = board.ctl(*words)
    assert (result.returncode, result.stdout) == (2, "")
    assert word in result.stderr and len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "words, code",
    [
        (["ranges", "b", "physmem"], "FAILED_PRECONDITION"),
        (["ranges", "b", "memory", "--nid", "2"], "INVALID_ARGUMENT"),
        (["ranges", "b", "memory", "--flags", "rsrv_noinit"], "INVALID_ARGUMENT"),
        (["ranges", "nobody", "memory"], "NOT_FOUND"),
        (["query", "nobody", "memory", "0"], "NOT_FOUND"),
    ],
)
def test_refusal_exits_3_with_its_code(board, words, code):
    result = board.ctl("--json", *words)
    assert result.returncode == 3
    assert json.loads(result.stdout)["code"] == code


def test_address_that_32_bits_have_not_got_is_invalid(board):
    board.done("create", "narrow", "--phys-bits", "32")
    assert board.json("query", "narrow", "memory", "4G")["code"] == "INVALID_ARGUMENT"
    assert board.json("query", "narrow", "memory", "0xffffffff")["value"] is False


Q = pb.Query


@pytest.mark.parametrize(
    "operation, fields, code",
    [
        ("query", {"address": 0}, "INVALID_ARGUMENT"),
        ("query", {"question": Q.IS_MEMORY}, "INVALID_ARGUMENT"),
        ("query", {"question": Q.IS_REGION_MEMORY, "address": 0}, "INVALID_ARGUMENT"),
        ("query", {"question": Q.SEARCH, "address": 0}, "INVALID_ARGUMENT"),
        (
            "query",
            {"question": Q.SEARCH, "address": 0, "type": pb.TYPE_FREE},
            "INVALID_ARGUMENT",
        ),
        (
            "query",
            {"question": Q.SEARCH, "address": 0, "type": pb.TYPE_PHYSMEM},
            "FAILED_PRECONDITION",
        ),
        ("ranges", {"type": pb.TYPE_PHYSMEM}, "FAILED_PRECONDITION"),
        ("ranges", {"type": pb.TYPE_FREE, "pfn": True}, "INVALID_ARGUMENT"),
        ("ranges", {"nid": 2**32 - 1}, "INVALID_ARGUMENT"),
        ("ranges", {"flags": 1 << 31}, "INVALID_ARGUMENT"),
    ],
)
def test_raw_question_that_makes_no_sense_is_refused(wire, operation, fields, code):
    answer = wire.call(operation, "b", **fields)
    assert Code.Name(answer.status.code) == code
    assert answer.status.message.startswith("b: ")
    assert answer.seq == 5


def test_question_of_a_later_version_is_unimplemented(wire):
    request = wire.request("query", "b", address=0).SerializeToString()
    # Question 99, at the end of the message that is the request's last field.
    tail = b"\x08\x63"
    at = request.rindex(b"\xc2\x02\x02")
    request = request[:at] + b"\xc2\x02\x04" + request[at + 3:] + tail
    wire.send(request)
    answer = wire.receive()
    assert Code.Name(answer.status.code) == "UNIMPLEMENTED"
    assert "99" in answer.status.message


def test_many_ranges_come_in_parts_that_merge(wire):
    count = 30000
    for start in range(0, count, 1000):
        wire.send(
            *(
                wire.request("reserve", "b", address=n * 0x2000 + 2**32, size=0x1000)
                for n in range(start, start + 1000)
            )
        )
        for _ in range(1000):
            wire.receive()
    wire.send(wire.request("ranges", "b", type=pb.TYPE_RESERVED))
    whole, parts = wire.receive_whole()
    assert parts == 2
    assert len(whole.ranges.ranges) == count + 2
    assert whole.ranges.ranges[-1].start == (count - 1) * 0x2000 + 2**32
