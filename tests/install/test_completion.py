# SPDX-License-Identifier: BSD-2-Clause
"""What the shells complete, asked of the installed scripts."""

import os
import pty
import re
import select
import subprocess

import pytest

from conftest import PATIENCE

COMPLETE = """
source "$1"
COMP_LINE=$2 COMP_POINT=${#2}
COMP_WORDS=($2)
_memblockctl
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture
def bash(root, server, tmp_path):
    """Completes a line that ends at the cursor; a list of words."""
    script = root.prefix / "share/bash-completion/completions/memblockctl"
    root.run("memblockctl", "-s", server, "create", "board0")
    root.run("memblockctl", "-s", server, "create", "board1")

    def complete(line, address=server):
        result = subprocess.run(
            ["bash", "--norc", "-c", COMPLETE, "bash", script, line],
            env=dict(root.environment, MEMBLOCKD_SERVER=address),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert (result.returncode, result.stderr) == (0, ""), result
        return result.stdout.split()

    return complete


def table(root):
    """Command to arguments, as help lists them."""
    listed = root.run("memblockctl", "help").split("Commands:\n")[1].split("\n\n")[0]
    usages = re.findall(r"^  ([a-z-]+)((?: \S+)*)", listed, re.M)
    return {command: arguments.split() for command, arguments in usages}


def test_bash_every_command(root, bash):
    assert sorted(bash("memblockctl ")) == sorted(table(root))
    assert bash("memblockctl al") == ["alloc"]
    assert sorted(bash("memblockctl help ")) == sorted(table(root))


def test_bash_options_of_each_command_are_those_of_its_help(root, bash):
    for command in table(root):
        shown = root.run("memblockctl", "help", command)
        options = re.findall(r"^ +(?:-\w, )?(--[a-z-]+)", shown, re.M)
        assert sorted(bash(f"memblockctl {command} --")) == sorted(options)


def test_bash_names_of_instances_where_a_command_takes_one(root, bash):
    names = [c for c, a in table(root).items() if a and a[0].startswith("NAME") and c != "create"]
    assert "dump" in names
    for command in names:
        assert bash(f"memblockctl {command} ") == ["board0", "board1"]
    assert bash("memblockctl dump board1") == ["board1"]
    for typed in ("watch ", "watch board0 ", "watch board0 board1 "):
        assert bash(f"memblockctl {typed}") == ["board0", "board1"]


def test_bash_name_of_something_new_is_not_completed(bash):
    assert bash("memblockctl create ") == []


def test_bash_names_come_from_the_server_that_the_line_says(bash, server):
    nobody = "unix:/nonexistent/socket"
    assert bash("memblockctl dump ", address=nobody) == []
    for option in ("-s ", "--server ", "--server="):
        line = f"memblockctl {option}{server} dump "
        assert bash(line, address=nobody) == ["board0", "board1"]


def test_bash_value_of_an_option(bash):
    assert "table" in bash("memblockctl dump board0 --format ")
    assert bash("memblockctl dump board0 --format=ta") == ["table"]
    assert bash("memblockctl add board0 1G --flags nom") == ["nomap"]
    assert bash("memblockctl --label ") == []
    assert bash("memblockctl --label text al") == ["alloc"]


def words_taken(root, *line):
    """What the tool says it takes in the place of the word `amiss`."""
    result = subprocess.run(
        ["memblockctl", *line], env=root.environment, capture_output=True, text=True
    )
    assert result.returncode == 2, result
    assert "'amiss': " in result.stderr
    told = result.stderr.rsplit(":", 1)[1].removeprefix(" not one of ")
    return [word for word in re.split(r"[\s,]+", told) if word not in ("", "or", "one", "of")]


ARGUMENTS = [
    ("LIST", ["ranges", "b"], ["amiss"]),
    ("QUESTION", ["query", "b"], ["amiss", "0"]),
    ("SETTING", ["set", "b"], ["amiss", "1"]),
    ("FLAG", ["mark", "b"], ["amiss", "0", "1"]),
    ("FLAG", ["clear", "b"], ["amiss", "0", "1"]),
]


@pytest.mark.parametrize("kind, line, amiss", ARGUMENTS)
def test_bash_words_of_an_argument_are_those_the_tool_takes(root, bash, kind, line, amiss):
    completed = bash(f"memblockctl {' '.join(line)} ")
    assert len(completed) > 1
    assert sorted(completed) == sorted(words_taken(root, *line, *amiss))


def test_bash_values_of_settings_are_taken(root, bash):
    """VALUE is completed without a look at the setting: each word is one that
    some setting takes."""
    taken = set(words_taken(root, "set", "b", "bottom-up", "amiss"))
    assert taken == {"on", "off"}
    said = subprocess.run(
        ["memblockctl", "set", "b", "current-limit", "amiss"],
        env=root.environment, capture_output=True, text=True,
    ).stderr
    taken.add(said.split()[-1])
    assert set(bash("memblockctl set board0 bottom-up ")) == taken
    assert bash("memblockctl set board0 c") == ["current-limit"]


def test_bash_completes_the_rest_of_a_word(bash):
    assert bash("memblockctl mark board0 nom") == ["nomap"]
    assert bash("memblockctl query board0 overlaps ") == []


def kinds_of(script):
    """Kind of argument to the words that a script completes."""
    text = script.read_text().replace("\\\n", " ")
    cases = re.findall(
        r"^\t?([A-Z]+)\)\s+(?:compadd|printf '%s\\n') ([a-z][\w\s-]*?)\s*;;", text, re.M
    )
    return {kind: words.split() for kind, words in cases}


def test_zsh_words_of_an_argument_are_those_of_bash(root):
    bash = kinds_of(root.prefix / "share/bash-completion/completions/memblockctl")
    zsh = kinds_of(root.prefix / "share/zsh/site-functions/_memblockctl")
    assert zsh == bash
    assert {"LIST", "QUESTION", "SETTING", "VALUE"} <= set(zsh)


def test_bash_files(bash, tmp_path):
    (tmp_path / "board.dtb").touch()
    assert bash("memblockctl load board0 boa") == ["board.dtb"]
    assert bash("memblockctl batch boa") == ["board.dtb"]
    assert bash("memblockctl -s unix:boa") == ["board.dtb"]


class Zsh:
    """An interactive zsh that types and reads what it shows."""

    def __init__(self, root, server, folder):
        script = root.prefix / "share/zsh/site-functions"
        (folder / ".zshrc").write_text(
            f"PS1='READY> '\nfpath=({script} $fpath)\n"
            "unsetopt zle_bracketed_paste\n"
            "autoload -U compinit && compinit -u -D\n"
        )
        self.master, slave = pty.openpty()
        environment = dict(
            root.environment,
            MEMBLOCKD_SERVER=server, ZDOTDIR=str(folder), TERM="dumb", COLUMNS="200",
        )
        self.process = subprocess.Popen(
            ["zsh", "-d", "-i"],
            env=environment, cwd=folder, stdin=slave, stdout=slave, stderr=slave,
            start_new_session=True,
        )
        os.close(slave)
        self.shown = ""

    def wait_for(self, text):
        while text not in self.shown:
            ready, _, _ = select.select([self.master], [], [], PATIENCE)
            assert ready, self.shown
            self.shown += os.read(self.master, 4096).decode(errors="replace")

    def type(self, text, expected):
        self.shown = ""
        os.write(self.master, text.encode())
        self.wait_for(expected)

    def end(self):
        self.process.kill()
        self.process.wait(PATIENCE)
        os.close(self.master)


@pytest.fixture
def zsh(root, server, tmp_path):
    root.run("memblockctl", "-s", server, "create", "board-of-zsh")
    home = tmp_path / "zsh"
    home.mkdir()
    (home / "tree.dtb").touch()
    shell = Zsh(root, server, home)
    try:
        shell.wait_for("READY> ")
        yield shell
    finally:
        shell.end()


@pytest.mark.parametrize(
    "typed, expected",
    [
        ("memblockctl destr\t", "destroy "),
        ("memblockctl dump \t", "board-of-zsh"),
        ("memblockctl watch b \t", "board-of-zsh"),
        ("memblockctl alloc b 1M --min\t", "--min-fallback"),
        ("memblockctl dump b --format tab\t", "table"),
        ("memblockctl dump b --format=tab\t", "--format=table"),
        ("memblockctl add b 1G --flags nom\t", "nomap"),
        ("memblockctl load b tre\t", "tree.dtb"),
    ],
)
def test_zsh_completes(zsh, typed, expected):
    zsh.type(typed, expected)
