"""Gateways: katgate and its peers, each with what feeds it, and many browsers that visit one of them.

katgate        the whole gateway, in front of a device paced at a rate
naive          what a user would write: `naive_gateway.py`, in front of the same device
nats-server    with a WebSocket listener, and a publisher at the same rate

The gateway has the measured core to itself; what feeds it and the browsers share the other.
"""

import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

from tests.benchmarks.browsers import Visit
from tests.benchmarks.pinned import DRIVER, MEASURED, Pinned

__all__ = ["EVERYTHING", "Gateway", "NewGateway", "katgate", "naive", "nats", "unshared", "visited"]

#: The wish for every sensor, as it comes.
EVERYTHING: Final = {"device": "*", "sensors": ["*"], "strategy": "auto"}

#: How long a server may take until it listens, in seconds.
_DEADLINE_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Gateway:
    """A gateway that runs: where, how browsers talk to it, and its process."""

    port: int
    dialect: str
    pid: int


#: Starts a gateway that is fed from so many sensors at so many updates a second.
NewGateway = Callable[[int, float], AbstractContextManager[Gateway]]


@contextmanager
def katgate(sensors: int, rate: float) -> Iterator[Gateway]:
    """Start katgate, and a device."""
    with (
        Pinned(DRIVER, "plain_device", sensors, rate) as device,
        Pinned(MEASURED, "gateway_server", f"cbf=127.0.0.1:{device.port()}") as gateway,
    ):
        yield Gateway(gateway.port(), "katgate", gateway.pid)


@contextmanager
def naive(sensors: int, rate: float) -> Iterator[Gateway]:
    """Start the naive gateway, and a device."""
    with (
        Pinned(DRIVER, "plain_device", sensors, rate) as device,
        Pinned(MEASURED, "naive_gateway", device.port()) as gateway,
    ):
        yield Gateway(gateway.port(), "naive", gateway.pid)


@contextmanager
def nats(sensors: int, rate: float) -> Iterator[Gateway]:
    """Start nats-server, and a publisher."""
    with Pinned(MEASURED, "nats_server") as server:
        port, browsers_port = server.line()
        _wait_until_listening(port)
        _wait_until_listening(browsers_port)
        with Pinned(DRIVER, "nats_publisher", port, sensors, rate) as publisher:
            publisher.line()
            yield Gateway(browsers_port, "nats", server.pid)


def unshared(wish: dict[str, Any], number: int) -> dict[str, Any]:
    """Return a wish for the same sensors that shares frames with no other: it has a name in it that none has."""
    return {**wish, "sensors": [*wish["sensors"], f"browser-{number}"]}


def visited(
    gateway: Gateway,
    *,
    browsers: int,
    seconds: float,
    noting_every: int,
    wishes: Sequence[dict[str, Any]] = (EVERYTHING,),
    settle_s: float = 1.0,
) -> dict[str, Any]:
    """Let that many browsers take what they wish, by turns; return what they say (`browsers_client.py`), and after
    how many seconds all were ready, as `joined_s`.
    """
    visit = Visit(
        gateway.port,
        browsers,
        seconds,
        list(wishes),
        gateway.dialect,
        noting_every,
        server_pid=gateway.pid,
        settle_s=settle_s,
    )
    with Pinned(DRIVER, "browsers_client") as client:
        client.tell(visit)
        joined_s = client.line()["seconds"]
        return {**client.line(), "joined_s": joined_s}


def _wait_until_listening(port: int) -> None:
    end = time.monotonic() + _DEADLINE_S
    while time.monotonic() < end:
        with suppress(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port)).close()
            return
        time.sleep(0.01)
    raise TimeoutError(f"nothing listens at port {port}")
