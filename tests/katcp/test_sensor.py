"""Sensor: what it takes, what it refuses, and whom it tells."""

import enum
from fractions import Fraction
from typing import Any

import pytest

from katgate.katcp import Reading, Sensor, Status
from katgate.katcp.values import encode


class Mode(enum.Enum):
    ON = 1
    STAND_BY = 2


TAKEN: list[tuple[str, list[Any], object, bytes]] = [
    (Sensor.INTEGER, [], 3, b"3"),
    (Sensor.INTEGER, [], 3.0, b"3"),
    (Sensor.FLOAT, [], 2, b"2"),
    (Sensor.FLOAT, [], Fraction(1, 2), b"0.5"),
    (Sensor.BOOLEAN, [], True, b"1"),
    (Sensor.DISCRETE, ["on", "stand-by"], "on", b"on"),
    (Sensor.DISCRETE, ["on", "stand-by"], Mode.STAND_BY, b"stand-by"),
    (Sensor.DISCRETE, [], "anything", b"anything"),
    (Sensor.STRING, [], "é", b"\xc3\xa9"),
    (Sensor.TIMESTAMP, [], 1.5, b"1.500000"),
]


@pytest.mark.parametrize(("kind", "params", "value", "raw"), TAKEN)
def test_value_that_it_takes(kind: str, params: list[Any], value: Any, raw: bytes) -> None:
    """As the wire has it then."""
    sensor = Sensor(kind, "x", params=params)
    sensor.value = value
    assert raw == sensor.format_reading(sensor.reading)[2]


REFUSED: list[tuple[str, list[Any], object]] = [
    (Sensor.INTEGER, [], 2.5),
    (Sensor.INTEGER, [], "3"),
    (Sensor.FLOAT, [], "warm"),
    (Sensor.FLOAT, [], object()),
    (Sensor.DISCRETE, ["on", "off"], "maybe"),
    (Sensor.ADDRESS, [], ("10.0.0.1", 7147)),
    (Sensor.STRING, [], None),
]


@pytest.mark.parametrize(("kind", "params", "value"), REFUSED)
def test_value_that_it_cannot_have(kind: str, params: list[Any], value: Any) -> None:
    """The mistake is told where it is made, and not to every client later on."""
    sensor = Sensor(kind, "x", params=params)
    before = sensor.reading
    with pytest.raises((TypeError, ValueError)):
        sensor.set_value(value)
    assert before == sensor.reading


def test_status_by_its_word() -> None:
    """A word will do; one that there is not is a mistake."""
    sensor = Sensor(Sensor.INTEGER, "x", clock=lambda: 1.0)
    sensor.set_value(1, "warn")  # type: ignore[arg-type]
    assert Status.WARN is sensor.status
    with pytest.raises(ValueError, match="splendid"):
        sensor.set_value(1, "splendid")  # type: ignore[arg-type]


def test_types_of_python() -> None:
    """`Sensor(float, ...)`, as other libraries have it; what has no type in KATCP is refused at once."""
    assert ["integer", "float", "boolean", "string"] == [Sensor(t, "x").type for t in (int, float, bool, str)]
    with pytest.raises(TypeError, match="is not a type of sensors"):
        Sensor(dict, "x")
    with pytest.raises(TypeError):
        Sensor(Sensor.INTEGER, "x", params=[object()])  # type: ignore[list-item]


def test_what_it_says_of_itself() -> None:
    """Without a way through its description."""
    sensor = Sensor(Sensor.FLOAT, "x", "An x", "m", [0.0, 9.0], clock=lambda: 7.0)
    assert ("float", "m", (0.0, 9.0), 7.0, 0.0) == (
        sensor.type,
        sensor.units,
        sensor.params,
        sensor.timestamp,
        sensor.value,
    )


def test_all_observers_are_told_although_one_raises() -> None:
    """Who sets the sensor hears of the error, and nobody else goes without the reading."""
    sensor = Sensor(Sensor.INTEGER, "x")
    told: list[Reading] = []

    def broken(sensor: Sensor, reading: Reading) -> None:
        raise OSError("no bus")

    sensor.attach(broken)
    sensor.attach(lambda _, reading: told.append(reading))
    with pytest.raises(OSError, match="no bus"):
        sensor.set_value(1)
    assert [sensor.reading] == told


def test_statuses_whose_value_may_be_used() -> None:
    """KATCP promises it for three of them."""
    assert ["nominal", "warn", "error"] == [status.value for status in Status if status.has_value]


def test_members_of_an_enumeration_as_arguments() -> None:
    """By their names, as other libraries write them."""
    assert b"stand-by" == encode(Mode.STAND_BY)


def test_reading_in_its_wire_form() -> None:
    """There and back, as programs for katcp set it."""
    sensor = Sensor(Sensor.INTEGER, "x")
    sensor.set_formatted(b"1.5", b"warn", b"0x10")
    assert (1.5, Status.WARN, 16) == sensor.reading
    assert (b"1.500000", b"warn", b"16") == sensor.read_formatted()
    sensor.set_formatted(b"1500", b"nominal", b"1", 4)
    assert 1.5 == sensor.timestamp
    with pytest.raises(ValueError, match="not a timestamp"):
        sensor.set_formatted(b"now", b"warn", b"1")
