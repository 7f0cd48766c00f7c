# SPDX-License-Identifier: BSD-2-Clause
"""The installed manual pages are well formed, and say all that --help and the
header say."""

import re
import subprocess

import pytest

PAGES = ["memblock_client.3", "memblockctl.1", "memblockd.8"]
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


def path_of(root, page):
    return root.prefix / f"share/man/man{page[-1]}" / page


def text_of(root, page):
    """As a reader sees it, each paragraph on one long line."""
    environment = dict(root.environment, MANWIDTH="10000", LC_ALL="C.UTF-8")
    result = subprocess.run(
        ["man", "--warnings", "-P", "cat", "-l", path_of(root, page)],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert (result.returncode, result.stderr) == (0, "")
    return re.sub(r".\x08", "", result.stdout)


@pytest.mark.parametrize("page", PAGES)
def test_page_is_well_formed(root, page):
    # Styles are taste, and the date is when it was built.
    result = subprocess.run(
        ["mandoc", "-T", "lint", "-W", "error", path_of(root, page)],
        capture_output=True,
        text=True,
    )
    assert (result.returncode, result.stdout) == (0, "")
    assert "\\" not in text_of(root, page).replace("\\n", "")


@pytest.mark.parametrize("program", ["memblockctl.1", "memblockd.8"])
def test_page_and_help_name_the_same_options(root, program):
    name = program[:-2]
    shown = set(OPTION.findall(root.run(name, "--help")))
    if name == "memblockctl":
        for command in commands(root):
            shown |= set(OPTION.findall(root.run(name, "help", command)))
    assert shown
    assert set(OPTION.findall(text_of(root, program))) == shown


def commands(root):
    overview = root.run("memblockctl", "help").split("Commands:\n")[1]
    return re.findall(r"^  ([a-z-]+)", overview.split("\n\n")[0], re.M)


def test_page_names_every_command_with_its_example(root):
    text = text_of(root, "memblockctl.1")
    assert "alloc" in commands(root)
    for command in commands(root):
        example = root.run("memblockctl", "help", command).split("Example:\n")[1]
        assert re.search(rf"^ +{command}\b", text, re.M)
        assert f"Example: {example.strip()}\n" in text


def test_page_names_every_function_of_the_library(root):
    header = (root.prefix / "include" / "memblock_client.h").read_text()
    code = re.sub(r"/\*.*?\*/", "", header, flags=re.S)
    functions = set(re.findall(r"\b(mbc_\w+)\(", code))
    page = text_of(root, "memblock_client.3").split("EXAMPLES")[0]
    assert "mbc_call" in functions
    assert set(re.findall(r"\b(mbc_\w+)\(\)", page)) == functions
