"""ProtocolFlags: what `#version-connect katcp-protocol 5.1-MIB` says of a device."""

import re
from dataclasses import dataclass

__all__ = ["ProtocolFlags"]

_FORM = re.compile(r"([0-9]{1,9})\.([0-9]{1,9})(?:-(\S*))?\Z")


@dataclass(frozen=True, slots=True)
class ProtocolFlags:
    """Protocol version and flags; unknown letters are kept, their order does not matter."""

    major: int
    minor: int
    flags: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, text: str) -> "ProtocolFlags":
        """Read `<major>.<minor>[-<flags>]`. Raises ValueError."""
        match = _FORM.match(text)
        if match is None:
            raise ValueError(f"{text!r} is not a KATCP version such as 5.1-MIB")
        return cls(int(match[1]), int(match[2]), frozenset(match[3] or ""))

    @property
    def has_mids(self) -> bool:
        """Whether requests may carry message ids (flag I, v5 only: katcp.md section 4)."""
        return self.major >= 5 and "I" in self.flags

    @property
    def has_bulk_sampling(self) -> bool:
        """Whether `?sensor-sampling a,b,c strategy` exists (flag B, since 5.1)."""
        return (self.major, self.minor) >= (5, 1) and "B" in self.flags

    @property
    def has_timeout_hints(self) -> bool:
        """Whether `?request-timeout-hint` exists (flag T, since 5.1)."""
        return (self.major, self.minor) >= (5, 1) and "T" in self.flags

    def __str__(self) -> str:
        flags = "".join(sorted(self.flags))
        return f"{self.major}.{self.minor}" + (f"-{flags}" if flags else "")
