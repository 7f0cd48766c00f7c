# SPDX-License-Identifier: BSD-2-Clause
"""The tables under "Parity" in docs/model.md: every command in them works, by
the rules of each kernel that has the function, and every function of engine/
that they name is there."""

import pathlib
import re
import shlex

import pytest

TOP = pathlib.Path(__file__).parent.parent.parent
PARITY = (TOP / "docs" / "model.md").read_text().split("\n## Parity\n")[1]
PARITY = PARITY.split("\n## ")[0]
KERNELS = ("4.0", "5.0", "6.1", "6.12")


def rows(head):
    """The cells of the table under that head line."""
    lines = PARITY.split(head + "\n")[1].splitlines()[1:]
    for line in lines:
        if not line.startswith("|"):
            return
        yield [cell.strip() for cell in line.strip("|").split("|")]


def kernels(cell):
    """Which versions a cell names: "all", "all but 4.0", "5.0, 6.1"."""
    if cell.startswith("all"):
        left_out = cell.removeprefix("all").removeprefix(" but ")
        return [kernel for kernel in KERNELS if kernel != left_out]
    named = cell.split(", ")
    assert set(named) <= set(KERNELS), cell
    return named


FUNCTIONS = list(rows("| function | in | command |"))
INSIDE = list(rows("| function | in `engine/` |"))


def test_the_tables_are_found():
    assert len(FUNCTIONS) > 100
    assert len(INSIDE) >= 15


@pytest.mark.parametrize("function, versions, command", FUNCTIONS)
def test_function_has_its_command(daemon, function, versions, command):
    typed = re.fullmatch("`(.*)`", command)
    if typed is None:
        assert re.fullmatch("none: .{20,}", command), function
        return
    for kernel in kernels(versions):
        daemon.done("create", "b", "--kernel", kernel, "--nodes", "2",
                    "--mirrored-kernelcore", "--physmem")
        daemon.done("add", "b", "0x40000000", "1G", "--nid", "0")
        daemon.done("reserve", "b", "0x41000000", "4K")
        result = daemon.ctl(*shlex.split(typed.group(1)))
        assert result.stderr == "", (kernel, function)
        assert result.returncode in (0, 1), (kernel, function)
        daemon.done("destroy", "b")


@pytest.mark.parametrize("function, ours", INSIDE)
def test_rule_inside_has_its_function(function, ours):
    name = re.fullmatch("`(.*)`", ours).group(1)
    defined = re.compile(rf"^[^\s#/*].*\b{name}\(", re.M)
    assert any(defined.search(path.read_text())
               for path in (TOP / "engine").glob("*.c")), function
