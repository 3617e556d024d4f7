"""KATCP types that arguments of requests may have, and sensors have not."""

import re
import struct
import time
from collections.abc import Sequence
from typing import Any

from katgate.katcp.types import Discrete, KatType, Str, Timestamp
from katgate.katcp.values import V5, encode, shown

__all__ = ["Bytes", "DiscreteMulti", "Regex", "Struct", "TimestampOrNow"]


class Bytes(KatType):
    """Bytes, as they came."""

    def decode(self, raw: bytes, major: int = V5) -> bytes:
        """Return them."""
        return raw


class DiscreteMulti(Discrete):
    """Some of some words, with commas between; `all` stands for all of them."""

    def __init__(
        self, values: Sequence[str], all_keyword: str | None = "all", separator: str = ",", **options: Any
    ) -> None:
        super().__init__(values, **options)
        self._all_keyword = all_keyword
        self._separator = separator

    def decode(self, raw: bytes, major: int = V5) -> list[str]:
        """Return them in the order given."""
        text = raw.decode("utf-8", "backslashreplace")
        return list(self.values) if text == self._all_keyword else text.split(self._separator)

    def encode(self, value: Any, major: int = V5) -> bytes:
        """Return them with commas between."""
        return self._separator.join(value).encode("utf-8")

    def check(self, value: Any) -> None:
        """Keep to the words."""
        for word in value:
            super().check(word)


class Regex(Str):
    """Text that a regular expression of the programmer's matches from its beginning."""

    def __init__(self, regex: str, **options: Any) -> None:
        super().__init__(**options)
        self._regex = re.compile(regex)

    def check(self, value: Any) -> None:
        """Keep to the expression."""
        if not isinstance(value, str) or not self._regex.match(value):
            raise ValueError(f"{shown(encode(value))} does not match {self._regex.pattern}")


class TimestampOrNow(Timestamp):
    """A moment, or the word `now`, which is decoded as the time when it is read."""

    def decode(self, raw: bytes, major: int = V5) -> float:
        """Return seconds."""
        return time.time() if raw == b"now" else super().decode(raw, major)


class Struct(KatType):
    """Binary values packed as `struct` does: `Struct(">bi")`."""

    def __init__(self, fmt: str, **options: Any) -> None:
        super().__init__(**options)
        self._struct = struct.Struct(fmt)

    def decode(self, raw: bytes, major: int = V5) -> tuple[Any, ...]:
        """Return them as a tuple."""
        try:
            return self._struct.unpack(raw)
        except struct.error:
            raise ValueError(f"{len(raw)} bytes where {self._struct.size} belong") from None

    def encode(self, value: Any, major: int = V5) -> bytes:
        """Return them packed."""
        try:
            return self._struct.pack(*value)
        except struct.error as error:
            raise ValueError(f"{value!r} cannot be packed as {self._struct.format}: {error}") from None
