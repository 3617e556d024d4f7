"""P9: many devices. 64 of them with 1,000 float sensors each, and 100 browsers that want their readings at leisure.

Work: each device pushes 100 updates a second, one at a time, evenly, every sensor in turn; 6,400 a second come in, on
64 connections. Each browser asks for `event-rate 0.5 10`: no sensor more often than twice a second, none less often
than each 10 s. Target: less than 50 % of one core.

same wish     all browsers want everything (`*` of `*`): 640,000 updates a second are to be delivered
own wishes    each wants all of one device, and no two share frames: 10,000 a second
no browsers   the devices alone

A sensor comes round each 10 s, just when it is to be repeated if nothing came. Where the repetition is first, the
update is a second one: so up to twice as many are delivered as the devices push.

Limits: no peer. Loopback, no TLS, no compression; devices and browsers share the other core, and "browsers' % of
core" is what the browsers used of it. "MB" is the resident memory of the gateway at the end. "s to sync" is from the
first connection until all devices are synced and their sensors sampled, "s to join" until all browsers have their
snapshots: with the same wish 64,000 sensors each, and it then takes katgate some seconds more to be in step with all.
Gaps and conflated readings are those of one browser in 20 from its snapshot on; well below 100 "% of pushed", it is
not in step yet.
"""

from argparse import Namespace
from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from tests.benchmarks.gateways import EVERYTHING, Gateway, unshared, visited
from tests.benchmarks.pinned import DRIVER, MEASURED, Pinned, become_driver
from tests.benchmarks.process_memory import memory_of
from tests.benchmarks.rounds import Case, options, run
from tests.benchmarks.table import Figure

_FIGURES: Final = [
    Figure("rate", "delivered/s", ",.0f", is_compared=False),
    Figure("share", "% of pushed", ".0f", is_compared=False),
    Figure("core", "% of core", ".0f", is_compared=False),
    Figure("browsers", "browsers' % of core", ".0f", is_compared=False),
    Figure("rss", "MB", ".0f", is_compared=False),
    Figure("synced_s", "s to sync", ".2f", is_compared=False),
    Figure("joined_s", "s to join", ".2f", is_compared=False),
    Figure("gaps", "gaps", ".0f", is_compared=False),
    Figure("conflated", "conflated", ",.0f", is_compared=False),
]

_RATE: Final = 100.0
_EVERYTHING: Final = {**EVERYTHING, "strategy": "event-rate 0.5 10"}

#: After so long each sensor has come round once, and what piled up while all joined is gone, in seconds.
_SETTLE_S: Final = 15.0

_NOTING_EVERY: Final = 20


def _same_wish(arguments: Namespace) -> tuple[list[dict[str, Any]], float]:
    """Return the wishes, and how many updates a second they ask for in all."""
    asked = arguments.browsers * arguments.devices * _RATE
    return [_EVERYTHING], asked


def _own_wishes(arguments: Namespace) -> tuple[list[dict[str, Any]], float]:
    """Return the same."""
    wishes = [
        unshared({**_EVERYTHING, "device": _name(number % arguments.devices)}, number)
        for number in range(arguments.browsers)
    ]
    return wishes, arguments.browsers * _RATE


def _name(number: int) -> str:
    return f"dish-{number:02}"


def _measure(wishes: Sequence[dict[str, Any]], asked: float, arguments: Namespace) -> dict[str, float]:
    with Pinned(DRIVER, "plain_devices", arguments.devices, arguments.sensors, _RATE) as devices:
        addresses = [f"{_name(at)}=127.0.0.1:{port}" for at, port in enumerate(devices.line())]
        with Pinned(MEASURED, "gateway_server", *addresses) as server:
            gateway = Gateway(server.port(), "katgate", server.pid)
            synced_s = server.line()["seconds"]
            taken = _taken(gateway, wishes, arguments)
            rss = memory_of(server.pid).rss
    rate = taken["updates"] / taken["seconds"]
    return {
        "rate": rate,
        "share": 100 * rate / asked if asked else 0,
        "core": 100 * taken["server_cpu_s"] / taken["seconds"],
        "browsers": 100 * taken["cpu_s"] / taken["seconds"],
        "rss": rss / 1e6,
        "synced_s": synced_s,
        "joined_s": taken["joined_s"],
        "gaps": taken["gaps"],
        "conflated": taken["conflated"],
    }


def _taken(gateway: Gateway, wishes: Sequence[dict[str, Any]], arguments: Namespace) -> dict[str, float]:
    taken = visited(
        gateway,
        browsers=arguments.browsers if wishes else 0,
        seconds=arguments.seconds,
        noting_every=_NOTING_EVERY,
        wishes=wishes,
        settle_s=_SETTLE_S,
    )
    if taken["lost"]:
        raise RuntimeError(f"{taken['lost']} of {arguments.browsers} browsers were cut off")
    return taken


def _main() -> None:
    parser = options("Many devices, and browsers that want their readings at leisure (P9).")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long each time (default 10)")
    parser.add_argument("--devices", type=int, default=64, help="default 64")
    parser.add_argument("--sensors", type=int, default=1000, help="of each device (default 1,000)")
    parser.add_argument("--browsers", type=int, default=100, help="default 100")
    arguments = parser.parse_args()
    become_driver()
    works = {
        "same wish": _same_wish(arguments),
        "own wishes": _own_wishes(arguments),
        "no browsers": ([], 0.0),
    }
    cases = [
        Case(work, "katgate", partial(_measure, wishes, asked, arguments))
        for work, (wishes, asked) in works.items()
    ]
    run(__doc__, cases, _FIGURES, peer="", arguments=arguments)


if __name__ == "__main__":
    _main()
