# SPDX-License-Identifier: BSD-2-Clause
"""What a journal has to hold after authors were at work and the daemon was killed:
everything they were told, in one order, as a model of the test's own does it."""

import collections
import json
import random
import subprocess

from author import Author
from book import Book, list_all, read_entries
from deeds import (
    Again, Change, Clone, Compact, Create, Destroy, Group, Import, Load, Read,
    row_of_entry,
)
from history import Event, check_time, layout_of
from kill import TOP
from load import INSTANCES, PAGES
from page_map import PageMap, layout_of_state
from wire import Code

AUTHORS = 4
OLD_DEEDS = 2000    # of earlier cycles, of which some are asked for again
OLD_ASKED = 30      # each time
LONG_CYCLES = 8     # so seldom is the last instance compacted
OWN_INSTANCES = 12  # besides, that are left for the next cycle

BOOTS = TOP / "tests" / "data" / "boots"
TREE = """
/dts-v1/;
/memreserve/ {0:#x} 0x1000;
/memreserve/ {1:#x} 0x3000;
/ {{
	#address-cells = <1>;
	#size-cells = <1>;
	memory@0 {{
		device_type = "memory";
		reg = <0 {2:#x}>;
	}};
}};
"""


def make_tree(chance):
    """One that adds the memory there is, and reserves some of it."""
    first, second = (chance.randrange(1, PAGES - 4) * 4096 for _ in range(2))
    return subprocess.run(
        ["dtc", "-q", "-I", "dts", "-O", "dtb"],
        input=TREE.format(first, second, PAGES * 4096).encode(),
        stdout=subprocess.PIPE, check=True,
    ).stdout


class Kept:
    """What authors are told of earlier cycles."""

    def __init__(self, archive, own, past, cuts_all):
        self.books = archive.books
        self.trees = archive.trees
        self.board = archive.board
        self.short = [
            name for name in INSTANCES if self.books[name].length() < 3000
        ] or [min(INSTANCES, key=lambda name: self.books[name].length())]
        self.own = own
        self.past = past
        # The last becomes so long that its rows are dropped in several steps.
        self.cut = [*(INSTANCES if cuts_all else INSTANCES[:-1]), *own]

    def some_seq(self, name, chance):
        return chance.choice(list(self.books[name].states))

    def newest_seq(self, name):
        return self.books[name].last


class Archive:
    """In the place of load.Ledger."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.books = {}     # name: Book, of what is in service
        self.past = {}      # name: life, of what is destroyed and not purged
        self.old = collections.deque(maxlen=OLD_DEEDS)
        self.trees = [make_tree(self.random) for _ in range(3)]
        self.board = (BOOTS / "a64-512m" / "board.dtb").read_bytes()
        self.operations = 0
        self.counts = collections.Counter()

    def create(self, daemon):
        for name in INSTANCES:
            daemon.done("create", name)
            daemon.done("add", name, "0", PAGES * 4096)
            self.books[name] = Book(name, 1, PageMap(PAGES).state())
            self.books[name].states[0] = PageMap(0).state()

    def make_clients(self, daemon, cycle, chance, enough, wanted):
        own = [[] for _ in range(AUTHORS)]
        for n, name in enumerate(set(self.books) - set(INSTANCES)):
            if self.books[name].has_model():
                own[n % AUTHORS].append(name)
        past = [[] for _ in range(AUTHORS)]
        for n, one in enumerate(self.past.items()):
            past[n % AUTHORS].append(one)
        return [
            Author(
                daemon, f"{cycle}.{n}", chance.randrange(2**32), enough, wanted,
                Kept(self, own[n], past[n], cycle % LONG_CYCLES == 0),
            )
            for n in range(AUTHORS)
        ]

    # ---- after the kill ----

    def check(self, daemon, cycle, clients):
        """Everything that was answered holds; what was not is asked for again;
        then the journal has exactly what was answered."""
        for client in clients:
            if client.failure is not None:
                raise client.failure
        deeds = [deed for client in clients for deed in client.deeds]
        for deed in deeds:
            self.counts[type(deed).__name__] += deed.was_answered
        with daemon.connect() as wire:
            self.check_names(deeds, *list_all(wire))
            self.check_acknowledged(wire, deeds)
            for client in clients:
                self.ask_again(wire, client.deeds)
            self.settle(wire, deeds)
            self.check_compacted(wire, deeds)
            self.check_answers(clients, deeds)
            self.check_imported_keys(wire, deeds)
            self.check_old_keys(wire)
            self.check_forgotten_keys(wire)
            for book in self.books.values():
                book.forget()
            self.remember(deeds)
            self.make_room(wire)

    def check_names(self, deeds, alive, dead):
        """What was made is there and what was purged is gone, if that was
        answered; and nothing is there that nobody asked for."""
        expected = set(self.books) | set(self.past)
        possible = set(expected)
        for deed in deeds:
            if isinstance(deed, (Create, Clone, Import)):
                possible.add(deed.instance)
                if deed.was_answered:
                    expected.add(deed.instance)
            elif isinstance(deed, Destroy):
                if deed.purge:
                    expected.discard(deed.instance)
                if deed.was_answered:
                    assert deed.instance not in alive, f"{deed.instance} is back"
                    if deed.purge:
                        possible.discard(deed.instance)
        there = alive | set(dead)
        assert expected <= there <= possible, (
            f"lost: {expected - there}; unexpected: {there - possible}"
        )

    def check_acknowledged(self, wire, deeds):
        """Each row that was told of is there, before anything is asked again."""
        alive, dead = list_all(wire)
        told = collections.defaultdict(dict)
        purged = {d.instance for d in deeds if isinstance(d, Destroy) and d.purge}
        for deed in deeds:
            if deed.was_answered:
                told[deed.instance].update(deed.rows())
                self.operations += len(deed.rows())
        for name, rows in told.items():
            if not rows:
                continue
            if name not in alive | dead.keys():
                assert name in purged, f"{name} is lost"
                continue
            entries = read_entries(wire, name, min(rows), dead.get(name))
            found = {entry.seq: row_of_entry(entry) for entry in entries}
            for seq, row in rows.items():
                assert found.get(seq) == row, (
                    f"{name} seq {seq}: {row} was answered, the journal has "
                    f"{found.get(seq)}"
                )

    def ask_again(self, wire, deeds):
        """One client's, in their order: what was not answered, and what was, which
        has to be answered the same again."""
        alive, dead = list_all(wire)
        gone = {  # purged, or an import that never came to its end
            deed.instance for deed in deeds
            if (isinstance(deed, Import) or isinstance(deed, Destroy) and deed.purge)
            and (deed.instance not in alive | dead.keys()
                 or isinstance(deed, Destroy) and deed.was_answered)
        }
        ask_all(wire, [
            deed for deed in deeds
            if deed.is_keyed and deed.leaves_something
            and deed.instance not in gone
            and (deed.answer is None or deed.is_remembered())
        ])

    def settle(self, wire, deeds):
        """Reads all that is new, and compares it with what was answered."""
        alive, dead = list_all(wire)
        claimed = collections.defaultdict(dict)
        for deed in deeds:
            if deed.answer is not None:
                claimed[deed.instance].update(deed.rows())
        for name in INSTANCES:
            self.books[name].read(wire, claimed[name])
        for deed in deeds:
            if isinstance(deed, (Create, Clone, Import)):
                if deed.instance in alive | dead.keys():
                    self.books[deed.instance] = self.begin(wire, deed)
        for name in set(self.books) - set(INSTANCES):
            if name in alive or name in dead:
                self.books[name].read(wire, claimed[name], dead.get(name))
        self.check_ends(deeds, alive, dead)
        self.books = {name: self.books[name] for name in alive}
        self.past = dead

    def begin(self, wire, deed):
        """The book of what is new, as it began."""
        name = deed.instance
        if isinstance(deed, Create):
            return Book(name, 0, None)
        if isinstance(deed, Clone):
            origin = self.books[deed.answer.clone.origin]
            return Book(name, 0, origin.states[deed.answer.clone.origin_seq])
        head, end = deed.head, deed.end
        info = wire.call("info", name, at_seq=head.seq).info
        if info.hash:  # it is in service
            assert info.hash == end.hash.hex(), f"{name}: {info.hash}, not {end}"
        return self.books[deed.origin].copy(name, head.first_seq - 1, head.seq)

    def check_ends(self, deeds, alive, dead):
        """When all was asked again, what was to end has ended."""
        for deed in deeds:
            if isinstance(deed, Destroy):
                assert deed.instance not in alive, deed.title
                assert not deed.purge or deed.instance not in dead, deed.title

    def check_compacted(self, wire, deeds):
        for name, book in self.books.items():
            asked = [
                (deed.keep, deed.was_answered and deed.code == "OK")
                for deed in deeds
                if isinstance(deed, Compact) and deed.instance == name
            ]
            book.check_compacted(wire, asked)

    def check_answers(self, clients, deeds):
        """Those of one client on one instance were done in their order; who asked
        after another was answered stands behind it; reads told what was there."""
        for client in clients:
            last = {}
            for deed in client.deeds:
                if deed.answer is None or not deed.is_certain:
                    continue  # asked again later, it may have been done then
                for seq in sorted(deed.rows()):
                    assert last.get(deed.instance, 0) < seq, f"{deed.title} came late"
                    last[deed.instance] = seq
        events = []
        for deed in deeds:
            if deed.was_answered and not isinstance(deed, Again):
                events += self.events(deed)
        check_time(events)

    def events(self, deed):
        """What history.check_time looks at."""
        if isinstance(deed, Read):
            if deed.code == "NOT_FOUND":
                assert deed.at < self.books[deed.instance].first_kept, deed.title
                return []
            self.check_read(deed)
            if deed.at is not None:
                return []
        elif not deed.rows():
            return []
        seq = max(deed.rows(), default=deed.answer.seq)
        label = "" if isinstance(deed, Read) else deed.title
        return [
            Event(deed.instance, label, deed.asked, deed.answered, seq, None)
        ]

    def check_read(self, deed):
        seq = deed.answer.seq
        assert deed.at in (None, seq), deed.answer
        state = self.books[deed.instance].states.get(seq)
        if state is not None:  # else it was dropped since
            assert layout_of(deed.answer) == layout_of_state(state), (
                f"{deed.instance}@{seq} was told otherwise in {deed.title}"
            )

    # ---- what is kept for later ----

    def is_known(self, deed):
        """Whether the journal must have what was done under that key."""
        book, rows = self.books.get(deed.instance), deed.rows()
        if not rows:
            return book is not None or deed.instance in self.past
        return book is not None and min(rows) > book.first_kept

    def check_old_keys(self, wire):
        known = [deed for deed in self.old if self.is_known(deed)]
        ask_all(wire, self.random.sample(known, min(len(known), OLD_ASKED)))

    def check_forgotten_keys(self, wire):
        """A key whose row was dropped is new, also where the row is still in the
        file."""
        dropped = [
            deed for deed in self.old
            if isinstance(deed, Change) and deed.instance in self.books
            and deed.answer.seq <= self.books[deed.instance].first_kept
        ]
        dropped = self.random.sample(dropped, min(len(dropped), OLD_ASKED))
        again = collections.defaultdict(dict)
        for deed in dropped:
            deed.answer = None
        ask_all(wire, dropped)
        for deed in dropped:
            again[deed.instance].update(deed.rows())
        for name, rows in again.items():
            self.books[name].read(wire, rows)

    def check_imported_keys(self, wire, deeds):
        """What was done under a key is so under that key of the copy, too."""
        for copy in [deed for deed in deeds if isinstance(deed, Import)]:
            if copy.instance not in self.books:
                continue
            for deed in deeds:
                if (
                    isinstance(deed, (Change, Group, Load)) and deed.instance == copy.origin
                    and deed.answer is not None and deed.is_remembered()
                    and copy.head.first_seq <= min(deed.rows())
                    and max(deed.rows()) <= copy.head.seq
                ):
                    of_copy = deed.request(wire)
                    of_copy.instance = copy.instance
                    wire.send(of_copy)
                    answer, _ = wire.receive_whole()
                    assert answer.seq == deed.answer.seq, answer
                    assert answer.status.code == deed.answer.status.code, answer
                    assert answer.alloc == deed.answer.alloc, answer

    def remember(self, deeds):
        self.old.extend(
            deed for deed in deeds
            if deed.answer is not None and deed.is_remembered()
        )

    def make_room(self, wire):
        """Instances that nobody will need are destroyed, some are purged."""
        own = sorted(set(self.books) - set(INSTANCES))
        self.random.shuffle(own)
        for n, name in enumerate(own):
            if n >= OWN_INSTANCES or not self.books[name].has_model():
                purge = self.random.randrange(2) == 0
                wire.do("destroy", name, purge=purge)
                del self.books[name]
        _, self.past = list_all(wire)

    def verify(self, daemon):
        for name in INSTANCES:
            self.books[name].verify(daemon)


def ask_all(wire, deeds):
    """Asks for each under its key. Who was answered before has to be answered the
    same."""
    for first in range(0, len(deeds), 100):
        some = deeds[first : first + 100]
        requests = [deed.request(wire) for deed in some]
        wire.send(*requests)
        answers = {}
        for _ in some:
            answer, _ = wire.receive_whole()
            answers[answer.id] = answer
        for deed, request in zip(some, requests):
            compare(deed, answers[request.id])


def compare(deed, answer):
    if deed.answer is None:
        # One that may leave nothing can be asked again after the instance's end.
        gone = answer.status.code == Code.Value("NOT_FOUND")
        if deed.is_certain or not gone:
            deed.take(answer)
        return
    answer.ClearField("id")
    for one in (answer, deed.answer):
        for step in one.boot.steps if one.HasField("boot") else ():
            step.ClearField("stage")  # told the first time alone
            step.ClearField("node")
    assert answer == deed.answer, (
        f"{deed.title} of {deed.instance}: {deed.answer} first, then {answer}"
    )
