"""A device on a hub, with a fake clock and a script at its other end."""

from random import Random

from msgspec.structs import replace
from twisted.internet.task import Clock

from katgate.config import DeviceDefaults
from katgate.device_options import device_options
from katgate.devices.device import Device
from katgate.devices.options import DeviceOptions
from katgate.hub.hub import Hub
from katgate.hub.selection import Selection
from katgate.hub.status_changes import StatusChanges
from katgate.hub.stream import Stream, Wish
from katgate.katcp.message import Message
from katgate.katcp.sampling import Strategy
from tests.hub.rig import TupleEncoder
from tests.support import V5, FakeEndpoint, Wire


class Rig:
    """The device `cbf`, started, and treated as these defaults say."""

    def __init__(self, defaults: DeviceDefaults | None = None) -> None:
        self.clock = Clock()
        self.hub = Hub(self.clock, self.clock.seconds, TupleEncoder())
        self.endpoint = FakeEndpoint()
        self.informed: list[str] = []
        self.device = Device(
            "cbf",
            "10.0.0.1:7147",
            self.endpoint,
            self.hub,
            _options(defaults or DeviceDefaults()),
            reactor=self.clock,
            random=Random(1),
            wall_clock=self.clock.seconds,
            changed=lambda device: None,
            informed=self._inform,
        )
        self.device.start()

    def connect(self, *sensors: str, hello: bytes = V5) -> Wire:
        """Let the device come up and list its sensors, all of them integers."""
        wire = self.endpoint.accept()
        wire.say(hello)
        self.answer_lists(wire, *sensors)
        return wire

    def answer_lists(self, wire: Wire, *sensors: str) -> None:
        """Answer ?help and ?sensor-list, which have been asked for; a sensor is an integer, or as it is said."""
        [help_line] = wire.heard()
        wire.say(b"!%b ok 0\n" % help_line[1:].encode())
        [list_line] = wire.heard()
        name = list_line[1:]
        lines = "".join(f"#{name} {_described(sensor)}\n" for sensor in sensors)
        wire.say(f"{lines}!{name} ok {len(sensors)}\n".encode())

    def list_again(self, wire: Wire, changes: str, *sensors: str) -> None:
        """Let the device announce changes, and list."""
        wire.say("".join(f"#interface-changed {change}\n" for change in changes.split(", ")).encode())
        self.clock.advance(2)
        self.answer_lists(wire, *sensors)

    def asked(self, wire: Wire) -> list[str]:
        """Return what the device was asked, and answer all of it with a bare ok."""
        heard: list[str] = []
        while lines := wire.heard():
            heard += lines
            for line in lines:
                wire.say(b"!%b ok\n" % line.split()[0][1:].encode())
        return [_without_id(line) for line in heard]

    def configure(self, defaults: DeviceDefaults) -> None:
        """Treat the device otherwise."""
        self.device.configure(_options(defaults))

    def want(self, *sensors: str) -> Stream:
        """Want sensors as a browser does."""
        return self.hub.stream(Wish(Selection.of("cbf", sensors), Strategy.parse(["event"])))

    def watch_statuses(self) -> Stream:
        """Watch the statuses of all sensors, as a browser does."""
        return self.hub.stream(Wish(Selection.of("*", ["*"]), StatusChanges()))

    def _inform(self, device: str, received: float, msg: Message) -> None:
        self.informed.append(str(msg))


def _without_id(line: str) -> str:
    name, _, rest = line.partition("[")
    return name + rest.partition("]")[2]


def _options(defaults: DeviceDefaults) -> DeviceOptions:
    # What is asked here is what the device's habits make it be asked.
    return device_options(replace(defaults, watchdog_s=0))


def _described(sensor: str) -> str:
    return sensor if " " in sensor else sensor + r" x \@ integer"
