# SPDX-License-Identifier: BSD-2-Clause
"""Frames and requests as a client in another language sends them."""

import re

import pytest
from wire import Code, frame, pb, regions, varint

TOP = 2**64 - 1


@pytest.fixture(params=["unix", "tcp"])
def wire(daemon, request):
    with daemon.connect(0 if request.param == "unix" else 1) as connection:
        yield connection


def test_two_frames_in_one_write_get_two_answers(wire):
    wire.send(wire.request("create", "b"), wire.request("info", "b"))
    answers = {answer.id: answer for answer in (wire.receive(), wire.receive())}
    assert answers[1].status.code == Code.Value("OK")
    assert answers[2].info.settings.page_size == 4096


def test_frame_in_single_bytes_is_answered(wire):
    for byte in frame(wire.request("ping")):
        wire.send_bytes(bytes([byte]))
    assert wire.receive().id == 1


def test_pipelined_requests_on_one_instance_take_effect_in_order(wire):
    requests = [wire.request("create", "b")]
    for number in range(500):
        requests.append(
            wire.request("reserve", "b", address=number * 0x2000, size=0x1000)
        )
    requests.append(wire.request("dump", "b"))
    wire.send(*requests)
    answers = {}
    while len(answers) < len(requests):
        answer = wire.receive()
        answers[answer.id] = answer
    assert [answers[i + 2].seq for i in range(500)] == list(range(1, 501))
    assert regions(answers[502].dump.reserved) == [
        (n * 0x2000, n * 0x2000 + 0x1000) for n in range(500)
    ]


def test_half_closed_peer_still_gets_its_answers(wire):
    import socket

    wire.send(wire.request("create", "b"), wire.request("add", "b", address=0, size=1))
    wire.socket.shutdown(socket.SHUT_WR)
    assert {wire.receive().id, wire.receive().id} == {1, 2}
    assert wire.receive() is None


# ---- broken peers: a best effort to say why, then the connection closes ----


def expect_farewell(wire, code, words):
    answer = wire.receive()
    assert Code.Name(answer.status.code) == code
    assert words in answer.status.message
    assert wire.receive() is None


def expect_still_served(daemon):
    with daemon.connect() as other:
        other.do("ping")


def test_garbage_in_a_frame_is_refused_and_closed(daemon, wire):
    wire.send_bytes(frame(b"\xff\xff\xff\xff"))
    expect_farewell(wire, "INVALID_ARGUMENT", "no memblock.v1.Request")
    expect_still_served(daemon)


def test_request_before_garbage_is_answered_first(wire):
    wire.send_bytes(frame(wire.request("create", "b")) + frame(b"\xff"))
    codes = sorted(Code.Name(wire.receive().status.code) for _ in range(2))
    assert codes == ["INVALID_ARGUMENT", "OK"]
    assert wire.receive() is None


def test_length_that_never_ends_is_refused_and_closed(daemon, wire):
    wire.send_bytes(b"\xff" * 10)
    expect_farewell(wire, "INVALID_ARGUMENT", "never ends")
    expect_still_served(daemon)


def test_frame_over_the_limit_is_refused_before_it_comes(daemon, wire):
    wire.send_bytes(varint((16 << 20) + 1))
    expect_farewell(wire, "RESOURCE_EXHAUSTED", "max-frame")
    expect_still_served(daemon)


def test_frame_of_just_the_limit_is_taken(new_daemon):
    daemon = new_daemon("--max-frame", "1K")
    with daemon.connect() as wire:
        request = wire.request("ping", label="")
        request.label = "x" * (1024 - len(request.SerializeToString()) - 1)
        assert len(request.SerializeToString()) == 1024
        wire.send(request)
        assert "label" in wire.receive().status.message
        request.label += "x"
        wire.send(request)
        expect_farewell(wire, "RESOURCE_EXHAUSTED", "1024")


def test_half_a_frame_and_silence_is_closed_after_the_stall_timeout(new_daemon):
    daemon = new_daemon("--stall-timeout", "1")
    with daemon.connect() as wire, daemon.connect() as idle:
        wire.send_bytes(frame(wire.request("ping"))[:3])
        expect_farewell(wire, "DEADLINE_EXCEEDED", "stall-timeout")
        idle.do("ping")  # silence between frames is no fault


# ---- refused requests: the connection lives ----


def refusal(wire, operation, instance=None, **fields):
    answer = wire.call(operation, instance, **fields)
    return Code.Name(answer.status.code), answer.status.message


def test_request_for_nothing_is_invalid(wire):
    assert refusal(wire, None)[0] == "INVALID_ARGUMENT"
    wire.do("ping")


def test_unknown_operation_is_unimplemented_and_named(wire):
    request = wire.request(None, "b").SerializeToString() + b"\xa2\x1f\x00"
    wire.send_bytes(frame(request))
    answer = wire.receive()
    assert answer.id == 1
    assert Code.Name(answer.status.code) == "UNIMPLEMENTED"
    assert "500" in answer.status.message
    wire.do("ping")


def test_unknown_field_beside_an_operation_is_ignored(wire):
    wire.send_bytes(frame(wire.request("ping").SerializeToString() + b"\xa2\x1f\x00"))
    assert Code.Name(wire.receive().status.code) == "OK"


@pytest.mark.parametrize("operation", ["info", "destroy", "dump", "log", "verify"])
def test_unknown_instance_is_not_found(wire, operation):
    assert refusal(wire, operation, "nobody") == (
        "NOT_FOUND",
        "nobody: no such instance",
    )


@pytest.mark.parametrize(
    "name", ["", "a/b", ".hidden", "-dash", "n" * 65, "sp ace", "ümlaut"]
)
def test_name_that_is_none_is_invalid(wire, name):
    code, message = refusal(wire, "create", name)
    assert code == "INVALID_ARGUMENT"
    assert "is no name" in message


@pytest.mark.parametrize("name", ["n" * 64, "A-z_0.9", "0"])
def test_name_at_the_edge_of_the_rule_is_taken(wire, name):
    wire.do("create", name)


def test_missing_instance_is_invalid(wire):
    assert refusal(wire, "dump")[0] == "INVALID_ARGUMENT"


@pytest.mark.parametrize("bad", [b"a\0b", b"a\x1bb", b"\xff"])
def test_label_that_is_not_text_is_invalid(wire, bad):
    request = wire.request("ping").SerializeToString() + b"\x1a" + varint(len(bad)) + bad
    wire.send_bytes(frame(request))
    answer = wire.receive()
    assert Code.Name(answer.status.code) == "INVALID_ARGUMENT"
    assert "label" in answer.status.message
    wire.do("ping")


def test_name_cut_by_nul_does_not_reach_another_instance(wire):
    wire.do("create", "b")
    request = wire.request("destroy").SerializeToString() + b"\x12\x04b\0xx"
    wire.send_bytes(frame(request))
    assert Code.Name(wire.receive().status.code) == "INVALID_ARGUMENT"
    wire.do("info", "b")


def test_label_of_257_bytes_is_invalid(wire):
    wire.do("create", "b")
    wire.do("add", "b", address=0, size=1, label="x" * 256)
    assert refusal(wire, "add", "b", address=0, size=1, label="x" * 257)[0] == (
        "INVALID_ARGUMENT"
    )


def test_missing_argument_is_invalid_and_takes_no_seq(wire):
    wire.do("create", "b")
    code, message = refusal(wire, "add", "b", address=0)
    assert (code, message) == ("INVALID_ARGUMENT", "b: the size is missing")
    assert wire.do("info", "b").seq == 0


def test_create_twice_already_exists(wire):
    wire.do("create", "b")
    assert refusal(wire, "create", "b")[0] == "ALREADY_EXISTS"


def test_if_seq_holds_or_is_aborted_with_the_current_seq(wire):
    wire.do("create", "b")
    assert wire.do("reserve", "b", address=0, size=1, if_seq=0).seq == 1
    answer = wire.call("reserve", "b", address=8, size=1, if_seq=0)
    assert Code.Name(answer.status.code) == "ABORTED"
    assert answer.seq == 1
    assert wire.do("info", "b").info.reserved_size == 1


def test_dry_run_answers_and_changes_nothing(wire):
    wire.do("create", "b")
    wire.do("add", "b", address=0x100000, size=0x100000)
    answer = wire.do("alloc", "b", size=0x1000, dry_run=True)
    assert (answer.alloc.address, answer.seq) == (0x1FF000, 1)
    assert wire.do("reserve", "b", address=0, size=1, dry_run=True).seq == 1
    assert wire.do("destroy", "b", dry_run=True).seq == 1
    assert wire.do("create", "new", dry_run=True).seq == 0
    assert refusal(wire, "info", "new")[0] == "NOT_FOUND"
    assert wire.do("info", "b").info.reserved_cnt == 0


# ---- numbers at the end of the address space ----


def test_range_of_two_to_the_64_is_cut_and_never_reaches_the_last_byte(wire):
    wire.do("create", "b")
    wire.do("add", "b", address=0, size=TOP)
    wire.do("reserve", "b", address=TOP - 0xFFF, size=TOP)
    layout = wire.do("dump", "b").dump
    assert regions(layout.memory) == [(0, TOP)]
    assert regions(layout.reserved) == [(TOP - 0xFFF, TOP)]
    wire.do("add", "b", address=TOP, size=1)
    assert wire.do("info", "b").info.memory_size == TOP


def test_node_and_flag_beyond_what_there_is_are_invalid(wire):
    wire.do("create", "b", settings={"nodes": 2})
    wire.do("add", "b", address=0, size=1, nid=1)
    for fields in ({"nid": 2}, {"nid": 2**32 - 1}, {"flags": 0x10}, {"flags": 1 << 31}):
        assert refusal(wire, "add", "b", address=0, size=1, **fields)[0] == (
            "INVALID_ARGUMENT"
        )
    assert wire.do("info", "b").seq == 1


@pytest.mark.parametrize(
    "fields", [{"size": 0}, {"size": 1, "align": 3}, {"size": 1, "nid": 0}]
)
def test_alloc_that_no_model_can_take_is_invalid(wire, fields):
    wire.do("create", "b")
    assert refusal(wire, "alloc", "b", **fields)[0] == "INVALID_ARGUMENT"


def test_alloc_without_room_is_exhausted_and_part_of_history(wire):
    wire.do("create", "b")
    answer = wire.call("alloc", "b", size=0x1000)
    assert Code.Name(answer.status.code) == "RESOURCE_EXHAUSTED"
    assert answer.status.errno_name == "ENOMEM"
    assert answer.status.message.startswith("b: no 0x1000 bytes")
    assert answer.seq == 1
    entry = wire.do("log", "b").log.entries[0]
    assert Code.Name(entry.status.code) == "RESOURCE_EXHAUSTED"


# ---- large answers ----


def test_large_dump_comes_in_parts_that_merge(wire):
    wire.do("create", "b")
    count = 30000
    wire.send(
        *(
            wire.request("reserve", "b", address=n * 0x2000, size=0x1000)
            for n in range(1000)
        )
    )
    for _ in range(1000):
        wire.receive()
    for start in range(1000, count, 1000):
        wire.send(
            *(
                wire.request("reserve", "b", address=n * 0x2000, size=0x1000)
                for n in range(start, start + 1000)
            )
        )
        for _ in range(1000):
            wire.receive()
    wire.send(wire.request("dump", "b"))
    whole, parts = wire.receive_whole()
    assert parts == 2
    assert len(whole.dump.reserved.regions) == whole.dump.reserved.cnt == count
    wire.send(wire.request("log", "b"))
    whole, parts = wire.receive_whole()
    assert parts > 1
    assert [entry.seq for entry in whole.log.entries] == list(range(1, count + 1))


def test_hello_tells_the_limits_and_the_operations(wire):
    hello = wire.do("hello", client_name="test").hello
    assert hello.protocol == 1
    assert hello.frame_bytes_max == 16 << 20
    assert re.fullmatch(r"memblockd [\d.]+", hello.server)
    assert (hello.in_flight_max, hello.queued_bytes_max) == (1024, 64 << 20)
    assert (hello.sessions_max, hello.instances_max) == (16384, 65536)
    assert hello.regions_max == 1048576
    assert set(hello.operations) == {
        field.name
        for field in pb.Request.DESCRIPTOR.oneofs_by_name["operation"].fields
    }


def test_field_of_a_later_version_inside_an_operation_is_ignored(wire):
    wire.do("create", "b")
    request = wire.request("reserve", "b", address=0, size=1).SerializeToString()
    # Field 500 behind the fields of Reserve, which is the request's last field.
    at = request.rindex(b"\xc2\x01")
    inner = request[at + 3:] + b"\xa0\x1f\x07"
    wire.send(request[:at + 2] + varint(len(inner)) + inner)
    answer = wire.receive()
    assert (Code.Name(answer.status.code), answer.seq) == ("OK", 1)


def test_ids_of_the_client_are_echoed_whatever_they_are(wire):
    for number in (0, 1, 2**32, TOP):
        request = wire.request("ping")
        request.id = number
        wire.send(request)
        assert wire.receive().id == number


def test_codes_are_those_of_google_rpc():
    assert {name: Code.Value(name) for name in Code.keys()} == {
        "OK": 0, "CANCELLED": 1, "UNKNOWN": 2, "INVALID_ARGUMENT": 3,
        "DEADLINE_EXCEEDED": 4, "NOT_FOUND": 5, "ALREADY_EXISTS": 6,
        "PERMISSION_DENIED": 7, "RESOURCE_EXHAUSTED": 8, "FAILED_PRECONDITION": 9,
        "ABORTED": 10, "OUT_OF_RANGE": 11, "UNIMPLEMENTED": 12, "INTERNAL": 13,
        "UNAVAILABLE": 14, "DATA_LOSS": 15, "UNAUTHENTICATED": 16,
    }


def test_contract_is_proto2_of_memblock_v1():
    assert pb.DESCRIPTOR.package == "memblock.v1"
    assert pb.DESCRIPTOR.syntax == "proto2"
    assert not pb.Reserve().HasField("nid")


def test_frame_of_just_the_default_limit_is_taken(wire):
    wire.do("create", "b")
    request = wire.request("load", "b", device_tree=b"")
    room = (16 << 20) - len(request.SerializeToString())
    request.load.device_tree = bytes(room - 6)  # two lengths grow by 3
    assert len(request.SerializeToString()) == 16 << 20
    wire.send(request)
    answer = wire.receive()
    assert Code.Name(answer.status.code) == "INVALID_ARGUMENT"
    assert answer.status.errno_name == "EINVAL"
    wire.do("ping")
