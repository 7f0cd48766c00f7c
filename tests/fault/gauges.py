# SPDX-License-Identifier: BSD-2-Clause
"""What a daemon uses and how fast it answers, over time; and whether that stays
level."""

import dataclasses
import os
import statistics
import time

MIB = 1 << 20


@dataclasses.dataclass
class Gauge:
    """A column of the table. It is level if the median of its last third is at
    most growth times that of its first, plus slack."""

    name: str
    unit: int
    growth: float
    slack: float
    ceiling: float = float("inf")  # no value may ever be above it


# The WAL is copied into the file every 16 MiB; under readers it may grow further
# before it starts again, and 64 MiB of it are kept (storage/journal.c). What the journal holds must grow: it is measured in
# bytes for each operation. Times are in seconds, and generous: what else the
# machine does is not the daemon's fault.
GAUGES = (
    Gauge("resident MiB", MIB, 1.3, 4 * MIB, 256 * MIB),
    Gauge("descriptors", 1, 1.2, 16),
    Gauge("WAL MiB", MIB, 1, 64 * MIB, 96 * MIB),
    Gauge("journal B/op", 1, 1.3, 16),
    Gauge("read ms p50", 0.001, 3, 0.005),
    Gauge("read ms p99", 0.001, 3, 0.05),
    Gauge("change ms p50", 0.001, 3, 0.010),
    Gauge("change ms p99", 0.001, 3, 0.25),
    Gauge("start ms", 0.001, 3, 0.25),
)


def resident(pid):
    with open(f"/proc/{pid}/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def size_of(path):
    try:
        return os.stat(path).st_size
    except FileNotFoundError:
        return 0


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


class Times:
    """How long things took since it was last asked."""

    def __init__(self):
        self.values = []

    def take(self, call, *arguments, **fields):
        began = time.monotonic()
        answer = call(*arguments, **fields)
        self.values.append(time.monotonic() - began)
        return answer

    def read(self):
        """The median and the 99th percentile; None, None if there were none."""
        values, self.values = self.values, []
        if not values:
            return None, None
        return percentile(values, 0.5), percentile(values, 0.99)


def find_growth(rows):
    """What is not level, as sentences. rows: dicts of a gauge's name to its
    value, in order; a value may be missing or None."""
    wrong = []
    for gauge in GAUGES:
        values = [r[gauge.name] for r in rows if r.get(gauge.name) is not None]
        if max(values, default=0) > gauge.ceiling:
            wrong.append(
                f"{gauge.name}: {max(values) / gauge.unit:.1f}, more than "
                f"{gauge.ceiling / gauge.unit:.0f}"
            )
        third = len(values) // 3
        if third == 0:
            continue
        first = statistics.median(values[:third])
        last = statistics.median(values[-third:])
        if last > first * gauge.growth + gauge.slack:
            wrong.append(
                f"{gauge.name} grew from {first / gauge.unit:.1f} "
                f"to {last / gauge.unit:.1f}"
            )
    return wrong


def heading():
    return "minute " + " ".join(f"{g.name:>13}" for g in GAUGES) + "  operations"


def line(minute, row, operations):
    cells = []
    for gauge in GAUGES:
        value = row.get(gauge.name)
        text = "-" if value is None else f"{value / gauge.unit:.1f}"
        cells.append(f"{text:>13}")
    return f"{minute:6.1f} " + " ".join(cells) + f"  {operations:10}"
