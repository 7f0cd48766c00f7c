# SPDX-License-Identifier: BSD-2-Clause
"""What building and testing uses is in scripts/packages."""

import ast
import pathlib
import re
import sys

LIST = "scripts/packages"

# What is used, and the Debian package it comes in. None: part of every Debian.
MODULES = {
    "google": "python3-protobuf",
    "hypothesis": "python3-hypothesis",
    "pytest": "python3-pytest",
}
GENERATED_MODULES = {"memblock_pb2"}
DEPENDENCIES = {
    "cmocka": "libcmocka-dev",
    "fdt": "libfdt-dev",
    "jansson": "libjansson-dev",
    "libcrypto": "libssl-dev",
    "libevent_core": "libevent-dev",
    "libprotobuf-c": "libprotobuf-c-dev",
    "libssl": "libssl-dev",
    "libsystemd": "libsystemd-dev",
    "sqlite3": "libsqlite3-dev",
    "threads": "libc6-dev",
}
PROGRAMS = {
    "/usr/bin/python3": "python3",
    "bash": None,
    "clang": "clang",
    "clang-format": "clang-format",
    "clang-tidy": "clang-tidy",
    "dtc": "device-tree-compiler",
    "g++": "g++",
    "gcc": "gcc",
    "git": "git",
    "man": "man-db",
    "mandoc": "mandoc",
    "meson": "meson",
    "ninja": "ninja-build",
    "pkg-config": "pkg-config",
    "protoc": "protobuf-compiler",
    "protoc-c": "protobuf-c-compiler",
    "python3": "python3",
    "scdoc": "scdoc",
    "setarch": "util-linux",
    "sqlite3": "sqlite3",
    "zsh": "zsh",
}

# dependency('x'), find_library('x') and find_program('x') of meson.
MESON_USE = re.compile(
    r"\b(dependency|find_library|find_program)\(\s*'([^']+)'"
)
# A program as a word of a script, or as a string of its own in Python.
WORD = re.compile(r"(?<![\w./$-])([a-z][\w-]*)(?![\w./-])")
STRING = re.compile(r"""["']([\w/+-]+)["']""")


def python_imports(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name.split(".")[0]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.lineno, node.module.split(".")[0]


def is_python(path, text):
    return path.endswith(".py") or text.startswith("#!/usr/bin/python3")


def uses_of_python(files, path):
    """Yields (line, package or None, name); package "" is unknown."""
    own = {pathlib.PurePosixPath(name).stem for name in files.paths}
    for line, module in python_imports(files.texts[path]):
        if module in sys.stdlib_module_names | own | GENERATED_MODULES:
            continue
        yield line, MODULES.get(module, ""), module
    for line, text in files.lines(path):
        for program in STRING.findall(text):
            if program in PROGRAMS and path.startswith("tests/"):
                yield line, PROGRAMS[program], program


def uses_of_meson(files, path):
    for line, text in files.lines(path):
        for kind, name in MESON_USE.findall(text):
            table = PROGRAMS if kind == "find_program" else DEPENDENCIES
            yield line, table.get(name, ""), name


def uses_of_script(files, path):
    for line, text in files.lines(path):
        for program in WORD.findall(text.split("#")[0]):
            if program in PROGRAMS:
                yield line, PROGRAMS[program], program


def uses(files):
    for path, text in files.texts.items():
        if path.endswith("meson.build"):
            found = uses_of_meson(files, path)
        elif is_python(path, text) and path.startswith(("tests/", "scripts/")):
            # tidy's own tables name programs that nothing else may use yet.
            if path == "tests/tidy/packages.py":
                continue
            found = uses_of_python(files, path)
        elif path.startswith(("scripts/", ".ci/")) and path != LIST:
            found = uses_of_script(files, path)
        else:
            continue
        for line, package, name in found:
            yield path, line, package, name


def check_packages(files):
    listed = {
        line.split("#")[0].strip() for _, line in files.lines(LIST)
    }
    for path, line, package, name in uses(files):
        if package == "":
            yield path, line, f"{name}: add it to tests/tidy/packages.py"
        elif package is not None and package not in listed:
            yield path, line, f"{name}: add {package} to {LIST}"
