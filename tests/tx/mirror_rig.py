"""A mirror of a scripted device, and what brings it in step."""

from collections.abc import Callable
from random import Random

from twisted.internet.task import Clock

from katgate.katcp.message import Message
from katgate.katcp.reading import Reading, SensorDescription
from katgate.katcp.sampling import Strategy
from katgate.tx.connection import State
from katgate.tx.mirror import Mirror
from katgate.tx.mirrored import MirrorListener
from katgate.tx.strategies import AUTO
from tests.support import V5, FakeEndpoint, Wire


class Rig(MirrorListener):
    """A mirror with its connection, and a listener that notes what it is told."""

    def __init__(
        self, *, strategy: Strategy | Callable[[str], Strategy] = AUTO, watchdog_s: float = 0
    ) -> None:
        self.clock = Clock()
        self.endpoint = FakeEndpoint()
        self.told: list[object] = []
        self.chunks = 0
        self.mirror = Mirror(
            "cbf",
            self.endpoint,
            self,
            strategy=strategy,
            reactor=self.clock,
            random=Random(1),
            wall_clock=self.clock.seconds,
            watchdog_s=watchdog_s,
        )
        self.connection = self.mirror.connection
        self.mirror.start()

    def state_changed(self) -> None:
        pass

    def requests_changed(self, requests: dict[str, str]) -> None:
        self.told.append(sorted(requests))

    def sensors_changed(self, added: list[SensorDescription], removed: list[str]) -> None:
        self.told.append(([a.name for a in added], removed))

    def reading(self, sensor: str, reading: Reading) -> None:
        self.told.append((sensor, reading.timestamp, reading.status.value, reading.value))

    def inform(self, msg: Message) -> None:
        self.told.append(str(msg))

    def unreachable(self) -> None:
        self.told.append("unreachable")

    def chunk_ended(self) -> None:
        self.chunks += 1

    def take(self) -> list[object]:
        told, self.told = self.told, []
        return told


A = "a temperature C float -10.0 10.0"
B = "b mode \\@ discrete on off"


#: The initial updates of both.
FIRST = b"#sensor-status 1 1 a nominal 1\n#sensor-status 1 1 b nominal on\n"
TOLD_FIRST = [("a", 1.0, "nominal", 1.0), ("b", 1.0, "nominal", "on")]


def list_sensors(wire: Wire, sensors: list[str], *, first_mid: int = 1) -> None:
    """Answer ?help and ?sensor-list, which were asked with these ids."""
    help_mid, list_mid = f"[{first_mid}]", f"[{first_mid + 1}]"
    assert [f"?help{help_mid}"] == wire.heard()
    wire.say(f"#help{help_mid} watchdog Ping.\n!help{help_mid} ok 1\n".encode())
    assert [f"?sensor-list{list_mid}"] == wire.heard()
    lines = "".join(f"#sensor-list{list_mid} {sensor}\n" for sensor in sensors)
    wire.say(f"{lines}!sensor-list{list_mid} ok {len(sensors)}\n".encode())


def synced(rig: Rig) -> Wire:
    """Bring a mirror of the sensors a and b in step, over bulk sampling."""
    wire = rig.endpoint.accept()
    wire.say(V5)
    list_sensors(wire, [A, B])
    assert ["?sensor-sampling[3] a,b auto"] == wire.heard()
    wire.say(FIRST + b"!sensor-sampling[3] ok a,b auto\n")
    assert State.SYNCED is rig.connection.state
    return wire
