# SPDX-License-Identifier: BSD-2-Clause
"""load: what a device tree says, as steps."""

import json
import subprocess

import pytest

SOURCE = """
/dts-v1/;
/memreserve/ 0x40100000 0x1000;
/ {
	#address-cells = <1>;
	#size-cells = <1>;
	memory@40000000 {
		device_type = "memory";
		reg = <0x40000000 0x40000000>;
	};
	reserved-memory {
		#address-cells = <1>;
		#size-cells = <1>;
		ranges;
		secure@50000000 {
			reg = <0x50000000 0x100000>;
			no-map;
		};
		broken@60000000 {
			reg = <0x60000000>;
		};
	};
};
"""


@pytest.fixture
def tree(tmp_path):
    """A compiled device tree; one of its nodes makes no sense."""
    path = tmp_path / "board.dtb"
    subprocess.run(
        ["dtc", "-q", "-f", "-I", "dts", "-O", "dtb", "-o", str(path)],
        input=SOURCE, text=True, check=True,
    )
    return path


def test_steps_are_lines_and_objects_in_their_order(daemon, tree):
    daemon.done("create", "b")
    answer = daemon.json("load", "b", tree)
    assert list(answer) == ["op", "instance", "seq", "ok", "steps"]
    assert (answer["seq"], answer["ok"]) == (3, True)
    done = [step for step in answer["steps"] if step["ok"]]
    assert done == [
        {"op": "add", "base": "0x40000000", "size": "0x40000000", "ok": True,
         "label": "/memory@40000000"},
        {"op": "reserve", "base": "0x40100000", "size": "0x1000", "ok": True,
         "label": "/memreserve/"},
        {"op": "mark", "base": "0x50000000", "size": "0x100000", "flags": ["nomap"],
         "ok": True, "label": "/reserved-memory/secure@50000000"},
    ]
    (skipped,) = [step for step in answer["steps"] if not step["ok"]]
    assert skipped["label"] == "/reserved-memory/broken@60000000"
    assert skipped["message"]
    daemon.done("create", "again")
    lines = daemon.done("load", "again", tree).splitlines()
    assert [line for line in lines if "skipped" not in line] == [
        "add 0x40000000 0x40000000 ok  /memory@40000000",
        "reserve 0x40100000 0x1000 ok  /memreserve/",
        "mark nomap 0x50000000 0x100000 ok  /reserved-memory/secure@50000000",
    ]
    (line,) = [line for line in lines if "skipped" in line]
    assert skipped["message"] in line and skipped["label"] in line


@pytest.mark.parametrize("cut", ["magic", "half", "empty"])
def test_malformed_tree_is_refused_and_nothing_of_it_applied(daemon, tree, cut):
    whole = tree.read_bytes()
    tree.write_bytes(
        {"magic": b"\0" + whole[1:], "half": whole[: len(whole) // 2], "empty": b""}[cut]
    )
    daemon.done("create", "b")
    result = daemon.ctl("load", "b", tree, "--json")
    answer = json.loads(result.stdout)
    assert (result.returncode, answer["code"], answer["errno"]) == (
        3, "INVALID_ARGUMENT", "EINVAL",
    )
    assert answer["seq"] == 0
    text = daemon.ctl("load", "b", tree)
    assert (text.returncode, text.stdout) == (3, "")
    assert text.stderr.startswith("memblockctl: load: b: ")
    assert daemon.json("dump", "b")["memory"]["cnt"] == 0


def test_dry_run_tells_the_steps_alone(daemon, tree):
    daemon.done("create", "b")
    told = daemon.json("load", "b", tree, "--dry-run")
    assert told["seq"] == 0
    assert daemon.json("info", "b")["memory_cnt"] == 0
    assert daemon.json("load", "b", tree)["steps"] == told["steps"]
