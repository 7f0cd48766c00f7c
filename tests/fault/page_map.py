# SPDX-License-Identifier: BSD-2-Clause
"""What an instance of a few hundred pages does, as a string of pages that are
taken or not: no code and no idea is shared with the daemon."""

PAGE = 4096


class PageMap:
    """Memory from 0 to so many pages, of which none is reserved yet. Addresses
    and sizes are in bytes, and whole pages."""

    def __init__(self, pages):
        self.pages = pages
        self.taken = bytearray(pages)

    @classmethod
    def of_state(cls, state):
        model = cls(0)
        model.pages, model.taken = state[0], bytearray(state[1])
        return model

    def reserve(self, address, size):
        self.fill(address, size, 1)

    def free(self, address, size):
        self.fill(address, size, 0)

    def fill(self, address, size, value):
        first, count = address // PAGE, size // PAGE
        self.taken += bytes(max(0, first + count - len(self.taken)))
        self.taken[first : first + count] = bytes([value]) * count

    def alloc(self, size):
        """The highest free pages but the first; 0 if there are none."""
        count = size // PAGE
        first = self.taken[: self.pages].rfind(bytes(count))
        if first < 1:
            return 0
        self.reserve(first * PAGE, size)
        return first * PAGE

    def state(self):
        """For layout_of_state, now or later."""
        return self.pages, bytes(self.taken)


def layout_of_state(state):
    """As history.layout_of: (memory, reserved), each of (base, size, flags, nid)."""
    pages, taken = state
    memory = ((0, pages * PAGE, 0, 0),) if pages else ()
    reserved = []
    at = taken.find(1)
    while at >= 0:
        end = taken.find(0, at)
        end = len(taken) if end < 0 else end
        reserved.append((at * PAGE, (end - at) * PAGE, 0, 0))
        at = taken.find(1, end)
    return memory, tuple(reserved)
