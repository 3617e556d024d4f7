"""Connection: its way up and down, and a random walk that checks the invariants after every step."""

from random import Random

import pytest
from twisted.internet.error import ConnectionRefusedError, DNSLookupError, TimeoutError
from twisted.internet.task import Clock

from katgate.tx.client import ClientKatCPProtocol
from katgate.tx.connection import LONGEST_PAUSE_S, Connection, State
from tests.support import V5, FakeEndpoint, Wire, outcome


class Rig:
    """A connection on a fake endpoint and clock, with a user that notes what it is told."""

    def __init__(self, seed: int = 1) -> None:
        self.clock = Clock()
        self.endpoint = FakeEndpoint()
        self.told: list[str] = []
        self.handed_out = 0
        self.connection = Connection(
            "cbf",
            self.endpoint,
            lambda: ClientKatCPProtocol(self.clock),
            self,
            reactor=self.clock,
            random=Random(seed),
            wall_clock=lambda: 1e9 + self.clock.seconds(),
        )

    def state_changed(self) -> None:
        self.told.append(self.connection.state)

    def negotiated(self, protocol: ClientKatCPProtocol) -> None:
        self.handed_out += 1
        self.told.append("negotiated")

    def lost(self) -> None:
        self.handed_out -= 1
        self.told.append("lost")

    def up(self) -> Wire:
        wire = self.endpoint.accept()
        wire.say(V5)
        self.connection.synced()
        return wire


@pytest.fixture
def rig() -> Rig:
    return Rig()


def test_the_way_up(rig: Rig) -> None:
    """Each state is told of once, in order."""
    rig.connection.start()
    rig.up()
    assert ["connecting", "negotiating", "syncing", "negotiated", "synced"] == rig.told
    assert rig.connection.error is None
    assert 0 == rig.connection.reconnects


def test_loss_and_return(rig: Rig) -> None:
    """A lost device is looked for again, and counted when it is back."""
    rig.connection.start()
    wire = rig.up()
    rig.told.clear()
    wire.cut()
    assert ["sleeping", "lost"] == rig.told
    assert rig.connection.error is not None
    rig.clock.advance(0.5)
    rig.up()
    assert State.SYNCED is rig.connection.state
    assert 1 == rig.connection.reconnects
    assert rig.connection.error is None


def test_refused_connection_says_why(rig: Rig) -> None:
    """The operator reads the reason in the device's `error`."""
    rig.connection.start()
    for error, words in [
        (ConnectionRefusedError(), "nothing listens"),
        (TimeoutError(), "does not answer"),
        (DNSLookupError(), "host name is not known"),
        (RuntimeError("something else"), "something else"),
    ]:
        rig.endpoint.refuse(error)
        assert State.SLEEPING is rig.connection.state
        assert words in str(rig.connection.error)
        rig.clock.advance(30)


def test_pause_grows_to_its_limit_and_starts_anew_only_when_synced(rig: Rig) -> None:
    """A device that accepts and then fails is not hammered."""
    rig.connection.start()
    longest = 0.0
    for _ in range(200):
        rig.endpoint.accept().cut()
        [timer] = rig.clock.getDelayedCalls()
        pause = timer.getTime() - rig.clock.seconds()
        assert 0 <= pause <= LONGEST_PAUSE_S
        longest = max(longest, pause)
        rig.clock.advance(pause)
    assert longest > LONGEST_PAUSE_S / 2
    rig.up().cut()
    [timer] = rig.clock.getDelayedCalls()
    assert timer.getTime() - rig.clock.seconds() <= 0.5


def test_user_that_cannot_use_the_device(rig: Rig) -> None:
    """`fail` cuts, tells, and tries again later."""
    rig.connection.start()
    wire = rig.endpoint.accept()
    wire.say(V5)
    rig.connection.fail("its lists make no sense")
    assert wire.is_cut
    assert "its lists make no sense" == rig.connection.error
    assert 0 == rig.handed_out


@pytest.mark.parametrize("steps", range(5))
def test_stop_from_anywhere_leaves_nothing(rig: Rig, steps: int) -> None:
    """No timer, no attempt, no connection."""
    if steps >= 1:
        rig.connection.start()
    if steps == 2:
        rig.endpoint.refuse(ConnectionRefusedError())
    wire = rig.endpoint.accept() if steps >= 3 else None
    if wire is not None and steps == 4:
        wire.say(V5)
    stopped = outcome(rig.connection.stop())
    assert [None] == stopped
    assert State.CLOSED is rig.connection.state
    assert [] == rig.clock.getDelayedCalls()
    assert [] == rig.endpoint.attempts
    assert wire is None or wire.is_cut
    assert 0 == rig.handed_out


def check_invariants(rig: Rig) -> None:
    state = rig.connection.state
    timers = [c for c in rig.clock.getDelayedCalls() if getattr(c, "func", None) == rig.connection._connect]
    assert (state is State.SLEEPING) == (len(timers) == 1)
    assert (state is State.CONNECTING) == (len(rig.endpoint.attempts) == 1)
    assert (state in (State.NEGOTIATING, State.SYNCING, State.SYNCED)) == (
        rig.connection.protocol is not None
    )
    assert (state in (State.SYNCING, State.SYNCED)) == (rig.handed_out == 1)
    assert state is not State.SYNCED or rig.connection.error is None


@pytest.mark.parametrize("seed", range(20))
def test_random_walk_keeps_the_invariants(seed: int) -> None:
    """Whatever happens in whatever order, the list in the docstring holds."""
    rig, random = Rig(seed), Random(seed)

    def refuse() -> None:
        if rig.endpoint.attempts:
            rig.endpoint.refuse(ConnectionRefusedError())

    def accept() -> None:
        if rig.endpoint.attempts:
            rig.endpoint.accept()

    def say(line: bytes) -> None:
        for wire in rig.endpoint.wires:
            if not wire.is_cut:
                wire.say(line)

    def cut() -> None:
        for wire in rig.endpoint.wires:
            if not wire.is_cut:
                wire.cut()

    steps = [
        rig.connection.start,
        rig.connection.start,
        accept,
        accept,
        lambda: say(V5),
        lambda: say(V5),
        lambda: say(b"#version-connect katcp-protocol 4.0\n"),
        lambda: say(b"garbage\n"),
        rig.connection.synced,
        rig.connection.synced,
        refuse,
        cut,
        lambda: rig.connection.fail("no good"),
        lambda: rig.clock.advance(random.uniform(0, 10)),
        lambda: rig.clock.advance(0.3),
        lambda: rig.connection.stop(),
    ]
    seen = set()
    for _ in range(3000):
        random.choice(steps)()
        check_invariants(rig)
        seen.add(rig.connection.state)
    assert set(State) == seen


def test_last_words_outlive_the_attempts_that_follow(rig: Rig) -> None:
    """Why a device went is what an operator wants to read, an hour later too; until it is back."""
    rig.connection.start()
    wire = rig.up()
    wire.say(b"#disconnect going\\_for\\_lunch\n")
    wire.cut()
    for _ in range(2):
        rig.clock.advance(30)
        rig.endpoint.refuse(ConnectionRefusedError())
        assert str(rig.connection.error).endswith("; before it went it said: going for lunch")
    rig.clock.advance(30)
    rig.up().cut()
    rig.clock.advance(30)
    rig.endpoint.refuse(ConnectionRefusedError())
    assert "lunch" not in str(rig.connection.error)


def test_stopped_and_started_by_who_is_told(rig: Rig) -> None:
    """The end of the attempt before is not taken for that of the one now."""
    changed = rig.state_changed

    def state_changed() -> None:
        changed()
        if rig.connection.state is State.CONNECTING and len(rig.told) < 3:
            rig.connection.stop()
            rig.connection.start()

    rig.state_changed = state_changed  # type: ignore[method-assign]
    rig.connection.start()
    assert 1 == len(rig.endpoint.attempts)
    rig.up()
    assert State.SYNCED is rig.connection.state
