"""Device: one configured device. Its connection, what it is asked, and how it is shown to others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime, IStreamClientEndpoint
from twisted.logger import Logger

from katgate.devices.feed import Feed
from katgate.devices.informs import InformRing
from katgate.devices.options import DeviceOptions
from katgate.errors import (
    BadRequest,
    DeviceFailed,
    DeviceInvalid,
    DeviceNotConnected,
    ReservedRequest,
    UnknownRequest,
)
from katgate.hub.hub import Hub
from katgate.katcp.flags import ProtocolFlags
from katgate.katcp.message import Message
from katgate.tx.connection import State
from katgate.tx.mirror import Mirror
from katgate.tx.strategies import SAMPLING_REQUESTS

__all__ = ["Device", "DeviceView", "RequestResult"]


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
    requests: int
    reconnects: int
    error: str | None
    is_hosted: bool


@dataclass(frozen=True, slots=True)
class RequestResult:
    """A request that the device answered `ok`.

    `arguments` are the reply's, after `ok`; `informs` those of the request, in order; `duration_s` from
    writing it to the reply.
    """

    request: str
    arguments: list[bytes]
    informs: list[Message]
    duration_s: float


class Device:
    """One device by name. `changed` is called with it whenever its view is another, `informed` with its name, the
    time and the message of each inform that comes by itself.
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
        is_hosted: bool = False,
    ) -> None:
        self.name = name
        self.address = address
        self.options = options
        self.informs = InformRing()
        self._hub = hub
        self._reactor = reactor
        self._is_hosted = is_hosted
        self._changed = changed
        # Kept while the device is away: what it was is better than nothing.
        self._flags: ProtocolFlags | None = None
        self._versions: dict[str, list[str]] = {}
        feed = Feed(
            name,
            hub,
            self.informs,
            changed=self._note_change,
            informed=partial(informed, name),
            wall_clock=wall_clock,
        )
        self._mirror = Mirror(
            name,
            endpoint,
            feed,
            reactor=reactor,
            random=random,
            wall_clock=wall_clock,
            watchdog_s=options.watchdog_s,
        )
        self._connection = self._mirror.connection

    def start(self) -> None:
        """Connect, and keep connected."""
        self._mirror.start()

    def configure(self, options: DeviceOptions) -> None:
        """Treat the device so from now on."""
        self.options = options

    def stop(self) -> "Deferred[None]":
        """Close for good."""
        return self._mirror.stop()

    def remove(self) -> "Deferred[None]":
        """Close for good, and let the hub forget its sensors. The Deferred fires when the connection is closed."""
        closed = self.stop()
        self._hub.forget(self.name)
        return closed

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
            requests=len(self._mirror.requests or ()),
            reconnects=connection.reconnects,
            error=connection.error,
            is_hosted=self._is_hosted,
        )

    @property
    def has_lists(self) -> bool:
        """Whether the device has said, at least once, what sensors and requests it has."""
        return self._mirror.requests is not None

    def requests(self) -> dict[str, str]:
        """Return request name -> help text. Raises DeviceNotConnected while they were never known."""
        if self._mirror.requests is None:
            raise self.not_connected()
        return self._mirror.requests

    def not_connected(self) -> DeviceNotConnected:
        """Return the error that says in what state the device is, and why."""
        return self._mirror.not_connected()

    async def request(
        self,
        name: str,
        arguments: Sequence[bytes],
        *,
        timeout_s: float | None = None,
        on_inform: Callable[[Message], None] | None = None,
    ) -> RequestResult:
        """Send a request, and return what the device answered if that is `ok`.

        Raises BadRequest for a timeout that is too long, ReservedRequest, DeviceNotConnected, DeviceLost,
        RequestTimeout, DeviceFailed, DeviceInvalid, UnknownRequest, or MessageError for a name that cannot be sent.
        It is never repeated.
        """
        asks_only = name == "sensor-sampling" and len(arguments) <= 1
        if name in SAMPLING_REQUESTS and not asks_only:
            raise ReservedRequest(name)
        started = self._reactor.seconds()
        timeout_s = self._timeout_s(timeout_s)
        self.log.debug("> {name}: ?{request}", name=self.name, request=name)
        informs, reply = await self._mirror.send_request(
            name, *arguments, timeout=timeout_s, on_inform=on_inform
        )
        if not reply.is_ok:
            raise self._failure(name, reply)
        return RequestResult(name, reply.arguments[1:], informs, self._reactor.seconds() - started)

    def _timeout_s(self, asked_s: float | None) -> float:
        longest_s = self.options.longest_request_timeout_s
        if asked_s is None:
            return self.options.request_timeout_s
        if asked_s > longest_s:
            raise BadRequest(
                f"a timeout of {asked_s:g} s is longer than {self.name} may be waited for: {longest_s:g} s"
            )
        return asked_s

    def _note_change(self) -> None:
        protocol = self._connection.protocol
        if protocol is not None and protocol.flags is not None:
            self._flags = protocol.flags
            self._versions = dict(protocol.versions)
        self._changed(self)

    def _failure(self, name: str, reply: Message) -> Exception:
        is_invalid = reply.text(0) == "invalid"
        failure = DeviceInvalid(name, reply) if is_invalid else DeviceFailed(name, reply)
        # C duplex servers answer `fail` to what they do not know (katcp.md section 3).
        says_unknown = is_invalid or "unknown" in failure.words.lower()
        if says_unknown and name not in self.requests():
            return UnknownRequest(self.name, name, failure.words)
        return failure
