# SPDX-License-Identifier: BSD-2-Clause
"""Which answer comes, with which seq and exit status, when something is off:
each status that can occur, as memblockctl and as a frame tells it."""

import json
import socket
import threading

import pytest
from wire import PATIENCE, Code


@pytest.fixture
def board(daemon):
    """An instance b at seq 1, with a gibibyte at 1 GiB."""
    daemon.done("create", "b", "--nodes", "2")
    daemon.done("add", "b", "0x40000000", "1G")
    return daemon


@pytest.fixture
def wire(board):
    with board.connect() as connection:
        yield connection


def refused(daemon, *words):
    """Exit status and JSON object of a command that does not work."""
    result = daemon.ctl("--json", *words)
    assert result.stderr == ""
    answer = json.loads(result.stdout)
    assert answer["ok"] is False
    return result.returncode, answer


STATUSES = [
    (["trim", "b", "3"], "INVALID_ARGUMENT", "EINVAL", 1),
    (["info", "nobody"], "NOT_FOUND", None, None),
    (["log", "nobody"], "NOT_FOUND", None, None),
    (["create", "b"], "ALREADY_EXISTS", None, 1),
    (["alloc", "b", "4G"], "RESOURCE_EXHAUSTED", "ENOMEM", 2),
    (["ranges", "b", "physmem"], "FAILED_PRECONDITION", None, 1),
    (["cap", "b", "0", "1", "--if-seq", "9"], "ABORTED", None, 1),
    (["log", "b", "--from", "9"], "OUT_OF_RANGE", None, 1),
    (["create", "c", "--kernel", "6.2"], "INVALID_ARGUMENT", "EINVAL", None),
    (["add", "b", "0", "1", "--key", "k" * 65], "INVALID_ARGUMENT", "EINVAL", None),
]


@pytest.mark.parametrize("words, code, errno, seq", STATUSES)
def test_status_exits_3_and_says_why(board, words, code, errno, seq):
    status, answer = refused(board, *words)
    assert (status, answer["code"]) == (3, code)
    assert answer.get("errno") == errno
    assert answer["message"]
    if seq is not None:
        assert answer["seq"] == seq
    text = board.ctl(*words)
    assert (text.returncode, text.stdout) == (3, "")
    assert text.stderr.startswith(f"memblockctl: {words[0]}: ")


@pytest.mark.parametrize(
    "operation, instance, fields, code",
    [
        ("trim", "b", {"align": 3}, "INVALID_ARGUMENT"),
        ("ranges", "nobody", {}, "NOT_FOUND"),
        ("create", "b", {}, "ALREADY_EXISTS"),
        ("alloc", "b", {"size": 2**40}, "RESOURCE_EXHAUSTED"),
        ("query", "b", {"question": 6, "address": 0, "type": 2},
         "FAILED_PRECONDITION"),
        ("mark", "b", {"address": 0, "size": 1, "flags": 4, "if_seq": 9}, "ABORTED"),
        ("log", "b", {"from_seq": 9}, "OUT_OF_RANGE"),
        ("cap", "b", {"address": 0, "size": 1, "request_key": b""},
         "INVALID_ARGUMENT"),
    ],
)
def test_status_in_a_frame_leaves_the_session_alive(
    wire, operation, instance, fields, code
):
    answer = wire.call(operation, instance, **fields)
    assert Code.Name(answer.status.code) == code
    assert answer.status.message
    wire.do("ping")


# ---- what memblockctl says for a server that does not ----


@pytest.fixture
def mute(tmp_path):
    """The address of a server that takes a request and says nothing, and a
    function that makes it hang up after that."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(f"{tmp_path}/mute")
    listener.listen()
    listener.settimeout(PATIENCE)

    def hang_up():
        session, _ = listener.accept()
        session.settimeout(PATIENCE)
        assert session.recv(4096)
        session.close()

    yield f"unix:{tmp_path}/mute", hang_up
    listener.close()


@pytest.mark.parametrize("words", [["list"], ["mark", "b", "nomap", "0", "1"]])
def test_no_answer_in_time_exits_4(daemon, mute, words):
    result = daemon.ctl("--json", "--timeout", "0.05", *words, server=mute[0])
    assert result.returncode == 4
    assert json.loads(result.stdout)["code"] == "DEADLINE_EXCEEDED"


@pytest.mark.parametrize(
    "words, code",
    [
        (["mark", "b", "nomap", "0", "1"], "UNKNOWN"),
        (["clear", "b", "nomap", "0", "1"], "UNKNOWN"),
        (["set-node", "b", "0", "1", "-"], "UNKNOWN"),
        (["trim", "b", "4K"], "UNKNOWN"),
        (["limit", "b", "4K"], "UNKNOWN"),
        (["cap", "b", "0", "1"], "UNKNOWN"),
        (["cap", "b", "0", "1", "--dry-run"], "UNAVAILABLE"),
        (["ranges", "b", "free"], "UNAVAILABLE"),
        (["query", "b", "memory", "0"], "UNAVAILABLE"),
    ],
)
def test_answer_lost_to_a_change_is_unknown_and_exits_4(daemon, mute, words, code):
    address, hang_up = mute
    server = threading.Thread(target=hang_up)
    server.start()
    result = daemon.ctl("--json", *words, server=address)
    server.join()
    assert result.returncode == 4
    assert json.loads(result.stdout)["code"] == code


# ---- seq ----


def test_change_without_effect_takes_a_seq(board):
    assert board.json("reserve", "b", "0", "0")["seq"] == 2
    assert board.json("free", "b", "0x1000", "4K")["seq"] == 3
    assert board.json("limit", "b", "0")["seq"] == 4
    assert board.json("clear", "b", "nomap", "0", "4G")["seq"] == 5


def test_what_the_model_refused_takes_a_seq_and_is_in_the_log(board):
    assert refused(board, "alloc", "b", "4G")[1]["seq"] == 2
    entry = board.json("log", "b")["entries"][1]
    assert (entry["ok"], entry["code"], entry["errno"]) == (
        False, "RESOURCE_EXHAUSTED", "ENOMEM",
    )


@pytest.mark.parametrize(
    "words",
    [
        ["add", "b", "0", "1", "--nid", "7"],
        ["alloc", "b", "0"],
        ["mark", "b", "driver_managed", "0", "1"],
        ["cap", "b", "0", "1", "--if-seq", "0"],
        ["ranges", "b", "physmem"],
        ["alloc", "b", "1M", "--dry-run"],
        ["alloc", "b", "4G", "--dry-run"],
        ["find", "b", "1M"],
        ["find", "b", "4G"],
        ["create", "b"],
    ],
)
def test_what_was_not_done_takes_no_seq(board, words):
    assert board.ctl("--json", *words).returncode in (0, 3)
    assert board.json("info", "b")["seq"] == 1


def test_create_and_destroy_take_no_seq(board):
    assert board.json("create", "c")["seq"] == 0
    assert board.json("destroy", "b") == {
        "op": "destroy", "instance": "b", "seq": 1, "ok": True,
    }


def test_answer_without_an_instance_has_no_seq(board):
    assert "seq" not in refused(board, "info", "nobody")[1]
    for words in (["list"], ["ping"], ["version"]):
        assert "seq" not in board.json(*words)


def test_limit_of_the_daemon_takes_no_seq_and_is_named(new_daemon):
    daemon = new_daemon("--max-regions", "2", "--max-instances", "1")
    daemon.done("create", "b")
    daemon.done("add", "b", "0", "1M")
    status, answer = refused(daemon, "mark", "b", "nomap", "4K", "4K")
    assert (status, answer["code"], answer["seq"]) == (3, "RESOURCE_EXHAUSTED", 1)
    assert "errno" not in answer and "limit of 2 regions" in answer["message"]
    status, answer = refused(daemon, "create", "c")
    assert (status, answer["code"]) == (3, "RESOURCE_EXHAUSTED")
    assert "max-instances" in answer["message"]


# ---- the order of checks ----


def test_instance_comes_before_if_seq_and_that_before_arguments(board):
    assert refused(board, "trim", "nobody", "3", "--if-seq", "9")[1]["code"] == (
        "NOT_FOUND"
    )
    assert refused(board, "trim", "b", "3", "--if-seq", "9")[1]["code"] == "ABORTED"
    assert refused(board, "trim", "b", "3", "--if-seq", "1")[1]["code"] == (
        "INVALID_ARGUMENT"
    )


# ---- alignment and nodes ----


def test_align_left_out_is_silent_and_0_warns(board):
    for command in ("find", "alloc"):
        silent = board.json(command, "b", "64")
        assert "warnings" not in silent
        (warning,) = board.json(command, "b", "64", "--align", "0")["warnings"]
        assert "cache line" in warning


@pytest.mark.parametrize(
    "words",
    [
        ["add", "n", "0", "1", "--nid", "0"],
        ["alloc", "n", "1", "--nid", "0"],
        ["set-node", "n", "0", "1", "0"],
        ["ranges", "n", "free", "--nid", "0"],
    ],
)
def test_without_nodes_every_nid_is_invalid(daemon, words):
    daemon.done("create", "n")
    status, answer = refused(daemon, *words)
    assert (status, answer["code"]) == (3, "INVALID_ARGUMENT")
    assert "no nodes" in answer["message"]


def test_nodes_are_a_count_up_to_1024(daemon):
    daemon.done("create", "n", "--nodes", "1024")
    daemon.done("add", "n", "0", "1", "--nid", "1023")
    assert refused(daemon, "add", "n", "0", "1", "--nid", "1024")[0] == 3
    assert refused(daemon, "create", "m", "--nodes", "1025")[1]["code"] == (
        "INVALID_ARGUMENT"
    )


def test_sizes_of_arrays_need_kernel_arrays(daemon):
    for option in ("--memory-regions", "--reserved-regions"):
        status, answer = refused(daemon, "create", "n", option, "8")
        assert (status, answer["code"]) == (3, "INVALID_ARGUMENT")
        assert "needs arrays kernel" in answer["message"]


# ---- how it is typed ----


@pytest.mark.parametrize(
    "words",
    [
        ["0x40000000", "1M"],
        ["1M@0x40000000"],
        ["0x40000000+0x100000"],
        ["0x40000000-0x400fffff"],
        ["0x40000000..0x40100000"],
        ["1073741824", "1048576"],
        ["1g", "1m"],
        ["010000000000", "1024k"],
    ],
)
def test_range_in_each_notation_is_the_same(board, words):
    board.done("reserve", "b", *words)
    assert board.done("ranges", "b", "reserved") == "0x40000000 0x40100000 - none\n"


def test_options_stand_before_or_after_the_command(board):
    board.done("--label", "one", "reserve", "b", "0", "1")
    board.done("reserve", "--label", "two", "b", "0", "1")
    board.done("reserve", "b", "0", "1", "--label=three")
    entries = board.json("log", "b", "--from", "2")["entries"]
    assert [entry["label"] for entry in entries] == ["one", "two", "three"]


def test_each_command_has_help_with_an_example(daemon):
    overview = daemon.done("help")
    for command in ("mark", "clear", "set-node", "trim", "limit", "cap", "ranges",
                    "query"):
        assert f"\n  {command} " in overview
        for words in (["help", command], [command, "--help"]):
            text = daemon.done(*words)
            assert text.startswith(f"usage: memblockctl {command} ")
            assert f"\n  memblockctl {command} board0 " in text
