# SPDX-License-Identifier: BSD-2-Clause
"""The twelve reserves that every reader of the community's notes on
memblock_reserve knows, through memblockctl; the list after each."""

STEPS = [
    ("0x60000000", "0x200000", "60000000-60200000"),
    ("0x62000000", "0x200000", "60000000-60200000 62000000-62200000"),
    ("0x62200000", "0x200000", "60000000-60200000 62000000-62400000"),
    ("0x62300000", "0x200000", "60000000-60200000 62000000-62500000"),
    ("0x62000000", "0x600000", "60000000-60200000 62000000-62600000"),
    ("0x61000000", "0x2000000", "60000000-60200000 61000000-63000000"),
    ("0x62000000", "0x1000000", "60000000-60200000 61000000-63000000"),
    ("0x61000000", "0x1000000", "60000000-60200000 61000000-63000000"),
    ("0x61000000", "0x2000000", "60000000-60200000 61000000-63000000"),
    ("0x60f00000", "0x200000", "60000000-60200000 60f00000-63000000"),
    ("0x60e00000", "0x100000", "60000000-60200000 60e00000-63000000"),
    (
        "0x60a00000",
        "0x100000",
        "60000000-60200000 60a00000-60b00000 60e00000-63000000",
    ),
]


def test_twelve_steps_of_memblock_reserve(daemon):
    daemon.done("create", "notes")
    for base, size, expected in STEPS:
        daemon.done("reserve", "notes", base, size)
        regions = daemon.json("dump", "notes")["reserved"]["regions"]
        listed = " ".join(
            f"{int(r['base'], 16):x}-{int(r['base'], 16) + int(r['size'], 16):x}"
            for r in regions
        )
        assert listed == expected, (base, size)
