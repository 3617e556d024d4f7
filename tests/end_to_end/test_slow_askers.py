"""Many connections that ask slowly, or nothing at all, on real sockets: the others are served as if they were not."""

import resource
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final

import pytest

from tests.processes import Katgate, wait_for

#: Another address of this machine: where those come from that mean no good.
ELSEWHERE: Final = "127.0.0.2"

HALVES: Final = [
    b"",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: b",
    b"POST /api/v1/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{",
]


@pytest.fixture
def many_files() -> Iterator[None]:
    """Let this process have as many sockets as the system allows."""
    before, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (before, most))


def connected(katgate: Katgate, stack: ExitStack, said: bytes) -> socket.socket:
    opened = stack.enter_context(socket.socket())
    opened.settimeout(30)
    opened.bind((ELSEWHERE, 0))
    with suppress(ConnectionError):  # cut already
        opened.connect(("127.0.0.1", katgate.port))
    if said:
        opened.sendall(said)
    return opened


@pytest.mark.usefixtures("many_files")
def test_a_thousand_that_never_finish(katgate: Katgate) -> None:
    """What they cost is small, and nobody waits for them."""
    before = katgate.memory_mb
    with ExitStack() as stack:
        slow = [connected(katgate, stack, HALVES[number % len(HALVES)]) for number in range(1000)]
        took = []
        for _ in range(20):
            for one in slow[1:100:3]:
                one.sendall(b"x")
            started = time.monotonic()
            assert 200 == katgate.ask("GET", "devices").status
            took.append(time.monotonic() - started)
        assert sorted(took)[10] < 0.25
        assert katgate.memory_mb - before < 40
    assert "defect" not in katgate.log


@pytest.mark.usefixtures("many_files")
def test_more_than_there_may_be(tmp_path: Path, start: object) -> None:
    """They are cut, it is said once which option allows more, and who comes from elsewhere is served."""
    assert callable(start)
    file = tmp_path / "katgate.toml"
    file.write_text("[limits]\nconnections_per_address = 50\n")
    katgate: Katgate = start("serve", "--config", str(file))
    with ExitStack() as stack:
        slow = [connected(katgate, stack, b"") for _ in range(300)]
        assert 250 == sum(is_cut(one) for one in slow[50:])
        assert 200 == katgate.ask("GET", "/api/v1").status
    assert (
        f"there are 50 connections from {ELSEWHERE} already; [limits] connections_per_address" in katgate.log
    )
    assert katgate.log.count("connections refused") == 1
    with ExitStack() as stack:
        wait_for(lambda: not is_cut_soon(connected(katgate, stack, b"")), "a place to be free again")


def is_cut(one: socket.socket) -> bool:
    try:
        return one.recv(1) == b""
    except TimeoutError:
        raise
    except OSError:  # among them: it was cut before it was connected
        return True


def is_cut_soon(one: socket.socket) -> bool:
    one.settimeout(0.3)
    try:
        return is_cut(one)
    except TimeoutError:
        return False
