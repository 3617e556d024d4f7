"""ClientKatCPProtocol: negotiation, requests and their replies, informs, and what a bad peer sends."""

from collections.abc import Callable
from typing import Any

import pytest
from twisted.internet.task import Clock
from twisted.logger import LogEvent

from katgate.errors import (
    DeviceLost,
    DeviceNotConnected,
    MessageError,
    NegotiationError,
    RequestTimeout,
    TooManyInforms,
)
from katgate.katcp.message import Message
from katgate.tx.client import ClientKatCPProtocol
from tests.support import V5, V5_WITHOUT_IDS, Wire, outcome


class Recording(ClientKatCPProtocol):
    """Keeps the informs that came by themselves."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.informs: list[str] = []

    def inform_out_of_band(self, msg: Message) -> None:
        self.informs.append(str(msg))

    def inform_broken(self, msg: Message) -> None:
        raise RuntimeError("a defect in an inform method")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(clock: Clock) -> Recording:
    return Recording(clock)


@pytest.fixture
def wire(client: Recording) -> Wire:
    return Wire(client)


def shown(result: Any) -> Any:
    """Return (informs, reply) as text, or the exception's class."""
    if isinstance(result, Exception):
        return type(result)
    informs, reply = result
    return [str(i) for i in informs], str(reply)


# Negotiation.

HELLOS = [
    ([V5], "5.1-BIM", True),
    ([V5_WITHOUT_IDS], "5.0-M", False),
    # The order is free, and a name may merely end in katcp-protocol (katcp.md section 11, row 3).
    (
        [
            b"#version-connect mylabel 1\n",
            b"#version-connect 127.0.0.1.7161.katcp-protocol 4.9-M\n",
            b"#log info 1 a b\n",
            b"#version-connect katcp-protocol 5.0-IQM\n",
            b"#version-connect kernel x y\n",
        ],
        "5.0-IMQ",
        True,
    ),
]


@pytest.mark.parametrize(("hello", "flags", "has_mids"), HELLOS)
def test_device_says_what_it_speaks(
    wire: Wire, client: Recording, hello: list[bytes], flags: str, has_mids: bool
) -> None:
    """The version may stand anywhere among the informs of the hello."""
    negotiated = outcome(client.when_negotiated())
    wire.say(*hello)
    assert [client] == negotiated
    assert flags == str(client.flags)
    assert has_mids == (client.flags is not None and client.flags.has_mids)


@pytest.mark.parametrize(
    ("hello", "why"),
    [
        (b"#version-connect katcp-protocol 6.0-MI\n", "speaks KATCP 6.0-IM"),
        (b"#version-connect katcp-protocol five\n", "cannot be read"),
        (b"#version-connect katcp-protocol\n", "cannot be read"),
    ],
)
def test_device_that_we_cannot_speak_with_is_left(
    wire: Wire, client: Recording, hello: bytes, why: str
) -> None:
    """The reason is in words that an operator understands."""
    negotiated = outcome(client.when_negotiated())
    wire.say(hello)
    [error] = negotiated
    assert isinstance(error, NegotiationError)
    assert why in str(error)
    assert wire.is_cut


def test_device_that_never_answers_is_left(wire: Wire, client: Recording, clock: Clock) -> None:
    """Silence is no KATCP device."""
    negotiated = outcome(client.when_negotiated())
    clock.advance(5)
    assert [NegotiationError] == [type(e) for e in negotiated]
    assert wire.is_cut
    assert [] == clock.getDelayedCalls()


def test_device_that_closes_at_once(wire: Wire, client: Recording, clock: Clock) -> None:
    """Who waits for the negotiation learns that there will be none; nothing is left behind."""
    negotiated = outcome(client.when_negotiated())
    wire.cut()
    assert [DeviceNotConnected] == [type(e) for e in negotiated]
    assert [] == clock.getDelayedCalls()


# Requests with message ids.


def test_requests_with_ids_may_be_answered_in_any_order(wire: Wire, client: Recording) -> None:
    """With flag I informs and replies belong to their request by id alone."""
    wire.say(V5)
    first = outcome(client.send_request("help", "a"))
    second = outcome(client.send_request("help", "b"))
    assert ["?help[1] a", "?help[2] b"] == wire.heard()
    wire.say(
        b"#help[2] b text\n", b"#log info 1 x y\n", b"#help[1] a text\n", b"!help[2] ok 1\n!help[1] ok 1\n"
    )
    assert [(["#help[1] a text"], "!help[1] ok 1")] == [shown(r) for r in first]
    assert [(["#help[2] b text"], "!help[2] ok 1")] == [shown(r) for r in second]


def test_informs_are_told_as_they_come(wire: Wire, client: Recording) -> None:
    """A long request shows what it does while it does it."""
    wire.say(V5)
    told: list[Message] = []
    client.send_request("slew", on_inform=told.append)
    wire.say(b"#slew[1] half\n")
    assert ["#slew[1] half"] == [str(m) for m in told]


@pytest.mark.parametrize("hello", [V5, V5_WITHOUT_IDS])
def test_informs_without_end_are_given_up(wire: Wire, client: Recording, clock: Clock, hello: bytes) -> None:
    """What one request may bring in is bounded; the connection lives on."""
    client.max_informs = 10_000
    wire.say(hello)
    flooded = outcome(client.send_request("list"))
    mid = b"[1]" if hello is V5 else b""
    wire.say((b"#list" + mid + b" " + b"x" * 1000 + b"\n") * 20)
    assert [TooManyInforms] == [shown(r) for r in flooded]
    wire.say(b"!list" + mid + b" ok\n")
    again = outcome(client.send_request("list"))
    wire.say(b"!list[2] ok\n" if hello is V5 else b"!list ok\n")
    assert 1 == len(again)
    assert [] == clock.getDelayedCalls()


def test_reply_with_unknown_id_is_ignored(wire: Wire, client: Recording) -> None:
    """A reply to nothing, or to a request of another name, harms nobody."""
    wire.say(V5)
    waiting = outcome(client.send_request("watchdog"))
    wire.say(b"!watchdog[7] ok\n", b"!help[1] ok\n", b"#watchdog[7] x\n", b"!watchdog ok\n")
    assert [] == waiting
    wire.say(b"!watchdog[1] ok\n")
    assert 1 == len(waiting)


def test_late_reply_with_id_is_ignored(wire: Wire, client: Recording, clock: Clock) -> None:
    """The request has failed already; the next one has another id."""
    wire.say(V5)
    late = outcome(client.send_request("slow", timeout=2))
    clock.advance(2)
    assert [RequestTimeout] == [shown(r) for r in late]
    following = outcome(client.send_request("slow", timeout=2))
    wire.say(b"!slow[1] ok late\n")
    assert [] == following
    wire.say(b"!slow[2] ok\n")
    assert [([], "!slow[2] ok")] == [shown(r) for r in following]
    assert [] == clock.getDelayedCalls()


# Requests without message ids.


def test_without_ids_one_request_of_a_name_is_in_flight(wire: Wire, client: Recording) -> None:
    """Requests of other names do not wait; informs and replies belong by name, in order."""
    wire.say(V5_WITHOUT_IDS)
    first = outcome(client.send_request("help", "a"))
    second = outcome(client.send_request("help", "b"))
    other = outcome(client.send_request("watchdog"))
    assert ["?help a", "?watchdog"] == wire.heard()
    wire.say(b"#help a x\n#log info 1 a b\n!watchdog ok\n!help ok 1\n")
    assert ["?help b"] == wire.heard()
    assert [(["#help a x"], "!help ok 1")] == [shown(r) for r in first]
    assert 1 == len(other)
    assert [] == second
    wire.say(b"!help fail\n")
    assert [([], "!help fail")] == [shown(r) for r in second]


def test_without_ids_a_late_reply_never_reaches_the_next_request(
    wire: Wire, client: Recording, clock: Clock
) -> None:
    """A timed-out request keeps its place until its own reply has come and been swallowed."""
    wire.say(V5_WITHOUT_IDS)
    first = outcome(client.send_request("slow", timeout=1))
    clock.advance(1)
    second = outcome(client.send_request("slow", timeout=5))
    assert ["?slow"] == wire.heard()
    wire.say(b"#slow of the first\n!slow ok first\n")
    assert ["?slow"] == wire.heard()
    assert [] == second
    wire.say(b"!slow ok second\n")
    assert [RequestTimeout] == [shown(r) for r in first]
    assert [([], "!slow ok second")] == [shown(r) for r in second]


def test_without_ids_a_request_that_waits_behind_a_dead_one_says_so(
    wire: Wire, client: Recording, clock: Clock
) -> None:
    """The user learns that it was never sent, and why."""
    wire.say(V5_WITHOUT_IDS)
    outcome(client.send_request("slow", timeout=1))
    behind = outcome(client.send_request("slow", timeout=2))
    clock.advance(1)
    clock.advance(1)
    [error] = behind
    assert isinstance(error, RequestTimeout)
    assert "was not sent" in str(error)
    assert ["?slow"] == wire.heard()
    wire.say(b"!slow ok\n")
    assert [] == wire.heard()


# Loss, cancelling, misuse.


@pytest.mark.parametrize("hello", [V5, V5_WITHOUT_IDS])
def test_loss_is_told_apart_from_never_sent(
    wire: Wire, client: Recording, clock: Clock, hello: bytes
) -> None:
    """What was written may have been carried out; what was not certainly was not."""
    wire.say(hello)
    written = outcome(client.send_request("capture"))
    waiting = outcome(client.send_request("capture"))
    wire.cut()
    assert [DeviceLost] == [shown(r) for r in written]
    assert [DeviceLost if hello is V5 else DeviceNotConnected] == [shown(r) for r in waiting]
    assert [DeviceNotConnected] == [shown(r) for r in outcome(client.send_request("capture"))]
    assert [] == clock.getDelayedCalls()


def test_cancelled_request_leaves_nothing_behind(wire: Wire, client: Recording, clock: Clock) -> None:
    """A browser that goes while its request runs must not leave a timer."""
    wire.say(V5)
    request = client.send_request("slow")
    seen = outcome(request)
    request.cancel()
    assert 1 == len(seen)
    assert [] == clock.getDelayedCalls()
    wire.say(b"!slow[1] ok\n")


@pytest.mark.parametrize(("name", "error"), [("a b", MessageError), ("x\n?halt", MessageError)])
def test_illegal_name_is_the_callers_error(wire: Wire, client: Recording, name: str, error: type) -> None:
    """Nothing is written and nothing is left waiting."""
    wire.say(V5)
    with pytest.raises(error):
        client.send_request(name)
    assert [] == wire.heard()


# What comes by itself, and rubbish.


def test_informs_by_name(wire: Wire, client: Recording) -> None:
    """`#out-of-band` finds `inform_out_of_band`; one that nobody takes is ignored."""
    wire.say(V5, b"#out-of-band 1\n#never-heard-of\n")
    assert ["#out-of-band 1"] == client.informs


BAD_PEERS: list[Callable[[Wire], None]] = [
    lambda wire: wire.say(b"garbage\n"),
    lambda wire: wire.say(b"?watchdog\n"),
    lambda wire: wire.say(b"!watchdog ok\n"),
    lambda wire: wire.say(b"#broken\n"),
    lambda wire: wire.say(b"#version-connect katcp-protocol 4.0\n"),
    lambda wire: wire.say(bytes(range(256)) * 4 + b"\n"),
]


@pytest.mark.parametrize("misbehave", BAD_PEERS)
def test_connection_lives_through_rubbish(
    wire: Wire, client: Recording, misbehave: Callable[[Wire], None]
) -> None:
    """Each costs itself alone, and the client sends nothing back (it would start a storm)."""
    wire.say(V5)
    misbehave(wire)
    assert [] == wire.heard()
    alive = outcome(client.send_request("watchdog"))
    wire.say(b"!watchdog[1] ok\n")
    assert [([], "!watchdog[1] ok")] == [shown(r) for r in alive]


def test_rubbish_is_logged_ever_more_rarely(wire: Wire, client: Recording, logged: list[LogEvent]) -> None:
    """A device that speaks rubbish all night must not fill the disk."""
    wire.say(b"garbage\n" * 1000)
    lines = [e for e in logged if "not KATCP" in str(e.get("what"))]
    assert [1, 2, 4, 8, 16, 32, 64, 128, 256, 512] == [e["count"] for e in lines]


def test_line_without_end_is_skipped_in_constant_memory(logged: list[LogEvent]) -> None:
    """The log says so at once, not at an end that may never come; then the connection lives on."""

    class Short(Recording):
        max_line_length = 1000

    client = Short(Clock())
    wire = Wire(client)
    wire.say(V5, *[b"x" * 10_000] * 100)
    assert 1 == len([e for e in logged if "skipping to its end" in str(e.get("log_format"))])
    wire.say(b"\n#out-of-band\n")
    assert ["#out-of-band"] == client.informs


def test_peer_that_reads_slowly_gets_everything_in_order(client: Recording) -> None:
    """What waits for it is kept and counted as long as it waits, not for ever."""
    client.max_unsent = 10_000
    wire = Wire(client)
    wire.say(V5)
    expected = []
    for n in range(100):
        client.pauseProducing()
        client.send_request("x", b"y" * 3000)
        client.send_request("z")
        expected += [f"?x[{2 * n + 1}] " + "y" * 3000, f"?z[{2 * n + 2}]"]
        client.resumeProducing()
    assert expected == wire.heard()
    assert not wire.is_cut


def test_close_lets_out_what_was_sent(client: Recording) -> None:
    """A peer that was slow for a moment hears the last words all the same."""
    wire = Wire(client)
    wire.say(V5)
    client.pauseProducing()
    waiting = outcome(client.send_request("x"))
    client.close()
    assert ["?x[1]"] == wire.heard()
    assert wire.is_cut
    assert [DeviceLost] == [shown(r) for r in waiting]


def test_peer_that_does_not_read_is_cut_off(client: Recording) -> None:
    """What waits for a peer is bounded."""
    client.max_unsent = 10_000
    wire = Wire(client)
    wire.say(V5)
    client.pauseProducing()
    waiting = outcome(client.send_request("x", b"y" * 20_000))
    assert wire.is_cut
    assert [DeviceLost] == [shown(r) for r in waiting]
