# SPDX-License-Identifier: BSD-2-Clause
"""memblockctl as a person and as a script use it: text, JSON, exit status."""

import json
import re

import pytest


@pytest.fixture
def board(daemon):
    """An instance b with a gibibyte at 1 GiB."""
    daemon.done("create", "b")
    daemon.done("add", "b", "0x40000000", "1G")
    return daemon


def test_changes_print_nothing_and_alloc_prints_the_address(board):
    assert board.done("reserve", "b", "0x40000000", "2M") == ""
    assert board.done("free", "b", "0x40000000", "1M") == ""
    assert board.done("remove", "b", "0x7ff00000", "1M") == ""
    assert board.done("set", "b", "bottom-up", "on") == ""
    assert board.done("alloc", "b", "4K", "--align", "2M") == "0x40000000\n"
    assert board.done("find", "b", "4K") == "0x40001000\n"


def test_json_is_one_object_with_the_keys_of_the_contract(board):
    assert board.json("create", "c") == {
        "op": "create", "instance": "c", "seq": 0, "ok": True,
    }
    assert board.json("reserve", "b", "0x40000000", "1M") == {
        "op": "reserve", "instance": "b", "seq": 2, "ok": True,
    }
    assert board.json("alloc", "b", "1M") == {
        "op": "alloc", "instance": "b", "seq": 3, "ok": True,
        "base": "0x7ff00000", "size": "0x100000",
    }
    assert board.json("find", "b", "1M")["seq"] == 3
    refused = board.ctl("alloc", "b", "4G", "--json")
    answer = json.loads(refused.stdout)
    assert (refused.returncode, refused.stderr) == (3, "")
    message = answer.pop("message")
    assert message.startswith("b: no 0x100000000 bytes aligned to 0x40 in [0x1000-")
    assert answer == {
        "op": "alloc", "instance": "b", "seq": 4, "ok": False,
        "code": "RESOURCE_EXHAUSTED", "errno": "ENOMEM",
    }
    assert board.json("list") == {
        "op": "list", "ok": True,
        "instances": [{"name": "b", "seq": 4}, {"name": "c", "seq": 0}],
    }


def test_refused_alloc_prints_nothing_on_standard_output(board):
    result = board.ctl("alloc", "b", "4G")
    assert (result.returncode, result.stdout) == (3, "")
    assert result.stderr.startswith("memblockctl: alloc: b: no 0x100000000 bytes")


def test_warning_goes_to_standard_error_and_into_json(board):
    result = board.ctl("alloc", "b", "64", "--align", "0")
    assert (result.returncode, result.stdout) == (0, "0x7fffffc0\n")
    assert result.stderr.startswith("memblockctl: alloc: warning: ")
    assert len(board.json("alloc", "b", "64", "--align", "0")["warnings"]) == 1


def test_overlap_with_other_flags_warns(board):
    result = board.ctl("add", "b", "0x3ff00000", "2M", "--flags", "hotplug")
    assert result.returncode == 0
    assert "memblockctl: add: warning: " in result.stderr


def test_kernel_dump_is_what_the_kernel_prints(board):
    board.done("add", "b", "0x80000000", "16M", "--flags", "nomap")
    board.done("reserve", "b", "0x41000000", "4K")
    assert board.done("dump", "b") == (
        "MEMBLOCK configuration:\n"
        " memory size = 0x0000000041000000 reserved size = 0x0000000000001000\n"
        " memory.cnt  = 0x2\n"
        " memory[0x0]\t[0x0000000040000000-0x000000007fffffff], "
        "0x0000000040000000 bytes flags: 0x0\n"
        " memory[0x1]\t[0x0000000080000000-0x0000000080ffffff], "
        "0x0000000001000000 bytes flags: 0x4\n"
        " reserved.cnt  = 0x1\n"
        " reserved[0x0]\t[0x0000000041000000-0x0000000041000fff], "
        "0x0000000000001000 bytes flags: 0x0\n"
    )


def test_kernel_dump_with_nodes_and_with_32_bits(daemon):
    daemon.done("create", "n", "--nodes", "2", "--phys-bits", "32")
    daemon.done("add", "n", "0x40000000", "1M", "--nid", "1")
    assert daemon.done("dump", "n", "--format", "kernel") == (
        "MEMBLOCK configuration:\n"
        " memory size = 0x00100000 reserved size = 0x00000000\n"
        " memory.cnt  = 0x1\n"
        " memory[0x0]\t[0x40000000-0x400fffff], 0x00100000 bytes on node 1 "
        "flags: 0x0\n"
        " reserved.cnt  = 0x0\n"
    )


def test_dump_json_has_both_lists(board):
    board.done("add", "b", "0x80000000", "16M", "--flags", "nomap,hotplug")
    assert board.json("dump", "b") == {
        "op": "dump", "instance": "b", "seq": 2, "ok": True,
        "bottom_up": False, "current_limit": "0xffffffffffffffff",
        "memory": {
            "cnt": 2, "total_size": "0x41000000",
            "regions": [
                {"base": "0x40000000", "size": "0x40000000", "flags": []},
                {"base": "0x80000000", "size": "0x1000000",
                 "flags": ["hotplug", "nomap"]},
            ],
        },
        "reserved": {"cnt": 0, "total_size": "0x0", "regions": []},
    }


def test_table_names_every_region_with_a_unit(board):
    board.done("reserve", "b", "0x41000000", "2M")
    text = board.done("dump", "b", "--format", "table")
    assert re.search(r"0x40000000 +0x7fffffff +1 GiB", text)
    assert re.search(r"0x41000000 +0x411fffff +2 MiB", text)


def test_info_has_the_same_keys_in_text_and_json(board):
    text = dict(
        line.split(": ", 1) for line in board.done("info", "b").splitlines()
    )
    answer = board.json("info", "b")
    for key in ("op", "instance", "seq", "ok"):
        answer.pop(key)
    assert set(answer) <= set(text)
    assert answer["dram_start"] == "0x40000000"
    assert answer["dram_end"] == "0x80000000"
    assert answer["memory_cnt"] == 1
    assert answer["bottom_up"] is False
    assert answer["kernel"] == "6.12"
    assert answer["page_size"] == "0x1000"


def test_list_long_has_sizes_and_counts(board):
    assert board.json("list", "--long")["instances"] == [
        {"name": "b", "seq": 1, "memory_size": "0x40000000",
         "reserved_size": "0x0", "memory_cnt": 1, "reserved_cnt": 0}
    ]
    assert board.done("list").split() == ["b", "1"]


def test_settings_of_create_rule_what_follows(daemon):
    daemon.done("create", "n", "--nodes", "2", "--bottom-up", "--current-limit",
                "0x48000000", "--page-size", "64K", "--cache-line", "128")
    daemon.done("add", "n", "0", "1M", "--nid", "0")
    daemon.done("add", "n", "0x40000000", "1G", "--nid", "1")
    assert daemon.done("alloc", "n", "1") == "0x10000\n"
    assert daemon.done("alloc", "n", "1") == "0x10080\n"
    assert daemon.done("alloc", "n", "4K", "--nid", "1") == "0x40000000\n"
    assert daemon.ctl("alloc", "n", "512M").returncode == 3
    daemon.done("set", "n", "current-limit", "anywhere")
    assert daemon.done("alloc", "n", "512M") == "0x40001000\n"


def test_destroyed_name_can_be_created_again(board):
    board.done("destroy", "b")
    assert board.ctl("info", "b").returncode == 3
    assert board.json("create", "b")["seq"] == 0
    assert board.json("dump", "b")["memory"]["cnt"] == 0


def test_log_tells_seq_time_who_what_and_label(board):
    board.done("--label", "early_alloc", "alloc", "b", "4K", "--align", "4K")
    board.ctl("alloc", "b", "8G")
    board.done("set", "b", "current-limit", "0x60000000")
    answer = board.json("log", "b")
    entries = answer["entries"]
    assert [entry["seq"] for entry in entries] == [1, 2, 3, 4]
    assert list(answer) == ["op", "instance", "entries", "seq", "ok"]
    assert all(
        re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", entry["time"])
        and entry["principal"].startswith("uid:")
        for entry in entries
    )
    assert [entry["time"] for entry in entries] == sorted(
        entry["time"] for entry in entries
    )
    assert entries[0]["op"] == "add"
    assert (entries[0]["base"], entries[0]["size"]) == ("0x40000000", "0x40000000")
    assert entries[1]["label"] == "early_alloc"
    assert (entries[1]["base"], entries[1]["align"]) == ("0x7ffff000", "0x1000")
    assert (entries[2]["ok"], entries[2]["code"]) == (False, "RESOURCE_EXHAUSTED")
    assert (entries[3]["op"], entries[3]["current_limit"]) == ("set", "0x60000000")
    lines = board.done("log", "b").splitlines()
    assert len(lines) == 4
    assert "early_alloc" in lines[1] and "0x7ffff000" in lines[1]


def test_log_spans_reverses_and_limits(board):
    for _ in range(9):
        board.done("reserve", "b", "0", "0")

    def seqs(*options):
        return [entry["seq"] for entry in board.json("log", "b", *options)["entries"]]

    assert seqs("--from", "3", "--to", "5") == [3, 4, 5]
    assert seqs("--reverse", "--limit", "2") == [10, 9]
    assert seqs("--from", "11") == []
    assert seqs("--from", "5", "--to", "4") == []
    result = board.ctl("log", "b", "--from", "12")
    assert result.returncode == 3
    assert "beyond the end" in result.stderr


def test_log_on_tcp_names_the_address(daemon):
    daemon.done("create", "b", server=daemon.addresses[1])
    daemon.done("reserve", "b", "0", "1", server=daemon.addresses[1])
    assert daemon.json("log", "b")["entries"][0]["principal"] == "tcp:127.0.0.1"


def test_verify_says_identical(board):
    board.done("alloc", "b", "1M")
    assert board.done("verify", "b") == "b: 2 operations replayed, identical\n"
    assert board.json("verify", "b") == {
        "op": "verify", "instance": "b", "seq": 2, "ok": True,
        "operations": 2, "identical": True,
    }


def test_ping_and_version(daemon):
    assert daemon.json("ping")["round_trip_us"] > 0
    version = daemon.json("version")
    assert version["server"].startswith("memblockd ")
    assert daemon.done("ping").strip()
    assert "memblockd" in daemon.done("version")


def test_if_seq_and_dry_run(board):
    result = board.ctl("reserve", "b", "0", "1", "--if-seq", "7")
    assert result.returncode == 3
    assert "b: stands at seq 1, not 7" in result.stderr
    assert board.done("--if-seq", "1", "--dry-run", "alloc", "b", "4K")
    assert board.json("info", "b")["seq"] == 1


def test_batch_stops_at_the_first_refusal(board):
    lines = "alloc b 1M\n# a comment\n\nalloc b 8G\nalloc b 1M\n"
    result = board.ctl("batch", stdin=lines)
    assert (result.returncode, result.stdout) == (3, "0x7ff00000\n")
    assert result.stderr.startswith("memblockctl: -:4: alloc: b: no ")


def test_batch_keep_going_tries_every_line_in_order(board, tmp_path):
    script = tmp_path / "script"
    script.write_text(
        "alloc b 1M\nfrobnicate b\nalloc b 8G\n--label 'two words' alloc b 1M\n"
    )
    result = board.ctl("batch", script, "--keep-going")
    assert (result.returncode, result.stdout) == (3, "0x7ff00000\n0x7fe00000\n")
    errors = result.stderr.splitlines()
    assert errors[0].startswith(f"memblockctl: {script}:2: frobnicate: ")
    assert errors[1].startswith(f"memblockctl: {script}:3: alloc: b: no ")
    assert board.json("log", "b")["entries"][-1]["label"] == "two words"


def test_batch_of_a_hundred_thousand_lines_is_done(board):
    lines = "".join(f"reserve b {n * 8192:#x} 4K\n" for n in range(100_000))
    assert board.ctl("batch", "--keep-going", stdin=lines).returncode == 0
    assert board.json("info", "b")["reserved_cnt"] == 100_000


@pytest.mark.parametrize(
    "arguments, word",
    [
        (["frobnicate"], "frobnicate"),
        (["reserve", "b", "0x1000q", "1"], "0x1000q"),
        (["reserve", "b", "0x10000000000000000", "1"], "0x10000000000000000"),
        (["reserve", "b", "0x2000-0x1000"], "0x2000-0x1000"),
        (["reserve", "b"], "reserve"),
        (["reserve", "b", "0", "1", "--flags", "soft"], "soft"),
        (["create", "a/b"], "a/b"),
        (["alloc", "b", "1M", "--colour"], "--colour"),
        (["set", "b", "bottom-up", "maybe"], "maybe"),
        (["dump", "b", "--format", "xml"], "xml"),
        (["load", "b", "/nonexistent/board.dtb"], "/nonexistent/board.dtb"),
    ],
)
def test_usage_error_exits_2_with_one_line_that_names_the_word(daemon, arguments, word):
    result = daemon.ctl(*arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("memblockctl: ")
    assert word in result.stderr
    answer = daemon.ctl("--json", *arguments)
    assert (answer.returncode, answer.stderr) == (2, "")
    assert json.loads(answer.stdout)["code"] == "INVALID_ARGUMENT"


def test_server_that_is_not_there_exits_4(daemon, tmp_path):
    result = daemon.ctl("-s", f"unix:{tmp_path}/nothing", "list")
    assert (result.returncode, result.stdout) == (4, "")
    assert f"{tmp_path}/nothing" in result.stderr
    answer = daemon.ctl("-s", f"unix:{tmp_path}/nothing", "list", "--json")
    assert json.loads(answer.stdout)["code"] == "UNAVAILABLE"
