"""Values on the wire and in Python. The only place where v4 milliseconds and v5 seconds differ.

A value of a sensor or an argument is one of: int, float, bool, str, or bytes (what is not UTF-8).
"""

import enum
import math
import numbers
import re
from typing import Final

__all__ = [
    "V5",
    "Value",
    "decode_boolean",
    "decode_integer",
    "decode_seconds",
    "decode_text",
    "encode",
    "encode_seconds",
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
    """Return the wire form of an argument: bytes as they are, text as UTF-8, numbers as decimals, bool as 1/0,
    a member of an enumeration as its name (FOO_BAR as `foo-bar`).

    Raises TypeError for what has no wire form, ValueError for text that UTF-8 cannot hold.
    """
    # Most are exactly one of these, which is seen three times as fast as what isinstance tells.
    kind = type(value)
    if kind is float:
        return repr(value).encode("ascii")
    if kind is str or isinstance(value, str):
        return value.encode("utf-8")  # type: ignore[attr-defined,no-any-return]
    if isinstance(value, bytes):
        return value
    if isinstance(value, bool):
        return b"1" if value else b"0"
    # By the base type's own repr: an IntEnum or a numpy.float64 prints itself otherwise.
    if isinstance(value, int):
        return int.__repr__(value).encode("ascii")
    if isinstance(value, float):
        return float.__repr__(value).encode("ascii")
    if isinstance(value, enum.Enum):
        return word_of(value).encode("utf-8")
    if isinstance(value, numbers.Integral):  # those of numpy, among others
        return encode(int(value))
    if isinstance(value, numbers.Real):
        return encode(float(value))
    raise TypeError(
        f"{value!r} has no KATCP form: give bytes, text, a number, a boolean or a member of an Enum"
    )


def word_of(member: enum.Enum) -> str:
    """Return what a member of an enumeration is called on the wire: FOO_BAR is `foo-bar`, as in aiokatcp."""
    return member.name.lower().replace("_", "-")


def decode_text(raw: bytes) -> str | bytes:
    """Return text, or the bytes themselves where they are not UTF-8."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw


def decode_integer(raw: bytes) -> int:
    """Return an integer of any size. Raises ValueError."""
    if len(raw) > _MOST_DIGITS + 1:  # a sign among them
        raise ValueError(f"an integer of {len(raw)} digits")
    if _INTEGER.match(raw):
        return int(raw)
    if _HEX_INTEGER.match(raw):
        return int(raw, 16)
    raise ValueError(f"{shown(raw)} is not an integer")


def decode_boolean(raw: bytes) -> bool:
    """Return whether it is `1`. Raises ValueError for anything but `1` and `0`."""
    if raw in (b"0", b"1"):
        return raw == b"1"
    raise ValueError(f"{shown(raw)} is not a boolean: 1 or 0")


def decode_seconds(raw: bytes, major: int = V5) -> float:
    """Return a timestamp in UNIX seconds, UTC; v4 devices send milliseconds. Raises ValueError."""
    try:
        seconds = float(raw)
    except ValueError:
        seconds = math.nan
    if not math.isfinite(seconds):
        raise ValueError(f"{shown(raw)} is not a timestamp")
    return seconds if major >= V5 else seconds / 1000


def encode_seconds(seconds: float, major: int = V5) -> bytes:
    """Return a time in the unit of the protocol version: microseconds kept in v5, whole milliseconds in v4."""
    if major < V5:
        return b"%d" % round(seconds * 1000)
    return b"%.6f" % seconds


def shown(raw: bytes) -> str:
    """Return an argument as it stands in a sentence for its sender: quoted, and not for ever."""
    return repr(raw[:100].decode("utf-8", "backslashreplace")) + ("..." if len(raw) > 100 else "")
