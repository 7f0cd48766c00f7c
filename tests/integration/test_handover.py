# SPDX-License-Identifier: BSD-2-Clause
"""handover: what the page allocator would get, as a user asks for it; and
compared with what eight real kernels said they got."""

import json

import pytest


@pytest.fixture
def board(daemon):
    """An instance b:

    memory     |-------0-------|--nomap--|-------1-------|
    reserved         |---|                      |--|
    """
    daemon.done("create", "b", "--nodes", "2")
    daemon.done("add", "b", "0x100000..0x200000", "--nid", "0")
    daemon.done("add", "b", "0x200000..0x300000", "--flags", "nomap")
    daemon.done("add", "b", "0x300000..0x400800", "--nid", "1")
    daemon.done("reserve", "b", "0x140000..0x160000")
    daemon.done("reserve", "b", "0x380000..0x380100")
    return daemon


def test_text_has_every_count(board):
    assert board.done(
        "handover", "b", "--cma", "64K@0x140000", "--init", "0x150000-0x152fff",
        "--max-low-pfn", "0x3c0",
    ).splitlines() == [
        "pages: 415",
        "bytes_lost: 5888 in 2 pages",
        "orders: 1 1 1 1 1 2 1 2 0 0 0",
        "node 0: 224 pages, orders 0 0 0 0 0 1 1 1 0 0 0",
        "node 1: 191 pages, orders 1 1 1 1 1 1 0 1 0 0 0",
        "node -: 0 pages, orders 0 0 0 0 0 0 0 0 0 0 0",
        "highmem: 64",
        "cma: 16",
        "init: 3",
        "totalram: 498",
    ]


def test_json_has_every_key(board):
    answer = board.json("handover", "b")
    assert answer["op"] == "handover" and answer["seq"] == 5
    assert answer["pages"] == answer["totalram"] == 479
    assert answer["bytes_lost"] == 0xF00 + 0x800
    assert len(answer["orders"]) == 11
    assert sum(n << i for i, n in enumerate(answer["orders"])) == 479
    assert [node.get("nid") for node in answer["nodes"]] == [0, 1, None]
    assert sum(node["pages"] for node in answer["nodes"]) == 479
    assert (answer["highmem"], answer["cma"], answer["init"]) == (0, 0, 0)


def test_areas_that_overlap_count_once(board):
    answer = board.json(
        "handover", "b", "--cma", "0x140000..0x148000", "--cma", "0x144000..0x150000"
    )
    assert answer["cma"] == 16
    assert answer["totalram"] == answer["pages"] + 16


def test_handover_of_an_earlier_seq_is_of_what_was_there(board):
    assert board.json("handover", "b@1")["pages"] == 256
    assert board.json("handover", "b@1")["seq"] == 1
    assert board.json("handover", "b@0")["nodes"] == []


def test_whole_address_space_takes_no_longer(daemon):
    daemon.done("create", "huge")
    daemon.done("add", "huge", "0", "0xffffffffffffffff")
    answer = daemon.json("handover", "huge")
    assert answer["pages"] == 2**52 - 1
    assert answer["orders"] == [1] * 10 + [2**42 - 1]


@pytest.mark.parametrize(
    "words, status, why",
    [
        (["--max-low-pfn", "0"], 2, "--max-low-pfn 0: all memory would be"),
        (["--cma", "0x140000"], 2, "--cma '0x140000'"),
        (["--cma", "9..8"], 2, "the end lies before the base"),
        (["--cma", "0x500000+4K"], 3, "b: cma [0x500000-0x500fff] is not all "
         "memory: there is none at 0x500000"),
        (["--init", "0x3f0000..0x410000"], 3, "b: init [0x3f0000-0x40ffff] is "
         "not all memory: there is none at 0x400800"),
        (["--cma", "0x1f0000..0x210000"], 3, "it is nomap at 0x200000"),
        (["--cma", "0x13f000..0x141000"], 3, "is not all reserved: the page at "
         "0x13f000 is handed over already"),
        (["--cma", "0@0x140000"], 3, "b: cma at 0x140000 is empty"),
        (["--cma", "8K@0x140000", "--init", "8K@0x141000"], 3,
         "b: init [0x141000-0x142fff] overlaps cma at 0x140000"),
    ],
)
def test_what_cannot_be_is_refused(board, words, status, why):
    before = board.done("dump", "b")
    answer = board.ctl("handover", "b", *words)
    assert answer.returncode == status
    assert answer.stdout == ""
    assert why in answer.stderr
    answer = board.json("handover", "b", *words)
    assert answer["code"] == "INVALID_ARGUMENT"
    assert board.done("dump", "b") == before


def one_word(area):
    return f"{area['size']}@{area['base']}"


def rebuild(daemon, folder):
    """The two lists as that kernel had them when it handed over."""
    states = json.loads((folder / "states.json").read_text())
    boot = states["before-memblock_free_all"]
    lines = []
    for region in boot["memory"]:
        nid = f" --nid {region['nid']}" if "nid" in region else ""
        flags = {"0x0": "none", "0x1": "hotplug", "0x4": "nomap"}[
            region.get("flags", "0x0")
        ]
        lines.append(f"add b {one_word(region)}{nid} --flags {flags}")
    lines += [f"reserve b {one_word(region)}" for region in boot["reserved"]]
    daemon.done("create", "b", "--kernel", "6.12", "--nodes", "4")
    daemon.done("batch", stdin="\n".join(lines))


@pytest.mark.parametrize(
    "name",
    ["a32-1g", "a64-512m", "a64-board-ls1043a", "a64-crash128",
     "a64-mem-multi", "a64-mem300m", "a64-numa3", "a64-rsv-static"],
)
def test_boot_hands_over_what_its_kernel_said(daemon, data, name):
    """What was printed is in KiB, and pages are of 4.
    Expect the figures of the line "Memory: …K/…K available", in which
    reserved is what is neither handed over nor cma; and in the end, when cma,
    the init section and the initrd have come back, MemTotal."""
    boot = json.loads((data / "boots" / name / "handover.json").read_text())
    rebuild(daemon, data / "boots" / name)
    words = [f"--cma={one_word(area)}" for area in boot["cma"]]
    words += [f"--init={one_word(area)}" for area in boot["init"]]
    if "max_low_pfn" in boot:
        words += ["--max-low-pfn", str(boot["max_low_pfn"])]
    answer = daemon.json("handover", "b", *words)
    kib = {key: 4 * answer[key]
           for key in ("pages", "highmem", "cma", "totalram")}
    assert kib["pages"] + kib["highmem"] == (
        boot["physical_kib"] - boot["reserved_kib"] - boot["cma_reserved_kib"]
    )
    assert kib["highmem"] == boot["highmem_kib"]
    assert kib["cma"] == boot["cma_reserved_kib"]
    assert kib["totalram"] == boot["mem_total_kib"]
