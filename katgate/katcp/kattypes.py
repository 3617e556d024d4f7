"""KATCP types and Python values. The only place where v4 milliseconds and v5 seconds differ.

A value of a sensor or an argument is one of: int, float, bool, str, or bytes (what is not UTF-8).
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

__all__ = [
    "V5",
    "KatType",
    "Value",
    "decode_seconds",
    "decode_value",
    "encode",
    "encode_seconds",
    "type_named",
]

Value = int | float | bool | str | bytes

#: Major protocol version from which times are in seconds.
V5: Final = 5

# C servers print integers that have a format as 0x0002 (katcp.md section 11, row 16).
_INTEGER = re.compile(rb"[+-]?\d+\Z")
_HEX_INTEGER = re.compile(rb"0[xX][0-9a-fA-F]{1,1000}\Z")
# int() takes time quadratic in the digits; Python itself refuses more than 4,300.
_MOST_DIGITS = 4300


def encode(value: object) -> bytes:
    """Return the wire form of an argument: bytes as they are, text as UTF-8, numbers as decimals, bool as 1/0.

    Raises TypeError for what has no wire form, ValueError for text that UTF-8 cannot hold.
    """
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode("utf-8")
    if isinstance(value, bool):
        return b"1" if value else b"0"
    # By the base type's own repr: an IntEnum or a numpy.float64 prints itself otherwise.
    if isinstance(value, int):
        return int.__repr__(value).encode("ascii")
    if isinstance(value, float):
        return float.__repr__(value).encode("ascii")
    raise TypeError(f"{value!r} has no KATCP form: give bytes, text, a number or a boolean")


def decode_text(raw: bytes) -> str | bytes:
    """Return text, or the bytes themselves where they are not UTF-8."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw


def decode_seconds(raw: bytes, major: int = V5) -> float:
    """Return a timestamp in UNIX seconds, UTC; v4 devices send milliseconds. Raises ValueError."""
    seconds = float(raw)
    if not math.isfinite(seconds):
        raise ValueError(f"{raw!r} is not a timestamp")
    return seconds if major >= V5 else seconds / 1000


def encode_seconds(seconds: float, major: int = V5) -> bytes:
    """Return a time in the unit of the protocol version: microseconds kept in v5, whole milliseconds in v4."""
    if major < V5:
        return b"%d" % round(seconds * 1000)
    return b"%.6f" % seconds


def _decode_integer(raw: bytes, _major: int) -> int:
    if len(raw) > _MOST_DIGITS:
        raise ValueError(f"an integer of {len(raw)} digits")
    if _INTEGER.match(raw):
        return int(raw)
    if _HEX_INTEGER.match(raw):
        return int(raw, 16)
    raise ValueError(f"{raw!r} is not an integer")


def _decode_boolean(raw: bytes, _major: int) -> bool:
    if raw in (b"0", b"1"):
        return raw == b"1"
    raise ValueError(f"{raw!r} is not a boolean: 1 or 0")


def _encode_plain(value: Value, _major: int) -> bytes:
    return encode(value)


def _encode_time(value: Value, major: int) -> bytes:
    if not isinstance(value, int | float):
        raise TypeError(f"{value!r} is not a timestamp: give UNIX seconds")
    return encode_seconds(value, major)


@dataclass(frozen=True, slots=True)
class KatType:
    """One KATCP type. `decode(raw, major)` raises ValueError for what the type cannot hold."""

    name: str
    decode: Callable[[bytes, int], Value]
    encode: Callable[[Value, int], bytes] = _encode_plain
    #: A legal value for a sensor that has none yet; the wire always carries one (katcp.md section 6).
    default: Value = ""
    is_numeric: bool = False


def _decode_text(raw: bytes, _major: int) -> Value:
    return decode_text(raw)


Int: Final = KatType("integer", _decode_integer, default=0, is_numeric=True)
Float: Final = KatType("float", lambda raw, _major: float(raw), default=0.0, is_numeric=True)
Bool: Final = KatType("boolean", _decode_boolean, default=False)
Timestamp: Final = KatType("timestamp", decode_seconds, _encode_time, default=0.0)
Str: Final = KatType("string", _decode_text)
Discrete: Final = KatType("discrete", _decode_text)
Address: Final = KatType("address", _decode_text, default="0.0.0.0:0")
Lru: Final = KatType("lru", _decode_text, default="nominal")

_TYPES = {t.name: t for t in (Int, Float, Bool, Timestamp, Str, Discrete, Address, Lru)}


def type_named(name: str) -> KatType:
    """Return the type of that name. One that is not known is text: a device is never dropped for it."""
    return _TYPES.get(name) or KatType(name, _decode_text)


def decode_value(katcp_type: KatType, raw: bytes, major: int = V5) -> Value:
    """Return the value, or the device's own text where the type cannot hold it: never a lost reading."""
    try:
        return katcp_type.decode(raw, major)
    except ValueError:
        return decode_text(raw)
