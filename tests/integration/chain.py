# SPDX-License-Identifier: BSD-2-Clause
"""The hashes of a journal, computed from docs/journal.md: for rows written, or
changed, by one who knows how."""

import hashlib
import struct

NONE = 0xFFFFFFFF

# The columns of an operation's arguments, a bit each.
ARGUMENTS = (
    "base", "size", "align", "from_addr", "to_addr", "nid", "flags", "list",
    "exact_nid", "min_fallback", "keep_nomap", "value",
)


def u8(value):
    return struct.pack("<B", value)


def u32(value):
    return struct.pack("<I", value)


def u64(value):
    return struct.pack("<Q", (value or 0) % 2**64)


def blob(value):
    if value is None:
        return u32(NONE)
    data = value.encode() if isinstance(value, str) else value
    return u32(len(data)) + data


def row_hash(before, row, tree=None):
    """Of a row of the table operation, by the names of its columns; tree is the
    hash of what led to the group that it begins, and the options."""
    bits, values = 0, b""
    for bit, name in enumerate(ARGUMENTS):
        if row[name] is not None:
            bits |= 1 << bit
            values += u64(row[name])
    content = u8(2 if tree is None else 6) + before + u64(row["seq"]) + u64(row["time_us"])
    content += u64(row["group_seq"]) + u8(row["kind"]) + u32(bits) + values
    content += u8(row["status"]) + u64(row["result"]) + u32(row["warnings"])
    content += blob(row["message"] or "") + blob(row["principal"])
    content += blob(row["label"]) + blob(row["request_key"])
    if tree is not None:
        sha256, options = tree
        content += sha256 + u8(options is not None)
        if options is not None:
            content += hashlib.sha256(options.encode()).digest()
    return hashlib.sha256(content).digest()


def reseal(journal, instance=1):
    """Gives every row of an instance the hash that belongs to it as it is."""
    cursor = journal.execute(
        "SELECT * FROM operation WHERE instance = ? ORDER BY seq", (instance,)
    )
    names = [column[0] for column in cursor.description]
    (before,) = journal.execute(
        "SELECT first_before FROM instance WHERE id = ?", (instance,)
    ).fetchone()
    for values in cursor.fetchall():
        row = dict(zip(names, values))
        tree = journal.execute(
            "SELECT blob, options FROM operation_group WHERE instance = ?"
            " AND seq = ? AND unhashed IS NULL", (instance, row["seq"])
        ).fetchone()
        before = row_hash(before, row, tree)
        journal.execute(
            "UPDATE operation SET hash = ? WHERE instance = ? AND seq = ?",
            (before, instance, row["seq"]),
        )


def snapshot_checksum(seq, time_us, row, content):
    content_hash = hashlib.sha256(content).digest()
    return hashlib.sha256(u8(4) + u64(seq) + u64(time_us) + row + content_hash).digest()


def add_trims(journal, count, instance=1):
    """Writes so many operations that change nothing behind those there are."""
    seq, time_us, before = journal.execute(
        "SELECT seq, time_us, hash FROM operation WHERE instance = ?"
        " ORDER BY seq DESC LIMIT 1", (instance,)
    ).fetchone()
    row = dict.fromkeys(ARGUMENTS)
    row.update(
        principal="uid:0", label=None, request_key=None, group_seq=None, kind=9,
        align=4096, status=0, result=None, warnings=0, message=None,
    )
    rows = []
    for number in range(1, count + 1):
        row.update(seq=seq + number, time_us=time_us + number)
        before = row_hash(before, row)
        rows.append((instance, seq + number, time_us + number, before))
    journal.executemany(
        "INSERT INTO operation (instance, seq, time_us, principal, kind, align,"
        " status, warnings, hash) VALUES (?, ?, ?, 'uid:0', 9, 4096, 0, 0, ?)",
        rows,
    )
    journal.execute("UPDATE instance SET seq = ? WHERE id = ?", (seq + count, instance))
