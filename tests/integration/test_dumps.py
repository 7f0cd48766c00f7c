# SPDX-License-Identifier: BSD-2-Clause
"""dump in each format, compared with what real kernels printed: the lists that
were read from a kernel's memory are put into an instance, and its dump is to
be, byte for byte, what that kernel printed of them. tests/data/boots/README.md
says how the boots were recorded."""

import json
import pathlib
import re

import pytest

BOOTS = pathlib.Path(__file__).parent.parent / "data" / "boots"
NAMES = sorted(folder.name for folder in BOOTS.iterdir() if folder.is_dir())
FLAGS = ("hotplug", "mirror", "nomap")


def flag_names(bits):
    names = [name for bit, name in enumerate(FLAGS) if bits >> bit & 1]
    return ",".join(names) or "none"


def line(word, region):
    """The memblockctl line that makes a region of states.json."""
    words = [word, "b", region["base"], region["size"], "--flags",
             flag_names(int(region.get("flags", "0"), 16))]
    if "nid" in region:
        words += ["--nid", region["nid"]]
    return " ".join(map(str, words)) + "\n"


def fill(daemon, boot, memory, reserved):
    """Makes the instance b hold these lists."""
    bits = "32" if boot.startswith("a32") else "64"
    daemon.done("create", "b", "--kernel", "6.1", "--phys-bits", bits,
                "--nodes", "16")
    lines = [line("add", region) for region in memory]
    lines += [line("reserve", region) for region in reserved]
    daemon.done("batch", stdin="".join(lines))


def state(boot, stage):
    lists = json.loads((BOOTS / boot / "states.json").read_text())[stage]
    return [lists[name] if isinstance(lists[name], list)
            else lists[name]["regions"] for name in ("memory", "reserved")]


@pytest.mark.parametrize("boot", NAMES)
def test_kernel_dump_is_what_the_boot_printed(daemon, boot):
    stage = "after-bootmem_init"
    if boot.startswith("a32"):
        stage = "after-arm_memblock_init"
    fill(daemon, boot, *state(boot, stage))
    assert daemon.done("dump", "b") == (BOOTS / boot / "dump.txt").read_text()


def debugfs_regions(text):
    """The regions that a file of debugfs shows."""
    for first, last in re.findall(r"(0x\w+)\.\.(0x\w+)", text):
        size = int(last, 16) - int(first, 16) + 1
        yield {"base": first, "size": hex(size)}


@pytest.mark.parametrize("boot", NAMES)
def test_debugfs_is_what_the_running_kernel_showed(daemon, boot):
    files = {name: (BOOTS / boot / f"memblock-{name}.txt").read_text()
             for name in ("memory", "reserved")}
    # Neighbours alike would become one: give each a node of its own.
    memory = [dict(region, nid=i % 2) for i, region in
              enumerate(debugfs_regions(files["memory"]))]
    fill(daemon, boot, memory, debugfs_regions(files["reserved"]))
    for name, text in files.items():
        assert text != ""
        assert daemon.done("dump", "b", "--format", "debugfs", "--type",
                           name) == text


def recorded_iomem(boot):
    """What iomem.txt has of memory, and where the kernel's code begins: the
    lines of its code and data and what lies between are left out, which are
    what the kernel made of its own reservation. A crash kernel is put together
    again with the reservation around it that it has cut."""
    lines, image, inside = [], None, False
    recorded = re.sub(
        r"(\w+)-\w+ : reserved\n  \w+-\w+ : Crash kernel\n  \w+-(\w+) : res",
        r"\1-\2 : res", (BOOTS / boot / "iomem.txt").read_text())
    for text in recorded.splitlines():
        first, what = re.match(r" *(\w+)-\w+ : (.*)", text).groups()
        if what == "Kernel code":
            image, inside = first, True
        elif what in ("System RAM", "reserved") and not inside:
            lines.append(text)
        elif what == "Kernel data":
            inside = False
    return lines, image


@pytest.mark.parametrize("boot", [b for b in NAMES if b.startswith("a64")])
def test_iomem_nests_as_in_the_running_kernel(daemon, boot):
    recorded, image = recorded_iomem(boot)
    fill(daemon, boot, *state(boot, "before-memblock_free_all"))
    shown = daemon.done("dump", "b", "--format", "iomem").splitlines()
    assert sum(text.startswith(f"  {image}-") for text in shown) == 1
    assert recorded == [
        text for text in shown if not text.startswith(f"  {image}-")]


DUMMY = (" memory.cnt  = 0x1\n"
         " memory[0x0]\t[0x0000000000000000-0xffffffffffffffff],"
         " 0x0000000000000000 bytes{} flags: 0x0\n")


def test_dummy_of_6_1_loses_its_node_with_the_first_region(daemon):
    daemon.done("create", "b", "--kernel", "6.1", "--nodes", "2")
    assert DUMMY.format(" on node 0") in daemon.done("dump", "b")
    daemon.done("add", "b", "0x1000", "0x1000")
    daemon.done("remove", "b", "0x1000", "0x1000")
    assert DUMMY.format("") in daemon.done("dump", "b")


def test_type_without_debugfs_is_a_usage_error(daemon):
    daemon.done("create", "b")
    for words in (["--type", "reserved"],
                  ["--type", "memory", "--format", "table"]):
        result = daemon.ctl("dump", "b", *words)
        assert result.returncode == 2
        assert result.stderr == (
            "memblockctl: dump: --type goes with --format debugfs\n")


def test_json_ignores_the_format(daemon):
    daemon.done("create", "b")
    plain = daemon.json("dump", "b")
    for name in ("kernel", "table", "iomem", "debugfs"):
        assert daemon.json("dump", "b", "--format", name) == plain
