"""What may be asked for: each type of sensor and the words of each strategy, ours and aiokatcp's alike.

Taken or refused, and the words that come back. The exceptions that are meant are in TAKEN_BY_ONE.
"""

import re
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.interop.virtual_time import AiokatcpDevice, KatgateDevice, VirtualDevice

SENSORS = ["number", "level", "mode", "text", "flag", "started"]
WORDS = [
    "none",
    "none 1",
    "auto",
    "event",
    "event 0.5",
    "period",
    "period 1",
    "period 0.1",
    "period 1e-1",
    "period 0.12345678",
    "period 86400",
    "period inf",
    "period 0",
    "period -0.5",
    "period -inf",
    "period x",
    r"period \@",
    "period 1 1",
    "event-rate 1",
    "event-rate 0 1",
    "event-rate 0.25 0.25",
    "event-rate 0 inf",
    "event-rate inf inf",
    "event-rate 0 0",
    "event-rate 0 -1",
    "event-rate x 1",
    "event-rate 1 x",
    "event-rate 0 1 2",
    "differential",
    "differential 1",
    "differential +2",
    "differential 1000000",
    "differential x",
    r"differential \@",
    "differential 1 2",
    "differential-rate 1 0",
    "differential-rate 1 0 10",
    "differential-rate 2 0.5 inf",
    "differential-rate 1 0 0",
    "differential-rate x 0 1",
    "differential-rate 1 0 1 2",
    "Event",
    "event_rate 0 1",
    "often",
]
FLOAT_WORDS = [
    "differential 0.5",
    "differential 1e-300",
    "differential 1e300",
    "differential inf",
    "differential-rate 0.1 0.2 0.3",
]

#: (sensor, words) -> who takes them, and why the other does not.
TAKEN_BY_ONE = {
    ("text", "auto 1"): ("theirs", "aiokatcp does not look whether there are parameters after `auto`"),
    ("number", "differential 2.0"): ("ours", "aiokatcp reads the difference of an integer as an integer"),
    ("number", "differential 0.5"): ("ours", "the same"),
    ("number", "differential 1e3"): ("ours", "the same"),
    ("number", "differential 0"): ("theirs", "`differential 0` is `event`: we say so, as katcp-python does"),
    ("level", "differential 0.0"): ("theirs", "the same"),
    ("level", "differential -1"): ("theirs", "every reading is further away than a negative difference"),
    ("level", "differential-rate -1 0 1"): ("theirs", "the same"),
    ("level", "differential nan"): ("theirs", "nothing is further away than NaN: no update would come"),
    ("level", "event-rate 2 1"): ("theirs", "undefined by the specification; katcp-python refuses it too"),
    ("level", "event-rate -1 1"): ("theirs", "no interval is negative; katcp-python refuses it too"),
    ("level", "event-rate nan 1"): ("theirs", "NaN is no interval"),
    ("level", "differential-rate 1 2 1"): ("theirs", "undefined by the specification"),
    ("level", "period 0.0001"): ("theirs", "below 1 ms one client could keep a whole core busy"),
    ("level", "event-rate 0 0.0001"): ("theirs", "the same"),
}


@pytest.fixture
def ours() -> Iterator[KatgateDevice]:
    """A device of ours."""
    with closing(KatgateDevice()) as device:
        yield device


@pytest.fixture
def theirs() -> Iterator[AiokatcpDevice]:
    """A device of aiokatcp's."""
    with closing(AiokatcpDevice()) as device:
        yield device


def answer(device: VirtualDevice, sensor: str, words: str) -> list[str | float]:
    """Ask for a strategy; return the words of the reply, numbers as such, and no sentence of a failure."""
    replied = device.ask(f"?sensor-sampling {sensor} {words}").split(" ")[1:]
    if replied[0] != "ok":
        return [replied[0]]
    return [float(word) if re.match(r"[-+.\d]|inf|nan", word) else word for word in replied]


@pytest.mark.parametrize("sensor", SENSORS)
def test_the_same_is_taken(sensor: str, ours: KatgateDevice, theirs: AiokatcpDevice) -> None:
    """What a client may ask of an aiokatcp device it may ask of ours, and gets it back."""
    asked = WORDS + (FLOAT_WORDS if sensor == "level" else [])
    expected = {words: answer(theirs, sensor, words) for words in asked}
    assert expected == {words: answer(ours, sensor, words) for words in asked}
    assert {"ok", "fail"} == {reply[0] for reply in expected.values()}


@pytest.mark.parametrize(("sensor", "words"), TAKEN_BY_ONE)
def test_taken_by_one(sensor: str, words: str, ours: KatgateDevice, theirs: AiokatcpDevice) -> None:
    """Each exception is one: a difference that has gone should be struck from the table."""
    who, _ = TAKEN_BY_ONE[sensor, words]
    codes = {"ours": answer(ours, sensor, words)[0], "theirs": answer(theirs, sensor, words)[0]}
    assert {"ours": "fail", "theirs": "fail"} | {who: "ok"} == codes


@pytest.mark.parametrize(
    ("sensor", "words"),
    [
        ("number", "differential 2"),
        ("number", "differential 999999999999999"),
        ("number", "differential 1000000000000000"),
        ("number", f"differential-rate {2**64 - 1} 0.5 inf"),
        ("level", "differential 0.1"),
        ("level", "differential 1e-300"),
        ("level", "period 0.1"),
        ("level", "event-rate 0 inf"),
    ],
)
def test_words_of_a_reply_are_taken(
    sensor: str, words: str, ours: KatgateDevice, theirs: AiokatcpDevice
) -> None:
    """A client may set again what it was told is set: the difference is formatted as the sensor's type."""
    pairs: list[tuple[VirtualDevice, VirtualDevice]] = [(ours, theirs), (theirs, ours)]
    for one, other in pairs:
        told = one.ask(f"?sensor-sampling {sensor} {words}").removeprefix(f"!sensor-sampling ok {sensor} ")
        assert ["ok", sensor, *answer(one, sensor, words)[2:]] == answer(other, sensor, told)
