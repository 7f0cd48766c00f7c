# SPDX-License-Identifier: BSD-2-Clause
"""export and import: a whole history as a file, and back."""

import json

import pytest


@pytest.fixture
def boards(daemon, data):
    """b with everything a history can have: operations that were refused,
    warnings, labels, keys, a device tree's group and an atomic one."""
    daemon.done("create", "b", "--nodes", "2", "--label", "made")
    daemon.done("add", "b", "1G@0x80000000", "--nid", "1", "--label", "ram é")
    daemon.done("reserve", "b", "2M@0x80000000", "--key", "first")
    daemon.ctl("alloc", "b", "1M", "--align", "0")
    assert daemon.ctl("alloc", "b", "8G").returncode == 3
    tree = next(data.rglob("*.dtb"))
    daemon.ctl("load", "b", str(tree))
    daemon.ctl(
        "batch", "--atomic", "-",
        stdin="mark b nomap 1M@0x90000000\nset b bottom-up on\nfree b 4K@0x80000000\n",
    )
    return daemon


def hash_of(daemon, name):
    return daemon.json("info", name)["hash"]


def lines_of(path):
    return path.read_text().splitlines()


def refused(daemon, path, name="x"):
    """The message of an import that is refused, and leaves nothing."""
    answer = json.loads(daemon.ctl("import", str(path), name, "--json").stdout)
    assert (answer["ok"], answer["op"], answer["instance"]) == (False, "import", name)
    assert name not in [i["name"] for i in daemon.json("list", "--all")["instances"]]
    return answer["code"], answer["message"]


def test_round_trip_has_the_same_hash_and_the_same_log(boards, tmp_path):
    path = tmp_path / "b.history"
    assert boards.done("export", "b", str(path)) == ""
    assert boards.done("import", str(path), "c") == ""
    assert hash_of(boards, "c") == hash_of(boards, "b")
    assert boards.done("log", "c") == boards.done("log", "b")
    assert boards.done("diff", "b", "c") == ""
    assert "identical" in boards.done("verify", "c")
    boards.done("export", "c", str(tmp_path / "c.history"))
    assert lines_of(tmp_path / "c.history")[1:] == lines_of(path)[1:]


def test_file_is_a_json_object_a_line_from_head_to_end(boards):
    records = [json.loads(line) for line in boards.done("export", "b").splitlines()]
    kinds = [list(record)[0] for record in records]
    assert all(len(record) == 1 for record in records)
    assert (kinds[0], kinds[-1]) == ("head", "end")
    assert set(kinds[1:-1]) == {"operation", "device_tree"}
    assert records[0]["head"]["name"] == "b"
    assert records[-1]["end"]["hash"] == hash_of(boards, "b")
    assert records[-1]["end"]["operations"] == kinds.count("operation")
    reserve = records[2]["operation"]
    assert reserve["reserve"] == {"address": "0x80000000", "size": "0x200000"}
    assert bytes.fromhex(reserve["request_key"]) == b"first"


def test_other_daemon_and_restart_keep_what_was_imported(boards, new_daemon, tmp_path):
    path = tmp_path / "b.history"
    boards.done("export", "b", str(path))
    wanted, log = hash_of(boards, "b"), boards.done("log", "b")
    other = tmp_path / "other"
    other.mkdir()
    second = new_daemon("--journal", str(other / "journal.db"), listen=("tcp",))
    second.done("import", str(path), "far")
    second.kill()
    second = new_daemon("--journal", str(other / "journal.db"), listen=("tcp",))
    assert (hash_of(second, "far"), second.done("log", "far")) == (wanted, log)
    second.done("reserve", "far", "0x1000", "4K")
    assert "identical" in second.done("verify", "far")


def test_export_of_the_past_is_what_it_was(boards, tmp_path):
    path = tmp_path / "b.history"
    told = boards.json("export", "b@3", str(path))
    assert (told["op"], told["seq"], told["ok"]) == ("export", 3, True)
    done = boards.json("import", str(path), "old")
    assert (done["seq"], done["operations"]) == (3, 3)
    assert done["hash"] == hash_of(boards, "b@3") == hash_of(boards, "old")
    assert boards.done("diff", "b@3", "old") == ""
    assert boards.ctl("export", "b@99", str(path)).returncode == 3


def test_copy_begins_with_its_layout(boards, tmp_path):
    path = tmp_path / "copy.history"
    boards.done("clone", "b@4", "copy")
    boards.done("reserve", "copy", "0x1000", "4K")
    boards.done("export", "copy", str(path))
    assert any(line.startswith('{"layout"') for line in lines_of(path))
    boards.done("import", str(path), "again")
    assert hash_of(boards, "again") == hash_of(boards, "copy")
    assert boards.done("diff", "copy@0", "again@0") == ""
    assert "identical" in boards.done("verify", "again")


def test_instance_without_operations_comes_back(daemon, tmp_path):
    daemon.done("create", "b", "--arrays", "kernel", "--phys-bits", "32")
    daemon.done("export", "b", str(tmp_path / "f"))
    daemon.done("import", str(tmp_path / "f"), "c")
    assert hash_of(daemon, "c") == hash_of(daemon, "b")


def test_label_of_the_import_and_times_of_the_original(boards, tmp_path):
    boards.done("export", "b", str(tmp_path / "f"))
    boards.done("import", str(tmp_path / "f"), "c")
    time = boards.json("log", "b")["entries"][0]["time"]
    assert boards.json("log", "c")["entries"][0]["time"] == time
    assert boards.done("diff", f"b@{time}", f"c@{time}") == ""


def test_imported_key_answers_as_the_first_time(boards, tmp_path):
    boards.done("export", "b", str(tmp_path / "f"))
    boards.done("import", str(tmp_path / "f"), "c")
    again = boards.json("reserve", "c", "2M@0x80000000", "--key", "first")
    assert (again["ok"], again["seq"]) == (True, 2)


def change(path, number, old, new):
    lines = lines_of(path)
    assert old in lines[number - 1]
    lines[number - 1] = lines[number - 1].replace(old, new)
    path.write_text("\n".join(lines) + "\n")


def test_line_that_differs_is_named_with_both_outcomes(boards, tmp_path):
    path = tmp_path / "f"
    boards.done("export", "b", str(path))
    change(path, 4, '"address":"0x', '"address":"0x1')
    code, message = refused(boards, path)
    assert code == "INVALID_ARGUMENT"
    assert message.startswith("x: line 4: seq 3: alloc: the file has ok at 0x1")
    assert ", the replay ok at 0x" in message


def test_edited_label_breaks_the_hash_of_its_line(boards, tmp_path):
    path = tmp_path / "f"
    boards.done("export", "b", str(path))
    change(path, 2, "ram", "rom")
    code, message = refused(boards, path)
    assert code == "INVALID_ARGUMENT"
    assert "line 2: seq 1: the file has hash " in message and ", the replay " in message


@pytest.mark.parametrize("keep", [0, 1, 2, 5, -1])
def test_truncated_export_is_refused(boards, tmp_path, keep):
    path = tmp_path / "f"
    boards.done("export", "b", str(path))
    lines = lines_of(path)[:keep]
    path.write_text("".join(line + "\n" for line in lines))
    code, message = refused(boards, path)
    assert code == "INVALID_ARGUMENT"
    assert f"line {len(lines) + 1}: it is cut off: the end is missing" in message


def test_half_a_line_is_no_json(boards, tmp_path):
    path = tmp_path / "f"
    boards.done("export", "b", str(path))
    path.write_text(path.read_text()[:-20])
    result = boards.ctl("import", str(path), "x")
    assert result.returncode == 2
    assert f"line {len(lines_of(path))}: no JSON" in result.stderr


@pytest.mark.parametrize("wrong,words", [
    ('{"operation":{"seq":1}}', "line 1: a history begins with its head"),
    ('{"head":{"format":2}}', "line 1: format 2 is not one that this server knows"),
    ('{}', "line 1: a history begins with its head"),
    ('{"heed":{}}', "'heed' is unknown"),
    ('{"end":{"operations":"many"}}', "'operations' is no number"),
    ('[]', "no object where one belongs"),
])
def test_line_that_is_no_record_is_named(daemon, tmp_path, wrong, words):
    (tmp_path / "f").write_text(wrong + "\n")
    code, message = refused(daemon, tmp_path / "f")
    assert code == "INVALID_ARGUMENT"
    assert words in message


@pytest.mark.parametrize("new,words", [
    ('"preserve":{', "line 3: 'preserve' is unknown"),
    ('"free":{"none":0},"reserve":{', "line 3: 'none' is unknown"),
    ('"free":{},"reserve":{', "line 3: 'reserve' is one thing too many"),
])
def test_operation_of_unknown_kind_is_named(boards, tmp_path, new, words):
    path = tmp_path / "f"
    boards.done("export", "b", str(path))
    change(path, 3, '"reserve":{', new)
    code, message = refused(boards, path)
    assert code == "INVALID_ARGUMENT"
    assert words in message


def test_operation_of_no_kind_is_named_by_the_server(boards, tmp_path):
    path = tmp_path / "f"
    boards.done("export", "b", str(path))
    change(path, 3, ',"reserve":{"address":"0x80000000","size":"0x200000"}', "")
    assert refused(boards, path) == (
        "INVALID_ARGUMENT",
        "x: line 3: it names no operation that this server knows",
    )


def test_refusal_that_becomes_a_success_is_named_with_both(boards, tmp_path):
    path = tmp_path / "f"
    boards.done("export", "b", str(path))
    change(path, 5, '"size":"0x200000000"', '"size":"0x1000"')
    code, message = refused(boards, path)
    assert code == "INVALID_ARGUMENT"
    assert "x: line 5: seq 4: alloc: the file has ENOMEM" in message
    assert ", the replay ok at 0x" in message


def test_file_cut_in_the_middle_of_a_tree_is_refused(boards, tmp_path):
    path = tmp_path / "f"
    boards.done("export", "b", str(path))
    lines = lines_of(path)
    at = next(i for i, line in enumerate(lines) if line.startswith('{"device_tree"'))
    path.write_text("".join(line + "\n" for line in lines[: at + 1]))
    code, message = refused(boards, path)
    assert code == "INVALID_ARGUMENT"
    assert f"line {at + 2}: it is cut off: the end is missing" in message


@pytest.mark.parametrize("number,words", [
    (3, "line 3: seq 3 follows seq 1"),
    (1, "line 1: a history begins with its head"),
])
def test_missing_line_is_found(boards, tmp_path, number, words):
    path = tmp_path / "f"
    boards.done("export", "b", str(path))
    lines = lines_of(path)
    del lines[number - 1]
    path.write_text("\n".join(lines) + "\n")
    assert words in refused(boards, path)[1]


def test_lines_behind_the_end_are_refused(boards, tmp_path):
    path = tmp_path / "f"
    boards.done("export", "b", str(path))
    path.write_text(path.read_text() + lines_of(path)[0] + "\n")
    assert "something behind the end" in refused(boards, path)[1]


def test_name_that_is_taken_already_exists(boards, tmp_path):
    path = tmp_path / "f"
    boards.done("export", "b", str(path))
    answer = json.loads(boards.ctl("import", str(path), "b", "--json").stdout)
    assert answer["code"] == "ALREADY_EXISTS"


def test_dry_run_makes_nothing(boards, tmp_path):
    path = tmp_path / "f"
    boards.done("export", "b", str(path))
    assert boards.json("import", str(path), "c", "--dry-run")["ok"] is True
    assert boards.ctl("info", "c").returncode == 3


def test_failed_export_leaves_no_file(boards, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    old = folder / "old"
    old.write_text("what was there")
    assert boards.ctl("export", "nobody", str(old)).returncode == 3
    assert boards.ctl("export", "b", str(folder / "no" / "f")).returncode == 2
    assert boards.ctl("export", "b", "--json").returncode == 2
    assert [p.name for p in folder.iterdir()] == ["old"]
    assert old.read_text() == "what was there"


def test_dash_is_standard_output(boards):
    assert boards.done("export", "b", "-") == boards.done("export", "b")
    assert boards.ctl("export", "b", "-", "--json").returncode == 2


def test_export_to_a_full_disk_says_so(boards):
    refused = boards.ctl("export", "b", "/dev/full")
    assert refused.returncode == 4
    assert refused.stderr == "memblockctl: export: '/dev/full': No space left on device\n"


def test_daemon_that_takes_few_regions_refuses_more(new_daemon, tmp_path):
    daemon = new_daemon()
    daemon.done("create", "b")
    for number in range(8):
        daemon.done("reserve", "b", hex(0x1000 + 0x2000 * number), "4K")
    daemon.done("export", "b", str(tmp_path / "f"))
    daemon.kill()
    daemon = new_daemon("--max-regions", "4")
    code, message = refused(daemon, tmp_path / "f")
    assert code == "RESOURCE_EXHAUSTED" and "line 6: " in message
    assert "max-regions" in message or "regions" in message


def part_of(wire, name, records, last=False):
    request = wire.request("import", name)
    getattr(request, "import").records.extend(records)
    getattr(request, "import").last = last
    wire.send(request)
    return wire.receive().status


def test_parts_are_private_until_the_last(boards):
    with boards.connect() as wire, boards.connect() as other:
        records = list(wire.do("export", "b").export.records)
        assert part_of(wire, "x", records[:5]).code == 0
        assert boards.ctl("info", "x").returncode == 3
        assert part_of(wire, "y", records[:5]).code == 9  # FAILED_PRECONDITION
        assert part_of(other, "x", records, last=True).code == 0
        assert part_of(wire, "x", records[5:], last=True).code == 6  # ALREADY_EXISTS


def test_kill_in_the_middle_leaves_nothing(boards, new_daemon):
    with boards.connect() as wire:
        records = list(wire.do("export", "b").export.records)
        assert part_of(wire, "x", records[:-1]).code == 0
        boards.kill()
    daemon = new_daemon()
    names = [i["name"] for i in daemon.json("list", "--all")["instances"]]
    assert names == ["b"]


def test_imports_under_way_are_limited(new_daemon):
    daemon = new_daemon("--max-imports", "1")
    daemon.done("create", "b")
    with daemon.connect() as wire:
        records = list(wire.do("export", "b").export.records)
        assert wire.do("hello").hello.imports_max == 1
        assert part_of(wire, "x", records[:1]).code == 0
        with daemon.connect() as other:
            status = part_of(other, "y", records[:1])
            assert status.code == 8 and "max-imports" in status.message
        assert part_of(wire, "x", records[1:], last=True).code == 0
        assert part_of(wire, "y", records, last=True).code == 0


def test_import_takes_no_key(boards, tmp_path):
    boards.done("export", "b", str(tmp_path / "f"))
    result = boards.ctl("import", str(tmp_path / "f"), "x", "--key", "k")
    assert result.returncode == 3 and "takes no request key" in result.stderr
