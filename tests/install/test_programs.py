# SPDX-License-Identifier: BSD-2-Clause
"""The installed programs run, the installed library can be built against with
what pkg-config says alone, and a release is whole."""

import configparser
import os
import shutil
import subprocess
import tarfile

import pytest

from conftest import BUILD, TOP, run

ALLOCATE_PRINTS = """\
frame buffer: 0xbf800000, 8388608 bytes
camera: 0xbf400000, 4194304 bytes
memory: [0x80000000-0xbfffffff]
reserved: [0xbf400000-0xbfffffff]
"""

CPLUSPLUS = """\
#include <memblock_client.h>
#include <cstdio>
int main() { std::puts(mbc_version()); }
"""


def version():
    output = run("meson", "introspect", BUILD, "--projectinfo")
    return output.split('"version": "')[1].split('"')[0]


def compile_installed(root, folder, compiler, standard, source):
    """Builds one file with the flags of pkg-config; returns the program."""
    flags = root.run("pkg-config", "--cflags", "--libs", "memblock-client").split()
    program = folder / "program"
    root.run(
        compiler, f"-std={standard}", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
        source, "-o", program, *flags, cwd=folder,
    )
    return program


def test_tool_asks_the_installed_daemon(root, server):
    root.run("memblockctl", "-s", server, "create", "b")
    root.run("memblockctl", "-s", server, "add", "b", "0", "1G")
    assert root.run("memblockctl", "-s", server, "alloc", "b", "1M") == "0x3ff00000\n"
    assert root.run("memblockctl", "-s", server, "version").count(version()) == 2


def test_allocate_example_built_with_pkg_config_alone(root, server, tmp_path):
    source = root.prefix / "share/doc/memblockd/examples/allocate.c"
    program = compile_installed(root, tmp_path, "gcc", "c17", source)
    result = subprocess.run(
        [program, server], env=root.environment, capture_output=True, text=True
    )
    assert result.returncode == 0
    assert result.stdout == ALLOCATE_PRINTS
    assert result.stderr.startswith("everything: RESOURCE_EXHAUSTED: example-board: ")
    assert result.stderr.count("\n") == 1

    # The name is taken now: what the program needs, it says when it fails.
    again = subprocess.run(
        [program, server], env=root.environment, capture_output=True, text=True
    )
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr.startswith("example-board: ALREADY_EXISTS: ")


def test_event_loop_example_built_with_pkg_config_alone(root, server, tmp_path):
    source = root.prefix / "share/doc/memblockd/examples/event_loop.c"
    program = compile_installed(root, tmp_path, "gcc", "c17", source)
    assert root.run(program, server) == "100 of 100 answered\n"


@pytest.mark.parametrize("example", ["allocate", "event_loop"])
def test_example_without_a_server_says_so(root, tmp_path, example):
    program = BUILD / "docs" / "examples" / example
    result = subprocess.run(
        [program, f"unix:{tmp_path}/nobody"],
        env=root.environment,
        capture_output=True,
        text=True,
    )
    assert (result.returncode, result.stdout) == (1, "")
    assert f"{tmp_path}/nobody" in result.stderr


def test_header_in_cplusplus(root, tmp_path):
    source = tmp_path / "version.cc"
    source.write_text(CPLUSPLUS)
    program = compile_installed(root, tmp_path, "g++", "c++11", source)
    assert root.run(program) == version() + "\n"


def test_pkg_config_knows_the_version(root):
    assert root.run("pkg-config", "--modversion", "memblock-client") == version() + "\n"


def test_library_shows_its_interface_alone(root):
    symbols = root.run(
        "nm", "-D", "--defined-only", "--without-symbol-versions",
        root.libraries / "libmemblock-client.so",
    )
    names = {line.split()[-1] for line in symbols.splitlines()}
    assert "mbc_call" in names
    assert {n for n in names if not n.startswith("mbc_")} <= {"MBC_0.1"}


def test_units_start_the_installed_daemon(root):
    unit = configparser.RawConfigParser(strict=False)
    unit.read(root.prefix / "lib/systemd/system/memblockd.service")
    program = unit["Service"]["ExecStart"].split()[0]
    assert os.access(root.path(program), os.X_OK)
    assert (root.prefix / "lib/systemd/system/memblockd.socket").is_file()
    assert (root.prefix / "lib/sysusers.d/memblockd.conf").is_file()


def test_licence_is_beside_the_documentation(root):
    installed = root.prefix / "share/doc/memblockd/LICENSE"
    assert installed.read_text() == (TOP / "LICENSE").read_text()


def test_release_configures(tmp_path):
    # A clone, so that the release is what is committed, wherever the test runs
    # and whoever owns the checkout.
    build = tmp_path / "build"
    environment = dict(
        os.environ,
        GIT_CONFIG_COUNT="1",
        GIT_CONFIG_KEY_0="safe.directory",
        GIT_CONFIG_VALUE_0="*",
    )
    clone = tmp_path / "clone"
    run("git", "clone", "-q", TOP, clone, env=environment)
    run("meson", "setup", build, clone)
    run("meson", "dist", "-C", build, "--no-tests", "--formats", "gztar", env=environment)
    (release,) = (build / "meson-dist").glob("*.tar.gz")
    with tarfile.open(release) as tar:
        tar.extractall(tmp_path)
    shutil.rmtree(build)
    source = tmp_path / release.name.removesuffix(".tar.gz")
    run("meson", "setup", build, source)
    for name in ("LICENSE", "README.md", "scripts/check", "meson_options.txt"):
        assert (source / name).is_file()
