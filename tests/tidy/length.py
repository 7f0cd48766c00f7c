# SPDX-License-Identifier: BSD-2-Clause
"""How long files and functions may be."""

import ast

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 70

# What may be longer, and why. A row that is no longer needed has to go.
LONG_FILES = {
    "client/memblock_client.h": "users of the library include one header",
    "tests/model/reference.c": "the reference shares no code with the engine",
    "tests/unit/test_alloc.c": "all cases of one file side by side",
    "tests/unit/test_boot.c": "all cases of one file side by side",
    "tests/unit/test_devicetree.c": "all cases of one file side by side",
    "tests/unit/test_memblock.c": "all cases of one file side by side",
}
LONG_FUNCTIONS = {}  # "room/file.c function" to the reason


def name_of(lines, opening):
    """Of the C function whose body opens there."""
    for line in reversed(lines[:opening]):
        if "(" in line and not line.startswith((" ", "\t")):
            return line.split("(")[0].split()[-1].lstrip("*")
    return "?"


def c_functions(text):
    """Yields (name, first line, length), bodies alone, braces included."""
    lines = text.splitlines()
    opening = None
    for at, line in enumerate(lines):
        if line == "{":
            opening = at
        elif line == "}" and opening is not None:
            yield name_of(lines, opening), opening + 1, at - opening + 1
            opening = None


def python_functions(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name, node.lineno, node.end_lineno - node.lineno + 1


def functions(path, text):
    return python_functions(text) if path.endswith(".py") else c_functions(text)


def check_length(files):
    long_files, long_functions = set(), set()
    for path in files.matching(".c", ".h", ".py", ".sh"):
        text = files.texts[path]
        count = len(text.splitlines())
        if count > FILE_LINES_MAX:
            long_files.add(path)
            if path not in LONG_FILES:
                yield path, count, (
                    f"{count} lines, more than {FILE_LINES_MAX}: split it by"
                    " subject, or say why not in tests/tidy/length.py"
                )
        for name, line, lines in functions(path, text):
            if lines <= FUNCTION_LINES_MAX:
                continue
            long_functions.add(f"{path} {name}")
            if f"{path} {name}" not in LONG_FUNCTIONS:
                yield path, line, (
                    f"{name} has {lines} lines, more than"
                    f" {FUNCTION_LINES_MAX}: split it, or say why not in"
                    " tests/tidy/length.py"
                )
    if "tests/tidy/length.py" not in files.paths:
        return
    for row in (LONG_FILES.keys() - long_files) | (
        LONG_FUNCTIONS.keys() - long_functions
    ):
        yield "tests/tidy/length.py", 1, f"take out {row}: it is short now"
