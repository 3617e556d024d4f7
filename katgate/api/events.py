"""Server-sent events: the readings of a selection for `curl -N` and EventSource, as a socket would have them.

    GET /api/v1/stream?device=m0*&sensors=*azimuth&strategy=event-rate 0.5 10

The events are `sensors` and `readings`, with the params of the WebSocket's notifications. Those that have a
number have an id, which a browser says again when it returns (`Last-Event-ID`).
"""

import re
from collections.abc import Callable
from typing import Any, Final

import msgspec
from klein import Klein
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IPushProducer, IReactorTime
from twisted.logger import Logger
from zope.interface import implementer

from katgate.api import wire_socket
from katgate.api.admission import Admission
from katgate.api.congestion import Congestion
from katgate.api.identification import Standing
from katgate.api.parameters import Parameter, PatternParameter
from katgate.api.query import Query
from katgate.api.queued import queued_bytes
from katgate.api.routes import API, add_route
from katgate.api.visitors import Account, Kind, Sent, Visitors
from katgate.api.wishes import wish_of
from katgate.authority.caller import Caller
from katgate.errors import ShuttingDown
from katgate.hub.hub import Hub
from katgate.hub.outbox import Outbox
from katgate.hub.ring import Place
from katgate.hub.stream import Stream
from katgate.katcp.patterns import Patterns

__all__ = ["EventsApi"]

#: How often something is said, in seconds: proxies close what is silent for half a minute or more.
_HEARTBEAT_S: Final = 15.0
_HEARTBEAT: Final = b": still here\n\n"

#: A notification as the socket has it: method, params.
_NOTIFICATION: Final = re.compile(rb'\{"jsonrpc":"2\.0","method":"(\w+)","params":(.*)\}\Z', re.DOTALL)
_NUMBER: Final = re.compile(rb'\{"sub":\d+,"seq":(\d+)')
_LAST_ID: Final = re.compile(r"([0-9a-z]+)-(\d{1,15})\Z")

_THROWN_OUT: Final = wire_socket.Notice("warn", "thrown-out", "an administrator ended this stream")
_ABOUT: Final = """Follow the readings of a selection, as server-sent events. The events are `sensors`, `readings`
and `notice`; their data are the params of the WebSocket's notifications of that name, which asyncapi.json describes.
Events with a number have an id, which a browser says again in `Last-Event-ID` when it returns: it goes on there."""

_DEVICE: Final = PatternParameter(
    "device", "A name, glob or `/regex/` of devices.", example="m0*", default="*"
)
_STRATEGY: Final = Parameter(
    "strategy",
    "KATCP's own, or `status`; times in seconds.",
    example="event-rate 0.5 10",
    default="event",
)
_PARAMETERS: Final = (
    _DEVICE,
    PatternParameter(
        "sensors", "Names, globs or `/regex/`es of sensors; all without any.", example="*azimuth", many=True
    ),
    _STRATEGY,
)


class EventsApi:
    """`GET /stream`."""

    log = Logger()

    def __init__(
        self,
        hub: Hub,
        epoch: str,
        clock: IReactorTime,
        admission: Admission,
        visitors: Visitors,
        hidden_from: Callable[[Caller], Patterns],
    ) -> None:
        self._hub = hub
        self._hidden_from = hidden_from
        self._admission = admission
        self._visitors = visitors
        self._epoch = epoch
        self._clock = clock
        self._streams: set[EventStream] = set()
        self._is_closing = False

    def add_routes(self, app: Klein) -> None:
        """Answer this address."""
        add_route(
            app,
            "GET",
            f"{API}/stream",
            self.stream,
            _PARAMETERS,
            problems=["too-many-requests"],
            about=_ABOUT,
            media_type="text/event-stream",
        )

    def stream(self, request: Any, query: Query) -> "bytes | Deferred[bytes]":
        """Send events until the browser goes. Raises BadRequest for a wish that cannot be used,
        TooManyRequests, and ShuttingDown.
        """
        caller: Caller = request.caller
        if self._is_closing:
            raise ShuttingDown()
        device, strategy = query.one("device"), query.one("strategy")
        wish = wish_of(
            _DEVICE.default if device is None else device,
            query.all("sensors") or ["*"],
            _STRATEGY.default if strategy is None else strategy,
            self._hidden_from(caller),
        )
        request.setHeader(b"content-type", b"text/event-stream")
        request.setHeader(b"cache-control", b"no-store")
        request.setHeader(b"x-accel-buffering", b"no")  # nginx would wait for more
        if request.method == b"HEAD":
            return b""
        leave = self._admission.enter(request.getClientAddress().host)
        stream = self._hub.stream(wish)
        place = self._place_of(request.getHeader("last-event-id"), stream)
        events = EventStream(request, caller, stream, self._epoch, self._clock, self._visitors)
        self._streams.add(events)
        visited = self._visitors.enter(events)
        self.log.info("= browser {who} follows events", who=events.browser)
        done = events.done.addCallback(self._ended, events, lambda: (visited(), leave()))
        try:
            events.start(place)
        except BaseException:
            events.end()
            raise
        return done

    def throw_out(self, standing_of: Callable[[Caller], Standing]) -> None:
        """End the streams of those whose login is not what it was."""
        for events in list(self._streams):
            if standing_of(events.caller) is not Standing.GOOD:
                events.end_with(wire_socket.SESSION_EXPIRED)

    def close_all(self) -> None:
        """End all, and let them come back; begin no more."""
        self._is_closing = True
        for events in list(self._streams):
            events.end_with(wire_socket.SHUTDOWN)

    def _ended(self, _: None, events: "EventStream", leave: Callable[[], object]) -> bytes:
        leave()
        self._streams.discard(events)
        self._hub.release(events.stream, may_return=True)
        self.log.info("= browser {who} follows events no more", who=events.browser)
        return b""

    def _place_of(self, last_id: str | None, stream: Stream) -> Place | None:
        match = _LAST_ID.match(last_id or "")
        if match is None or match[1] != self._epoch:
            return None
        return stream.place_after(int(match[2]))


@implementer(IPushProducer)
class EventStream:
    """One browser that follows events (`katgate.hub.outbox.Browser`, `katgate.api.visitors.Visitor`)."""

    kind = Kind.EVENTS

    def __init__(
        self,
        request: Any,
        caller: Caller,
        stream: Stream,
        epoch: str,
        clock: IReactorTime,
        visitors: Visitors,
    ) -> None:
        self.caller = caller
        self.stream = stream
        self.is_paused = False
        self._request = request
        self._visitors = visitors
        self._messages = 0
        self._bytes = 0
        self._id = epoch.encode("ascii") + b"-"
        self._clock = clock
        self._outbox: Outbox | None = None
        self._timer: IDelayedCall | None = None
        self._congestion = Congestion(clock, tell=self._notice, cut=self._too_slow)
        #: Fires when the browser is gone.
        self.done: Deferred[Any] = Deferred()

    @property
    def address(self) -> str:
        """Where it is, without a port."""
        return str(self._request.getClientAddress().host)

    @property
    def agent(self) -> str:
        """What it says that it is."""
        return self._request.getHeader("user-agent") or ""

    def account(self) -> Account:
        """Return how it is now, for who watches."""
        readings, conflated = (
            (0, 0) if self._outbox is None else (self._outbox.readings, self._outbox.conflated)
        )
        return Account(
            Sent(self._messages, self._bytes, readings, conflated),
            queued_bytes(self._request.transport),
            self._congestion.lag_s,
            {"stream": 1},
        )

    @property
    def browser(self) -> str:
        """Who this is, for logs."""
        address = self._request.getClientAddress()
        return f"{getattr(address, 'host', address)}:{getattr(address, 'port', '')}"

    def start(self, place: Place | None) -> None:
        """Say which sensors are meant and how they are now, or go on from a place; then what comes."""
        self._request.notifyFinish().addBoth(lambda _: self.end())
        self._request.registerProducer(self, True)
        self._beat()
        if not self.stream.count:
            # Known from the first, too: there are none, so far.
            self._say(b"sensors", {"sub": self.stream.sub, "added": [], "removed": []})
        if place is None:
            self._outbox = self.stream.join(self)
            self._outbox.start(self.stream.snapshot())
        else:
            self._outbox = self.stream.resume(self, place)
            self._outbox.go_on(self.stream.announcements())

    def send(self, payload: bytes) -> None:
        """Send a notification of a stream as an event."""
        match = _NOTIFICATION.match(payload)
        assert match is not None, payload[:100]
        number = _NUMBER.match(match[2])
        numbered = b"id: %b%b\n" % (self._id, number[1]) if number is not None else b""
        self._write(b"event: %b\n%bdata: %b\n\n" % (match[1], numbered, match[2]))

    def fell_behind(self) -> None:
        """The stream is about to send the newest readings in place of all."""
        self._congestion.fell_behind()

    def dismiss(self) -> None:
        """End the answer to a browser that an administrator does not want here. EventSource comes back by itself."""
        self.end_with(_THROWN_OUT)

    def end_with(self, last: wire_socket.Notice) -> None:
        """Say why, and end the answer; nothing happens if it has ended."""
        if not self.done.called:
            if not self.is_paused:
                self._notice(last)
            self._request.unregisterProducer()
            self.end()

    def end(self) -> None:
        """Say no more; nothing happens if it has ended."""
        if self.done.called:
            return
        if self._timer is not None:
            self._timer.cancel()
        if self._outbox is not None:
            self.stream.leave(self._outbox)
        self._congestion.close()
        self.done.callback(None)

    # The transport's side.

    def pauseProducing(self) -> None:
        """The browser has enough for now: it keeps its place in the stream."""
        self.is_paused = True
        self._congestion.paused()

    def resumeProducing(self) -> None:
        """The browser has taken everything."""
        self.is_paused = False
        self._congestion.resumed()
        if self._outbox is not None and not self.done.called:
            self._outbox.pump()
        if not self.is_paused:
            self._congestion.caught_up()

    def stopProducing(self) -> None:
        """The transport has closed; `notifyFinish` tells."""

    def _notice(self, notice: wire_socket.Notice) -> None:
        self._say(b"notice", notice)

    def _say(self, event: bytes, params: Any) -> None:
        self._write(b"event: %b\ndata: %b\n\n" % (event, msgspec.json.encode(params)))

    def _write(self, message: bytes) -> None:
        self._messages += 1
        self._bytes += len(message)
        self._request.write(message)

    def _too_slow(self) -> None:
        EventsApi.log.warn("! browser {who} has taken nothing for a minute", who=self.browser)
        self._visitors.cut[self.kind] += 1
        self._request.transport.abortConnection()

    def _beat(self) -> None:
        self._timer = self._clock.callLater(_HEARTBEAT_S, self._beat)
        if not self.is_paused:
            self._request.write(_HEARTBEAT)
