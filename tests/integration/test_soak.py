# SPDX-License-Identifier: BSD-2-Clause
"""tests/fault/soak.py for a few seconds; and that what does not stay level is
found."""

import pathlib
import sys

import pytest
from conftest import BUILD

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "fault"))

MIB = 1 << 20


def rows_of(name, values):
    return [{name: value} for value in values]


def test_few_seconds_of_everything_leave_nothing_behind(tmp_path):
    from soak import run

    assert run(BUILD, tmp_path, 0.1, 20261121) == []


def test_daemon_that_does_not_come_back_is_a_failure_and_the_end(
    tmp_path, monkeypatch
):
    import mischief
    from soak import run

    def kill_for_good(soak):
        with soak.lock:
            soak.daemon.kill()
            raise RuntimeError("it does not start")

    monkeypatch.setattr(mischief, "TO_THE_DAEMON", {kill_for_good: 1})
    failures = run(BUILD, tmp_path, 1, 20261121)
    assert "kill_for_good: RuntimeError('it does not start')" in failures


@pytest.mark.parametrize(
    "name, values",
    [
        ("resident MiB", [10 * MIB, 14 * MIB, 12 * MIB] * 3),
        ("read ms p50", [0.001, None, 0.002, 0.5, None, 0.002, 0.001]),
        ("WAL MiB", [16 * MIB, 0, 64 * MIB, 64 * MIB]),
        ("start ms", [None, None]),
    ],
)
def test_what_stays_level_is_no_growth(name, values):
    from gauges import find_growth

    assert find_growth(rows_of(name, values)) == []


@pytest.mark.parametrize(
    "name, values",
    [
        ("resident MiB", [n * MIB for n in range(10, 40)]),
        ("descriptors", range(20, 200)),
        ("journal B/op", [100, 110, 120, 150, 180, 200]),
        ("read ms p50", [0.001, None, 0.010, 0.020, 0.040, 0.050]),
        ("start ms", [0.1, 0.5, 1.5]),
    ],
)
def test_what_grows_is_found(name, values):
    from gauges import find_growth

    found = find_growth(rows_of(name, values))
    assert len(found) == 1 and found[0].startswith(f"{name} grew from ")


@pytest.mark.parametrize(
    "name, limit", [("resident MiB", 256), ("WAL MiB", 96)]
)
def test_what_is_too_much_once_is_found(name, limit):
    from gauges import find_growth

    found = find_growth(rows_of(name, [10 * MIB] * 10 + [999 * MIB] + [0] * 10))
    assert found == [f"{name}: 999.0, more than {limit}"]
