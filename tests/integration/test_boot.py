# SPDX-License-Identifier: BSD-2-Clause
"""boot: the recorded boots of tests/data/boots, typed as a user types them."""

import json
import pathlib

import pytest

BOOTS = pathlib.Path(__file__).resolve().parents[1] / "data" / "boots"
ARM64 = sorted(p.name for p in BOOTS.iterdir() if p.name.startswith("a64"))


def facts_of(name):
    return json.loads((BOOTS / name / "facts.json").read_text())


def create(daemon, facts, name="board", *more):
    words = ["create", name, "--kernel", "6.1", "--arrays", "kernel"]
    if facts["arch"] == "arm":
        words += ["--phys-bits", "32"]
        words += ["--memory-regions", "128", "--reserved-regions", "128"]
    else:
        words += ["--nodes", "16"]
        words += ["--memory-regions", "1024", "--reserved-regions", "385"]
    assert daemon.ctl(*words, *more).returncode == 0


def words_of(name, *more):
    facts = facts_of(name)
    span = lambda key: "..".join(facts[key])
    words = ["--arch", facts["arch"], "--dtb", BOOTS / name / "board.dtb"]
    words += ["--dtb-at", facts["dtb"][0], "--dtb-size", facts["dtb"][1]]
    words += ["--image", span("kernel_image_phys")]
    words += ["--cmdline", facts["cmdline"]]
    words += ["--cma-size", facts["cma_size_config"]]
    words += ["--cma-alignment", facts["cma_min_alignment"]]
    if facts["arch"] == "arm":
        words += ["--phys-offset", facts["phys_offset"]]
        words += ["--swapper-pg-dir", span("swapper_pg_dir")]
    else:
        words += ["--text", facts["kernel_text_phys"]]
        words += ["--va-bits", facts["va_bits"]]
        words += ["--phys-mask-bits", facts["phys_mask_bits"]]
        words += ["--init-pg-dir", span("init_pg_dir")]
    return [str(word) for word in words] + list(more)


def boot(daemon, name, *more):
    result = daemon.ctl("--json", "boot", "board", *words_of(name, *more))
    answer = json.loads(result.stdout)
    assert result.returncode == 0, answer
    return answer


FLAGS = {"0x1": ["hotplug"], "0x4": ["nomap"], None: []}


def expected_lists(path):
    lists = json.loads(path.read_text())
    for regions in lists.values():
        for region in regions:
            region["flags"] = FLAGS[region.get("flags")]
    return lists


def lists_of(daemon, name="board"):
    layout = json.loads(daemon.ctl("--json", "dump", name).stdout)
    return {key: layout[key]["regions"] for key in ("memory", "reserved")}


def is_empty(daemon):
    info = json.loads(daemon.ctl("--json", "info", "board").stdout)
    return info["memory_cnt"] == info["reserved_cnt"] == 0


@pytest.mark.parametrize("name", [*ARM64, "a32-1g"])
def test_boot_comes_to_the_kernels_layout(daemon, name):
    create(daemon, facts_of(name))
    answer = boot(daemon, name)
    assert lists_of(daemon) == expected_lists(BOOTS / name / "expected.json")
    assert {step["stage"] for step in answer["steps"]} == {
        "setup_machine_fdt",
        "memblock_init",
    }
    assert daemon.ctl("verify", "board").returncode == 0


@pytest.mark.parametrize("name", ARM64)
def test_boot_comes_to_the_kernels_layout_after_bootmem_init(daemon, name):
    create(daemon, facts_of(name))
    boot(daemon, name, "--until", "bootmem_init")
    assert lists_of(daemon) == expected_lists(
        BOOTS / name / "expected-bootmem.json"
    )


def test_boot_stops_after_the_first_stage(daemon):
    create(daemon, facts_of("a64-512m"))
    answer = boot(daemon, "a64-512m", "--until", "setup_machine_fdt")
    steps = [(s["op"], s["base"], s["label"]) for s in answer["steps"]]
    assert steps == [
        ("reserve", "0x48200000", "setup_machine_fdt"),
        ("add", "0x40000000", "early_init_dt_add_memory_arch"),
    ]


def test_rows_are_one_group_labelled_with_the_kernels_functions(daemon):
    create(daemon, facts_of("a64-512m"))
    answer = boot(daemon, "a64-512m")
    log = json.loads(daemon.ctl("--json", "log", "board").stdout)
    assert [entry["label"] for entry in log["entries"]] == [
        "setup_machine_fdt",
        "early_init_dt_add_memory_arch",
        *["arm64_memblock_init"] * 6,
    ]
    assert {entry["group"] for entry in log["entries"]} == {1}
    assert answer["seq"] == 8


def test_text_has_a_line_for_each_step(daemon):
    create(daemon, facts_of("a64-mem-multi"))
    result = daemon.ctl("boot", "board", *words_of("a64-mem-multi"))
    lines = result.stdout.splitlines()
    assert lines[0] == "reserve 0x47e00000 0x2083 ok  setup_machine_fdt"
    assert (
        "add 0x64000100 0x200 skipped: ignoring memory block without a full "
        "page  early_init_dt_add_memory_arch /memory@40000000" in lines
    ), lines


def test_instance_that_is_not_empty_is_refused(daemon):
    create(daemon, facts_of("a64-512m"))
    daemon.ctl("add", "board", "0x1000", "0x1000")
    result = daemon.ctl("--json", "boot", "board", *words_of("a64-512m"))
    answer = json.loads(result.stdout)
    assert result.returncode == 3
    assert answer["code"] == "FAILED_PRECONDITION"
    assert answer["seq"] == 1


def test_dry_run_tells_the_steps_and_does_nothing(daemon):
    create(daemon, facts_of("a64-512m"))
    answer = boot(daemon, "a64-512m", "--dry-run")
    assert answer["seq"] == 0
    assert len(answer["steps"]) == 8
    assert is_empty(daemon)


@pytest.mark.parametrize(
    "words, what",
    [
        (["--arch", "arm64"], "--dtb is missing"),
        (["--arch", "mips"], "'mips': not one of arm64|arm"),
        (["--arch", "arm64", "--until", "later"], "'later'"),
    ],
)
def test_usage_errors_name_what_is_wrong(daemon, words, what):
    create(daemon, facts_of("a64-512m"))
    result = daemon.ctl("boot", "board", *words)
    assert result.returncode == 2
    assert what in result.stderr


def test_arm64_needs_text(daemon):
    create(daemon, facts_of("a64-512m"))
    words = words_of("a64-512m")
    at = words.index("--text")
    result = daemon.ctl("boot", "board", *words[:at], *words[at + 2 :])
    assert result.returncode == 2
    assert "--text" in result.stderr


def test_option_out_of_range_is_refused(daemon):
    create(daemon, facts_of("a64-512m"))
    result = daemon.ctl(
        "boot", "board", *words_of("a64-512m", "--va-bits", "64")
    )
    assert result.returncode == 3
    assert "va-bits must be 36 to 52" in result.stderr


def test_damaged_tree_is_refused_and_nothing_is_applied(daemon, tmp_path):
    blob = (BOOTS / "a64-512m" / "board.dtb").read_bytes()
    (tmp_path / "cut.dtb").write_bytes(blob[:1000])
    create(daemon, facts_of("a64-512m"))
    words = words_of("a64-512m", "--dtb", str(tmp_path / "cut.dtb"))
    result = daemon.ctl("--json", "boot", "board", *words)
    answer = json.loads(result.stdout)
    assert answer["code"] == "INVALID_ARGUMENT"
    assert "not a well-formed device tree" in answer["message"]
    assert is_empty(daemon)


def test_malformed_words_of_the_command_line_are_steps(daemon):
    create(daemon, facts_of("a64-512m"))
    answer = boot(daemon, "a64-512m", "--cmdline", "mem cma quiet")
    messages = [s["message"] for s in answer["steps"] if not s["ok"]]
    assert messages == [
        "Malformed early option 'mem'",
        "Config string not provided",
        "Malformed early option 'cma'",
    ]


def test_command_line_is_the_trees_unless_given(daemon):
    create(daemon, facts_of("a64-mem300m"))
    words = words_of("a64-mem300m")
    at = words.index("--cmdline")
    result = daemon.ctl("boot", "board", *words[:at], *words[at + 2 :])
    assert result.returncode == 0
    assert lists_of(daemon) == expected_lists(
        BOOTS / "a64-mem300m" / "expected.json"
    )


def test_same_key_boots_once(daemon):
    create(daemon, facts_of("a64-512m"))
    first = boot(daemon, "a64-512m", "--key", "k")
    again = boot(daemon, "a64-512m", "--key", "k")
    assert again["seq"] == first["seq"] == 8
    assert len(again["steps"]) == 8


def test_same_key_with_other_options_is_refused(daemon):
    """The same tree. Expect an option that decides nothing here to count, too,
    and load to be another operation."""
    create(daemon, facts_of("a64-512m"))
    boot(daemon, "a64-512m", "--key", "k")
    for option in ("--until=setup_machine_fdt", "--swapper-pg-dir=4K@4K"):
        words = words_of("a64-512m", "--key", "k", *option.split("="))
        result = daemon.ctl("--json", "boot", "board", *words)
        assert result.returncode == 3
        assert json.loads(result.stdout)["code"] == "INVALID_ARGUMENT"
    tree = str(BOOTS / "a64-512m" / "board.dtb")
    result = daemon.ctl("load", "board", tree, "--key", "k")
    assert result.returncode == 3
    assert "used before" in result.stderr


def test_arrays_that_are_too_small_refuse_as_the_kernels_would(daemon):
    """Two regions of reserved: the tree and the initrd. Expect the image to be
    refused and the rest to go on."""
    words = "create board --kernel 6.1 --arrays kernel --reserved-regions 4"
    assert daemon.ctl(*words.split()).returncode == 0
    answer = boot(daemon, "a64-rsv-static")
    refused = [s for s in answer["steps"] if not s["ok"]]
    assert refused
    log = json.loads(daemon.ctl("--json", "log", "board").stdout)
    assert [e["message"] for e in log["entries"] if not e["ok"]] == [
        s["message"] for s in refused if "array of reserved" in s["message"]
    ]
    assert daemon.ctl("verify", "board").returncode == 0


def table_of(daemon):
    return json.loads(daemon.ctl("--json", "reserved-memory", "board").stdout)


def test_reserved_memory_is_what_the_kernel_made_of_it(daemon):
    create(daemon, facts_of("a64-rsv-static"))
    boot(daemon, "a64-rsv-static")
    uses = {
        entry["node"].rpartition("/")[2]: (entry["placement"], entry["use"])
        for entry in table_of(daemon)["entries"]
    }
    assert uses["vpu@52000000"] == ("static", "cma")
    assert uses["dsp@56000000"] == ("static", "dma-pool")
    assert ("static", "cma-default") in uses.values()
    assert ("static", "none") in uses.values()


def test_reserved_memory_is_kept_across_a_restart(new_daemon):
    """Expect the three dynamic nodes of a real board where the kernel put them,
    also by a daemon that did not boot them."""
    daemon = new_daemon()
    create(daemon, facts_of("a64-board-ls1043a"))
    boot(daemon, "a64-board-ls1043a")
    before = table_of(daemon)
    assert [(e["base"], e["size"]) for e in before["entries"]] == [
        ("0xfb800000", "0x400000"),
        ("0xf8000000", "0x2000000"),
        ("0xfa000000", "0x1000000"),
    ]
    daemon.done("clone", "board", "copy")
    daemon.done("free", "copy", "0xf8000000", "0x1000000")
    assert daemon.stop() == 0
    daemon = new_daemon()
    assert table_of(daemon) == before
    copy = daemon.json("reserved-memory", "copy")
    assert copy["entries"] == before["entries"]


def test_reserved_memory_of_an_instance_without_a_tree_is_not_found(daemon):
    create(daemon, facts_of("a64-512m"))
    assert table_of(daemon)["code"] == "NOT_FOUND"
