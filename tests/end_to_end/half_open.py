"""A link that is gone without a word: how long until katgate finds it, and browsers are told.

    katgate, a browser        the devices
    10.99.0.1    near ──────────── far    10.99.0.2

Each end of this cable is in a network namespace of its own, and the far end is pulled: nothing that is sent arrives
from then on, and neither end is told so. Three devices are behind it:

quiet      says nothing by itself
chatty     pushes readings all the time
busy       carries out a slow request, which its system has acknowledged, and is silent over it

`unshare -n python -m tests.end_to_end.half_open WATCHDOG_S` (`unshare -rn` if you are not root) prints, of each and
in JSON, the seconds from the pull until it was seen to be away, and until the browser was told so; from the mending
until it was synced again; and what was seen.
"""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from tests.end_to_end.fake_device import HELLO, FakeDevice, answer
from tests.processes import Answer, Katgate, Process, running, wait_for

_NEAR: Final = "10.99.0.1/24"
_FAR: Final = "10.99.0.2/24"

_CHATTER_S: Final = 0.01


# The devices, which are in the far namespace.


def _quiet(connection: socket.socket) -> None:
    connection.sendall(HELLO)
    answer(connection)


def _chatty(connection: socket.socket) -> None:
    threading.Thread(target=_quiet, args=(connection,), daemon=True).start()
    for number in range(1_000_000):
        time.sleep(_CHATTER_S)
        connection.sendall(b"#sensor-status %.6f 1 b nominal %d\n" % (time.time(), number))


def _busy(connection: socket.socket) -> None:
    def carry_out(lines: list[bytes]) -> None:
        if b"?slew" in lines:
            print("slewing", flush=True)
            threading.Event().wait()

    connection.sendall(HELLO)
    answer(connection, carry_out)


_DEVICES: Final = {"quiet": _quiet, "chatty": _chatty, "busy": _busy}


def _be_devices() -> None:
    """Print their ports, and a line when the busy one begins to slew; until ended."""
    with ExitStack() as stack:
        devices = [stack.enter_context(FakeDevice(talk, "0.0.0.0")) for talk in _DEVICES.values()]
        print(*(device.port for device in devices), flush=True)
        threading.Event().wait()


class Cable:
    """The cable to the namespace that a process is in."""

    def __init__(self, pid: int) -> None:
        self._far = ("nsenter", "-t", str(pid), "-n", "ip")
        _run("ip", "link", "set", "lo", "up")
        _run("ip", "link", "add", "near", "type", "veth", "peer", "name", "far", "netns", str(pid))
        _run("ip", "addr", "add", _NEAR, "dev", "near")
        _run(*self._far, "addr", "add", _FAR, "dev", "far")
        _run("ip", "link", "set", "near", "up")
        self.mend()

    def mend(self) -> None:
        """Put the far end in."""
        _run(*self._far, "link", "set", "far", "up")

    def pull(self) -> None:
        """Pull the far end."""
        _run(*self._far, "link", "set", "far", "down")


def _run(*command: str) -> None:
    subprocess.run(command, check=True)


def _all_is_acknowledged() -> bool:
    """Return whether nothing that was sent over the cable is on its way."""
    near = socket.inet_aton(_NEAR.partition("/")[0])[::-1].hex().upper()
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return not any(int(row[4].partition(":")[0], 16) for row in rows if row[1].startswith(near))


# What is seen.


class Seen:
    """What is seen of the pull, from when it happened."""

    def __init__(self, katgate: Katgate) -> None:
        self._katgate = katgate
        self.of: dict[str, dict[str, Any]] = {name: {} for name in _DEVICES}
        self._began = 0.0

    def begin(self) -> None:
        """It happens now."""
        self._began = time.monotonic()

    @property
    def now(self) -> float:
        """Seconds since then."""
        return round(time.monotonic() - self._began, 2)

    def look(self, key: str, *, is_synced: bool) -> bool:
        """Note under `key` when a device was first seen in step, or away. Returns whether all have been."""
        for device in self._katgate.get("devices")["devices"]:
            seen = self.of[device["name"]]
            if key not in seen and (device["state"] == "synced") is is_synced:
                seen |= {key: self.now}
                if not is_synced:
                    seen["error"] = device["error"]
        return all(key in seen for seen in self.of.values())

    def follow(self, browser: Any) -> None:
        """Note when and what a browser is told, until it is told that all are unreachable."""
        while not all("told" in seen for seen in self.of.values()):
            for name, rows in browser.next("readings")["readings"].items():
                if rows[-1][0] == "a" and rows[-1][2] == "unreachable":
                    self.of[name] |= {"told_s": self.now, "told": rows[-1][:4]}


@contextmanager
def _meanwhile(work: Callable[[], object]) -> Iterator[None]:
    thread = threading.Thread(target=work)
    thread.start()
    yield
    thread.join()


def measure(watchdog_s: float, log: Path) -> dict[str, dict[str, Any]]:
    """Return what is seen, by device. To be called in a network namespace of its own."""
    with ExitStack() as stack:
        # -n: another one, the far one.
        devices = Process(["-m", __spec__.name, "devices"], log / "devices.log", inside=("unshare", "-n"))
        stack.enter_context(running(devices))
        ports = devices.first_line().split()
        cable = Cable(devices.popen.pid)
        host = _FAR.partition("/")[0]
        addresses = [f"{name}={host}:{port}" for name, port in zip(_DEVICES, ports, strict=True)]
        katgate = Katgate(
            ["serve", *addresses, "--listen", "127.0.0.1:0"],
            log / "katgate.log",
            variables={"KATGATE_DEFAULTS_WATCHDOG_S": str(watchdog_s)},
        )
        stack.enter_context(running(katgate))
        for name in _DEVICES:
            katgate.wait_for_state(name, "synced")
        browser = stack.enter_context(katgate.browser())
        browser.call("sensors.subscribe", device="*", sensors=["a"], strategy="auto")
        seen = Seen(katgate)
        answers: list[Answer] = []

        def ask() -> None:
            answers.append(katgate.ask("POST", "devices/busy/requests/slew", {"timeout": 600}))

        with _meanwhile(ask):
            assert "slewing" == devices.first_line()
            wait_for(_all_is_acknowledged, "acknowledgements")
            cable.pull()
            seen.begin()
            with _meanwhile(lambda: seen.follow(browser)):
                wait_for(
                    lambda: seen.look("detected_s", is_synced=False), "all to be away", 4 * watchdog_s + 10
                )
        seen.of["busy"]["answer"] = answers[0].json["code"]
        cable.mend()
        seen.begin()
        wait_for(lambda: seen.look("healed_s", is_synced=True), "all to be back", 60)
        assert "Traceback" not in katgate.log
        return seen.of


if __name__ == "__main__":
    if sys.argv[1] == "devices":
        _be_devices()
    else:
        with TemporaryDirectory() as directory:
            print(json.dumps(measure(float(sys.argv[1]), Path(directory)), indent=1))
