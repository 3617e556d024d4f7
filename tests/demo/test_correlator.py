"""Correlator: a thousand sensors that take turns, and captures."""

import re
from random import Random

import pytest
from twisted.internet.testing import MemoryReactorClock

from katgate.demo.boards import BOARDS
from katgate.demo.capture import Capture, CaptureState
from katgate.demo.correlator import READINGS_PER_S, Correlator
from katgate.katcp import FailReply, Reading, Sensor, Status
from tests.support import Wire


@pytest.fixture
def reactor() -> MemoryReactorClock:
    return MemoryReactorClock()


@pytest.fixture
def correlator(reactor: MemoryReactorClock) -> Correlator:
    correlator = Correlator(Random(1), reactor=reactor)
    correlator.start()
    return correlator


@pytest.fixture
def wire(correlator: Correlator) -> Wire:
    wire = Wire(correlator.buildProtocol(None))
    wire.heard()
    return wire


def test_a_thousand_sensors(correlator: Correlator) -> None:
    """Exactly, of every type, each with a description and a reading from the start."""
    sensors = correlator.sensors.values()
    assert 1000 == len(sensors)
    assert 8 == len({sensor.description.type for sensor in sensors})
    assert "f07.adc-power" in correlator.sensors
    assert [] == [sensor.name for sensor in sensors if sensor.status is Status.UNKNOWN]
    assert [] == [sensor.name for sensor in sensors if not sensor.description.description]
    assert [] == [name for name in correlator.sensors if not re.fullmatch(r"[a-z0-9.-]+", name)]


def test_most_are_well(correlator: Correlator, reactor: MemoryReactorClock) -> None:
    """What is bad must be rare enough to be found, and there at all."""
    bad = 0
    for _ in range(600):
        reactor.advance(1)
        statuses = [sensor.status for sensor in correlator.sensors.values()]
        now = sum(status in (Status.WARN, Status.ERROR) for status in statuses)
        assert now < 30
        bad += now > 0
    assert bad > 60


def test_readings_are_spread_evenly(correlator: Correlator, reactor: MemoryReactorClock) -> None:
    """200 a second, a fifth of them in each tick, and every living sensor within five seconds."""
    seen: list[str] = []

    def observe(sensor: Sensor, _reading: Reading) -> None:
        seen.append(sensor.name)

    for sensor in correlator.sensors.values():
        sensor.attach(observe)
    counts = []
    for _ in range(50):
        before = len(seen)
        reactor.advance(0.2)
        counts.append(len(seen) - before)
    assert 10 * READINGS_PER_S == pytest.approx(len(seen), rel=0.02)
    assert max(counts) <= 42
    assert {f"{board}.device-status" for board in BOARDS} <= set(seen[: 5 * READINGS_PER_S])


def test_late_tick_costs_one_round_at_most(correlator: Correlator, reactor: MemoryReactorClock) -> None:
    """After a night asleep the computer does not catch up on each reading."""
    seen: list[str] = []
    for sensor in correlator.sensors.values():
        sensor.attach(lambda sensor, _reading: seen.append(sensor.name))
    reactor.advance(36_000)
    assert len(seen) < 1100


STARTED = [
    "#capture-start[1] 1 reset\\_accumulators",
    "#capture-start[1] 2 arm\\_F-engines",
    "#capture-start[1] 3 wait\\_for\\_the\\_pulse",
    "#capture-start[1] 4 open\\_the\\_stream",
    "!capture-start[1] ok baseline-correlation-products",
]


def state(correlator: Correlator) -> tuple[object, object, Status]:
    sensors = correlator.sensors
    return sensors["capture-state"].value, sensors["capture-stream"].value, sensors["output-rate"].status


def test_capture_starts_in_steps(wire: Wire, correlator: Correlator, reactor: MemoryReactorClock) -> None:
    """It takes two seconds, tells each step, and then heaps are sent."""
    wire.say(b"?capture-start[1]\n")
    assert STARTED[:1] == wire.heard()
    assert ("starting", "baseline-correlation-products", Status.INACTIVE) == state(correlator)
    reactor.pump([0.1] * 19)
    assert STARTED[1:4] == wire.heard()
    reactor.pump([0.1] * 2)
    assert STARTED[4:] == wire.heard()
    reactor.pump([0.2] * 10)
    assert ("capturing", "baseline-correlation-products", Status.NOMINAL) == state(correlator)
    assert 0 < int(correlator.sensors["output-heaps"].value)
    wire.say(b"?capture-stop[2]\n")
    assert ["!capture-stop[2] ok baseline-correlation-products"] == wire.heard()
    assert ("idle", "", Status.INACTIVE) == state(correlator)


def test_one_capture_at_a_time(wire: Wire, correlator: Correlator, reactor: MemoryReactorClock) -> None:
    """The second fails at once, whether the first is starting or there; the first does not notice."""
    wire.say(b"?capture-start[1]\n?capture-start[2] tied-array-beam\n")
    refused = "fail baseline-correlation-products\\_is\\_{}\\_already;\\_?capture-stop\\_ends\\_it"
    assert [STARTED[0], f"!capture-start[2] {refused.format('starting')}"] == wire.heard()
    reactor.pump([0.1] * 21)
    assert STARTED[1:] == wire.heard()
    wire.say(b"?capture-start[3]\n")
    assert [f"!capture-start[3] {refused.format('capturing')}"] == wire.heard()


def test_stop_while_it_starts(wire: Wire, correlator: Correlator, reactor: MemoryReactorClock) -> None:
    """Both get a reply, and the next start works."""
    wire.say(b"?capture-start[1]\n?capture-stop[2]\n")
    sentence = "?capture-stop\\_ended\\_the\\_capture\\_before\\_it\\_had\\_begun"
    assert [
        STARTED[0],
        f"!capture-start[1] fail {sentence}",
        "!capture-stop[2] ok baseline-correlation-products",
    ] == wire.heard()
    assert ("idle", "", Status.INACTIVE) == state(correlator)
    wire.say(b"?capture-start[1]\n")
    reactor.pump([0.1] * 21)
    assert STARTED == wire.heard()


def test_client_that_goes_ends_its_start(
    wire: Wire, correlator: Correlator, reactor: MemoryReactorClock
) -> None:
    """Nobody would know of the capture; nothing is left half started."""
    wire.say(b"?capture-start[1]\n")
    wire.cut()
    assert ("idle", "", Status.INACTIVE) == state(correlator)
    assert 1 == len(reactor.getDelayedCalls())


def test_server_stop_leaves_nothing(wire: Wire, correlator: Correlator, reactor: MemoryReactorClock) -> None:
    """Neither a timer nor a request without a reply."""
    wire.say(b"?capture-start[1]\n")
    correlator.stop()
    reactor.advance(0)
    assert [
        STARTED[0],
        "!capture-start[1] fail the\\_device\\_is\\_shutting\\_down",
        "#disconnect the\\_device\\_is\\_shutting\\_down",
    ] == wire.heard()
    assert [] == reactor.getDelayedCalls()


def test_gain_changes_its_sensor_at_once(wire: Wire) -> None:
    """Somebody who watches hears of it before the reply."""
    wire.say(b"?sensor-sampling input.m001v.gain event\n")
    wire.heard()
    wire.say(b"?gain[1] m001v 2.5\n?gain[2] m001v\n")
    assert [
        "#sensor-status 0.000000 1 input.m001v.gain nominal 2.5",
        "!gain[1] ok 2.5",
        "!gain[2] ok 2.5",
    ] == wire.heard()


def test_tone_answers_with_an_inform_for_each_input(wire: Wire) -> None:
    """Several informs and a reply, all at once and with the id."""
    wire.say(b"?tone[3] 1284\n")
    *informs, reply = wire.heard()
    assert "!tone[3] ok 8" == reply
    assert ["m000h", "m000v", "m001h", "m001v"] == [inform.split()[1] for inform in informs[:4]]
    assert all(re.fullmatch(r"#tone\[3\] m00\d[hv] -\d\d\.\d+", inform) for inform in informs)


REFUSED = [
    ("?gain", "input must be one of m000h, m000v, .*; it is missing"),
    ("?gain x99h 1", "input must be one of m000h, m000v, .*, not 'x99h'"),
    ("?gain m000h 1001", "value must be a number from 0 to 1000, not '1001'"),
    ("?gain m000h -0.1", "value must be a number from 0 to 1000, not '-0.1'"),
    ("?gain m000h inf", "value must be a number from 0 to 1000, not 'inf'"),
    ("?gain m000h 1 2", r"\?gain takes at most 2 arguments, not 3"),
    ("?tone", "frequency must be a number from 900 to 1670 MHz; it is missing"),
    ("?tone 3", "frequency must be a number from 900 to 1670 MHz, not '3'"),
    (
        "?capture-start x",
        "stream must be one of baseline-correlation-products, tied-array-beam, not 'x'",
    ),
    ("?capture-stop", r"nothing is being captured; \?capture-start starts a capture"),
]


@pytest.mark.parametrize(("line", "sentence"), REFUSED)
def test_refused_with_a_sentence(wire: Wire, correlator: Correlator, line: str, sentence: str) -> None:
    """A bad argument is named with what it may be, and nothing has changed."""
    wire.say(line.encode() + b"\n")
    [reply] = wire.heard()
    [_, code, words] = reply.split(" ", 2)
    assert "fail" == code
    assert re.fullmatch(sentence, words.replace("\\_", " "))
    assert 1.0 == correlator.sensors["input.m000h.gain"].value
    assert ("idle", "", Status.INACTIVE) == state(correlator)


def test_capture_knows_its_order() -> None:
    """Idle, starting, capturing, idle; anything else is refused."""
    capture = Capture()
    with pytest.raises(FailReply):
        capture.end()
    capture.prepare("beam")
    with pytest.raises(FailReply):
        capture.prepare("beam")
    capture.begin(5.0)
    assert (CaptureState.CAPTURING, "beam", 5.0) == (capture.state, capture.stream, capture.began)
    with pytest.raises(FailReply):
        capture.prepare("beam")
    assert "beam" == capture.end()
    assert (CaptureState.IDLE, "", 5.0) == (capture.state, capture.stream, capture.began)
