# SPDX-License-Identifier: BSD-2-Clause
"""A client that makes history: it asks for all that leaves something behind, many
things at a time, and keeps what it was answered."""

import random
import threading
import time

from deeds import (
    TOO_MUCH, Again, Boot, Change, Clone, Compact, Create, Destroy, Group, Import,
    Invalid, Load, Misuse, Read,
)
from load import INSTANCES, PAGES
from wire import Code

IN_FLIGHT = 60


class Author(threading.Thread):
    """Asks until the connection ends or it has as many answers as it wants. kept:
    what the archive knows of earlier cycles."""

    def __init__(self, daemon, title, seed, enough, wanted, kept):
        super().__init__()
        self.wire = daemon.connect(seed % len(daemon.addresses))
        self.title = title
        self.random = random.Random(seed)
        self.enough = enough  # set at the first 30 answers, or the end
        self.wanted = wanted
        self.kept = kept
        self.own = list(kept.own)  # instances that nobody else changes
        self.empty = []  # instances to boot
        self.past = list(kept.past)  # (name, life) that are destroyed
        self.deeds = []    # in the order they were asked
        self.open = {}     # id: deed
        self.parts = {}    # id: what came of its answer so far
        self.told = {}     # instance: the highest seq that it was told
        self.answers = 0
        self.failure = None

    # ---- what it asks for: each returns some deeds, in their order ----

    def name(self):
        return self.random.choice(INSTANCES if self.random.random() < 0.8 or not
                                  self.own else self.own)

    def next_title(self):
        return f"{self.title}.{len(self.deeds)}"

    def range(self):
        page = self.random.randrange(PAGES)
        return {
            "address": page * 4096,
            "size": self.random.randrange(1, min(16, PAGES - page + 1)) * 4096,
        }

    def operation(self):
        kind = self.random.choice(["reserve", "free", "alloc", "free"])
        fields = self.range()
        if kind == "alloc":
            del fields["address"]
        return kind, fields

    def change(self):
        kind, fields = self.operation()
        return Change(self.next_title(), self.name(), kind, **fields)

    def group(self):
        lines = [self.operation() for _ in range(self.random.randrange(1, 20))]
        name, if_seq = self.name(), None
        how = self.random.randrange(4)
        if how == 0:
            lines.insert(self.random.randrange(len(lines) + 1),
                         ("alloc", {"size": TOO_MUCH}))
        elif how == 1:
            if_seq = self.told.get(name)
        return Group(self.next_title(), name, lines, if_seq)

    def load(self):
        tree = self.random.choice(self.kept.trees)
        return Load(self.next_title(), self.name(), tree)

    def earlier(self, kinds):
        gone = {d.instance for d in self.deeds if isinstance(d, Destroy) and d.purge}
        fitting = [
            deed for deed in self.deeds[-80:]
            if isinstance(deed, kinds) and deed.is_certain
            and deed.instance not in gone
        ]
        return self.random.choice(fitting) if fitting else None

    def again(self):
        first = self.earlier((Change, Group, Load, Clone, Create))
        return first and Again(first)

    def misuse(self):
        first = self.earlier(Change)
        return first and Misuse(first)

    def invalid(self):
        return Invalid(self.next_title(), self.name())

    def read(self):
        return Read(self.next_title(), self.random.choice(INSTANCES))

    def read_past(self):
        name = self.random.choice(INSTANCES)
        return Read(self.next_title(), name, self.kept.some_seq(name, self.random))

    def clone(self):
        title, origin = self.next_title(), self.random.choice(INSTANCES)
        at = None
        if self.random.randrange(2):
            at = self.told.get(origin, self.kept.newest_seq(origin))
        self.own.append(f"clone-{title}")
        return Clone(title, self.own[-1], origin, at)

    def create(self):
        title = self.next_title()
        self.empty.append(f"boot-{title}")
        return Create(title, self.empty[-1])

    def boot(self):
        if not self.empty:
            return None
        return Boot(self.next_title(), self.empty.pop(), self.kept.board)

    def destroy(self):
        if not self.own:
            return None
        name = self.own.pop(self.random.randrange(len(self.own)))
        purge = self.random.randrange(2) == 0
        return Destroy(self.next_title(), name, purge)

    def purge_past(self):
        if not self.past:
            return None
        name, life = self.past.pop()
        return Destroy(self.next_title(), name, True, life)

    def compact(self):
        name = self.random.choice(self.kept.cut)
        keep = self.kept.some_seq(name, self.random)
        return Compact(self.next_title(), name, keep)

    def import_(self):
        """The whole conversation but for its last part."""
        title, origin = self.next_title(), self.random.choice(self.kept.short)
        exported = self.ask(self.wire.request("export", origin))
        if exported.status.code == Code.Value("NOT_FOUND"):
            return None  # somebody dropped rows meanwhile
        assert exported.status.code == Code.Value("OK"), exported
        records = list(exported.export.records)
        name, at = f"import-{title}", 0
        while self.random.randrange(2) and at + 1 < len(records):
            to = self.random.randrange(at + 1, len(records))
            part = self.wire.request("import", name)
            getattr(part, "import").records.extend(records[at:to])
            taken = self.ask(part)
            assert taken.status.code == Code.Value("OK"), taken
            at = to
        self.own.append(name)
        return Import(title, name, origin, records, at)

    # How likely each is.
    KINDS = {
        change: 500, group: 120, load: 30, again: 60, misuse: 20, invalid: 20,
        read: 30, read_past: 15, clone: 12, create: 4, boot: 6, destroy: 8,
        purge_past: 3, compact: 8, import_: 4,
    }

    # ---- the talk ----

    def receive(self):
        """The next answer that is whole: its id, and the answer."""
        while True:
            part = self.wire.receive_part()
            whole = self.parts.setdefault(part.id, part)
            if whole is not part:
                whole.MergeFrom(part)
            if not part.more:
                return part.id, self.parts.pop(part.id)

    def take_answer(self):
        """Returns the answer if it is to no deed."""
        number, answer = self.receive()
        deed = self.open.pop(number, None)
        if deed is None:
            return answer
        deed.answered = time.monotonic()
        deed.take(answer)
        deed.was_answered = True
        if deed.rows():
            self.told[deed.instance] = max(
                [self.told.get(deed.instance, 0), *deed.rows()]
            )
        self.answers += 1
        if self.answers == 30:
            self.enough.set()
        return None

    def ask(self, request):
        """Waits for the answer."""
        self.wire.send(request)
        while True:
            answer = self.take_answer()
            if answer is not None:
                return answer

    def send(self, deeds):
        requests = [deed.request(self.wire) for deed in deeds]
        for request, deed in zip(requests, deeds):
            self.open[request.id] = deed
            deed.asked = time.monotonic()
        self.wire.send(*requests)

    def burst(self):
        deeds = []
        kinds = self.random.choices(
            list(self.KINDS), self.KINDS.values(), k=self.random.randrange(1, 30)
        )
        for kind in kinds:
            if kind is Author.import_ and deeds:
                self.send(deeds)
                deeds = []
            deed = kind(self)
            if deed is not None:
                self.deeds.append(deed)
                deeds.append(deed)
            if kind is Author.import_:
                self.send(deeds)
                deeds = []
        self.send(deeds)

    def run(self):
        try:
            while self.answers < self.wanted:
                self.burst()
                while len(self.open) > IN_FLIGHT:
                    self.take_answer()
            while self.open:
                self.take_answer()
        except OSError:
            pass  # the daemon has gone
        except AssertionError as failure:
            self.failure = failure
        finally:
            self.enough.set()
            self.wire.close()
