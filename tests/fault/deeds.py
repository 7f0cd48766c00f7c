# SPDX-License-Identifier: BSD-2-Clause
"""What clients ask for that leaves something in a history: one class for each
kind. A deed knows its request, what it may be answered, and which rows of the
journal an answer stands for."""

import dataclasses

from load import PAGES
from wire import Code

TOO_MUCH = 2 * PAGES * 4096  # more than there is


@dataclasses.dataclass(frozen=True)
class Row:
    """A row of the journal, as its answer or the log tells it."""

    label: str
    ok: bool
    address: int  # what an alloc got
    group: int    # the first seq of its group; 0: in none


def row_of_entry(entry):
    ok = entry.status.code == Code.Value("OK")
    return Row(entry.label, ok, entry.address, entry.group)


class Deed:
    """One request. Its title is its label and its key."""

    operation = None
    codes = ("OK",)      # what it may be answered
    is_keyed = True
    is_certain = True    # it is done whatever was done before
    leaves_something = True  # that its key brings back

    def __init__(self, title, instance, **fields):
        self.title = title
        self.instance = instance
        self.fields = fields
        self.asked = None     # monotonic times
        self.answered = None
        self.answer = None    # a Response without its id
        self.was_answered = False  # before the daemon was gone

    def request(self, wire):
        request = wire.request(
            self.operation, self.instance, label=self.title, **self.fields
        )
        if self.is_keyed:
            request.request_key = self.title.encode()
        return request

    @property
    def code(self):
        return Code.Name(self.answer.status.code)

    def take(self, answer):
        """Raises AssertionError for an answer that cannot be."""
        answer.ClearField("id")
        assert Code.Name(answer.status.code) in self.codes, (
            f"{self.operation} {self.title} of {self.instance}: {answer}"
        )
        self.answer = answer

    def rows(self):
        """seq to Row, of what the answer says was done."""
        return {}

    def is_remembered(self):
        """Whether the answer has to come again under the key."""
        return self.is_keyed and bool(self.rows())


class Change(Deed):
    """reserve, free or alloc."""

    codes = ("OK", "RESOURCE_EXHAUSTED")

    def __init__(self, title, instance, operation, **fields):
        super().__init__(title, instance, **fields)
        self.operation = operation

    def rows(self):
        answer = self.answer
        return {
            answer.seq: Row(self.title, self.code == "OK", answer.alloc.address, 0)
        }


class Group(Deed):
    """An atomic batch. operations: of (operation, fields); if_seq: None, or where
    the instance has to stand."""

    operation = "batch"
    codes = ("OK", "RESOURCE_EXHAUSTED", "ABORTED")

    def __init__(self, title, instance, operations, if_seq=None):
        super().__init__(title, instance)
        self.operations = operations
        self.if_seq = if_seq
        kinds = {kind for kind, _ in operations}
        self.is_certain = if_seq is None and "alloc" not in kinds

    def label(self, number):
        return f"{self.title}.{number}"

    def request(self, wire):
        request = super().request(wire)
        if self.if_seq is not None:
            request.if_seq = self.if_seq
        for number, (kind, fields) in enumerate(self.operations):
            line = request.batch.operations.add(label=self.label(number))
            getattr(line, kind).SetInParent()
            for name, value in fields.items():
                setattr(getattr(line, kind), name, value)
        return request

    def take(self, answer):
        super().take(answer)
        lines = answer.batch.answers
        if self.code == "ABORTED":
            assert self.if_seq is not None and answer.seq != self.if_seq, answer
            return
        assert len(lines) == len(self.operations), answer
        if self.code == "OK" and self.if_seq is not None:
            assert lines[0].seq == self.if_seq + 1, answer

    def rows(self):
        if self.code != "OK":
            return {}
        lines = self.answer.batch.answers
        return {
            line.seq: Row(self.label(n), True, line.alloc.address, lines[0].seq)
            for n, line in enumerate(lines)
        }


class Load(Deed):
    """What a device tree says."""

    operation = "load"

    def __init__(self, title, instance, tree):
        super().__init__(title, instance, device_tree=tree)

    def rows(self):
        steps = [step for step in self.answer.load.steps if step.HasField("seq")]
        return {
            step.seq: Row(step.label, step.ok, 0, steps[0].seq) for step in steps
        }


class Boot(Deed):
    """What a kernel does that boots from a device tree, but for the addresses
    that it gets."""

    operation = "boot"

    def __init__(self, title, instance, tree):
        super().__init__(
            title, instance, device_tree=tree, arch="arm64", dtb_at=0x48200000,
            image_address=0x40210000, image_size=0x2000000, text=0x40200000,
        )

    def rows(self):
        steps = [step for step in self.answer.boot.steps if step.HasField("seq")]
        return {
            step.seq: Row(
                step.label, step.ok, step.address if step.op == "alloc" else 0,
                steps[0].seq,
            )
            for step in steps
        }


class Create(Deed):
    """A new instance without memory, for a boot."""

    operation = "create"

    def __init__(self, title, instance):
        super().__init__(title, instance, settings={"kernel": "6.1", "nodes": 16})

    def is_remembered(self):
        return True


class Clone(Deed):
    """A new instance that begins as another stands, or stood."""

    operation = "clone"

    def __init__(self, title, instance, origin, origin_seq=None):
        super().__init__(title, instance, origin=origin)
        if origin_seq is not None:
            self.fields["origin_seq"] = origin_seq

    def is_remembered(self):
        return True


class Import(Deed):
    """The last part of an import: what was exported of an instance."""

    operation = "import"
    is_keyed = False

    def __init__(self, title, instance, origin, records, after):
        super().__init__(title, instance)
        self.origin = origin
        self.head = records[0].head
        self.end = records[-1].end
        self.records = records[after:]

    def request(self, wire):
        request = super().request(wire)
        message = getattr(request, self.operation)
        message.records.extend(self.records)
        message.last = True
        return request


class Destroy(Deed):
    """Takes an instance out of service; purged, out of the journal as well."""

    operation = "destroy"

    def __init__(self, title, instance, purge, life=None):
        super().__init__(title, instance, purge=purge)
        self.purge = purge
        if life is not None:
            self.fields["life"] = life
        if purge:  # its keys go as well: who asks again finds nothing
            self.codes = ("OK", "NOT_FOUND")

    def is_remembered(self):
        return not self.purge


class Compact(Deed):
    """Drops the rows up to a seq. NOT_FOUND: somebody dropped more."""

    operation = "compact"
    codes = ("OK", "NOT_FOUND")
    is_keyed = False

    def __init__(self, title, instance, keep):
        super().__init__(title, instance, keep_seq=keep)
        self.keep = keep


class Read(Deed):
    """A dump, now or of what stood at a seq."""

    operation = "dump"
    is_keyed = False

    def __init__(self, title, instance, at=None):
        super().__init__(title, instance)
        self.at = at
        if at is not None:  # what is dropped at this moment
            self.codes = ("OK", "NOT_FOUND")

    def request(self, wire):
        request = super().request(wire)
        if self.at is not None:
            request.at_seq = self.at
        return request


class Invalid(Deed):
    """What no model takes: it is not remembered, and has no row."""

    leaves_something = False
    operation = "alloc"
    codes = ("INVALID_ARGUMENT",)

    def __init__(self, title, instance):
        super().__init__(title, instance, size=0)


class Again(Deed):
    """A deed under its key, perhaps while the first is on its way."""

    leaves_something = False

    def __init__(self, first):
        super().__init__(first.title, first.instance)
        self.first = first
        self.operation = first.operation
        self.codes = first.codes
        self.is_certain = False  # its rows are those of the first

    def request(self, wire):
        return self.first.request(wire)

    def take(self, answer):
        super().take(answer)
        if self.first.answer is not None:
            assert self.answer == self.first.answer, (self.first.answer, answer)


class Misuse(Deed):
    """Something else under a change's key."""

    leaves_something = False
    operation = "free"
    codes = ("INVALID_ARGUMENT",)

    def __init__(self, first):
        super().__init__(first.title, first.instance, address=0, size=TOO_MUCH)
