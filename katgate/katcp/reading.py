"""Readings, and what is said of the sensors that have them: Status, Reading, SensorDescription."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from katgate.katcp.types import KatType, decode_value, type_named
from katgate.katcp.values import V5, Value

__all__ = ["WORD_OF", "Reading", "SensorDescription", "Status", "status_named"]


#: The longest name of a sensor that is taken, in bytes. It goes out with every reading.
LONGEST_NAME: Final = 1024


class Status(StrEnum):
    """The state of a reading. Only nominal, warn and error promise a usable value."""

    UNKNOWN = "unknown"
    NOMINAL = "nominal"
    WARN = "warn"
    ERROR = "error"
    FAILURE = "failure"
    UNREACHABLE = "unreachable"
    INACTIVE = "inactive"

    @property
    def has_value(self) -> bool:
        """Whether the value of such a reading may be used, as KATCP promises."""
        return self in (Status.NOMINAL, Status.WARN, Status.ERROR)


_STATUS = {status.value.encode("ascii"): status for status in Status}
#: Statuses as the wire has them.
WORD_OF = {status: word for word, status in _STATUS.items()}


def status_named(raw: bytes) -> Status:
    """Return the status of that name; `unknown` for a word that no protocol version has."""
    return _STATUS.get(raw, Status.UNKNOWN)


class Reading(NamedTuple):
    """What a sensor showed: UNIX seconds (UTC), its status then, its value then."""

    timestamp: float
    status: Status
    value: Value


@dataclass(frozen=True, slots=True)
class SensorDescription:
    """What `#sensor-list` says of a sensor.

    `units` is empty where there are none. `params` are the words after the type, decoded by it: two or
    four limits of a number, the options of a discrete.
    """

    name: str
    description: str
    units: str
    type: str
    params: tuple[Value, ...] = ()

    @classmethod
    def from_inform(cls, arguments: Sequence[bytes], major: int = V5) -> "SensorDescription":
        """Read `#sensor-list name description units type params...`. Raises ValueError if it cannot be used."""
        if len(arguments) < 4 or not arguments[0]:
            raise ValueError(f"a sensor-list inform of {len(arguments)} arguments; it takes four or more")
        if len(arguments[0]) > LONGEST_NAME:
            raise ValueError(
                f"a sensor's name of {len(arguments[0])} bytes; at most {LONGEST_NAME} are taken"
            )
        name, description, units, type_name = (a.decode("utf-8", "backslashreplace") for a in arguments[:4])
        katcp_type = type_named(type_name)
        decoded = (decode_value(katcp_type, raw, major) for raw in arguments[4:])
        # One NaN for all: a description must equal itself when it is listed again.
        params = tuple(math.nan if value != value else value for value in decoded)
        return cls(name, description, units, type_name, params)

    @property
    def katcp_type(self) -> KatType:
        """The type that decodes and encodes this sensor's values."""
        return type_named(self.type)
