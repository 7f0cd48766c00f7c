# SPDX-License-Identifier: BSD-2-Clause
"""lowmem: how 32-bit arm maps low memory, as a user asks for it."""

import pytest

KERNEL = ["--kernel-start", "0x40300000", "--kernel-end", "0x41607588"]


def create(daemon, *options):
    """The machine of the recorded boot a32-1g: 1 GiB, and where its kernel's
    paging_init put the current_limit."""
    daemon.done("create", "b", "--phys-bits", "32", *options)
    daemon.done("add", "b", "1G@0x40000000")
    daemon.done("set", "b", "current-limit", "0x70000000")


def test_text_is_a_line_for_each_mapping(daemon):
    create(daemon, "--kernel", "5.0")
    assert daemon.done("lowmem", "b", *KERNEL).splitlines() == [
        "0x40000000 0x40300000 MEMORY_RW 3 0",
        "0x40300000 0x41700000 MEMORY_RWX 20 0",
        "0x41700000 0x70000000 MEMORY_RW 745 0",
        "0x70000000 0x80000000 highmem",
    ]
    assert daemon.done(
        "lowmem", "b", *KERNEL, "--lowmem-limit", "0x6f7ff000"
    ).splitlines()[2:] == [
        "0x41700000 0x6f7ff000 MEMORY_RW 735 511 0x6f600000-0x6f7fefff",
        "0x6f7ff000 0x80000000 highmem",
    ]


@pytest.mark.parametrize("kernel, warned", [
    ("4.0", False), ("5.0", False), ("6.1", True), ("6.12", True),
])
def test_later_kernels_get_the_same_with_a_warning(daemon, kernel, warned):
    create(daemon, "--kernel", kernel)
    answer = daemon.json("lowmem", "b", *KERNEL)
    assert answer["mappings"] == [
        {"start": "0x40000000", "end": "0x40300000", "type": "MEMORY_RW"},
        {"start": "0x40300000", "end": "0x41700000", "type": "MEMORY_RWX"},
        {"start": "0x41700000", "end": "0x70000000", "type": "MEMORY_RW"},
    ]
    assert answer["highmem"] == [{"start": "0x70000000", "end": "0x80000000"}]
    assert answer["seq"] == 2
    assert ("warnings" in answer) == warned


def test_regions_around_the_kernel(daemon):
    """
    memory   |-----| |-nomap-| |------kernel------| |------|
    type     |-RWX-|           |-RW-|--RWX--|--RW-| |--RW--|
    """
    daemon.done("create", "b", "--kernel", "5.0", "--phys-bits", "32")
    daemon.done("add", "b", "1M@0x60000000")
    daemon.done("add", "b", "1M@0x60200000", "--flags", "nomap")
    daemon.done("add", "b", "0x60400000..0x62000000")
    daemon.done("add", "b", "0x63000000..0x63080000")
    answer = daemon.json(
        "lowmem", "b", "--kernel-start", "0x60508000", "--kernel-end", "0x60f00001"
    )
    assert [(m["start"], m["end"], m["type"]) for m in answer["mappings"]] == [
        ("0x60000000", "0x60100000", "MEMORY_RWX"),
        ("0x60400000", "0x60500000", "MEMORY_RW"),
        ("0x60500000", "0x61000000", "MEMORY_RWX"),
        ("0x61000000", "0x62000000", "MEMORY_RW"),
        ("0x63000000", "0x63080000", "MEMORY_RW"),
    ]
    assert answer["highmem"] == []


def test_lowmem_of_an_earlier_seq(daemon):
    create(daemon, "--kernel", "5.0")
    assert daemon.json("lowmem", "b@1", *KERNEL)["highmem"] == []


@pytest.mark.parametrize(
    "words, status, why",
    [
        ([], 2, "--kernel-start is missing"),
        (["--kernel-start", "1M"], 2, "--kernel-end is missing"),
        (["--kernel-start", "2M", "--kernel-end", "1M"], 2,
         "--kernel-end 0x100000 is not above --kernel-start 0x200000"),
        ([*KERNEL, "--lowmem-limit", "0x40000000"], 3,
         "b: the kernel [0x40300000-0x41607587] does not lie below the lowmem "
         "limit 0x40000000"),
        (["--kernel-start", "0x71000000", "--kernel-end", "0x72000000"], 3,
         "does not lie below the lowmem limit 0x70000000"),
        (["--kernel-start", "1M", "--kernel-end", "4G"], 3,
         "the kernel's end 0x100000000 is beyond"),
    ],
)
def test_what_cannot_be_is_refused(daemon, words, status, why):
    create(daemon)
    before = daemon.done("dump", "b")
    answer = daemon.ctl("lowmem", "b", *words)
    assert (answer.returncode, answer.stdout) == (status, "")
    assert why in answer.stderr
    assert daemon.json("lowmem", "b", *words)["code"] == "INVALID_ARGUMENT"
    assert daemon.done("dump", "b") == before


def test_pages_that_arm_does_not_have_are_refused(daemon):
    create(daemon, "--page-size", "64K")
    answer = daemon.ctl("lowmem", "b", *KERNEL)
    assert answer.returncode == 3
    assert "lowmem is about 32-bit arm" in answer.stderr
