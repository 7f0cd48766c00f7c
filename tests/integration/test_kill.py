# SPDX-License-Identifier: BSD-2-Clause
"""kill -9 at random moments under pipelined load from several clients: what
was acknowledged is there, in order and once; what was refused is not. The same
as tests/fault/kill.py, for builds that nothing can be loaded into."""

import os
import pathlib
import random
import sys

from conftest import BUILD

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "fault"))

CYCLES = int(os.environ.get("MEMBLOCKD_KILL_CYCLES", "20"))
SEED = int(os.environ.get("MEMBLOCKD_SEED", "0")) or random.randrange(1, 2**32)


def run(folder, history):
    from kill import Killer

    print(f"seed {SEED}")  # shown when this fails
    killer = Killer(BUILD, folder, SEED, history=history)
    for cycle in range(1, CYCLES + 1):
        killer.run_cycle(cycle)
    killer.finish()
    assert killer.ledger.operations >= CYCLES * 50


def test_nothing_acknowledged_is_lost_and_nothing_refused_shows(tmp_path):
    run(tmp_path, history=False)


def test_keys_groups_copies_cuts_imports_and_purges_hold(tmp_path):
    run(tmp_path, history=True)
