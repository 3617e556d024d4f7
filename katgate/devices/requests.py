"""DeviceRequests: what one device can be asked, and asking it: how long, how many at once, and what needs a yes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger

from katgate.authority.questions import is_question
from katgate.devices.options import DeviceOptions
from katgate.devices.outcomes import Outcomes
from katgate.devices.under_way import UnderWay
from katgate.errors import (
    BadRequest,
    DeviceFailed,
    DeviceInvalid,
    ReservedRequest,
    TooManyRequests,
    UnknownRequest,
)
from katgate.katcp.message import Message
from katgate.tx.mirror import Mirror
from katgate.tx.strategies import SAMPLING_REQUESTS

__all__ = ["DeviceRequests", "KnownRequest", "RequestResult"]

#: Requests that end the device, or everybody's connection to it.
_DANGEROUS: Final = frozenset({"halt", "restart"})


@dataclass(frozen=True, slots=True)
class KnownRequest:
    """A request of the device's `?help`. `timeout_hint_s`: how long the device says that it may take."""

    name: str
    description: str
    timeout_hint_s: float | None
    is_dangerous: bool


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


class DeviceRequests:
    """The requests of one device. What katgate asks by itself, to be in step, does not come through here."""

    log = Logger()

    def __init__(self, mirror: Mirror, options: DeviceOptions, reactor: IReactorTime) -> None:
        self._mirror = mirror
        self._options = options
        self._reactor = reactor
        self._under_way = UnderWay(mirror.name, reactor)
        #: How those ended that were sent, or refused here.
        self.outcomes = Outcomes()

    def configure(self, options: DeviceOptions) -> None:
        """Keep to these limits from the next request on."""
        self._options = options

    @property
    def longest_timeout_s(self) -> float:
        """The longest that a sender may ask for, in seconds."""
        return self._options.longest_request_timeout_s

    def known(self) -> list[KnownRequest]:
        """Return what the device says in its `?help`, by name. Raises DeviceNotConnected if that was never known."""
        if self._mirror.requests is None:
            raise self._mirror.not_connected()
        hints = self._mirror.timeout_hints
        return [
            KnownRequest(name, text, hints.get(name), self.is_dangerous(name))
            for name, text in sorted(self._mirror.requests.items())
        ]

    def is_dangerous(self, name: str) -> bool:
        """Return whether a request must be confirmed."""
        return name in _DANGEROUS or self._options.confirm.match(name)

    async def send(
        self,
        name: str,
        arguments: Sequence[bytes],
        *,
        timeout_s: float | None = None,
        on_inform: Callable[[Message], None] | None = None,
        keep_informs: bool = True,
    ) -> RequestResult:
        """Send a request, and return what the device answered if that is `ok`. With `keep_informs=False` its
        informs are for `on_inform` alone, and not in the result.

        Raises BadRequest for a timeout that is too long, ReservedRequest, TooManyRequests, DeviceNotConnected,
        DeviceLost, RequestTimeout, DeviceFailed, DeviceInvalid, UnknownRequest, MessageError for a name that cannot
        be sent, and, when katgate ends, ShuttingDown or GivenUp. It is never repeated.
        """
        began = self._reactor.seconds()
        try:
            result = await self._send(name, arguments, timeout_s, on_inform, keep_informs)
        except BaseException as error:
            self.outcomes.note(error, self._reactor.seconds() - began)
            raise
        self.outcomes.note(None, result.duration_s)
        return result

    async def _send(
        self,
        name: str,
        arguments: Sequence[bytes],
        timeout_s: float | None,
        on_inform: Callable[[Message], None] | None,
        keep_informs: bool,
    ) -> RequestResult:
        self._under_way.check()
        if name in SAMPLING_REQUESTS and not is_question(name, arguments):
            raise ReservedRequest(name)
        timeout_s = self._timeout_s(name, timeout_s)
        if len(self._under_way) >= self._options.requests_in_flight:
            raise TooManyRequests(
                f"device {self._mirror.name!r} has {len(self._under_way)} requests under way, which is as many as it "
                "may have at once; this one was not sent: ask again in a while"
            )
        started = self._reactor.seconds()
        self.log.debug("> {name}: ?{request}", name=self._mirror.name, request=name)
        asked = self._mirror.send_request(
            name, *arguments, timeout=timeout_s, on_inform=on_inform, keep_informs=keep_informs
        )
        informs, reply = await self._under_way.wait_for(name, asked)
        duration_s = self._reactor.seconds() - started
        self.log.debug(
            "< {name}: !{request} {code} after {duration_s:.3f} s",
            name=self._mirror.name,
            request=name,
            code=reply.text(0),
            duration_s=duration_s,
        )
        if not reply.is_ok:
            raise self._failure(name, reply)
        return RequestResult(name, reply.arguments[1:], informs, duration_s)

    @property
    def under_way(self) -> int:
        """How many have no reply yet."""
        return len(self._under_way)

    def drain(self, within_s: float) -> "Deferred[None]":
        """Send no more, for good. The Deferred fires when all that is under way has ended: what has no reply by then
        is given up.
        """
        return self._under_way.drain(within_s)

    def _timeout_s(self, name: str, asked_s: float | None) -> float:
        """Return how long a request may take: what its sender says, or what the device says on top of the usual, as
        far as it may be waited for at all.
        """
        usual_s, longest_s = self._options.request_timeout_s, self._options.longest_request_timeout_s
        if asked_s is None:
            return min(usual_s + self._mirror.timeout_hints.get(name, 0.0), longest_s)
        if asked_s > longest_s:
            raise BadRequest(
                f"a timeout of {asked_s:g} s is longer than {self._mirror.name} may be waited for: {longest_s:g} s"
            )
        return asked_s

    def _failure(self, name: str, reply: Message) -> Exception:
        is_invalid = reply.text(0) == "invalid"
        failure = DeviceInvalid(name, reply) if is_invalid else DeviceFailed(name, reply)
        # C duplex servers answer `fail` to what they do not know (katcp.md section 3).
        says_unknown = is_invalid or "unknown" in failure.words.lower()
        if says_unknown and name not in (self._mirror.requests or ()):
            return UnknownRequest(self._mirror.name, name, failure.words)
        return failure
