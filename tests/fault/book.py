# SPDX-License-Identifier: BSD-2-Clause
"""What is known of one instance: where it stands, and how it stood at its last few
thousand seqs, by a model of the test's own."""

from deeds import row_of_entry
from history import layout_of
from page_map import PageMap, layout_of_state
from wire import Code

STATES = 3000  # kept of an instance


def list_all(wire):
    """The names in service, and what is destroyed: name to life. No name is ever
    used twice."""
    listed = wire.do("list", all=True).list.instances
    alive = {one.name for one in listed if not one.destroyed}
    dead = {one.name: one.life for one in listed if one.destroyed}
    assert len(alive) + len(dead) == len(listed), listed
    return alive, dead


def read_entries(wire, name, first, life=None):
    more = {} if life is None else {"life": life}
    return wire.do("log", name, from_seq=first, **more).log.entries


class Book:
    """state: at the seq last, None where there is no model (page_map.py) of what
    is done to it."""

    def __init__(self, name, last, state, first_kept=0):
        self.name = name
        self.last = last
        self.first_kept = first_kept
        self.states = {last: state}
        self.groups = {}  # seq: the first seq of its group; 0: in none

    def copy(self, name, first_kept, last):
        """What is known of an instance that has the same rows."""
        book = Book(name, last, None, first_kept)
        book.states = {
            seq: state for seq, state in self.states.items()
            if first_kept <= seq <= last
        }
        book.groups = {
            seq: group for seq, group in self.groups.items()
            if first_kept < seq <= last
        }
        return book

    def has_model(self):
        return self.states[self.last] is not None

    def length(self):
        """How many rows are kept."""
        return self.last - self.first_kept

    def read(self, wire, claimed, life=None):
        """What was done since. claimed: seq to Row, which it has to be."""
        found = {}
        for entry in read_entries(wire, self.name, self.last + 1, life):
            assert entry.seq == self.last + 1, f"{self.name}: a gap before {entry}"
            found[entry.seq] = row_of_entry(entry)
            self.enter(entry)
        for seq in found.keys() | claimed.keys():
            assert found.get(seq) == claimed.get(seq), (
                f"{self.name} seq {seq}: the journal has {found.get(seq)}, "
                f"answered was {claimed.get(seq)}"
            )

    def enter(self, entry):
        state = self.states[self.last]
        self.last = entry.seq
        self.groups[entry.seq] = entry.group
        self.states[entry.seq] = None if state is None else after(state, entry)

    def forget(self):
        """All but the first that is kept and the last few thousand."""
        for seq in list(self.states):
            if seq != self.first_kept and (
                seq < self.first_kept or seq <= self.last - STATES
            ):
                del self.states[seq]
        for seq in [seq for seq in self.groups if seq not in self.states]:
            del self.groups[seq]

    def floor(self, seq):
        """What compact makes of a seq: no group is cut."""
        first = self.groups.get(seq + 1, 0)
        return first - 1 if 0 < first <= seq else seq

    def check_layout(self, wire, seq):
        answer = wire.call("dump", self.name, at_seq=seq)
        assert answer.status.code == Code.Value("OK"), answer
        told = layout_of(answer)
        assert told == layout_of_state(self.states[seq]), f"{self.name}@{seq}: {told}"

    def check_compacted(self, wire, asked):
        """asked: the seqs that somebody wanted to keep it from, and whether that
        was answered OK."""
        floors = {self.floor(keep): done for keep, done in asked}
        entries = wire.do("log", self.name, limit=1).log.entries
        kept = entries[0].seq - 1 if entries else self.last
        assert kept in {self.first_kept, *floors}, (self.name, kept, asked)
        least = max((f for f, done in floors.items() if done), default=0)
        assert kept >= max(least, self.first_kept), (self.name, kept, asked)
        self.first_kept = kept
        if self.states.get(kept) is not None:
            self.check_layout(wire, kept)
        for operation, more in (
            ("log", {"from_seq": kept - 1}), ("dump", {"at_seq": kept - 1})
        ):
            if kept > 1:
                answer = wire.call(operation, self.name, **more)
                assert answer.status.code == Code.Value("NOT_FOUND"), answer

    def verify(self, daemon):
        said = daemon.done("verify", self.name)
        wanted = f"{self.name}: {self.length()} operations replayed, identical\n"
        assert said == wanted, said


def after(state, entry):
    """The model's state when that is done; raises AssertionError where the daemon
    did it otherwise."""
    model = PageMap.of_state(state)
    kind = entry.WhichOneof("operation")
    asked = getattr(entry, kind)
    wanted = (True, 0)
    if kind == "alloc":
        got = model.alloc(asked.size)
        wanted = (got != 0, got)
    elif kind == "add":  # of what there is
        assert asked.address + asked.size <= model.pages * 4096, entry
    elif kind == "reserve":
        model.reserve(asked.address, asked.size)
    else:
        assert kind == "free", entry
        model.free(asked.address, asked.size)
    told = (entry.status.code == Code.Value("OK"), entry.address)
    assert told == wanted, f"{entry}: the model has {wanted}"
    return model.state()
