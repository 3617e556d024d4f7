"""Devices that misbehave, on real sockets: none disturbs anything else. (Links that fail: `test_faulty_links.py`.)"""

import socket
from collections.abc import Callable

from tests.end_to_end.fake_device import HELLO, FakeDevice, answer
from tests.processes import Katgate, wait_for

Start = Callable[..., Katgate]


def good_device(connection: socket.socket) -> None:
    """A device beside the bad one."""
    connection.sendall(HELLO)
    answer(connection)


def check_good(katgate: Katgate) -> None:
    """The device beside the bad one, and the gateway itself, serve as if nothing had happened."""
    assert 7 == katgate.get("devices/good/sensors/a")["reading"]["value"]
    assert katgate.ask("POST", "devices/good/requests/watchdog").json["ok"]
    assert 200 == katgate.ask("GET", "/readyz").status


def serve_both(start: Start, good: FakeDevice, bad: FakeDevice) -> Katgate:
    katgate = start("serve", f"good=127.0.0.1:{good.port}", f"bad=127.0.0.1:{bad.port}")
    katgate.wait_for_state("good", "synced")
    return katgate


def test_garbage_lines(start: Start) -> None:
    """Skipped and logged, ever more rarely; the device is served all the same."""

    def talk(connection: socket.socket) -> None:
        connection.sendall(b"garbage\n\x00\xff\n" + HELLO + b"garbage\n" * 1000)
        answer(connection)

    with FakeDevice(good_device) as good, FakeDevice(talk) as bad:
        katgate = serve_both(start, good, bad)
        katgate.wait_for_state("bad", "synced")
        bad.connections[0].sendall(b"more garbage\n" * 1000 + b"#sensor-status 2 1 a nominal 8\n")
        wait_for(
            lambda: katgate.get("devices/bad/sensors/a")["reading"]["value"] == 8, "the reading after garbage"
        )
        assert 5 < katgate.log.count("not KATCP") < 15
        check_good(katgate)


def test_line_of_100_mb_without_an_end(start: Start) -> None:
    """Skipped in constant memory, and said in the log before its end; the connection lives on."""
    megabyte = b"x" * 1_000_000

    def talk(connection: socket.socket) -> None:
        connection.sendall(HELLO + b"#log info 1 x ")
        for _ in range(100):
            connection.sendall(megabyte)
        connection.sendall(b"\n")
        answer(connection)

    with FakeDevice(good_device) as good, FakeDevice(talk) as bad:
        katgate = serve_both(start, good, bad)
        before = katgate.memory_mb
        katgate.wait_for_state("bad", "synced")
        assert "skipping to its end" in katgate.log
        assert katgate.memory_mb - before < 60
        assert 1 == len(bad.connections)
        check_good(katgate)


def test_device_that_answers_slowly_holds_nothing_up(start: Start) -> None:
    """It takes in requests and never replies: its own callers time out, others do not notice."""

    def talk(connection: socket.socket) -> None:
        connection.sendall(HELLO + b"#help silent Never\\_answers.\n")
        while True:
            for line in connection.recv(65536).splitlines():
                name = line[1:].split()[0]
                if name != b"silent":
                    connection.sendall(b"!" + name + b" ok\n")

    with FakeDevice(good_device) as good, FakeDevice(talk) as bad:
        katgate = serve_both(start, good, bad)
        katgate.wait_for_state("bad", "synced")
        answer = katgate.ask("POST", "devices/bad/requests/silent", {"timeout": 0.2})
        assert (504, "device-timeout") == (answer.status, answer.json["code"])
        behind = katgate.ask("POST", "devices/bad/requests/silent", {"timeout": 0.2})
        assert "was not sent" in behind.json["detail"]
        assert katgate.ask("POST", "devices/bad/requests/watchdog").json["ok"]
        check_good(katgate)
