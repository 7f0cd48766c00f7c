# SPDX-License-Identifier: BSD-2-Clause
"""What memblockctl prints, to the letter: scripts rely on it."""

import json
import os
import re
import socket
import sqlite3
import subprocess

import pytest
from conftest import BUILD
from wire import PATIENCE


@pytest.fixture
def board(daemon):
    """An instance b with a gibibyte at 1 GiB."""
    daemon.done("create", "b")
    daemon.done("add", "b", "0x40000000", "1G")
    return daemon


def expect_json(daemon, words, status, *lines):
    result = daemon.ctl("--json", *words)
    assert (result.returncode, result.stderr) == (status, "")
    assert result.stdout == "".join(line + "\n" for line in lines)


# ---- JSON ----


def test_json_of_each_command_has_its_keys_in_this_order(board):
    expect_json(
        board, ["create", "c"], 0, '{"op":"create","instance":"c","seq":0,"ok":true}'
    )
    expect_json(
        board, ["reserve", "b", "0x40000000", "1M"], 0,
        '{"op":"reserve","instance":"b","seq":2,"ok":true}',
    )
    expect_json(
        board, ["alloc", "b", "1M"], 0,
        '{"op":"alloc","instance":"b","seq":3,"ok":true,'
        '"base":"0x7ff00000","size":"0x100000"}',
    )
    expect_json(
        board, ["find", "b", "1M"], 0,
        '{"op":"find","instance":"b","seq":3,"ok":true,'
        '"base":"0x7fe00000","size":"0x100000"}',
    )
    expect_json(
        board, ["alloc", "b", "4G", "--align", "2M"], 3,
        '{"op":"alloc","instance":"b","seq":4,"ok":false,'
        '"code":"RESOURCE_EXHAUSTED","errno":"ENOMEM","message":"b: no 0x100000000 '
        'bytes aligned to 0x200000 in [0x1000-0xfffffffffffffffe]: largest free range '
        'is [0x40100000-0x7fefffff]"}',
    )
    expect_json(
        board, ["query", "b", "memory", "0x40000000"], 0,
        '{"op":"query","instance":"b","seq":4,"ok":true,"value":true}',
    )
    expect_json(
        board, ["ranges", "b", "free"], 0,
        '{"op":"ranges","instance":"b","seq":4,"ok":true,"ranges":'
        '[{"start":"0x40100000","end":"0x7ff00000","flags":[]}]}',
    )
    expect_json(
        board, ["dump", "b"], 0,
        '{"op":"dump","instance":"b","seq":4,"ok":true,"bottom_up":false,'
        '"current_limit":"0xffffffffffffffff","memory":{"cnt":1,'
        '"total_size":"0x40000000","regions":[{"base":"0x40000000",'
        '"size":"0x40000000","flags":[]}]},"reserved":{"cnt":2,'
        '"total_size":"0x200000","regions":[{"base":"0x40000000","size":"0x100000",'
        '"flags":[]},{"base":"0x7ff00000","size":"0x100000","flags":[]}]}}',
    )
    expect_json(
        board, ["verify", "b"], 0,
        '{"op":"verify","instance":"b","seq":4,"ok":true,'
        '"operations":4,"identical":true}',
    )
    expect_json(
        board, ["list"], 0,
        '{"op":"list","ok":true,"instances":[{"name":"b","seq":4},'
        '{"name":"c","seq":0}]}',
    )
    expect_json(
        board, ["destroy", "c"], 0, '{"op":"destroy","instance":"c","seq":0,"ok":true}'
    )


def test_json_of_a_region_with_a_node_and_flags(daemon):
    daemon.done("create", "n", "--nodes", "1")
    daemon.done("add", "n", "0", "4K", "--nid", "0", "--flags", "nomap")
    assert daemon.json("dump", "n")["memory"]["regions"] == [
        {"base": "0x0", "size": "0x1000", "flags": ["nomap"], "nid": 0}
    ]
    expect_json(
        daemon, ["ranges", "n", "memory", "--flags", "nomap"], 0,
        '{"op":"ranges","instance":"n","seq":1,"ok":true,"ranges":'
        '[{"start":"0x0","end":"0x1000","nid":0,"flags":["nomap"]}]}',
    )


def test_json_of_ping_and_version(daemon):
    text = daemon.done("--json", "ping")
    assert re.fullmatch(r'\{"op":"ping","ok":true,"round_trip_us":\d+\}\n', text)
    text = daemon.done("-j", "version")
    assert re.fullmatch(
        r'\{"op":"version","ok":true,"client":"memblockctl [\d.]+",'
        r'"server":"memblockd [\d.]+"\}\n',
        text,
    )


def test_json_ignores_the_format(board):
    plain = board.done("dump", "b", "--json")
    assert board.done("dump", "b", "--json", "--format", "table") == plain


def test_json_of_a_log_streams_entries_and_ends_with_seq_and_ok(board):
    text = board.done("log", "b", "--json")
    assert re.fullmatch(
        r'\{"op":"log","instance":"b","entries":\[\{"seq":1,"time":"[^"]{27}",'
        r'"principal":"uid:\d+","op":"add","base":"0x40000000","size":"0x40000000",'
        r'"ok":true\}\],"seq":1,"ok":true\}\n',
        text,
    )


def test_json_of_a_batch_is_one_object_a_line_and_none_for_comments(board):
    lines = (
        "alloc b 64 --align 0\n\n# nothing\nfrobnicate b\nquery b memory 0\n"
        "info nobody\n'open\nping --timeout 1\nreserve b 0 0\n"
    )
    result = board.ctl("batch", "--json", "--keep-going", stdin=lines)
    assert (result.returncode, result.stderr) == (3, "")
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    told = [(a.get("op"), a["ok"], a.get("code")) for a in answers]
    assert told == [
        ("alloc", True, None),
        ("frobnicate", False, "INVALID_ARGUMENT"),
        ("query", True, None),
        ("info", False, "NOT_FOUND"),
        (None, False, "INVALID_ARGUMENT"),  # no word of it can be told
        ("ping", False, "INVALID_ARGUMENT"),
        ("reserve", True, None),
    ]
    assert answers[0]["warnings"] == ["align 0 was taken as 0x40, the cache line"]
    assert answers[2]["value"] is False


def test_json_of_a_batch_that_stops_has_nothing_behind_the_error(board):
    result = board.ctl("--json", "batch", stdin="reserve b 0 0\nalloc b 8G\nping\n")
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert (result.returncode, [a["op"] for a in answers]) == (3, ["reserve", "alloc"])


def test_json_of_verify_that_differs_tells_both_sides(new_daemon):
    daemon = new_daemon()
    daemon.done("create", "b")
    daemon.done("add", "b", "0", "1M")
    daemon.stop()
    with sqlite3.connect(daemon.journal) as journal:
        journal.execute("UPDATE operation SET size = 4096")
    daemon = new_daemon()
    result = daemon.ctl("verify", "b", "--json")
    answer = json.loads(result.stdout)
    assert (result.returncode, answer["ok"], answer["identical"]) == (1, True, False)
    assert answer["difference"]["seq"] == 1
    assert set(answer["difference"]) == {"seq", "journal", "replay"}
    text = daemon.ctl("verify", "b")
    assert (text.returncode, text.stderr) == (1, "")
    assert answer["difference"]["journal"] in text.stdout
    assert answer["difference"]["replay"] in text.stdout


INFO = {
    "kernel": "6.12", "arrays": "host",
    "page_size": "0x4000", "cache_line": "0x80", "kernel_end": "0x1000000",
    "current_limit": "0x30000000", "memory_size": "0x100000",
    "reserved_size": "0x1000", "dram_start": "0x20000000", "dram_end": "0x20100000",
    "memory_cnt": 1, "reserved_cnt": 1, "nodes": 3, "phys_bits": 32,
    "bottom_up": True, "resize": False, "physmem": False, "movable_node": True,
    "mirrored_kernelcore": True,
}


def test_every_option_of_create_is_told_by_info_in_its_type(daemon):
    daemon.done(
        "create", "n", "--kernel", "6.12", "--page-size", "16K", "--cache-line", "128",
        "--phys-bits", "32", "--nodes", "3", "--arrays", "host", "--bottom-up",
        "--current-limit", "0x30000000", "--movable-node", "--mirrored-kernelcore",
        "--kernel-end", "16M",
    )
    daemon.done("add", "n", "0x20000000", "1M", "--nid", "2")
    daemon.done("reserve", "n", "0x20000000", "4K", "--nid", "1")
    answer = daemon.json("info", "n")
    told = {key: answer[key] for key in INFO}
    assert [(k, type(v), v) for k, v in told.items()] == [
        (k, type(v), v) for k, v in INFO.items()
    ]
    shown = dict(line.split(": ", 1) for line in daemon.done("info", "n").splitlines())
    as_text = {
        key: str(value).lower() if isinstance(value, bool) else str(value)
        for key, value in INFO.items()
    }
    assert {key: shown[key] for key in INFO} == as_text
    daemon.done("set", "n", "resize", "on")
    assert daemon.json("info", "n")["resize"] is True


# ---- text ----


def test_long_list_has_sizes_and_counts(board):
    board.done("reserve", "b", "0x40000000", "2M")
    board.done("create", "c")
    assert board.done("list", "--long") == (
        "b 2 0x40000000 0x200000 1 1\nc 0 0x0 0x0 0 0\n"
    )


def test_log_line_is_seq_time_who_operation_outcome_label(board):
    board.done("alloc", "b", "4K", "--align", "4K", "--label", "two words")
    board.ctl("alloc", "b", "8G", "--nid", "0", "--exact-nid")
    board.ctl("alloc", "b", "8G")
    lines = board.done("log", "b").splitlines()
    stamp = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z uid:\d+ "
    for line, number, rest in zip(lines, (1, 2, 3), (
        "add 0x40000000 0x40000000 ok",
        "alloc 0x1000 --align 0x1000 -> 0x7ffff000  two words",
        "alloc 0x200000000 --align 0x40 RESOURCE_EXHAUSTED",
    ), strict=True):
        assert re.fullmatch(f"{number} {stamp}{re.escape(rest)}", line), line


def test_warning_names_the_place_in_a_batch(board):
    result = board.ctl("batch", stdin="\nalloc b 64 --align 0\n")
    assert (result.returncode, result.stdout) == (0, "0x7fffffc0\n")
    assert result.stderr == (
        "memblockctl: -:2: alloc: warning: align 0 was taken as 0x40, the cache line\n"
    )


def test_batch_reads_standard_input_with_and_without_a_dash(board):
    for words in (["batch"], ["batch", "-"]):
        result = board.ctl(*words, stdin="find b 1M\nfind nobody 1\n")
        assert (result.returncode, result.stdout) == (3, "0x7ff00000\n")
        assert result.stderr == "memblockctl: -:2: find: nobody: no such instance\n"


@pytest.mark.parametrize(
    "option, in_flight", [([], 1), (["--keep-going"], 3)]
)
def test_batch_has_one_line_in_flight_or_many(daemon, tmp_path, option, in_flight):
    """A server that answers nothing and counts what has been asked: the batch
    is at its end when its standard input is."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{tmp_path}/mute")
        listener.listen()
        listener.settimeout(PATIENCE)
        batch = subprocess.Popen(
            [str(BUILD / "client" / "memblockctl"), "-s", f"unix:{tmp_path}/mute",
             "--timeout", "0.2", "batch", *option],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True,
        )
        batch.stdin.write("ping\n" * 3)
        batch.stdin.close()
        session, _ = listener.accept()
        session.settimeout(PATIENCE)
        asked = b""
        while data := session.recv(4096):
            asked += data
        session.close()
        assert batch.wait(PATIENCE) == 4
        batch.stderr.close()
    frames = 0
    while asked:
        asked = asked[1 + asked[0]:]  # lengths of one byte
        frames += 1
    assert frames == in_flight


def test_batch_exits_with_the_highest_status(board):
    def status(*lines):
        return board.ctl("batch", "--keep-going", stdin="\n".join(lines)).returncode

    false, usage, refused, good = "query b memory 0", "trim b", "info nobody", "ping"
    assert status(good, false, good) == 1
    assert status(false, usage, good) == 2
    assert status(usage, refused, false) == 3
    assert status(refused, usage, good) == 3


def test_label_before_batch_is_the_default_of_its_lines(board):
    board.done(
        "--label", "all", "batch", stdin="reserve b 0 0\nreserve b 0 0 --label mine\n"
    )
    labels = [entry.get("label") for entry in board.json("log", "b")["entries"]]
    assert labels == [None, "all", "mine"]


def test_batch_takes_no_key_or_if_seq_for_all_of_its_lines(board):
    for option in (["--if-seq", "1"], ["--key", "k"]):
        result = board.ctl(*option, "batch", stdin="reserve b 0 0\n")
        assert (result.returncode, result.stdout) == (2, "")
        assert option[0] in result.stderr and "--atomic" in result.stderr
    assert board.json("info", "b")["seq"] == 1


def test_if_seq_and_dry_run_stand_on_lines_of_a_batch(board):
    lines = "reserve b 0 0 --if-seq 1\nalloc b 4K --dry-run\nreserve b 0 0 --if-seq 1\n"
    result = board.ctl("batch", "--keep-going", stdin=lines)
    assert (result.returncode, result.stdout) == (3, "0x7ffff000\n")
    assert result.stderr == "memblockctl: -:3: reserve: b: stands at seq 2, not 1\n"


# ---- which server ----


def test_server_is_that_of_the_option_before_that_of_the_environment(new_daemon, tmp_path):
    daemon = new_daemon()
    nobody = f"unix:{tmp_path}/nobody"
    for address in daemon.addresses:
        assert daemon.done("-s", address, "ping", server=nobody)
        assert daemon.done("ping", f"--server={address}", server=nobody)
    result = daemon.ctl("ping", server=nobody)
    assert result.returncode == 4
    assert "is memblockd running?" not in result.stderr


@pytest.mark.parametrize("variable", [None, ""])
def test_server_left_out_is_the_default_socket(variable, tmp_path):
    """Nobody answers there, or a daemon of this machine's does: what is said
    tells where it looked."""
    (tmp_path / "memblockd.sock").write_text("no socket")
    environment = dict(os.environ, XDG_RUNTIME_DIR=str(tmp_path))
    environment.pop("MEMBLOCKD_SERVER", None)
    if variable is not None:
        environment["MEMBLOCKD_SERVER"] = variable
    result = subprocess.run(
        [str(BUILD / "client" / "memblockctl"), "ping"],
        capture_output=True, text=True, timeout=30, env=environment,
    )
    if os.geteuid() != 0:
        assert result.returncode == 4
        assert f"unix:{tmp_path}/memblockd.sock" in result.stderr
        assert "is memblockd running?" in result.stderr
    elif result.returncode != 0:
        assert result.returncode == 4
        assert "unix:/run/memblockd/memblockd.sock" in result.stderr
        assert "is memblockd running?" in result.stderr
