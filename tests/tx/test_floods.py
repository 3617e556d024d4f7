"""Floods: what a peer says a thousand times leaves nothing behind but what is asked for."""

import gc
import sys
from types import FunctionType, ModuleType

import pytest
from twisted.internet.task import Clock
from twisted.logger import LogEvent, Logger, formatEvent

from katgate.katcp import Message
from katgate.tx import ClientKatCPProtocol
from tests.fuzz.client_side import ClientSide
from tests.fuzz.mirror_side import MirrorSide, Start
from tests.fuzz.play import Side
from tests.fuzz.server_side import ServerSide
from tests.support import V5, V5_WITHOUT_IDS, Wire

#: How much more may be held after 3,000 more lines, in bytes: tables of a fixed size fill up, and no more.
LEEWAY = 20_000

_NOT_HELD = (type, ModuleType, FunctionType, Logger)


def held_by(*roots: object) -> int:
    """Return how many bytes are held by these objects, and by what they hold."""
    seen: dict[int, object] = {id(root): root for root in roots}
    to_see = list(roots)
    while to_see:
        for held in gc.get_referents(to_see.pop()):
            if id(held) not in seen and not isinstance(held, _NOT_HELD):
                seen[id(held)] = held
                to_see.append(held)
    return sum(sys.getsizeof(held) for held in seen.values())


def growth(side: Side, line: bytes) -> int:
    """Return how many bytes more are held after the line was said 4,000 times than after 1,000 times."""
    held = []
    for numbers in (range(1000), range(1000, 4000)):
        side.wire.say(b"".join(line.replace(b"%d", b"%d" % number) + b"\n" for number in numbers))
        side.hear()
        side.heard.clear()
        if isinstance(side, MirrorSide):
            side.told.clear()
        held.append(held_by(side.wire.protocol))
    return held[1] - held[0]


SAID_BY_CLIENTS = [
    b"garbage%d",
    b"!nobody%d ok",
    b"#nobody%d",
    b"?unknown-%d",
    b"?help x%d",
    b"?watchdog[1%d]",
    b"?log-level x%d",
    b"?sensor-list x%d",
    b"?sensor-value /x%d/",
    b"?sensor-sampling x%d event",
    b"?sensor-sampling when period 1%d",
    b"?sensor-sampling mode event-rate %d inf",
    b"?sensor-sampling mode x%d",
    b"?client-list %d",
]

SAID_BY_DEVICES = [
    b"garbage%d",
    b"?unknown-%d",
    b"!nobody%d ok",
    b"!help[1%d] ok",
    b"#help[1%d] x y",
    b"#out-of-band-%d",
    b"#version-connect part%d x",
    b"#disconnect because%d",
    b"#sensor-status %d 1 a nominal %d",
    b"#sensor-status 1 1 stranger%d nominal 1",
    b"#interface-changed sensor a%d removed",
    b"#interface-changed request a%d added",
    b"#interface-changed x%d",
    b"#sensor-list x%d y z integer",
]


@pytest.mark.parametrize("line", SAID_BY_CLIENTS)
def test_server_keeps_nothing_of_a_flood(line: bytes) -> None:
    """A client that says the like of it all night does not fill the memory."""
    assert growth(ServerSide(), line) < LEEWAY


@pytest.mark.parametrize("line", SAID_BY_DEVICES)
def test_client_keeps_nothing_of_a_flood(line: bytes) -> None:
    """The same of a device."""
    assert growth(ClientSide(V5), line) < LEEWAY


@pytest.mark.parametrize("line", SAID_BY_DEVICES)
def test_mirror_keeps_nothing_of_a_flood(line: bytes) -> None:
    """The same, where there is more to remember."""
    assert growth(MirrorSide(V5), line) < LEEWAY


def test_informs_of_a_request_are_limited_and_let_go() -> None:
    """Also where a request that was given up keeps its place, as it has no id."""
    side = ClientSide(V5_WITHOUT_IDS)
    assert growth(side, b"#help x%d " + b"y" * 100) < LEEWAY
    side = ClientSide(V5_WITHOUT_IDS)
    side.protocol.max_informs = 10_000_000
    before = held_by(side.protocol)
    side.wire.say(b"#help x y\n" * 10_000)
    side.pass_time(5.0)
    assert held_by(side.protocol) - before < LEEWAY


def test_what_a_device_says_of_its_parts_is_limited() -> None:
    """A hundred parts may be 16 MB each, and are kept for as long as the connection lives."""
    protocol = ClientKatCPProtocol(Clock())
    wire = Wire(protocol)
    for number in range(20):
        wire.say(b"#version-connect part%d %s\n" % (number, b"x" * 100_000))
    assert held_by(protocol) < 200_000
    wire.cut()


def test_each_complaint_is_of_a_kind() -> None:
    """Complaints are counted, and logged ever more rarely, by their kind: so there must be few kinds."""
    side = MirrorSide(V5, Start.NEGOTIATED)
    side.wire.say(b"!help[1] ok 0\n")
    side.wire.say(*(b"#sensor-list[2] \\@ a b" + b" c" * count + b"\n" for count in range(50)))
    side.wire.say(b"!sensor-list[2] ok 50\n")
    side.check_bounds()


def test_client_that_reads_nothing_is_cut_off() -> None:
    """What waits for it is limited, and let go."""
    side = ServerSide()
    side.wire.protocol.max_unsent = 10_000
    side.wire.protocol.pauseProducing()
    for _ in range(100):
        side.device.mass_inform(Message.inform("x", b"y" * 200))
    assert side.wire.is_cut
    assert [] == list(side.wire.protocol._backlog)


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (Start.SYNCED, b"#disconnect %s\n"),
        (Start.SYNCED, b"!%s ok\n"),
        (Start.CONNECTED, b"#version-connect katcp-protocol %s\n"),
        (Start.NEGOTIATED, b"!help[1] fail %s\n"),
    ],
)
def test_what_a_device_says_at_length_is_shortened(
    start: Start, said: bytes, logged: list[LogEvent], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every browser is shown why a device is not there, and a log is for reading."""
    monkeypatch.setattr(MirrorSide.protocol_class, "max_line_length", 1_000_000)
    side = MirrorSide(V5, start)
    side.wire.say(said.replace(b"%s", b"x" * 100_000))
    side.wire.cut()
    assert len(str(side.connection.error)) < 2000
    assert [] == [event["log_format"] for event in logged if len(formatEvent(event)) > 2000]
