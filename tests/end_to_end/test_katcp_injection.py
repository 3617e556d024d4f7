"""One message in is one message out: nothing that a browser or a KATCP client says smuggles a second one to a device.

The device keeps what it receives, byte for byte, and its lines are taken apart here by KATCP's own rules.
"""

import base64
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.end_to_end.fake_device import HELLO, FakeDevice
from tests.processes import DEADLINE_S, Katgate

#: KATCP guidelines, escape sequences.
UNESCAPED = {
    b"\\": b"\\",
    b"_": b" ",
    b"0": b"\0",
    b"n": b"\n",
    b"r": b"\r",
    b"e": b"\x1b",
    b"t": b"\t",
    b"@": b"",
}

#: Arguments that would be more than that, if they were written as they are.
ARGUMENTS = [
    b"x\n?halt",
    b"x\r\n?halt\r\n",
    b"\n?halt\n",
    b"x\r?halt",
    b"x\0\n?halt",
    b"\x1b\n?halt[1]",
    b"x\\n?halt",
    b"x\\",
    b"\\@",
    b"",
    b"\t ?halt \t",
    b"\xe2\x80\xa8?halt",
    b"\xff\n?halt",
    b"!go[1] ok\n?halt",
]

#: Names that are none.
NAMES = [
    "go\n?halt",
    "go ?halt",
    "go\\n?halt",
    "go[99]",
    "?halt",
    "go\r",
    "go\0",
    "go\u2028halt",
    "\ngo",
    "go%0Ahalt",
    "1go",
    "-",
]


class Recording:
    """A small device that keeps what it is asked."""

    def __init__(self) -> None:
        self.received = b""

    def talk(self, connection: socket.socket) -> None:
        connection.sendall(HELLO)
        rest = b""
        while chunk := connection.recv(65536):
            self.received += chunk
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                name = re.split(rb"[ \[\t]", line[1:])[0]
                connection.sendall(b"!" + name + b" ok\n")

    def since(self, mark: int) -> bytes:
        return self.received[mark:]


@pytest.fixture
def recording() -> Recording:
    return Recording()


@pytest.fixture
def device(recording: Recording) -> Iterator[FakeDevice]:
    with FakeDevice(recording.talk) as device:
        yield device


@pytest.fixture
def katgate(device: FakeDevice, start: Callable[..., Katgate], tmp_path: Path) -> Katgate:
    """A katgate before that device, whose KATCP clients may command it."""
    config = tmp_path / "katgate.toml"
    config.write_text('[defaults]\nwatchdog_s = 0\n[katcp]\nlisten = "127.0.0.1:0"\nrole = "operator"\n')
    katgate = start("serve", f"cbf=127.0.0.1:{device.port}", "--config", str(config))
    katgate.wait_for_state("cbf", "synced")
    return katgate


def taken_apart(wire: bytes) -> list[list[bytes]]:
    """Return the words of each line, as any device would see them, which may end lines by \\r too."""
    assert wire.endswith(b"\n"), wire
    return [
        [
            re.sub(rb"\\(.)", lambda found: UNESCAPED[found[1]], word, flags=re.DOTALL)
            for word in re.split(rb"[ \t]+", line)
        ]
        for line in re.split(rb"[\r\n]+", wire)[:-1]
    ]


def escaped(argument: bytes) -> bytes:
    """Return an argument as a KATCP client writes it."""
    if not argument:
        return rb"\@"
    found = {value: rb"\%b" % code for code, value in UNESCAPED.items() if value}
    return b"".join(found.get(argument[at : at + 1], argument[at : at + 1]) for at in range(len(argument)))


def test_arguments_over_rest(katgate: Katgate, recording: Recording) -> None:
    """As text, and as bytes."""
    for argument in ARGUMENTS:
        mark = len(recording.received)
        as_bytes = {"base64": base64.b64encode(argument).decode()}
        text = argument.decode("utf-8", "replace")
        assert 200 == katgate.ask("POST", "devices/cbf/requests/go", {"arguments": [as_bytes, text]}).status
        assert [[b"?go", argument, text.encode()]] == taken_apart(recording.since(mark))


def test_arguments_over_the_socket(katgate: Katgate, recording: Recording) -> None:
    """Of many requests in a row."""
    with katgate.browser() as browser:
        for argument in ARGUMENTS:
            mark = len(recording.received)
            as_bytes = {"base64": base64.b64encode(argument).decode()}
            result = browser.call("request", device="cbf", request="go", arguments=[as_bytes])
            assert result["ok"], result
            assert [[b"?go", argument]] == taken_apart(recording.since(mark))


def test_names_over_rest_and_the_socket(katgate: Katgate, recording: Recording) -> None:
    """Nothing at all is sent, and the connection is none the worse."""
    mark = len(recording.received)
    with katgate.browser() as browser:
        for name in NAMES:
            answer = katgate.ask("POST", f"devices/cbf/requests/{quote(name, safe='')}", {})
            assert 400 == answer.status, (name, answer.body)
            refused = browser.call("request", device="cbf", request=name)
            assert "bad-request" == refused["data"]["code"], name
        assert b"" == recording.since(mark)
        assert browser.call("request", device="cbf", request="go")["ok"]
    assert [[b"?go"]] == taken_apart(recording.since(mark))


def test_arguments_and_names_over_the_proxy(katgate: Katgate, recording: Recording) -> None:
    """What was escaped is escaped anew; what is no KATCP goes nowhere."""
    found = re.search(r"KATCP proxy at 127\.0\.0\.1 port (\d+)", katgate.log)
    assert found is not None
    with (
        socket.create_connection(("127.0.0.1", int(found[1])), DEADLINE_S) as client,
        client.makefile("rwb", buffering=0) as lines,
    ):

        def reply_to(line: bytes, name: bytes) -> bytes:
            lines.write(line + b"\n")
            while not (reply := lines.readline()).startswith(b"!" + name):
                assert reply
            return bytes(reply)

        for argument in ARGUMENTS:
            mark = len(recording.received)
            assert b" ok" in reply_to(b"?cbf-go " + escaped(argument), b"cbf-go")
            assert [[b"?go", argument]] == taken_apart(recording.since(mark))
        mark = len(recording.received)
        for line in (
            rb"?cbf-go\n?halt",
            b"?cbf-go\x1b?halt",
            rb"?cbf-go[1]?halt",
            b"?cbf-go x\0y",
            rb"?cbf-go \q",
        ):
            lines.write(line + b"\n")
        assert b" ok" in reply_to(b"?watchdog", b"watchdog")
        assert b"" == recording.since(mark)
