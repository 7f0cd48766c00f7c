# SPDX-License-Identifier: BSD-2-Clause
"""The wire, spoken with the classes that protoc generates for Python.

Python's protobuf 3.21 has no public helper for delimited messages, so the
few lines that write and read a length are here.
"""

import socket
import time

import memblock_pb2 as pb

Code = pb.Status.Code
PATIENCE = 30  # seconds until a test that waits for an answer has failed


def patiently():
    """For what becomes true in the daemon's own time: tries until the caller
    breaks out, and fails after PATIENCE seconds."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        yield
    raise AssertionError(f"did not come true within {PATIENCE} s")


def varint(number):
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def frame(message):
    """The bytes of one delimited message; message may be bytes already."""
    body = message if isinstance(message, bytes) else message.SerializeToString()
    return varint(len(body)) + body


class Wire:
    """One connection."""

    def __init__(self, address):
        if address.startswith("unix:"):
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.connect(address[len("unix:"):])
        else:
            host, port = address.rsplit(":", 1)
            self.socket = socket.create_connection((host.strip("[]"), int(port)))
        self.socket.settimeout(PATIENCE)
        self.reader = self.socket.makefile("rb")
        self.last_id = 0

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def close(self):
        self.reader.close()
        self.socket.close()

    def request(self, operation=None, instance=None, **fields):
        """A Request with the next id: request("add", "b", address=0, size=1).

        label, if_seq, at_seq, dry_run and request_key go to the request itself."""
        self.last_id += 1
        request = pb.Request(id=self.last_id)
        if instance is not None:
            request.instance = instance
        for name in ("label", "if_seq", "at_seq", "dry_run", "request_key"):
            if name in fields:
                setattr(request, name, fields.pop(name))
        if operation is not None:
            message = getattr(request, operation)
            message.SetInParent()
            for name, value in fields.items():
                if isinstance(value, dict):
                    inner = getattr(message, name)
                    inner.SetInParent()
                    for key, inside in value.items():
                        setattr(inner, key, inside)
                else:
                    setattr(message, name, value)
        return request

    def send(self, *requests):
        """All of them in one write."""
        self.socket.sendall(b"".join(frame(request) for request in requests))

    def send_bytes(self, data):
        self.socket.sendall(data)

    def receive(self):
        """The next Response; None when the daemon has closed."""
        length = shift = 0
        while True:
            byte = self.reader.read(1)
            if not byte:
                return None
            length |= (byte[0] & 0x7F) << shift
            shift += 7
            if byte[0] < 0x80:
                break
        body = self.reader.read(length)
        if len(body) < length:
            raise ConnectionResetError("closed in the middle of a frame")
        return pb.Response.FromString(body)

    def receive_part(self):
        """As receive, for who does not expect an end."""
        part = self.receive()
        if part is None:
            raise ConnectionResetError("closed without an answer")
        return part

    def receive_whole(self):
        """One answer with all its parts merged, and how many there were."""
        whole = part = self.receive_part()
        parts = 1
        while part.more:
            part = self.receive_part()
            assert part.id == whole.id
            whole.MergeFrom(part)
            parts += 1
        return whole, parts

    def call(self, operation, instance=None, **fields):
        """Asks one thing and returns its whole answer."""
        request = self.request(operation, instance, **fields)
        self.send(request)
        answer, _ = self.receive_whole()
        assert answer.id == request.id
        return answer

    def do(self, operation, instance=None, **fields):
        """As call, for what must be answered OK."""
        answer = self.call(operation, instance, **fields)
        assert answer.status.code == pb.Status.OK, answer
        return answer


def regions(listing):
    """(base, end) of each region."""
    return [(r.address, r.address + r.size) for r in listing.regions]
