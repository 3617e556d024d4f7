"""The KATCP types: Int, Float, Bool and the others. Each turns bytes on the wire into a value, and back.

A sensor has one by its name (`type_named("integer")`). An argument of a request has one too, with limits:
`Int(min=0, max=7)`, `Discrete(["on", "off"])`, `Str(default="all")`. A type is a value: it is never changed.
"""

import ipaddress
import math
import re
from collections.abc import Sequence
from typing import Any, Final

from katgate.katcp.values import (
    V5,
    Value,
    decode_boolean,
    decode_integer,
    decode_seconds,
    decode_text,
    encode,
    encode_seconds,
    shown,
)

__all__ = [
    "Address",
    "Bool",
    "Discrete",
    "Float",
    "Int",
    "KatType",
    "Lru",
    "Str",
    "Timestamp",
    "decode_value",
    "type_named",
]


class KatType:
    """One KATCP type, and how an argument of it may be given.

    `default` stands in for an argument that is missing; `optional` lets it be missing without one (it is
    None then); `multiple` takes all arguments that are left, and must come last.

    A type of your own overrides `decode`, `encode` or `check`.
    """

    #: KATCP's word for it, as in `#sensor-list`.
    name = "string"
    is_numeric = False
    #: A legal value for a sensor that has none yet; the wire always carries one (katcp.md section 6).
    first_value: Value = ""

    def __init__(self, default: Any = None, optional: bool = False, multiple: bool = False) -> None:
        self.default = default
        self.optional = optional
        self.multiple = multiple

    def decode(self, raw: bytes, major: int = V5) -> Any:
        """Return the value. Raises ValueError for what the type cannot hold."""
        return decode_text(raw)

    def encode(self, value: Any, major: int = V5) -> bytes:
        """Return the wire form. Raises TypeError or ValueError for what has none."""
        return encode(value)

    def check(self, value: Any) -> None:
        """Raise ValueError for a value that the type holds, and that is not allowed here."""

    def unpack(self, raw: bytes, major: int = V5) -> Any:
        """Return an argument's value, decoded and checked. Raises ValueError."""
        value = self.decode(raw, major)
        self.check(value)
        return value

    def pack(self, value: Any, major: int = V5) -> bytes:
        """Return a value's wire form, checked before. Raises TypeError or ValueError."""
        raw = self.encode(value, major)
        self.check(value)
        return raw


class _Number(KatType):
    """What integers and floats share: limits."""

    is_numeric = True

    def __init__(self, min: float | None = None, max: float | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.min = min
        self.max = max

    def check(self, value: Any) -> None:
        """Keep to numbers, and to the limits; NaN is within none."""
        if not isinstance(value, int | float):
            raise TypeError(f"{value!r} is not a number")
        # So put that NaN, which is not less than anything, fails.
        if (self.min is not None and not value >= self.min) or (
            self.max is not None and not value <= self.max
        ):
            raise ValueError(f"{value!r} is not {self._range()}")

    def _range(self) -> str:
        if self.min is None:
            return f"at most {self.max}"
        return f"at least {self.min}" if self.max is None else f"from {self.min} to {self.max}"


class Int(_Number):
    """An integer of any size."""

    name = "integer"
    first_value = 0

    def decode(self, raw: bytes, major: int = V5) -> int:
        """Return it; hexadecimal is understood too."""
        return decode_integer(raw)

    def encode(self, value: Any, major: int = V5) -> bytes:
        """Return its digits; text that a device sent in its place stays that. Raises TypeError for 2.5."""
        if isinstance(value, float):
            if not value.is_integer():
                raise TypeError(f"{value!r} is not an integer")
            value = int(value)
        return encode(value)

    def check(self, value: Any) -> None:
        """Keep to integers, and to the limits."""
        super().check(value)
        if not isinstance(value, int):
            raise TypeError(f"{value!r} is not an integer")


class Float(_Number):
    """A double; `nan` and `inf` are among them."""

    name = "float"
    first_value = 0.0

    def decode(self, raw: bytes, major: int = V5) -> float:
        """Return it, as `strtod` would."""
        try:
            if b"_" not in raw:  # which Python takes, and strtod does not
                return float(raw)
        except ValueError:
            pass
        raise ValueError(f"{shown(raw)} is not a number")


class Bool(KatType):
    """A boolean: `1` or `0`."""

    name = "boolean"
    first_value = False

    def decode(self, raw: bytes, major: int = V5) -> bool:
        """Return it."""
        return decode_boolean(raw)

    def encode(self, value: Any, major: int = V5) -> bytes:
        """Return `1` for a number that is not 0; text that a device sent in its place stays what it is."""
        return encode(value) if isinstance(value, str | bytes) else b"1" if value else b"0"


class Str(KatType):
    """Text in UTF-8, or bytes where it is none."""


class Discrete(Str):
    """One of some words. Without `values`, which a sensor's description has instead, any word."""

    name = "discrete"

    def __init__(self, values: Sequence[str] = (), case_insensitive: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.values = tuple(values)
        self._is_case_insensitive = case_insensitive
        self._allowed = {self._folded(value) for value in values}

    def check(self, value: Any) -> None:
        """Keep to the words."""
        if self._allowed and self._folded(value) not in self._allowed:
            raise ValueError(f"{shown(encode(value))} is not one of {', '.join(self.values)}")

    def _folded(self, value: Any) -> Any:
        return value.lower() if self._is_case_insensitive else value


class Lru(KatType):
    """The state of a line-replaceable unit, `nominal` or `error`; deprecated in v5."""

    name = "lru"
    first_value = "nominal"

    def check(self, value: Any) -> None:
        """Keep to the two words."""
        if value not in ("nominal", "error"):
            raise ValueError(f"{shown(encode(value))} is neither nominal nor error")


class Address(KatType):
    """An IP address with or without a port, as text: `10.0.0.1`, `10.0.0.1:7147`, `[::1]:7147`."""

    name = "address"
    first_value = "0.0.0.0:0"

    def check(self, value: Any) -> None:
        """Keep to the form."""
        match = _ADDRESS.match(value) if isinstance(value, str) else None
        try:
            if match is None or int(match["port"] or 0) > 65535:
                raise ValueError
            ipaddress.ip_address(match["v6"] or match["v4"])
        except ValueError:
            raise ValueError(
                f"{shown(encode(value))} is not an address such as 10.0.0.1:7147 or [::1]:7147"
            ) from None


_ADDRESS: Final = re.compile(r"(?:\[(?P<v6>[^\]]+)\]|(?P<v4>[^:\]\[]+))(?::(?P<port>\d{1,5}))?\Z")


class Timestamp(KatType):
    """A moment in UNIX seconds, UTC. On the wire v5 has seconds, v4 milliseconds."""

    name = "timestamp"
    first_value = 0.0

    def decode(self, raw: bytes, major: int = V5) -> float:
        """Return seconds."""
        return decode_seconds(raw, major)

    def encode(self, value: Any, major: int = V5) -> bytes:
        """Return it in the unit of the protocol version; text that a device sent in its place stays that."""
        return encode(value) if isinstance(value, str | bytes) else encode_seconds(value, major)

    def check(self, value: Any) -> None:
        """Keep to moments that there are."""
        if not isinstance(value, int | float) or not math.isfinite(value):
            raise ValueError(f"{value!r} is not a timestamp")


_TYPES: Final[dict[str, KatType]] = {
    t.name: t for t in (Int(), Float(), Bool(), Timestamp(), Str(), Discrete(), Address(), Lru())
}


class _Unknown(KatType):
    """A type that no protocol version has: its values are text."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


def type_named(name: str) -> KatType:
    """Return the type of that name. One that is not known is text: a device is never dropped for it."""
    return _TYPES.get(name) or _Unknown(name)


def decode_value(katcp_type: KatType, raw: bytes, major: int = V5) -> Value:
    """Return the value, or the device's own text where the type cannot hold it: never a lost reading."""
    try:
        value: Value = katcp_type.decode(raw, major)
    except ValueError:
        return decode_text(raw)
    return value
