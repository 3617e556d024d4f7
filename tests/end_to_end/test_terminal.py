"""Commands for people at a terminal, as processes: straight to a device, and through a katgate."""

import json
import os
import pty
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.end_to_end.fake_device import HELLO, FakeDevice, lines
from tests.end_to_end.tls_proxy import TlsProxy
from tests.processes import ROOT, Katgate, Process, environment, run_katgate, running, wait_for


@pytest.fixture(params=["straight", "via"])
def way(request: pytest.FixtureRequest, device: FakeDevice) -> list[str]:
    """What names the device: its address, or its name at a katgate."""
    if request.param == "straight":
        return [f"127.0.0.1:{device.port}"]
    katgate: Katgate = request.getfixturevalue("katgate")
    return ["cbf", "--via", katgate.url]


@pytest.fixture
def command(tmp_path: Path) -> Iterator[Callable[..., Process]]:
    """Start a command that goes on until it is ended."""
    started: list[Process] = []

    def start(*arguments: str) -> Process:
        process = Process(["-m", "katgate", *arguments], tmp_path / f"command-{len(started)}.log")
        started.append(process)
        return process

    yield start
    for process in started:
        with running(process):
            pass


def test_call_and_its_exit_codes(way: list[str]) -> None:
    """0: the device did it; 1: it said no. A request that is no word is 2."""
    done = run_katgate("call", *way, "watchdog")
    assert (0, "!watchdog ok\n", "") == (done.returncode, done.stdout, done.stderr)
    assert 2 == run_katgate("call", *way, "not_a_name").returncode
    asked = json.loads(run_katgate("call", *way, "watchdog", "--json").stdout)
    assert (True, "watchdog", []) == (asked["ok"], asked["request"], asked["informs"])


def test_sensors_and_its_exit_codes(way: list[str]) -> None:
    """0: there they are; 1: there is none of that name; an empty list is an answer too."""
    shown = run_katgate("sensors", *way)
    assert ["name", "a", "b"] == [line.split()[0] for line in shown.stdout.splitlines()]
    missing = run_katgate("sensors", *way, "a", "c")
    assert (1, "") == (missing.returncode, missing.stdout)
    assert "has no sensor called 'c'" in missing.stderr
    assert "has no sensor that '/^x/' means" in run_katgate("sensors", *way, "/^x/").stderr
    none = run_katgate("sensors", *way, "--status", "failure", "--json")
    assert (0, []) == (none.returncode, json.loads(none.stdout)["sensors"])


def test_watch_goes_on_when_the_device_is_back(
    way: list[str], device: FakeDevice, command: Callable[..., Process]
) -> None:
    """Meanwhile what it read is unreachable; Ctrl-C is how it ends, and no failure."""
    watching = command("watch", *way, "a", "--json")
    first = json.loads(watching.first_line())
    assert ("a", "nominal", 7) == (first["sensor"], first["status"], first["value"])
    # The newest connection is the watcher's own, or the katgate's.
    connection = device.connections[-1]
    connection.sendall(b"#sensor-status 2 1 a warn 99999999999999999999\n")
    assert "99999999999999999999" == json.loads(watching.first_line())["value"]
    connection.shutdown(2)
    assert "unreachable" == json.loads(watching.first_line())["status"]
    assert 7 == json.loads(watching.first_line())["value"]

    def is_told() -> bool:
        # One that is back within a katgate's 50 ms has not been away for its browsers: so again.
        if "is away" not in watching.log:
            with suppress(OSError):
                device.connections[-1].shutdown(2)
        return "is connected" in watching.log

    wait_for(is_told, "the news")
    watching.popen.send_signal(signal.SIGINT)
    assert 0 == watching.popen.wait(10)
    assert "Traceback" not in watching.log


def test_watch_statuses(way: list[str], device: FakeDevice, command: Callable[..., Process]) -> None:
    """Through a katgate: a sensor when its status is another. A device has no such strategy, which is said."""
    if "--via" not in way:
        refused = run_katgate("watch", *way, "a", "--strategy", "status")
        assert (2, "") == (refused.returncode, refused.stdout)
        assert "status is a strategy of katgate's own: ask one, with --via" in refused.stderr
        return
    watching = command("watch", *way, "a", "--strategy", "status")
    assert watching.first_line().endswith(" a nominal 7")
    for reading in (b"nominal 8", b"nominal 9", b"warn 10", b"warn 11", b"nominal 12"):
        device.connections[-1].sendall(b"#sensor-status 2 1 a %b\n" % reading)
    assert watching.first_line().endswith(" a warn 10")
    assert watching.first_line().endswith(" a nominal 12")


def test_watch_goes_on_over_a_katgate_that_was_restarted(
    katgate: Katgate, device: FakeDevice, start: Callable[..., Katgate], command: Callable[..., Process]
) -> None:
    """What it shows meanwhile is not taken for the present."""
    watching = command("watch", "cbf", "a", "--via", katgate.url)
    assert watching.first_line().endswith(" a nominal 7")
    katgate.stop()
    assert watching.first_line().endswith(" a unreachable 7")
    start("serve", f"cbf=127.0.0.1:{device.port}", "--listen", f"127.0.0.1:{katgate.port}")
    while not (line := watching.first_line()).endswith(" a nominal 7"):
        assert line.endswith((" a unreachable 7", " a unknown 7"))


def test_log_from_a_level_upwards(
    way: list[str], device: FakeDevice, command: Callable[..., Process]
) -> None:
    """What the device says may hold anything: none of it is obeyed."""
    following = command("log", *way, "--level", "warn", "--count", "2")
    # It is told when it listens: until then it is said again.
    said = b"#log info 1700000000 fan no\\_matter\n#log error 1700000000 fan [bold]too\\_hot\\e[31m\n"

    def say() -> bool:
        with suppress(OSError):  # it ends when it has heard enough
            device.connections[-1].sendall(said)
        return following.popen.poll() is not None

    wait_for(lambda: bool(device.connections) and say(), "two lines of the log")
    assert 0 == following.popen.returncode
    assert following.popen.stdout is not None
    for line in following.popen.stdout:
        assert line.rstrip("\n").endswith(r" error fan: [bold]too hot\x1b[31m")


def test_a_device_that_fails_answers_late_or_not_at_all() -> None:
    """Its words, in as many lines as it has; a reply that does not come; a connection that is lost."""

    def talk(connection: socket.socket) -> None:
        connection.sendall(HELLO)
        while True:
            for line in lines(connection):
                if line == b"?explode":
                    connection.sendall(b"!explode fail out\\nof\\e[2Jbeans\n")
                if line == b"?leave":
                    connection.shutdown(socket.SHUT_RDWR)

    with FakeDevice(talk) as device:
        address = f"127.0.0.1:{device.port}"
        failed = run_katgate("call", address, "explode")
        assert (1, "") == (failed.returncode, failed.stdout)
        assert "Error: the device answered fail to ?explode: out\n  of\\x1b[2Jbeans\n" == failed.stderr
        as_json = run_katgate("call", address, "explode", "--json")
        assert (1, "fail") == (as_json.returncode, json.loads(as_json.stdout)["code"])
        late = run_katgate("call", address, "sleep", "--timeout", "0.2")
        lost = run_katgate("call", address, "leave")
        assert (3, True) == (lost.returncode, "may or may not have been carried out" in lost.stderr)
        assert (1, True) == (late.returncode, "no reply to ?sleep within 0.2" in late.stderr)


NOT_THERE = [
    (["call", "127.0.0.1:1", "help"], "nothing listens at the device's address"),
    (["watch", "127.0.0.1:1", "a"], "is the address right?"),
    (["log", "127.0.0.1:1"], "no connection to the device 127.0.0.1:1"),
    (["sensors", "cbf", "--via", "127.0.0.1:1"], "no connection to the katgate at http://127.0.0.1:1"),
]


@pytest.mark.parametrize(("arguments", "why"), NOT_THERE)
def test_no_connection_is_3_and_says_what_to_do(arguments: list[str], why: str) -> None:
    """To a device, and to a katgate."""
    done = run_katgate(*arguments)
    assert (3, "") == (done.returncode, done.stdout)
    assert why in done.stderr


def test_no_connection_behind_a_katgate_is_3_too(katgate: Katgate, device: FakeDevice) -> None:
    """A device that is away; and what is no katgate. An address goes straight, wherever a katgate is."""
    device.__exit__()
    katgate.wait_for_state("cbf", "sleeping")
    for command in (["call", "cbf", "help"], ["sensors", "cbf"], ["watch", "cbf", "a"], ["log", "cbf"]):
        done = run_katgate(*command, KATGATE_VIA=katgate.url)
        assert (3, "", True) == (done.returncode, done.stdout, "cbf" in done.stderr)
    straight = run_katgate("call", f"127.0.0.1:{device.port}", "help", KATGATE_VIA=katgate.url)
    assert "no connection to the device 127.0.0.1" in straight.stderr
    none = run_katgate("log", "cbf", "--via", f"{katgate.url}elsewhere")
    assert (3, True) == (none.returncode, "HTTP 404 Not Found" in none.stderr)


def test_through_tls_and_a_path_prefix(katgate: Katgate, tmp_path: Path) -> None:
    """As katgate is published; a certificate that nobody trusts is refused in words."""
    with TlsProxy(katgate.port, "/katgate", tmp_path) as proxy:
        call = ["call", "cbf", "watchdog", "--via", f"https://localhost:{proxy.port}/katgate/"]
        assert "!watchdog ok\n" == run_katgate(*call, SSL_CERT_FILE=str(proxy.certificate)).stdout
        refused = run_katgate(*call)
        assert 3 == refused.returncode
        assert "certificate" in refused.stderr
        assert "Traceback" not in refused.stderr


def test_dangerous_requests_are_confirmed(katgate: Katgate) -> None:
    """Nobody ends a device for everybody by a slip."""
    refused = run_katgate("call", "cbf", "halt", "--via", katgate.url)
    assert (2, True) == (refused.returncode, "add --confirm" in refused.stderr)
    confirmed = run_katgate("call", "cbf", "halt", "--via", katgate.url, "--confirm", KATGATE_TOKEN="any")
    assert 0 == confirmed.returncode


def test_names_are_completed(katgate: Katgate, device: FakeDevice) -> None:
    """Devices and sensors, asked of who knows them; who does not answer suggests nothing."""

    def completed(*words: str) -> list[str]:
        line = {"COMP_WORDS": " ".join(["katgate", *words]), "COMP_CWORD": str(len(words))}
        done = run_katgate(_KATGATE_COMPLETE="bash_complete", **line)
        assert (0, "") == (done.returncode, done.stderr)
        return [word.partition(",")[2] for word in done.stdout.split()]

    assert ["cbf"] == completed("sensors", "--via", katgate.url, "c")
    assert ["a", "b"] == completed("watch", "--via", katgate.url, "cbf", "")
    assert ["a"] == completed("watch", f"127.0.0.1:{device.port}", "a")
    assert [] == completed("call", "127.0.0.1:1", "")


def test_a_reader_that_goes_ends_it_without_a_word(device: FakeDevice) -> None:
    """As in `katgate watch ... | head`."""
    program = f"{sys.executable} -m katgate watch 127.0.0.1:{device.port} '*' | head -1"
    with subprocess.Popen(
        program, shell=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(), cwd=ROOT
    ) as piped:
        wait_for(lambda: device.connections, "a connection")
        text = b"#sensor-status 2 1 a nominal %d\n"

        def push() -> bool:
            with suppress(OSError):  # it ends when nobody reads any more
                for n in range(100):
                    device.connections[-1].sendall(text % n)
            return piped.poll() is not None

        wait_for(push, "an end")
        out, err = piped.communicate(timeout=10)
    assert 1 == out.count(b"\n")
    assert b"" == err


def test_a_live_table_on_a_terminal(device: FakeDevice) -> None:
    """It is written over, in colours unless these are not wanted, and ends by itself when it was told to."""
    shown: dict[str, bytes] = {}
    for name, more in {"coloured": {}, "plain": {"NO_COLOR": "1"}}.items():
        ours, theirs = pty.openpty()
        arguments = ["watch", f"127.0.0.1:{device.port}", "*", "--for", "0.3"]
        done = subprocess.run(
            [sys.executable, "-m", "katgate", *arguments],
            stdout=theirs,
            timeout=30,
            env=environment() | {"TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"} | more,
            cwd=ROOT,
            check=True,
        )
        assert 0 == done.returncode
        os.close(theirs)
        shown[name] = os.read(ours, 65536)
        os.close(ours)
    assert b"2 sensors, event" in shown["coloured"]
    assert b"\x1b[32mnominal" in shown["coloured"]
    assert b"nominal" in shown["plain"]
    assert b"\x1b[32m" not in shown["plain"]
