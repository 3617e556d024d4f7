"""Links to devices that fail: each is seen in `state` and `error`, in words, and heals once the fault ends."""

import socket
import threading
from collections.abc import Callable
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from tests.end_to_end.fake_device import HELLO, FakeDevice, answer
from tests.end_to_end.namespaces import unshared
from tests.processes import Katgate, wait_for

Start = Callable[..., Katgate]
#: What a device does with a connection.
Talk = Callable[[socket.socket], object]


def good_talk(connection: socket.socket) -> None:
    """Talk as a device does."""
    connection.sendall(HELLO)
    answer(connection)


def addresses(devices: dict[str, FakeDevice]) -> list[str]:
    """Return them as katgate is told them."""
    return [f"{name}=127.0.0.1:{device.port}" for name, device in devices.items()]


def wait_for_words(katgate: Katgate, device: str, words: str) -> None:
    """Wait until the device's error says so, and see that everybody is told."""
    wait_for(lambda: words in (katgate.device(device)["error"] or ""), f"an error that says {words}")
    assert katgate.device(device)["state"] != "synced"
    refused = katgate.ask("POST", f"devices/{device}/requests/watchdog")
    assert (503, "device-disconnected") == (refused.status, refused.json["code"])
    assert words in refused.json["detail"]
    assert words in katgate.log


def wait_until_healed(katgate: Katgate, device: str) -> None:
    """Wait until the device is as if nothing had happened."""
    assert katgate.wait_for_state(device, "synced")["error"] is None
    assert 7 == katgate.get(f"devices/{device}/sensors/a")["reading"]["value"]
    assert katgate.ask("POST", f"devices/{device}/requests/watchdog").json["ok"]
    assert "Traceback" not in katgate.log


class HttpServer(BaseHTTPRequestHandler):
    """Python's, on a connection that it is given."""

    def __init__(self, connection: socket.socket) -> None:
        super().__init__(connection, ("127.0.0.1", 0), None)  # type: ignore[arg-type]

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def say(text: bytes) -> Talk:
    """Return who says that and nothing more, until the connection goes."""

    def talk(connection: socket.socket) -> None:
        connection.sendall(text)
        while connection.recv(1 << 16):
            pass

    return talk


#: name -> what it does instead of what a device does, and what an operator reads then.
STRANGERS: dict[str, tuple[Talk, str]] = {
    "http": (HttpServer, "an HTTP server answers at the device's address"),
    "ssh": (say(b"SSH-2.0-OpenSSH_9.2p1\r\n"), "an SSH server answers at the device's address"),
    "newer": (
        say(b"#version x\n#version-connect katcp-protocol 6.0-M\n"),
        "it speaks KATCP 6.0-M, and katgate speaks versions up to 5",
    ),
    "shy": (lambda connection: connection.close(), "it closed the connection"),
    "mute": (say(b""), "it said nothing that a KATCP device says within 5 s"),
    "half": (
        say(HELLO[:20]),
        "nor a reply to ?version-list (what it said began with '#version-connect kat')",
    ),
}


def test_what_is_no_device_until_it_is_one(start: Start) -> None:
    """All of them at once; none takes another's time, nor a device's beside them."""
    mended: set[str] = set()

    def until_mended(name: str, talk: Talk) -> Talk:
        return lambda connection: (good_talk if name in mended else talk)(connection)

    with ExitStack() as stack:
        devices = {
            name: stack.enter_context(FakeDevice(until_mended(name, talk)))
            for name, (talk, _) in STRANGERS.items()
        }
        devices["good"] = stack.enter_context(FakeDevice(good_talk))
        katgate = start("serve", *addresses(devices))
        for name, (_, words) in STRANGERS.items():
            wait_for_words(katgate, name, words)
            mended.add(name)  # soon, while pauses are short
        for name in devices:
            wait_until_healed(katgate, name)
        assert 1 == len(devices["good"].connections)


def test_nobody_listens_until_somebody_does(start: Start) -> None:
    """A device that is switched on later is found without being asked for."""
    device = FakeDevice(good_talk)
    katgate = start("serve", f"cbf=127.0.0.1:{device.port}")
    wait_for_words(katgate, "cbf", "no connection: nothing listens at the device's address")
    with device:
        wait_until_healed(katgate, "cbf")


def test_device_that_hangs_after_it_was_synced(start: Start) -> None:
    """Silent between two lines, or within one: the watchdog finds it; browsers are told, value and time are kept."""
    stops_with = {
        "mute": b"#sensor-status 5 1 a nominal 8\n",
        "half": b"#sensor-status 6 1 a nominal 9\n#sensor-st",
    }
    is_awake = threading.Event()
    is_awake.set()

    def hangs(connection: socket.socket) -> None:
        connection.sendall(HELLO)
        answer(connection, lambda _: is_awake.wait())

    with FakeDevice(hangs) as mute, FakeDevice(hangs) as half:
        devices = {"mute": mute, "half": half}
        katgate = start("serve", *addresses(devices), variables={"KATGATE_DEFAULTS_WATCHDOG_S": "1"})
        for name in devices:
            katgate.wait_for_state(name, "synced")
        with katgate.browser() as browser:
            browser.call("sensors.subscribe", device="*", sensors=["a"], strategy="auto")
            is_awake.clear()
            for name, said in stops_with.items():
                devices[name].connections[0].sendall(said)
            lost: dict[str, list[Any]] = {}

            def are_lost(params: Any) -> bool:
                for name, rows in params["readings"].items():
                    if rows[-1][2] == "unreachable":
                        lost[name] = rows[-1][:4]
                return len(lost) == len(devices)

            browser.next("readings", are_lost)
        assert {"mute": ["a", 5.0, "unreachable", 8], "half": ["a", 6.0, "unreachable", 9]} == lost
        for name in devices:
            wait_for_words(katgate, name, "it has said nothing for 1 s, and does not answer ?watchdog")
        is_awake.set()
        for name in devices:
            wait_until_healed(katgate, name)


def test_host_name_that_stops_resolving(start: Start, tmp_path: Path) -> None:
    """The connection that there is stays; a new one has to wait until the name is known again."""
    hosts = tmp_path / "hosts"
    hosts.write_text("127.0.0.1 localhost cbf.invalid\n")
    # Only katgate sees these files: it is the only one in its mount namespace. Names come from the one alone.
    switch = tmp_path / "nsswitch.conf"
    switch.write_text("hosts: files\n")
    mounts = [f"mount --bind {hosts} /etc/hosts"]
    if Path("/etc/nsswitch.conf").exists():
        mounts.append(f"mount --bind {switch} /etc/nsswitch.conf")
    inside = [
        *unshared("-m", trial="mount --bind /etc/hosts /etc/hosts"),
        "sh",
        "-c",
        " && ".join([*mounts, 'exec "$@"']),
        "sh",
    ]
    with FakeDevice(good_talk) as device:
        katgate = start("serve", f"cbf=cbf.invalid:{device.port}", inside=inside)
        katgate.wait_for_state("cbf", "synced")
        hosts.write_text("127.0.0.1 localhost\n")
        wait_until_healed(katgate, "cbf")
        device.connections[0].shutdown(socket.SHUT_RDWR)
        wait_for_words(katgate, "cbf", "no connection: the device's host name is not known")
        hosts.write_text("127.0.0.1 localhost cbf.invalid\n")
        wait_until_healed(katgate, "cbf")
