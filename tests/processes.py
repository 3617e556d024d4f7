"""Real processes on real sockets, for tests/end_to_end and tests/interop: katgate, devices, and asking them.

Every wait has a deadline and a condition; nothing sleeps for luck. Everything started is ended.
"""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

#: Generous: the machine may be busy. A test that works never waits so long.
DEADLINE_S = 30.0

#: Where `-m tests...` finds its module, and `-m katgate` the code under test.
ROOT = Path(__file__).parent.parent

T = TypeVar("T")


def wait_for(condition: Callable[[], T], what: str, deadline_s: float = DEADLINE_S) -> T:
    """Return the first true result of `condition`, asked often; fail when the deadline has passed."""
    end = time.monotonic() + deadline_s
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > end:
            raise AssertionError(f"waited {deadline_s} s for {what}; last: {result!r}")
        time.sleep(0.02)


def environment() -> dict[str, str]:
    """Return what a program is started with: the code under test is found, also by one that stands elsewhere."""
    return {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(ROOT)}


class Process:
    """A program that prints a line when it is ready; what it logs goes to a file. `inside` is what starts it, with
    `variables` besides those of the tests.
    """

    def __init__(
        self,
        command: list[str],
        log: Path,
        *,
        inside: Sequence[str] = (),
        folder: Path = ROOT,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self._log = log
        with log.open("wb") as stderr:
            self.popen = subprocess.Popen(
                [*inside, sys.executable, *command],
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
                env={**environment(), **(variables or {})},
                cwd=folder,
            )

    def first_line(self) -> str:
        """Return what it prints first; fail with its log if it ends instead."""
        assert self.popen.stdout is not None
        line = self.popen.stdout.readline()
        assert line, f"it ended with {self.popen.wait(DEADLINE_S)}:\n{self.log}"
        return line.strip()

    @property
    def log(self) -> str:
        """What it has logged so far."""
        return self._log.read_text()

    @property
    def memory_mb(self) -> float:
        """Its resident memory now, in MB."""
        pages = int(Path(f"/proc/{self.popen.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def kill(self) -> None:
        """End it without a word, as a crash or a power cut does."""
        self.popen.kill()
        self.popen.wait(DEADLINE_S)

    def stop(self) -> int:
        """Ask it to end; return its exit code."""
        if self.popen.poll() is None:
            self.popen.send_signal(signal.SIGTERM)
        code = self.popen.wait(DEADLINE_S)
        assert self.popen.stdout is not None
        self.popen.stdout.close()
        return code


def run_katgate(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command of katgate to its end, as in a pipe; `variables` are added to its environment."""
    return subprocess.run(
        [sys.executable, "-m", "katgate", *arguments],
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        env=environment() | variables,
        cwd=ROOT,
        check=False,
    )


class Katgate(Process):
    """katgate, as a user starts it: by its module, or a script, or a `command` that is katgate with something more.
    `started`: see Process.
    """

    def __init__(
        self, arguments: list[str], log: Path, *, command: Sequence[str] = ("-m", "katgate"), **started: Any
    ) -> None:
        super().__init__([*command, *arguments], log, **started)
        line = self.first_line()
        self.url = line.partition("open ")[2].split()[0]
        self.port = urlsplit(self.url).port or 0

    def ask(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> "Answer":
        """Ask over HTTP. `path` is under /api/v1 unless it starts with a slash; a body is sent as JSON."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE_S)
        raw = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        sent = ({"content-type": "application/json"} if raw is not None else {}) | (headers or {})
        try:
            connection.request(method, path if path.startswith("/") else f"/api/v1/{path}", raw, sent)
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read())
        finally:
            connection.close()

    def get(self, path: str) -> Any:
        """Return the JSON of a GET that succeeds."""
        answer = self.ask("GET", path)
        assert answer.status == 200, answer.body
        return answer.json

    def device(self, name: str) -> Any:
        """Return a device as JSON."""
        return self.get(f"devices/{name}")

    def wait_for_state(self, name: str, state: str) -> Any:
        """Return the device once it is in that state."""
        return wait_for(
            lambda: device if (device := self.device(name))["state"] == state else None,
            f"{name} to be {state}; its log:\n{self.log[-2000:]}",
        )

    @contextmanager
    def browser(self) -> Iterator["Browser"]:
        """A WebSocket that has had its hello."""
        with self.connected() as socket:
            browser = Browser(socket)
            assert browser.receive()["method"] == "hello"
            yield browser

    @contextmanager
    def raw_socket(self) -> Iterator[socket.socket]:
        """A socket that has asked to be a WebSocket; what comes is not looked at."""
        upgrade = (
            "GET /api/v1/ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", self.port), DEADLINE_S) as opened:
            opened.sendall(upgrade.encode())
            yield opened

    @contextmanager
    def connected(
        self, headers: Mapping[str, str] | None = None, origin: str | None = None
    ) -> Iterator[ClientConnection]:
        """A WebSocket that has been opened, or is about to be closed again."""
        with connect(
            f"ws://127.0.0.1:{self.port}/api/v1/ws",
            subprotocols=[Subprotocol("katgate.v1")],
            additional_headers=headers,
            origin=Origin(origin) if origin else None,
            max_size=None,
            close_timeout=1,
        ) as socket:
            yield socket


class Answer:
    """An HTTP answer."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status = status
        self.headers = {name.lower(): value for name, value in headers.items()}
        self.body = body

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Browser:
    """A program on the WebSocket, by an implementation that is not ours."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self._id = 0
        self.notifications: list[Any] = []

    def receive(self) -> Any:
        """Return the next message."""
        return json.loads(self.socket.recv(timeout=DEADLINE_S))

    def call(self, method: str, **params: Any) -> Any:
        """Make a call and return its answer; notifications that come before it are kept."""
        self._id += 1
        self.socket.send(json.dumps({"jsonrpc": "2.0", "id": self._id, "method": method, "params": params}))
        while True:
            message = self.receive()
            if "method" not in message:
                assert message["id"] == self._id
                return message.get("result", message.get("error"))
            self.notifications.append(message)

    def next(self, method: str, found: Callable[[Any], bool] = lambda params: True) -> Any:
        """Return the params of the next notification of that method that `found` takes."""
        end = time.monotonic() + DEADLINE_S
        while time.monotonic() < end:
            message = self.notifications.pop(0) if self.notifications else self.receive()
            if message.get("method") == method and found(message["params"]):
                return message["params"]
        raise AssertionError(f"no {method} that fits")


@contextmanager
def running(process: T) -> Iterator[T]:
    """End a process whatever happens."""
    try:
        yield process
    finally:
        popen = process.popen  # type: ignore[attr-defined]
        if popen.poll() is None:
            popen.kill()
        popen.wait(DEADLINE_S)
        popen.stdout.close()
