"""SIGTERM on real sockets: requests end or are reported, browsers are told, and all is over in time."""

import http.client
import json
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from tests.end_to_end.fake_device import HELLO, FakeDevice, answer
from tests.processes import DEADLINE_S, Browser, Katgate, Process, run_katgate, running, wait_for

REQUEST = "/api/v1/devices/cbf/requests/slow"


@pytest.fixture
def answered() -> threading.Event:
    """When the device replies to ?slow."""
    return threading.Event()


@pytest.fixture
def asked() -> threading.Event:
    """When it has been asked."""
    return threading.Event()


@pytest.fixture
def device(asked: threading.Event, answered: threading.Event) -> Iterator[FakeDevice]:
    """One that takes its time with ?slow."""

    def pause(lines: list[bytes]) -> None:
        if any(line.startswith(b"?slow") for line in lines):
            asked.set()
            answered.wait(DEADLINE_S)

    def talk(connection: socket.socket) -> None:
        connection.sendall(HELLO)
        answer(connection, pause)

    with FakeDevice(talk) as device:
        yield device
        answered.set()


@pytest.fixture
def serve(device: FakeDevice, start: Callable[..., Katgate], tmp_path: Path) -> Callable[[float], Katgate]:
    """Start a katgate that gives requests so many seconds at its end."""

    def serve(drain_s: float) -> Katgate:
        config = tmp_path / "katgate.toml"
        config.write_text(f"[server]\ndrain_s = {drain_s}\n")
        katgate = start("serve", "--config", str(config), f"cbf=127.0.0.1:{device.port}")
        katgate.wait_for_state("cbf", "synced")
        return katgate

    return serve


def posted(katgate: Katgate, asked: threading.Event) -> http.client.HTTPConnection:
    """Ask over REST, and return the connection, on which the answer is still to come."""
    connection = http.client.HTTPConnection("127.0.0.1", katgate.port, timeout=DEADLINE_S)
    connection.request("POST", REQUEST, b"{}", {"content-type": "application/json"})
    assert asked.wait(DEADLINE_S)
    return connection


def call(browser: Browser) -> None:
    """Ask over the WebSocket; the answer is still to come."""
    params = {"device": "cbf", "request": "slow"}
    browser.socket.send(json.dumps({"jsonrpc": "2.0", "id": "r", "method": "request", "params": params}))
    assert {} == browser.call("ping")  # so it has been taken


def end(katgate: Katgate) -> None:
    """Tell it to end, and wait until it has begun to."""
    katgate.popen.send_signal(signal.SIGTERM)
    wait_for(lambda: "= shutting down" in katgate.log, "katgate to begin to end")


def last_words(browser: Browser) -> list[Any]:
    """Return what a browser is told to its end: codes of notices and errors, results, and the close code."""
    told: list[Any] = []
    try:
        while True:
            message = browser.receive()
            if message.get("method") == "notice":
                told.append(message["params"]["code"])
            elif "error" in message:
                told.append(message["error"]["data"]["code"])
            elif "result" in message:
                told.append("result")
    except ConnectionClosed as closed:
        return [*told, closed.rcvd.code if closed.rcvd is not None else None]


def test_requests_that_end_in_time(
    serve: Callable[[float], Katgate], asked: threading.Event, answered: threading.Event
) -> None:
    """All get their answers, and katgate ends as soon as they have them."""
    katgate = serve(20)
    with ExitStack() as stack:
        idle, asking = (stack.enter_context(katgate.browser()) for _ in range(2))
        call(asking)
        rest = posted(katgate, asked)
        late = stack.enter_context(socket.create_connection(("127.0.0.1", katgate.port), DEADLINE_S))
        late.sendall(b"GET /readyz HTTP/1.1\r\n")
        for _ in range(2):  # by then the beginning of that has been taken
            katgate.device("cbf")
        end(katgate)
        assert ["shutdown", 4001] == last_words(idle)
        late.sendall(b"Host: x\r\n\r\n")
        assert late.recv(1000).startswith(b"HTTP/1.1 503 ")
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", katgate.port), DEADLINE_S)
        began = time.monotonic()
        answered.set()
        response = rest.getresponse()
        assert (200, "close", True) == (
            response.status,
            response.headers["connection"],
            json.load(response)["ok"],
        )
        assert ["shutdown", "result", 4001] == last_words(asking)
        assert 0 == katgate.popen.wait(DEADLINE_S)
        assert time.monotonic() - began < 5


def test_requests_that_do_not(serve: Callable[[float], Katgate], asked: threading.Event) -> None:
    """They are reported, before the goodbye; browsers that take nothing hold nothing up."""
    katgate = serve(0.5)
    with ExitStack() as stack:
        asking = stack.enter_context(katgate.browser())
        stack.enter_context(katgate.raw_socket())  # which says nothing, not even goodbye
        call(asking)
        rest = posted(katgate, asked)
        began = time.monotonic()
        end(katgate)
        response = rest.getresponse()
        problem = json.load(response)
        assert (503, "shutting-down", True) == (response.status, problem["code"], problem["sent"])
        assert ["shutdown", "shutting-down", 4001] == last_words(asking)
        assert 0 == katgate.popen.wait(DEADLINE_S)
        assert time.monotonic() - began < 5


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_second_signal(
    serve: Callable[[float], Katgate], asked: threading.Event, number: signal.Signals
) -> None:
    """Who says it twice means it."""
    katgate = serve(60)
    rest = posted(katgate, asked)
    with katgate.browser() as browser:
        call(browser)
        end(katgate)
        began = time.monotonic()
        katgate.popen.send_signal(number)
        assert 128 + number == katgate.popen.wait(DEADLINE_S)
        assert time.monotonic() - began < 5
    rest.close()
    assert "told to end twice" in katgate.log


def test_healthcheck(serve: Callable[[float], Katgate]) -> None:
    """It finds the katgate of its configuration, and says what is wrong."""
    katgate = serve(1)
    here = {"KATGATE_SERVER_LISTEN": f"127.0.0.1:{katgate.port}"}
    ready = run_katgate("healthcheck", **here)
    assert (0, "ready\n") == (ready.returncode, ready.stdout)
    assert 0 == katgate.stop()
    gone = run_katgate("healthcheck", **here)
    assert (1, True) == (gone.returncode, "no katgate answers at 127.0.0.1" in gone.stderr)
    assert 1 == run_katgate("healthcheck", KATGATE_SERVER_LISTEN="nonsense").returncode


def test_log_on_standard_output(tmp_path: Path) -> None:
    """As containers have it; nothing is left for the other one."""
    command = ["-m", "katgate", "demo", "--listen", "127.0.0.1:0"]
    with running(Process(command, tmp_path / "log", variables={"KATGATE_LOG_TO": "stdout"})) as katgate:
        assert "= serving at" in katgate.first_line()
        assert "" == katgate.log
