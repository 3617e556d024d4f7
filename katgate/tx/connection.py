"""Connection: keeps one connection to one device, for as long as it is wanted.

It connects, waits for the negotiation, hands the protocol to its user, and after a loss tries again with a
growing pause. What to do on the connection (lists, sampling) is the user's: see `mirror.py`.

        start                     connected             negotiated             synced()
    closed ───> connecting ──────────────> negotiating ───────────> syncing ───────────> synced
                  ↑   │ refused                 │ refused, lost         │ lost              │ lost
                  │   └──────> sleeping <───────┴───────────────────────┴───────────────────┘
                  └── pause over ──┘              stop() leads from anywhere to closed

Invariants, checked by a random walk in the tests:

- a timer for the next attempt exists if and only if sleeping;
- an attempt to connect is under way if and only if connecting;
- a protocol exists if and only if negotiating, syncing or synced;
- a watchdog runs if and only if syncing or synced (`watchdog.py`; before that the negotiation has a limit);
- the pause is drawn from 0 to 0.5 s doubling to 30 s (full jitter: a thousand gateways do not return at
  once), and starts anew only when synced: a device that accepts and then fails is not hammered;
- `error` is None when synced, and says what went wrong last in every other state after a failure.
"""

from collections.abc import Callable
from enum import StrEnum
from math import inf
from random import Random
from typing import Any, Protocol

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IAddress, IDelayedCall, IReactorTime, IStreamClientEndpoint
from twisted.internet.protocol import Factory
from twisted.logger import Logger
from twisted.python.failure import Failure

from katgate.tx.client import ClientKatCPProtocol
from katgate.tx.refusals import why_refused
from katgate.tx.watchdog import WATCHDOG_S, Watchdog, unacknowledged_s

__all__ = ["Connection", "ConnectionUser", "State"]

#: The longest first pause and the longest of all, in seconds.
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0

#: How long a connection may take to close, in seconds, before it is cut.
_GOODBYE_S = 2.0


class State(StrEnum):
    """Where a connection is on its way."""

    SLEEPING = "sleeping"
    CONNECTING = "connecting"
    NEGOTIATING = "negotiating"
    SYNCING = "syncing"
    SYNCED = "synced"
    CLOSED = "closed"


class ConnectionUser(Protocol):
    """Who uses a connection, and is told of it."""

    def state_changed(self) -> None:
        """The state is another; look at it."""

    def negotiated(self, protocol: ClientKatCPProtocol) -> None:
        """The device speaks: get in step with it, then call `Connection.synced`."""

    def lost(self) -> None:
        """The protocol handed out by `negotiated` is gone."""


class _Factory(Factory):
    noisy = False  # one that starts and stops at each of a thousand attempts is no news

    def __init__(self, build: Callable[[], ClientKatCPProtocol], watchdog_s: float) -> None:
        self._build = build
        self._watchdog_s = watchdog_s

    def buildProtocol(self, addr: IAddress | None) -> ClientKatCPProtocol:
        protocol = self._build()  # whose `factory` is its user's business
        if self._watchdog_s:
            protocol.unacknowledged_s = unacknowledged_s(self._watchdog_s)
        return protocol


class Connection:
    """One connection to one device, made again whenever it is lost, until `stop`.

    `watchdog_s` is how long the device may be silent, in seconds, see `watchdog.py`; 0 is for ever.
    """

    log = Logger()

    def __init__(
        self,
        name: str,
        endpoint: IStreamClientEndpoint,
        build_protocol: Callable[[], ClientKatCPProtocol],
        user: ConnectionUser,
        *,
        reactor: IReactorTime,
        random: Random,
        wall_clock: Callable[[], float],
        watchdog_s: float = WATCHDOG_S,
    ) -> None:
        self.name = name
        self.state = State.CLOSED
        #: When the state was entered, UNIX seconds.
        self.since = wall_clock()
        #: What went wrong last, in words; None when all is well.
        self.error: str | None = None
        #: How often it was synced again after a loss.
        self.reconnects = 0
        #: When it was synced last, UNIX seconds; None: never.
        self.synced_at: float | None = None
        self.protocol: ClientKatCPProtocol | None = None
        self._endpoint = endpoint
        self._build_protocol = build_protocol
        self._user = user
        self._reactor = reactor
        self._random = random
        self._wall_clock = wall_clock
        if not 0 <= watchdog_s < inf:
            raise ValueError(
                f"a watchdog of {watchdog_s} s cannot be used; give a number of seconds, or 0 for none"
            )
        #: May be changed; it counts from the next connection on.
        self.watchdog_s = watchdog_s
        self._watchdog: Watchdog | None = None
        #: Whether the user has the protocol.
        self._is_handed_out = False
        self._failures = 0
        self._was_synced = False
        #: What the device said before it closed the last connection that was synced.
        self._last_words = ""
        self._timer: IDelayedCall | None = None
        self._attempt: Deferred[Any] | None = None

    def start(self) -> None:
        """Connect, and keep connected. Nothing happens if it is started already."""
        if self.state is State.CLOSED:
            self._connect()

    def stop(self) -> "Deferred[None]":
        """Close for good. The Deferred fires when the transport is gone."""
        attempt, timer = self._attempt, self._timer
        self._attempt = self._timer = None
        protocol, was_handed_out = self._take_back()
        self._enter(State.CLOSED)
        if timer is not None:
            timer.cancel()
        if attempt is not None:
            attempt.cancel()
        if protocol is None:
            return succeed(None)
        if was_handed_out:
            self._user.lost()
        protocol.close()
        # A device that reads nothing keeps what was sent to it from going out.
        cut = self._reactor.callLater(_GOODBYE_S, protocol.abort)
        return protocol.when_lost().addCallback(lambda _: cut.cancel() if cut.active() else None)

    def synced(self) -> None:
        """The user is in step with the device: the next loss starts with a short pause again."""
        if self.state is not State.SYNCING:
            return
        self._failures = 0
        self._last_words = ""
        self.error = None
        if self._was_synced:
            self.reconnects += 1
        self._was_synced = True
        self.synced_at = self._wall_clock()
        self._enter(State.SYNCED)

    def fail(self, why: str) -> None:
        """The user cannot use this device as it is: cut, and try again after a pause."""
        if self.protocol is not None:
            self._drop(why)

    # The way up.

    def _connect(self) -> None:
        self._timer = None
        attempt: Deferred[Any] = self._endpoint.connect(_Factory(self._build_protocol, self.watchdog_s))
        self._attempt = attempt
        self._enter(State.CONNECTING)
        attempt.addCallbacks(
            lambda protocol: self._connected(protocol, attempt),
            lambda failure: self._refused(failure, attempt),
        ).addErrback(self._defect)

    def _connected(self, protocol: ClientKatCPProtocol, attempt: "Deferred[Any]") -> None:
        if self._attempt is not attempt:  # stopped while the connection was being made
            protocol.abort()
            return
        self._attempt = None
        self.protocol = protocol
        self._enter(State.NEGOTIATING)
        protocol.when_negotiated().addCallbacks(
            self._negotiated, lambda failure: self._ended(protocol, failure.getErrorMessage())
        ).addErrback(self._defect)
        protocol.when_lost().addCallback(lambda _: self._lost(protocol)).addErrback(self._defect)

    def _refused(self, failure: Failure, attempt: "Deferred[Any]") -> None:
        if self._attempt is not attempt:
            return
        self._attempt = None
        said = f"; before it went it said: {self._last_words}" if self._last_words else ""
        self._sleep(f"no connection: {why_refused(failure)}{said}")

    def _negotiated(self, protocol: ClientKatCPProtocol) -> None:
        if protocol is not self.protocol:
            return
        if self.watchdog_s:
            self._watchdog = Watchdog(protocol, self.watchdog_s, self.fail, self._reactor)
            self._watchdog.start()
        self._enter(State.SYNCING)
        if protocol is self.protocol:  # not stopped by one that was told
            self._is_handed_out = True
            self._user.negotiated(protocol)

    # The way down.

    def _lost(self, protocol: ClientKatCPProtocol) -> None:
        if protocol is self.protocol:
            self._last_words = protocol.farewell
        why = (
            "the device closed the connection"
            if protocol.was_closed
            else "the connection to the device was lost"
        )
        silent_s = self._reactor.seconds() - protocol.heard_at
        if not protocol.was_closed and self.watchdog_s and silent_s >= unacknowledged_s(self.watchdog_s):
            why += f", after nothing was heard of it for {silent_s:.3g} s"
        if protocol.farewell:
            why += f"; it said: {protocol.farewell}"
        self._ended(protocol, why)

    def _ended(self, protocol: ClientKatCPProtocol, why: str) -> None:
        if protocol is self.protocol:
            self._drop(why)

    def _drop(self, why: str) -> None:
        protocol, was_handed_out = self._take_back()
        if protocol is not None:
            protocol.abort()
        self._sleep(why)
        if was_handed_out:
            self._user.lost()

    def _take_back(self) -> tuple[ClientKatCPProtocol | None, bool]:
        """Return the protocol, which is nobody's from now on, and whether the user had it and is to be told."""
        protocol, self.protocol = self.protocol, None
        watchdog, self._watchdog = self._watchdog, None
        if watchdog is not None:
            watchdog.stop()
        was_handed_out, self._is_handed_out = self._is_handed_out, False
        return protocol, was_handed_out

    def _sleep(self, why: str) -> None:
        if why != self.error:  # said once, not at each of a thousand attempts
            self.log.warn("! {name}: {why}", name=self.name, why=why)
        self.error = why
        # 2^16 is far beyond the longest pause; the bound keeps the power small for a device gone for weeks.
        longest = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** min(self._failures, 16))
        self._failures += 1
        self._timer = self._reactor.callLater(self._random.uniform(0, longest), self._connect)
        self._enter(State.SLEEPING)

    def _defect(self, failure: Failure) -> None:
        self.log.failure("! {name}: a defect of ours", failure, name=self.name)
        self.fail("a defect of ours; the log tells more")

    def _enter(self, state: State) -> None:
        if state is self.state:
            return
        level = self.log.info if State.SYNCED in (state, self.state) else self.log.debug
        level("= {name}: {state}", name=self.name, state=state)
        self.state = state
        self.since = self._wall_clock()
        self._user.state_changed()
