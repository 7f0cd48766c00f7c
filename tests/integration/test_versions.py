# SPDX-License-Identifier: BSD-2-Clause
"""Instances that follow other versions of the kernel."""

import json

import pytest


def refused(daemon, *words):
    result = daemon.ctl("--json", *words)
    answer = json.loads(result.stdout)
    assert answer["ok"] is False
    return result.returncode, answer["code"], answer["message"]


@pytest.mark.parametrize("kernel", ["4.0", "5.0", "6.1", "6.12"])
def test_version_is_kept_and_replayed(new_daemon, kernel):
    daemon = new_daemon()
    daemon.done("create", "b", "--kernel", kernel)
    daemon.done("add", "b", "0x40000000", "1G")
    daemon.done("alloc", "b", "4K")
    assert daemon.stop() == 0
    daemon = new_daemon()
    assert daemon.json("info", "b")["kernel"] == kernel
    assert daemon.done("verify", "b") == "b: 2 operations replayed, identical\n"


def test_version_that_is_none_is_refused(daemon):
    assert refused(daemon, "create", "b", "--kernel", "2.6")[:2] == (
        3, "INVALID_ARGUMENT",
    )


@pytest.mark.parametrize(
    "kernel, words",
    [
        ("4.0", ["add", "b", "0", "1M", "--flags", "nomap"]),
        ("4.0", ["mark", "b", "mirror", "0", "1M"]),
        ("5.0", ["add", "b", "0", "1M", "--flags", "driver_managed"]),
        ("6.1", ["reserve", "b", "0", "1M", "--flags", "rsrv_noinit"]),
        ("6.1", ["mark", "b", "rsrv_noinit", "0", "1M"]),
        ("5.0", ["ranges", "b", "memory", "--flags", "driver_managed"]),
    ],
)
def test_flag_that_came_later_is_invalid(daemon, kernel, words):
    daemon.done("create", "b", "--kernel", kernel)
    before = daemon.done("--json", "dump", "b")
    status, code, message = refused(daemon, *words)
    assert (status, code) == (3, "INVALID_ARGUMENT")
    assert message.startswith("b: flag ")
    assert message.endswith(f" is unknown to kernel {kernel}")
    assert daemon.done("--json", "dump", "b") == before


def test_ranges_without_flags_work_in_every_version(daemon):
    daemon.done("create", "b", "--kernel", "4.0")
    daemon.done("add", "b", "0x1000", "4K", "--flags", "hotplug")
    assert daemon.done("ranges", "b", "memory") == "0x1000 0x2000 - hotplug\n"


def test_alloc_of_5_0_stays_on_its_node(daemon):
    for kernel in "5.0", "6.1":
        name = "k" + kernel
        daemon.done("create", name, "--kernel", kernel, "--nodes", "2")
        daemon.done("add", name, "0x40000000", "1M", "--nid", "1")
    assert daemon.ctl("alloc", "k5.0", "4K", "--nid", "0").returncode == 3
    assert daemon.done("alloc", "k6.1", "4K", "--nid", "0") == "0x400ff000\n"
    assert (
        daemon.done("alloc", "k5.0", "4K", "--nid", "0", "--min-fallback")
        == "0x400ff000\n"
    )


def test_bottom_up_of_5_0_falls_back_with_a_warning(daemon):
    options = ["--kernel", "5.0", "--bottom-up", "--kernel-end", "0x40080000"]
    daemon.done("create", "b", *options)
    daemon.done("add", "b", "0x40000000", "1M")
    assert daemon.done("alloc", "b", "64K") == "0x40080000\n"
    answer = daemon.json("alloc", "b", "512K")
    assert answer["warnings"] == [
        "bottom-up found nothing above kernel-end 0x40080000 and top-down was tried"
    ]
    assert refused(daemon, "alloc", "b", "1M")[1] == "RESOURCE_EXHAUSTED"
    assert daemon.done("verify", "b").endswith("identical\n")
