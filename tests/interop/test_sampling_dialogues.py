"""`?sensor-sampling` over sockets: one dialogue with a device of ours and with one of aiokatcp's, the same lines.

Timestamps and addresses are masked. What else is spoken differently on purpose is in SPOKEN_DIFFERENTLY,
with its reason.
"""

import re
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.interop.dialogues import DIALOGUES, SET
from tests.processes import DEADLINE_S, Process, running

#: Both ports: ours, aiokatcp's.
Ports = tuple[int, int]

#: More lines than any dialogue has between a request and its reply.
_MOST_LINES = 1000


class RawClient:
    """A socket and lines; what it hears it keeps, timestamps and addresses masked."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), DEADLINE_S)
        self._lines = self._socket.makefile("rb")
        self.heard: list[str] = []
        self.say("?watchdog")
        self.heard.clear()

    def close(self) -> None:
        self._lines.close()
        self._socket.close()

    def say(self, request: str) -> None:
        """Send a request, and hear all up to its reply."""
        name = re.split(r"[ \[]", request)[0].replace("?", "!")
        self.heard.append(request)
        self._socket.sendall(request.encode() + b"\n")
        for _ in range(_MOST_LINES):
            self.hear()
            if re.split(r"[ \[]", self.heard[-1])[0] == name:
                return
        raise AssertionError(f"no reply to {request}")

    def hear(self) -> None:
        """Hear one line."""
        line = self._lines.readline().decode().rstrip("\n")
        assert line, "the connection was closed"
        line = re.sub(r"^#sensor-status \d+(\.\d+)? ", "#sensor-status T ", line)
        self.heard.append(re.sub(r"^#client-connected 127.0.0.1:\d+$", "#client-connected A", line))


@pytest.fixture(scope="module")
def ports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ports]:
    """The two devices, each in a process of its own."""
    logs: Path = tmp_path_factory.mktemp("sampled")
    with (
        running(Process(["-m", "tests.interop.sampled_katgate"], logs / "katgate.log")) as ours,
        running(Process(["-m", "tests.interop.sampled_aiokatcp"], logs / "aiokatcp.log")) as theirs,
    ):
        yield int(ours.first_line()), int(theirs.first_line())


def spoken(port: int, dialogue: list[str]) -> list[str]:
    """Return what is said and heard. A line `...` hears one more line."""
    with closing(RawClient(port)) as client:
        for line in dialogue:
            if line == "...":
                client.hear()
            else:
                client.say(line)
        return client.heard


# What is spoken differently, and how a line reads without it.


def _without_words(line: str) -> str:
    return re.sub(r"^(!\S+ (?:fail|invalid)) \S+$", r"\1", line)


def _plain_numbers(line: str) -> str:
    if not line.startswith("!sensor-sampling"):
        return line
    return re.sub(r"(?<= )\d+\.\d+(?= |$)", lambda number: f"{float(number[0]):.15g}", line)


SPOKEN_DIFFERENTLY: dict[str, tuple[str, Callable[[str], str]]] = {
    "the words of a failure": ("they are for people; each library has its own", _without_words),
    "parameters in a reply": (
        "aiokatcp writes them as decoded (`period 1.0`), we as short as they are exact (`period 1`)",
        _plain_numbers,
    ),
}


def compared(lines: list[str], but: str = "") -> list[str]:
    """Return lines without what is spoken differently on purpose, all of it `but` one."""
    for name, (_, read) in SPOKEN_DIFFERENTLY.items():
        if name != but:
            lines = [read(line) for line in lines]
    return lines


@pytest.fixture(scope="module")
def transcripts(ports: Ports) -> dict[str, tuple[list[str], list[str]]]:
    """What each dialogue was with ours and with theirs, both at a time."""
    with ThreadPoolExecutor(2) as threads:
        ours, theirs = threads.map(_all_spoken, ports)
    return {name: (ours[name], theirs[name]) for name in DIALOGUES}


def _all_spoken(port: int) -> dict[str, list[str]]:
    return {name: spoken(port, dialogue) for name, dialogue in DIALOGUES.items()}


@pytest.mark.parametrize("name", DIALOGUES)
def test_dialogue_is_the_same(name: str, transcripts: dict[str, tuple[list[str], list[str]]]) -> None:
    """A client of aiokatcp's devices hears what it expects, line by line."""
    ours, theirs = transcripts[name]
    assert compared(theirs) == compared(ours)


@pytest.mark.parametrize("name", SPOKEN_DIFFERENTLY)
def test_what_is_spoken_differently(name: str, transcripts: dict[str, tuple[list[str], list[str]]]) -> None:
    """Each exception is one: a difference that has gone should be struck from the table."""
    assert any(compared(theirs, name) != compared(ours, name) for ours, theirs in transcripts.values())


def test_strategies_are_each_clients_own(ports: Ports) -> None:
    """One operator's strategies are no other's, and go with their connection."""
    ours, theirs = (_two_clients(port) for port in ports)
    assert compared(theirs) == compared(ours)
    assert "#sensor-status T 1 number warn 5" in ours


def _two_clients(port: int) -> list[str]:
    """Return what the first and then the second heard."""
    with closing(RawClient(port)) as second:
        with closing(RawClient(port)) as first:
            for line in [*SET, "?sensor-sampling number auto"]:
                first.say(line)
            for line in ["?sensor-sampling number", "?set number warn 5", "?sensor-sampling number none"]:
                second.say(line)
            for line in ["?sensor-sampling number", "?watchdog"]:
                first.say(line)
        second.say("?set number warn 6")
        return first.heard + second.heard
