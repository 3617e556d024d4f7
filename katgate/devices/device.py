"""Device: one configured device. Its connection, what it is asked, and how it is shown to others."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Final

from twisted.internet.defer import Deferred
from twisted.internet.defer import TimeoutError as WaitedEnough
from twisted.internet.interfaces import IReactorTime, IStreamClientEndpoint
from twisted.logger import Logger

from katgate.authority.leases import Lease
from katgate.devices.demand import Demand
from katgate.devices.feed import Feed
from katgate.devices.informs import InformRing
from katgate.devices.log_level import set_log_level
from katgate.devices.options import DeviceOptions
from katgate.devices.requests import DeviceRequests
from katgate.errors import DeviceNotConnected, RemoteError
from katgate.hub.hub import Hub
from katgate.hub.known import KnownSensor
from katgate.katcp.flags import ProtocolFlags
from katgate.katcp.message import Message
from katgate.katcp.reading import Status
from katgate.katcp.sampling import NOT_SAMPLED
from katgate.tx.connection import State
from katgate.tx.mirror import Mirror

__all__ = ["Device", "DeviceView"]


@dataclass(frozen=True, slots=True)
class DeviceView:
    """What others may know of a device: plain values, taken at one moment. Times are UNIX seconds."""

    name: str
    address: str
    state: State
    since: float
    protocol: ProtocolFlags | None
    versions: dict[str, list[str]]
    sensors: int
    statuses: dict[Status, int]
    requests: int
    reconnects: int
    error: str | None
    is_hosted: bool
    lease: Lease | None


#: A reading of a sensor that is not sampled is as good as new for so long, in seconds.
_FRESH_S: Final = 1.0
#: How long to wait for a newer one: a device that is busy has an old one until it answers.
_REFRESH_S: Final = 2.0


class Device:
    """One device by name. `changed` is called with it whenever its view is another, save by what `lease_of` says of
    it, `informed` with its name, the time and the message of each inform that comes by itself.
    """

    log = Logger()

    def __init__(
        self,
        name: str,
        address: str,
        endpoint: tuple[str, int] | IStreamClientEndpoint,
        hub: Hub,
        options: DeviceOptions,
        *,
        reactor: IReactorTime,
        random: Random,
        wall_clock: Callable[[], float],
        changed: Callable[["Device"], None],
        informed: Callable[[str, float, Message], None],
        lease_of: Callable[[str], Lease | None] = lambda _: None,
        is_hosted: bool = False,
    ) -> None:
        self.name = name
        self.address = address
        self.informs = InformRing()
        self._options = options
        self._wall_clock = wall_clock
        self._was_synced = False
        self._hub = hub
        self._reactor = reactor
        self._is_hosted = is_hosted
        self._lease_of = lease_of
        self._changed = changed
        # Kept while the device is away: what it was is better than nothing.
        self._flags: ProtocolFlags | None = None
        self._versions: dict[str, list[str]] = {}
        self._feed = Feed(
            name,
            hub,
            self.informs,
            changed=self._note_change,
            informed=partial(informed, name),
            wall_clock=wall_clock,
        )
        self._demand = Demand(name, hub, options, reactor, changed=self._demand_changed)
        self._mirror = Mirror(
            name,
            endpoint,
            self._feed,
            strategy=self._demand.strategy_of,
            connect_timeout_s=options.connect_timeout_s,
            reactor=reactor,
            random=random,
            wall_clock=wall_clock,
            watchdog_s=options.watchdog_s,
        )
        self._connection = self._mirror.connection
        #: What it is asked.
        self.requests = DeviceRequests(self._mirror, options, reactor)

    def start(self) -> None:
        """Connect, and keep connected."""
        self._mirror.start()

    def stop(self) -> "Deferred[None]":
        """Close for good."""
        self._demand.stop()
        return self._mirror.stop()

    def remove(self) -> "Deferred[None]":
        """Close for good, and let the hub forget its sensors. The Deferred fires when the connection is closed."""
        closed = self.stop()
        self._hub.forget(self.name)
        return closed

    def configure(self, options: DeviceOptions) -> None:
        """Treat the device so from now on. The connection stays; sensors are sampled otherwise where that is new."""
        before, self._options = self._options, options
        self.requests.configure(options)
        self._mirror.connect_timeout_s = options.connect_timeout_s
        self._connection.watchdog_s = options.watchdog_s
        if options.sampling != before.sampling or options.on_demand_linger_s != before.on_demand_linger_s:
            self._demand.configure(options)
            self._mirror.choose_again()
        if options.log_level != before.log_level:
            self._set_log_level()

    def view(self) -> DeviceView:
        """Return what others may know."""
        connection = self._connection
        return DeviceView(
            name=self.name,
            address=self.address,
            state=connection.state,
            since=connection.since,
            protocol=self._flags,
            versions=self._versions,
            sensors=self._hub.count(self.name),
            statuses=self.statuses,
            requests=len(self._mirror.requests or ()),
            reconnects=connection.reconnects,
            error=connection.error,
            is_hosted=self._is_hosted,
            lease=self._lease_of(self.name),
        )

    @property
    def statuses(self) -> dict[Status, int]:
        """How many of its sensors have each status, of those that any has."""
        return self._hub.statuses(self.name)

    @property
    def readings(self) -> int:
        """How many readings it has sent."""
        return self._feed.readings

    @property
    def synced_at(self) -> float | None:
        """When it was synced last, UNIX seconds; None: never."""
        return self._connection.synced_at

    @property
    def mirror(self) -> Mirror:
        """What keeps step with the device: for who shows it otherwise than the hub does."""
        return self._mirror

    @property
    def has_lists(self) -> bool:
        """Whether the device has said, at least once, what sensors and requests it has."""
        return self._mirror.requests is not None

    def not_connected(self) -> DeviceNotConnected:
        """Return the error that says in what state the device is, and why."""
        return self._mirror.not_connected()

    # How its sensors are sampled.

    def sampling(self, sensor: str) -> str | None:
        """Return the strategy by which the device was told to sample a sensor; None while it is away."""
        mirrored = self._mirror.sensors.get(sensor)
        if mirrored is not None and mirrored.strategy is not None:
            return mirrored.strategy.text
        return NOT_SAMPLED.text if self._mirror.is_synced else None

    def want(self, sensors: Iterable[str]) -> Callable[[], None]:
        """Have these sensors sampled, where they are so on demand, until what this returns is called. (What browsers
        want the hub knows.)
        """
        return self._demand.want(sensors)

    def is_outdated(self, known: KnownSensor) -> bool:
        """Return whether a sensor is not sampled and its reading is not new, so that `refresh` is of use."""
        mirrored = self._mirror.sensors.get(known.name)
        return (
            mirrored is not None
            and not mirrored.is_sampled
            and self._mirror.is_synced
            # A clock that was set back makes nothing new.
            and (known.received is None or not 0 <= self._wall_clock() - known.received <= _FRESH_S)
        )

    async def refresh(self, known: KnownSensor) -> None:
        """Ask the device for a sensor's value, and wait for it a little: its reading is in the hub then. If it does
        not come, the old one stays.
        """
        try:
            await self._mirror.ask_value(known.name).addTimeout(_REFRESH_S, self._reactor)
        except (RemoteError, WaitedEnough) as error:
            self.log.debug(
                "! {name}: no value of {sensor}: {error}", name=self.name, sensor=known.name, error=str(error)
            )

    # Details.

    def _demand_changed(self, sensors: Sequence[str]) -> None:
        self._mirror.choose_again(sensors)

    def _note_change(self) -> None:
        protocol = self._connection.protocol
        if protocol is not None and protocol.flags is not None:
            self._flags = protocol.flags
            self._versions = dict(protocol.versions)
        self._changed(self)
        was_synced, self._was_synced = self._was_synced, self._mirror.is_synced
        if self._was_synced and not was_synced:
            self._set_log_level()

    def _set_log_level(self) -> None:
        if self._options.log_level and self._mirror.is_synced:
            set_log_level(self._mirror, self._options.log_level)
