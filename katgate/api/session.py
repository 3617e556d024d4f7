"""Session: one browser's conversation over a WebSocket. JSON-RPC 2.0 in, answers and notifications out.

It knows nothing of sockets: it is given text and sends text through its `BrowserSocket`.

While the browser does not take what it is sent, the session waits: streams keep their places in the hub,
answers are held back, and no further message is read. Nothing grows, and nothing comes out of order.
"""

from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import msgspec
from msgspec import UNSET
from twisted.internet.defer import CancelledError, Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure

import katgate
from katgate.api import wire
from katgate.api.problems import Problem, problem_of
from katgate.api.requests import RequestsApi
from katgate.api.rpc import INVALID_REQUEST, PROBLEM, UNKNOWN_METHOD, CallError, id_of, read_call, read_params
from katgate.devices.device import Device
from katgate.devices.fleet import Fleet
from katgate.errors import BadRequest, TooManyRequests
from katgate.hub.hub import Hub
from katgate.hub.outbox import Outbox
from katgate.hub.selection import Selection
from katgate.hub.stream import Stream, Wish
from katgate.katcp.message import Message
from katgate.katcp.sampling import Kind, Strategy

__all__ = ["BrowserSocket", "Session", "Surroundings"]

#: What one browser may have at once.
LIMITS: Final = {"message": 1024 * 1024, "requests": 32, "subscriptions": 100}

_CAPABILITIES: Final = ("sensors.subscribe", "devices.subscribe", "request")

#: The `sub` of `devices.subscribe`; the hub's streams count from 1.
_DEVICES_SUB: Final = 0

_encode = msgspec.json.Encoder().encode


class BrowserSocket(Protocol):
    """What a session needs of its socket."""

    @property
    def browser(self) -> str:
        """Who this is, for logs."""
        ...

    def send_text(self, payload: bytes) -> None:
        """Send a message."""

    def pause_reading(self) -> None:
        """Let the browser wait with what it wants to say."""

    def resume_reading(self) -> None:
        """Listen again."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all sessions share."""

    hub: Hub
    fleet: Fleet
    requests: RequestsApi
    epoch: str
    wall_clock: Callable[[], float]


class Session:
    """One browser. `opened`, `received`, `paused`, `resumed` and `closed` come from its socket."""

    log = Logger()

    def __init__(self, socket: BrowserSocket, around: Surroundings) -> None:
        self._socket = socket
        self._around = around
        self.is_paused = False
        self._is_closed = False
        self._streams: dict[int, tuple[Stream, Outbox]] = {}
        self._running: dict[str | int, Deferred[Any]] = {}
        self._unwatch_devices: Callable[[], None] | None = None
        self._changed_devices: dict[str, Device] = {}
        self._held: deque[bytes] = deque()
        self._unread: deque[tuple[bytes, bool]] = deque()
        self._methods: dict[str, tuple[type, Callable[..., Any]]] = {
            "ping": (object, self._ping),
            "sensors.subscribe": (wire.SubscribeSensors, self._subscribe_sensors),
            "devices.subscribe": (wire.NoParams, self._subscribe_devices),
            "unsubscribe": (wire.Unsubscribe, self._unsubscribe),
            "request": (wire.SendRequest, self._request),
        }

    # From the socket.

    def opened(self) -> None:
        """Speak first."""
        self._notify(
            "hello",
            wire.Hello(
                version=katgate.__version__,
                epoch=self._around.epoch,
                time=self._around.wall_clock(),
                role="admin",
                limits=LIMITS,
                capabilities=_CAPABILITIES,
            ),
        )

    def received(self, payload: bytes, *, is_binary: bool) -> None:
        """Take a message. One that cannot be used gets an error, and the connection lives on."""
        self._unread.append((payload, is_binary))
        self._read_on()

    def paused(self) -> None:
        """The browser has enough for now."""
        self.is_paused = True
        self._socket.pause_reading()

    def resumed(self) -> None:
        """The browser has taken everything: go on with what waited, in order."""
        self.is_paused = False
        for _, outbox in list(self._streams.values()):
            outbox.pump()
        self._tell_devices()
        while self._held and not self.is_paused:
            self._socket.send_text(self._held.popleft())
        self._read_on()
        if not self.is_paused and not self._is_closed:
            self._socket.resume_reading()

    def closed(self) -> None:
        """The browser is gone: leave nothing behind."""
        self._is_closed = True
        for sub in list(self._streams):
            self._leave(sub)
        for running in list(self._running.values()):
            running.cancel()
        self._stop_devices()
        self._held.clear()
        self._unread.clear()

    # What an outbox asks.

    def send(self, payload: bytes) -> None:
        """Send one message of a stream."""
        self._socket.send_text(payload)

    # A message and its answer.

    def _read_on(self) -> None:
        while self._unread:
            # What is due goes before an answer. It may be as much as the browser takes for now: then the
            # message waits, so that the answer to a subscription is always sent before its snapshot.
            self._around.hub.flush()
            if self.is_paused:
                return
            self._take_or_answer(*self._unread.popleft())

    def _take_or_answer(self, payload: bytes, is_binary: bool) -> None:
        try:
            self._take(payload, is_binary)
        except CallError as error:
            self.log.info("! browser {who}: {error}", who=self._socket.browser, error=error)
            self._answer_problem(error.call_id, error.code, Problem("bad-request", 400, str(error)))

    def _take(self, payload: bytes, is_binary: bool) -> None:
        call = read_call(payload, is_binary)
        name = call.method
        if name not in self._methods:
            self._answer_unknown(call)
            return
        if call.id is UNSET and name not in ("ping", "unsubscribe"):
            raise CallError(INVALID_REQUEST, f"{name} without an id is not carried out: add one")
        if call.id in self._running:
            raise CallError(INVALID_REQUEST, f"the id {call.id!r} is still in flight", id_of(call))
        params_type, method = self._methods[name]
        self._run(call, method, read_params(call, params_type))

    def _run(self, call: wire.Call, method: Callable[..., Any], params: Any) -> None:
        try:
            result = method(call, params)
        except Exception:
            self._failed(Failure(), call)
            return
        if not isinstance(result, Coroutine):
            return
        running: Deferred[Any] = Deferred.fromCoroutine(result)
        if call.id is not UNSET:
            self._running[call.id] = running
        running.addCallbacks(self._answer, self._failed, callbackArgs=(call,), errbackArgs=(call,))
        running.addErrback(lambda failure: self.log.failure("! an answer could not be sent", failure))

    def _answer(self, result: Any, call: wire.Call) -> None:
        """Send a result; what waited for it goes before, so that it overtakes no reading."""
        if call.id is UNSET:
            return
        self._running.pop(call.id, None)
        self._around.hub.flush()
        self._say(_encode(wire.Result(call.id, result)))

    def _failed(self, failure: Failure, call: wire.Call) -> None:
        if call.id is not UNSET:
            self._running.pop(call.id, None)
        if self._is_closed and failure.check(CancelledError):
            return
        problem = problem_of(failure)
        self.log.info(
            "! browser {who}: {method}: {detail}",
            who=self._socket.browser,
            method=call.method,
            detail=problem.detail,
        )
        self._around.hub.flush()
        self._answer_problem(id_of(call), PROBLEM, problem)

    def _answer_unknown(self, call: wire.Call) -> None:
        names = ", ".join(sorted(self._methods))
        problem = Problem("not-found", 404, f"there is no method {call.method!r}; there are {names}")
        self._answer_problem(id_of(call), UNKNOWN_METHOD, problem)

    def _answer_problem(self, call_id: str | int | None, code: int, problem: Problem) -> None:
        error = wire.RpcError(code, problem.detail, problem.members())
        self._say(_encode(wire.ErrorAnswer(call_id, error)))

    def _notify(self, method: str, params: Any) -> None:
        self._say(_encode(wire.Notification(method, params)))

    def _say(self, payload: bytes) -> None:
        if self._is_closed:
            return
        if self.is_paused:
            self._held.append(payload)
        else:
            self._socket.send_text(payload)

    # The methods.

    def _ping(self, call: wire.Call, params: Any) -> None:
        self._answer(None if call.params is UNSET else call.params, call)

    def _subscribe_sensors(self, call: wire.Call, params: wire.SubscribeSensors) -> None:
        wish = _wish(params)
        if len(self._streams) >= LIMITS["subscriptions"]:
            raise TooManyRequests(f"a browser may have {LIMITS['subscriptions']} subscriptions at once")
        stream = self._around.hub.stream(wish)
        if stream.sub in self._streams:
            stream.flush()
        else:
            self._streams[stream.sub] = stream, stream.join(self)
        self._answer(
            wire.Subscribed(
                sub=stream.sub,
                epoch=self._around.epoch,
                seq=stream.seq,
                strategy=str(wish.strategy),
                sensors=[wire.sensor_json(s, with_device=True, with_reading=False) for s in stream.sensors],
                resumed=False,
            ),
            call,
        )
        self._streams[stream.sub][1].snapshot()

    def _subscribe_devices(self, call: wire.Call, params: wire.NoParams) -> None:
        if self._unwatch_devices is None:
            self._unwatch_devices = self._around.fleet.watch(self._devices_changed)
        devices = [wire.device_json(device.view()) for device in self._around.fleet]
        self._answer({"sub": _DEVICES_SUB, "devices": devices}, call)

    def _unsubscribe(self, call: wire.Call, params: wire.Unsubscribe) -> None:
        if params.sub == _DEVICES_SUB and self._unwatch_devices is not None:
            self._stop_devices()
        elif params.sub in self._streams:
            self._leave(params.sub)
        else:
            raise BadRequest(f"there is no subscription {params.sub} on this connection")
        self._answer({}, call)

    def _request(self, call: wire.Call, params: wire.SendRequest) -> Coroutine[Any, Any, Any]:
        if len(self._running) >= LIMITS["requests"]:
            raise TooManyRequests(f"a browser may have {LIMITS['requests']} requests in flight")
        body = wire.RequestBody(params.arguments, params.timeout, params.confirm)

        def tell(msg: Message) -> None:
            self._notify("request.inform", {"id": call.id, "inform": wire.inform_words(msg)})

        return self._around.requests.ask(params.device, params.request, body, on_inform=tell)

    # Subscriptions.

    def _leave(self, sub: int) -> None:
        stream, outbox = self._streams.pop(sub)
        stream.leave(outbox)
        self._around.hub.release(stream)

    def _devices_changed(self, devices: Sequence[Device]) -> None:
        self._changed_devices.update((device.name, device) for device in devices)
        self._tell_devices()

    def _tell_devices(self) -> None:
        """Say how the changed devices are now; a browser that is slow gets only the newest."""
        if self.is_paused or not self._changed_devices:
            return
        devices, self._changed_devices = list(self._changed_devices.values()), {}
        shown = [wire.device_json(device.view()) for device in devices]
        self._notify("devices", {"sub": _DEVICES_SUB, "devices": shown})

    def _stop_devices(self) -> None:
        if self._unwatch_devices is not None:
            self._unwatch_devices()
            self._unwatch_devices = None
        self._changed_devices.clear()


def _wish(params: wire.SubscribeSensors) -> Wish:
    strategy = Strategy.parse(params.strategy.split())
    if strategy.kind is Kind.NONE:
        raise BadRequest("the strategy none has no readings; unsubscribe instead")
    return Wish(Selection.of(params.device, params.sensors), strategy)
