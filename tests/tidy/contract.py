# SPDX-License-Identifier: BSD-2-Clause
"""A client's author finds a comment at everything in the contract."""

import pathlib
import subprocess
import tempfile

from google.protobuf import descriptor_pb2

# The numbers of the fields of FileDescriptorProto, DescriptorProto and
# EnumDescriptorProto, of which a place in the source is made.
FILE_MESSAGE, FILE_ENUM = 4, 5
MESSAGE_FIELD, MESSAGE_MESSAGE, MESSAGE_ENUM = 2, 3, 4
ENUM_VALUE = 2


def parse(top, path):
    with tempfile.TemporaryDirectory() as folder:
        described = pathlib.Path(folder) / "described"
        subprocess.run(
            [
                "protoc", f"--proto_path={(top / path).parent}",
                "--include_source_info", f"--descriptor_set_out={described}",
                pathlib.Path(path).name,
            ],
            check=True,
        )
        described = descriptor_pb2.FileDescriptorSet.FromString(described.read_bytes())
    return described.file[0]


def enum_parts(enum, place):
    yield place, enum.name
    for at, value in enumerate(enum.value):
        yield (*place, ENUM_VALUE, at), value.name


def message_parts(message, place):
    yield place, message.name
    for at, field in enumerate(message.field):
        # One that holds a message is explained there.
        if field.type != field.TYPE_MESSAGE:
            yield (*place, MESSAGE_FIELD, at), f"{message.name}.{field.name}"
    for at, inner in enumerate(message.nested_type):
        yield from message_parts(inner, (*place, MESSAGE_MESSAGE, at))
    for at, enum in enumerate(message.enum_type):
        yield from enum_parts(enum, (*place, MESSAGE_ENUM, at))


def file_parts(described):
    for at, message in enumerate(described.message_type):
        yield from message_parts(message, (FILE_MESSAGE, at))
    for at, enum in enumerate(described.enum_type):
        yield from enum_parts(enum, (FILE_ENUM, at))


def check_contract_comments(files):
    for path in files.matching(".proto"):
        described = parse(files.top, path)
        found = {tuple(at.path): at for at in described.source_code_info.location}
        for place, name in file_parts(described):
            at = found[place]
            if not (at.leading_comments + at.trailing_comments).strip():
                yield path, at.span[0] + 1, f"say in a comment what {name} is"
