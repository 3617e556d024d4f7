"""Antenna: a dish that slews, tracks, stops and stows. The motion is `motion.py`'s, the sources `sky.py`'s."""

from random import Random
from typing import Any, Final

from katgate.demo.arguments import NumberArgument, expect_at_most
from katgate.demo.device import DEVICE_STATUS, DemoDevice, DemoProtocol
from katgate.demo.levels import Fault, Level
from katgate.demo.motion import AZIMUTHS, ELEVATIONS, Mode, Mount, Position, drive_current, jittered
from katgate.demo.sky import Source, best_source, position_of
from katgate.demo.undertaking import Undertaking
from katgate.katcp import Message, Sensor, SensorDescription, Status

__all__ = ["Antenna", "AntennaProtocol"]

_AZIMUTH: Final = NumberArgument(0, "azimuth", *AZIMUTHS, "degrees")
_ELEVATION: Final = NumberArgument(1, "elevation", *ELEVATIONS, "degrees")

#: How often a slew tells where it is, in seconds.
_PROGRESS_S: Final = 1.0

#: A drive that slews draws 10.5 A; one that draws much more wants grease.
_CURRENTS: Final = (0.0, 12.0, 0.0, 15.0)

_DESCRIPTIONS: Final = (
    DEVICE_STATUS,
    SensorDescription(
        "mode", "What the antenna is doing", "", Sensor.DISCRETE, tuple(mode.value for mode in Mode)
    ),
    SensorDescription(
        "requested-azimuth",
        "Azimuth the antenna was told to point to, from north over east",
        "deg",
        Sensor.FLOAT,
        AZIMUTHS,
    ),
    SensorDescription(
        "requested-elevation", "Elevation the antenna was told to point to", "deg", Sensor.FLOAT, ELEVATIONS
    ),
    SensorDescription(
        "actual-azimuth",
        "Azimuth as the encoder reads it, from north over east",
        "deg",
        Sensor.FLOAT,
        AZIMUTHS,
    ),
    SensorDescription(
        "actual-elevation", "Elevation as the encoder reads it", "deg", Sensor.FLOAT, ELEVATIONS
    ),
    SensorDescription("on-target", "Whether the antenna points where it was told to", "", Sensor.BOOLEAN),
    SensorDescription("target", "Source that the antenna tracks when nobody commands it", "", Sensor.STRING),
    SensorDescription(
        "azimuth-drive-current", "Current drawn by the azimuth drive", "A", Sensor.FLOAT, _CURRENTS
    ),
    SensorDescription(
        "elevation-drive-current", "Current drawn by the elevation drive", "A", Sensor.FLOAT, _CURRENTS
    ),
    SensorDescription("drive-lru", "Drive amplifier, a line replaceable unit", "", Sensor.LRU),
    SensorDescription(
        "receiver-temperature",
        "Temperature of the cryogenic receiver's cold stage",
        "K",
        Sensor.FLOAT,
        (15.0, 25.0, 10.0, 40.0),
    ),
    SensorDescription("slews", "Slews and stows commanded since the controller started", "", Sensor.INTEGER),
    SensorDescription("last-command", "When the antenna was last commanded", "", Sensor.TIMESTAMP),
    SensorDescription("controller-address", "Where the drive controller listens", "", Sensor.ADDRESS),
)


class AntennaProtocol(DemoProtocol):
    """One client of an antenna. All clients share control: the last command wins."""

    factory: "Antenna"

    async def request_slew(self, msg: Message) -> Message:
        """Point the antenna, in degrees: `?slew azimuth elevation`. It takes as long as the way needs.

        Informs: `#slew azimuth elevation`, where the antenna is, once a second until it arrives.

            ?slew[1] 40 60
            #slew[1] 30.0 70.0
            !slew[1] ok 40.0 60.0

        Fails if another `?slew`, `?stow`, `?track` or `?stop` comes before it has arrived.
        """
        expect_at_most(msg, 2)
        requested = Position(_AZIMUTH.read(msg), _ELEVATION.read(msg))
        with self.undertaking() as way:
            self.factory.slew(requested, way)
            return await self._travel(msg, way)

    async def request_stow(self, msg: Message) -> Message:
        """Point the antenna straight up and keep it there: `?stow`. It takes as long as the way needs.

        Informs: `#stow azimuth elevation`, where the antenna is, once a second until it arrives.

        Fails if another `?slew`, `?stow`, `?track` or `?stop` comes before it has arrived.
        """
        expect_at_most(msg, 0)
        with self.undertaking() as way:
            self.factory.stow(way)
            return await self._travel(msg, way)

    def request_stop(self, msg: Message) -> Message:
        """Stop the antenna where it is: `?stop`. The reply tells where: azimuth and elevation in degrees."""
        expect_at_most(msg, 0)
        self.factory.halt_motion()
        return Message.reply_to_request(msg, "ok", *self.factory.whereabouts())

    def request_track(self, msg: Message) -> Message:
        """Let the antenna follow its source again: `?track`. The reply tells which source."""
        expect_at_most(msg, 0)
        return Message.reply_to_request(msg, "ok", self.factory.track())

    async def _travel(self, msg: Message, way: Undertaking) -> Message:
        while not self.factory.mount.has_arrived:
            await way.wait(min(_PROGRESS_S, self.factory.mount.time_left_s()))
            self.factory.tick()
            if not self.factory.mount.has_arrived:
                self.send_reply_inform(msg, *self.factory.whereabouts())
        return Message.reply_to_request(msg, "ok", *self.factory.whereabouts())


class Antenna(DemoDevice):
    """A dish with its drives. `friction` is 1 for drives that are well greased, more for tired ones."""

    VERSION = "antenna-1.0"
    BUILD_STATE = "antenna-1.0.0"
    protocol = AntennaProtocol
    DESCRIPTIONS = _DESCRIPTIONS

    def __init__(
        self,
        address: str,
        random: Random,
        *,
        friction: float = 1.0,
        port: int = 0,
        host: str = "127.0.0.1",
        reactor: Any = None,
    ) -> None:
        super().__init__(port, host, reactor=reactor)
        self.mount = Mount()
        self._random = random
        self._friction = friction
        self._source: Source = best_source(self.reactor.seconds())
        self._under_way: Undertaking | None = None
        self._receiver = Level(random, 19.5, 0.4, 300.0)
        self._amplifier = Fault(random, "nominal", "error", every_s=1200.0, lasts_s=15.0)
        self._slews = 0
        self.show("controller-address", address)
        self.show("slews", 0)
        self.show("last-command", 0.0, Status.INACTIVE)

    # What clients command. Each ends the slew that is under way, whoever sent it.

    def slew(self, requested: Position, way: Undertaking) -> None:
        """Set off; `way` is ended if another command comes first."""
        self._commanded("slew", way)
        self.mount.slew(requested)
        self.tick()

    def stow(self, way: Undertaking) -> None:
        """Set off straight up; `way` is ended if another command comes first."""
        self._commanded("stow", way)
        self.mount.stow()
        self.tick()

    def halt_motion(self) -> None:
        """Stop where it is."""
        self._commanded("stop")
        self.mount.stop()
        self.tick()

    def track(self) -> str:
        """Follow the source; return its name."""
        self._commanded("track")
        self.mount.track()
        self.tick()
        return self._source.name

    def whereabouts(self) -> tuple[float, float]:
        """Return azimuth and elevation in degrees, as replies tell them."""
        return round(self.mount.actual.azimuth, 4), round(self.mount.actual.elevation, 4)

    def _commanded(self, by: str, way: Undertaking | None = None) -> None:
        self.tick()  # so that the antenna is where it is by now
        if way is not None:
            self._slews += 1
            self.show("slews", self._slews)
        previous, self._under_way = self._under_way, way
        if previous is not None:
            previous.end(f"a later ?{by} took over before the antenna arrived")
        self.show("last-command", self.reactor.seconds())

    # The model's side.

    def tick(self) -> None:
        """Move, and show it."""
        now, dt = self.reactor.seconds(), self.elapsed()
        self._source = best_source(now, self._source)
        self.mount.move(dt, position_of(self._source, now))
        self._show_motion()
        self._show_parts(now, dt)
        self.show_health()

    def _show_motion(self) -> None:
        mount = self.mount
        is_held = mount.mode in (Mode.STOP, Mode.STOW)  # by brakes, which do not tremble
        read = mount.actual if is_held else jittered(mount.actual, self._random)
        self.show_all(
            {
                "requested-azimuth": mount.requested.azimuth,
                "requested-elevation": mount.requested.elevation,
                "actual-azimuth": read.azimuth,
                "actual-elevation": read.elevation,
            }
        )
        self.show_if_new(
            {
                "mode": mount.mode.value,
                "on-target": mount.has_arrived,
                "target": self._source.name,
            }
        )

    def _show_parts(self, now: float, dt: float) -> None:
        azimuth_speed, elevation_speed = self.mount.speeds
        self.show_all(
            {
                "azimuth-drive-current": drive_current(azimuth_speed, self._friction, self._random),
                "elevation-drive-current": drive_current(elevation_speed, self._friction, self._random),
                "receiver-temperature": self._receiver.after(dt),
            }
        )
        self.show_if_new({"drive-lru": self._amplifier(now, dt)})
