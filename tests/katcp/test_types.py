"""Types and values, with the odd forms that real devices send."""

import math
from enum import IntEnum

import pytest

from katgate.katcp.types import decode_value, type_named
from katgate.katcp.values import Value, encode, encode_seconds

DECODED = [
    ("integer", b"42", 42),
    ("integer", b"-9223372036854775809", -9223372036854775809),
    ("integer", b"0x0002", 2),
    ("integer", b"2.0", "2.0"),
    ("integer", b"1_000", "1_000"),
    ("integer", b"9" * 5000, "9" * 5000),
    ("float", b"1e-3", 0.001),
    ("float", b"inf", math.inf),
    ("float", b"warm", "warm"),
    ("boolean", b"1", True),
    ("boolean", b"0", False),
    ("boolean", b"yes", "yes"),
    ("timestamp", b"1732248000.123456", 1732248000.123456),
    ("discrete", b"capturing", "capturing"),
    ("string", "é".encode(), "é"),
    ("string", b"\xff", b"\xff"),
    ("address", b"[::1]:80", "[::1]:80"),
    ("lru", b"nominal", "nominal"),
    ("from-the-future", b"x y", "x y"),
]


@pytest.mark.parametrize(("type_name", "raw", "value"), DECODED)
def test_decoded_value(type_name: str, raw: bytes, value: Value) -> None:
    """A value the type cannot hold is the device's own text: never an error, never a lost reading."""
    decoded = decode_value(type_named(type_name), raw)
    assert (type(value), value) == (type(decoded), decoded)


ENCODED = [
    ("integer", 10**30, b"1" + b"0" * 30),
    ("float", 0.1, b"0.1"),
    ("boolean", True, b"1"),
    ("timestamp", 1732248000.5, b"1732248000.500000"),
    ("discrete", "a b", b"a b"),
    ("string", b"\xff", b"\xff"),
]


@pytest.mark.parametrize(("type_name", "value", "raw"), ENCODED)
def test_encoded_value(type_name: str, value: Value, raw: bytes) -> None:
    """The wire forms of katcp.md section 6."""
    assert raw == type_named(type_name).encode(value, 5)


def test_numbers_of_derived_types() -> None:
    """An IntEnum, or a float of numpy's, prints itself in another way than the wire needs."""

    class Mode(IntEnum):
        ON = 1

    class Float64(float):
        def __repr__(self) -> str:
            return f"np.float64({float(self)})"

    assert (b"1", b"1.5") == (encode(Mode.ON), encode(Float64(1.5)))


def test_times_are_milliseconds_before_version_5() -> None:
    """v4 devices count in milliseconds, everywhere."""
    assert 1.5 == decode_value(type_named("timestamp"), b"1500", 4)
    assert b"1500" == encode_seconds(1.5, 4)
