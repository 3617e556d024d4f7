"""Session: one browser's conversation over a WebSocket. JSON-RPC 2.0 in, answers and notifications out.

It knows nothing of sockets; in which order things go out, and when, is the outlet's (`outlet.py`).
"""

from collections.abc import Callable
from typing import Any, Final

import msgspec
from msgspec import UNSET
from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure

import katgate
from katgate.api import wire_in, wire_socket
from katgate.api.congestion import Congestion
from katgate.api.device_subscription import DEVICES_SUB, DeviceSubscription
from katgate.api.fitting import (
    fitting_problem,
    fitting_result,
    fitting_words,
)
from katgate.api.inform_subscriptions import InformSubscriptions, InformWish
from katgate.api.introduction import Introduction
from katgate.api.methods import METHODS
from katgate.api.outlet import BrowserSocket, Outlet
from katgate.api.problems import Problem, problem_of
from katgate.api.rpc import INVALID_REQUEST, PROBLEM, UNKNOWN_METHOD, CallError, id_of, read_call, read_params
from katgate.api.sensor_subscriptions import SensorSubscriptions
from katgate.api.subscriptions import shown_devices, shown_informs, shown_sensors
from katgate.api.surroundings import Surroundings
from katgate.api.visitors import Account, Sent
from katgate.api.wishes import wish_of
from katgate.authority.caller import Caller
from katgate.devices.inform_filter import InformFilter
from katgate.errors import BadRequest, TooManyRequests
from katgate.katcp.message import Message
from katgate.katcp.pattern import Pattern

__all__ = ["Session"]

#: What who is not known may call.
_OPEN: Final = ("authenticate", "ping")

_CAPABILITIES: Final = ("sensors.subscribe", "informs.subscribe", "devices.subscribe", "request")

#: How many of a browser's mistakes are logged one by one, and how much of each, in characters.
_MOST_COMPLAINTS: Final = 10
_LONGEST_COMPLAINT: Final = 500

_encode = msgspec.json.Encoder().encode


class Session:
    """One browser. `opened`, `received`, `paused`, `resumed` and `closed` come from its socket. It is
    `caller`'s; without one it has to say soon who it is.
    """

    log = Logger()

    def __init__(self, socket: BrowserSocket, around: Surroundings, caller: Caller | None) -> None:
        self._introduction = Introduction(caller, socket, around)
        self._socket = socket
        self._around = around
        congestion = Congestion(around.clock, tell=self._notice, cut=self._too_slow)
        self._outlet = Outlet(socket, self._take_or_answer, congestion, around.clock)
        self._is_closed = False
        self._is_ending = False
        self._complaints = 0
        self._running: dict[str | int, Deferred[Any]] = {}
        self._sensors = SensorSubscriptions(self._outlet, around.hub, around.epoch, around.limits.sensors)
        self._informs = InformSubscriptions(
            around.fleet.informs,
            around.hub.next_sub,
            send=lambda informs: self._notify("informs", informs),
            may_send=lambda: not self._outlet.is_paused,
        )
        self._devices = DeviceSubscription(
            around.fleet,
            send=lambda devices: self._notify("devices", devices),
            may_send=lambda: not self._outlet.is_paused,
        )
        self._methods: dict[str, Callable[..., Any]] = {
            "ping": self._ping,
            "authenticate": self._authenticate,
            "sensors.subscribe": self._subscribe_sensors,
            "informs.subscribe": self._subscribe_informs,
            "devices.subscribe": self._subscribe_devices,
            "subscriptions": self._subscriptions,
            "unsubscribe": self._unsubscribe,
            "request": self._request,
        }

    @property
    def caller(self) -> Caller | None:
        """Who it is, once that is known."""
        return self._introduction.caller

    def account(self) -> Account:
        """Return what there is to know for who watches; what the socket counts is missing."""
        sensors, informs = self._sensors, self._informs
        return Account(
            Sent(readings=sensors.readings, conflated=sensors.conflated, dropped=informs.dropped),
            self._outlet.held_bytes,
            self._outlet.lag_s,
            {
                "sensors.subscribe": len(sensors),
                "informs.subscribe": len(informs),
                "devices.subscribe": int(self._devices.is_live),
            },
        )

    # From the socket.

    def opened(self) -> None:
        """Speak first."""
        self._notify(
            "hello",
            wire_socket.Hello(
                version=katgate.__version__,
                epoch=self._around.epoch,
                time=self._around.wall_clock(),
                user=self._introduction.user,
                role=self._introduction.role,
                limits=self._around.limits.announced(),
                capabilities=_CAPABILITIES,
            ),
        )
        self._introduction.begin()

    def received(self, payload: bytes, *, is_binary: bool) -> None:
        """Take a message."""
        self._outlet.received(payload, is_binary=is_binary)

    def paused(self) -> None:
        """The browser has enough for now."""
        self._outlet.paused()

    def resumed(self) -> None:
        """The browser has taken everything."""
        self._outlet.resumed()
        self._devices.tell()
        self._informs.tell()

    def shutting_down(self) -> None:
        """Say so, and close the socket once what the browser waits for has been answered."""
        if not self._outlet.is_paused:
            self._notice(wire_socket.SHUTDOWN)
        self._is_ending = True
        self._close_if_done()

    def _close_if_done(self) -> None:
        if self._is_ending and not self._running:
            self._outlet.when_said(self._socket.close_at_shutdown)

    def expired(self) -> None:
        """Say that the browser's login has ended; the socket is closed then."""
        if not self._outlet.is_paused:
            self._notice(wire_socket.SESSION_EXPIRED)

    def closed(self) -> None:
        """The browser is gone: leave nothing behind."""
        self._is_closed = True
        self._introduction.end()
        self._outlet.close()
        self._sensors.close()
        for running in list(self._running.values()):
            running.cancel()
        self._devices.close()
        self._informs.close()
        self._methods.clear()  # which refer to us: so that nothing waits for the collector

    # A message and its answer: at once, or, for what a device was asked, in its time.

    def _take_or_answer(self, payload: bytes, is_binary: bool) -> None:
        """Take a message. One that cannot be used gets an error, and the connection lives on."""
        try:
            self._take(payload, is_binary)
        except CallError as error:
            self._complain(str(error))
            problem = Problem("bad-request", 400, str(error))
            self._outlet.send(self._error(error.call_id, error.code, problem))

    def _take(self, payload: bytes, is_binary: bool) -> None:
        call = read_call(payload, is_binary)
        name = call.method
        if name not in self._methods:
            self._outlet.send(self._unknown(call))
            return
        if call.id is UNSET and name not in ("ping", "unsubscribe"):
            raise CallError(INVALID_REQUEST, f"{name} without an id is not carried out: add one")
        if call.id in self._running:
            raise CallError(INVALID_REQUEST, f"the id {call.id!r} is still in flight", id_of(call))
        method = self._methods[name]
        try:
            if name not in _OPEN:
                self._introduction.demand()
            params = read_params(call, METHODS[name].params)
            method(call, params)
        except CallError:
            raise
        except Exception:
            self._outlet.send(self._failed(Failure(), call))

    def _answer(self, call: wire_in.Call, result: Any) -> None:
        if call.id is not UNSET:
            self._outlet.send(_encode(wire_socket.Result(call.id, result)))

    def _failed(self, failure: Failure, call: wire_in.Call) -> bytes:
        problem = problem_of(failure)
        self._around.audit.refusal(failure.value, self.caller, self._socket.address, call.method)
        self._complain(f"{call.method}: {problem.detail}")
        return self._error(id_of(call), PROBLEM, problem)

    def _unknown(self, call: wire_in.Call) -> bytes:
        names = ", ".join(sorted(self._methods))
        self._complain(f"no method {call.method!r}")
        problem = Problem("not-found", 404, f"there is no method {call.method!r}; there are {names}")
        return self._error(id_of(call), UNKNOWN_METHOD, problem)

    def _error(self, call_id: str | int | None, code: int, problem: Problem) -> bytes:
        self._around.answers.count_on_socket(problem.code)
        data = fitting_problem(problem)
        return _encode(wire_socket.ErrorAnswer(call_id, wire_socket.RpcError(code, data["detail"], data)))

    def _complain(self, what: str) -> None:
        """Log what went wrong: the first of it, then the count. A browser may say thousands of wrong things."""
        self._complaints += 1
        if self._complaints > _MOST_COMPLAINTS and self._complaints % 1000:
            return
        self.log.info(
            "! browser {who}: {what} ({count} so far)",
            who=self._socket.browser,
            what=what[:_LONGEST_COMPLAINT],
            count=self._complaints,
        )

    def _notice(self, notice: wire_socket.Notice) -> None:
        # At once: it is about what is sent next.
        self._outlet.send(_encode(wire_socket.Notification("notice", notice)))

    def _too_slow(self) -> None:
        self.log.warn("! browser {who} has taken nothing for a minute", who=self._socket.browser)
        self._socket.close_slow()

    def _notify(self, method: str, params: Any) -> None:
        self._outlet.send_in_turn(_encode(wire_socket.Notification(method, params)))

    # The methods.

    def _ping(self, call: wire_in.Call, params: Any) -> None:
        self._answer(call, None if call.params is UNSET else call.params)

    def _authenticate(self, call: wire_in.Call, params: wire_in.Authenticate) -> None:
        caller = self._introduction.authenticate(params.token)
        self._answer(call, wire_socket.Authenticated(caller.name, caller.role))

    def _subscribe_sensors(self, call: wire_in.Call, params: wire_in.SubscribeSensors) -> None:
        wish = wish_of(params.device, params.sensors, params.strategy, self._introduction.hidden)
        if self._sensors.find(wish) is None and self._has_enough:
            raise self._too_many()
        self._sensors.begin(wish, params.since, lambda result: self._answer(call, result))

    @property
    def _has_enough(self) -> bool:
        return len(self._sensors) + len(self._informs) >= self._around.limits.subscriptions

    def _too_many(self) -> TooManyRequests:
        return TooManyRequests(
            f"a browser may have {self._around.limits.subscriptions} subscriptions at once"
        )

    def _subscribe_informs(self, call: wire_in.Call, params: wire_in.SubscribeInforms) -> None:
        wish = InformWish(
            Pattern(params.device), InformFilter.of(params.names, params.level), self._introduction.hidden
        )
        if self._informs.find(wish) is None and self._has_enough:
            raise self._too_many()
        since = params.since.seq if params.since and params.since.epoch == self._around.epoch else None
        begun, is_resumed = self._informs.begin(wish, since)
        self._answer(
            call, wire_socket.InformsSubscribed(begun.sub, self._around.epoch, begun.seq, is_resumed)
        )
        self._informs.tell()

    def _subscriptions(self, call: wire_in.Call, params: wire_in.NoParams) -> None:
        sensors = [shown_sensors(stream, outbox) for stream, outbox in self._sensors]
        informs = [shown_informs(subscription) for subscription in self._informs]
        devices = shown_devices(self._devices)
        self._answer(call, wire_socket.Subscriptions([*devices, *sensors, *informs]))

    def _subscribe_devices(self, call: wire_in.Call, params: wire_in.NoParams) -> None:
        first, *more = self._devices.begin(self._introduction.hidden)
        self._answer(call, first)
        for page in more:
            self._notify("devices", page)

    def _unsubscribe(self, call: wire_in.Call, params: wire_in.Unsubscribe) -> None:
        if params.sub == DEVICES_SUB and self._devices.is_live:
            self._devices.end()
        elif not self._sensors.end(params.sub) and not self._informs.end(params.sub):
            raise BadRequest(f"there is no subscription {params.sub} on this connection")
        self._answer(call, {})

    def _request(self, call: wire_in.Call, params: wire_in.SendRequest) -> None:
        most = self._around.limits.requests
        if len(self._running) >= most:
            raise TooManyRequests(f"a browser may have {most} requests in flight")
        call_id, caller = call.id, self._introduction.demand()
        assert call_id is not UNSET
        body = wire_in.RequestBody(params.arguments, params.timeout, params.confirm)

        def tell(msg: Message) -> None:
            self._notify("request.inform", wire_socket.RequestInform(call_id, fitting_words(msg)))

        asked = self._around.requests.ask(caller, params.device, params.request, body, on_inform=tell)
        self._running[call_id] = running = Deferred.fromCoroutine(asked)
        running.addBoth(self._request_done, call, call_id)
        running.addErrback(lambda failure: self.log.failure("! an answer could not be sent", failure))

    def _request_done(self, outcome: Any, call: wire_in.Call, call_id: str | int) -> None:
        """Answer after what the device said before: a reply overtakes no reading."""
        self._running.pop(call_id, None)
        if self._is_closed:
            return
        is_failed = isinstance(outcome, Failure)
        answer = (
            self._failed(outcome, call)
            if is_failed
            else _encode(wire_socket.Result(call_id, fitting_result(outcome)))
        )
        self._around.hub.flush()
        self._outlet.send_in_turn(answer)
        self._close_if_done()
