"""Connection: a random walk that checks the invariants after every step."""

from collections.abc import Callable
from random import Random

from twisted.internet.error import ConnectionRefusedError, DNSLookupError, TimeoutError
from twisted.logger import LogEvent

from katgate.errors import RemoteError
from katgate.tx.client import ClientKatCPProtocol
from katgate.tx.connection import FIRST_PAUSE_S, LONGEST_PAUSE_S, State
from tests.support import V5
from tests.tx.connection_rig import Rig


def check_invariants(rig: "Walker") -> None:
    """Assert what the docstring of `connection.py` lists, and that what is told is told in order."""
    connection, state = rig.connection, rig.connection.state
    calls = [getattr(call, "func", None) for call in rig.clock.getDelayedCalls()]
    is_open = state in (State.NEGOTIATING, State.SYNCING, State.SYNCED)
    is_negotiated = state in (State.SYNCING, State.SYNCED)
    assert (state is State.SLEEPING) == (connection._timer is not None)
    assert (state is State.SLEEPING) == (1 == calls.count(connection._connect))
    assert (state is State.CONNECTING) == (1 == len(rig.endpoint.attempts))
    assert is_open == (connection.protocol is not None)
    assert [connection.protocol] * is_open == [
        wire.protocol for wire in rig.endpoint.wires if not wire.is_cut
    ]
    assert is_negotiated == (rig.handed_out == 1)
    assert is_negotiated == (1 == sum(getattr(call, "__name__", "") == "_look" for call in calls))
    assert state is not State.SYNCED or connection.error is None
    assert state is not State.SLEEPING or connection.error
    if connection._timer is not None:
        pause = connection._timer.getTime() - rig.clock.seconds()
        assert 0 <= pause <= min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** (rig.failures - 1))
    if state is State.CLOSED:
        assert [] == calls


class Walker(Rig):
    """A connection to which anything happens; its user does something rash now and then, whenever it is told."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.draw = Random(seed)
        #: Since it was synced last.
        self.failures = 0
        self.seen: set[str] = set()
        self._is_rash = False
        self.steps: list[Callable[[], object]] = [
            self.connection.start,
            self.connection.start,
            self._accept,
            self._accept,
            self._accept,
            self._accept_and_say_late,
            lambda: self._say(V5),
            lambda: self._say(V5),
            lambda: self._say(b"#version-connect katcp-protocol 4.0\n"),
            lambda: self._say(b"#version x\n#build-state y\n"),
            lambda: self._say(b"#version-connect katcp-protocol 6.0\n"),
            lambda: self._say(b"#disconnect bye\n"),
            lambda: self._say(b"garbage\nhalf a li"),
            lambda: self._say(b"!watchdog[1] ok\n!version-list ok 0\n"),
            self.connection.synced,
            self.connection.synced,
            self._refuse,
            self._cut,
            self._ask,
            lambda: self.connection.fail("no good"),
            lambda: self.clock.advance(self.draw.uniform(0, 10)),
            lambda: self.clock.advance(0.3),
            self._pass_time,
            lambda: self.connection.stop(),
        ]

    def step(self) -> None:
        """Let one thing happen."""
        self.draw.choice(self.steps)()

    def state_changed(self) -> None:
        """Take note, and perhaps do something about it."""
        state = self.connection.state
        self.seen.add(state)
        if state is State.SLEEPING:
            self.failures += 1
            self.seen |= {words for words in _WORDS if words in str(self.connection.error)}
        elif state is State.SYNCED:
            self.failures = 0
        self._be_rash()

    def negotiated(self, protocol: ClientKatCPProtocol) -> None:
        """The same."""
        assert protocol is self.connection.protocol
        super().negotiated(protocol)
        self._be_rash()

    def lost(self) -> None:
        """The same."""
        assert 1 == self.handed_out
        super().lost()
        self._be_rash()

    def _be_rash(self) -> None:
        if not self._is_rash and self.draw.random() < 0.1:
            self._is_rash = True
            connection = self.connection
            self.draw.choice(
                [
                    connection.start,
                    connection.synced,
                    connection.stop,
                    self._start_anew,
                    lambda: connection.fail("rash"),
                ]
            )()
            self._is_rash = False

    def _start_anew(self) -> None:
        self.connection.stop()
        self.connection.start()

    def _accept(self) -> None:
        if self.endpoint.attempts:
            self.endpoint.accept()

    def _accept_and_say_late(self) -> None:
        """A device that says hello just before it is given up, or just after."""
        self._accept()
        self.clock.pump([1.0] * self.draw.randint(3, 5))
        self._say(V5)

    def _say(self, line: bytes) -> None:
        for wire in self.endpoint.wires:
            wire.say(line)

    def _refuse(self) -> None:
        if self.endpoint.attempts:
            self.endpoint.refuse(
                self.draw.choice([ConnectionRefusedError(), TimeoutError(), DNSLookupError()])
            )

    def _cut(self) -> None:
        for wire in self.endpoint.wires:
            wire.cut()
        del self.endpoint.wires[:-2]

    def _ask(self) -> None:
        """Send a request that may be answered, given up or lost."""
        if self.connection.protocol is not None:
            self.connection.protocol.send_request("slew", timeout=3).addErrback(
                lambda failure: failure.trap(RemoteError)
            )

    def _pass_time(self) -> None:
        """So much, evenly, that a silent device is found; some are long busy with a request."""
        self.clock.pump([0.5] * self.draw.choice([16, 32, 1300]))


#: What it may come to, and the walks must have come to.
_WORDS = [
    "no good",
    "rash",
    "nothing listens",
    "was lost",
    "it said: bye",
    "before it went it said: bye",
    "it said nothing that a KATCP device says",
    "speaks KATCP 6.0",
    "and does not answer ?watchdog",
    "has not answered a request for 600 s",
]


def test_random_walk_keeps_the_invariants(logged: list[LogEvent]) -> None:
    """Whatever happens in whatever order, the list in the docstring holds, and the log tells of no defect."""
    seen: set[str] = set()
    for seed in range(20):
        walker = Walker(seed)
        for _ in range(2000):
            walker.step()
            check_invariants(walker)
        seen |= walker.seen
        walker.connection.stop()
        check_invariants(walker)
    assert {*State, *_WORDS} == seen
    assert [] == [event for event in logged if "log_failure" in event]
