"""What was asked for cannot be done as it was asked."""

from collections.abc import Sequence

from katgate.errors.base import LocalError

__all__ = [
    "BadRequest",
    "BodyTooLarge",
    "ConfigurationError",
    "HostingError",
    "MessageError",
    "NotHosted",
    "NothingMatches",
    "PatternError",
    "ReservedRequest",
    "StrategyError",
    "Unknown",
    "UnknownBrowser",
    "UnknownDevice",
    "UnknownRequest",
    "UnknownSensor",
    "UnsupportedMediaType",
]


class MessageError(LocalError, ValueError):
    """A message that the wire cannot carry: its name or its id is not legal."""


class StrategyError(LocalError, ValueError):
    """A sampling strategy that cannot be used."""


class PatternError(LocalError, ValueError):
    """A name, glob or /regex/ that cannot be used."""

    def __init__(self, pattern: str, why: str) -> None:
        super().__init__(pattern, why)
        self.pattern = pattern
        self.why = why

    def __str__(self) -> str:
        return f"the pattern {self.pattern!r} cannot be used: {self.why}"


class ConfigurationError(LocalError, ValueError):
    """An option or a configuration file that cannot be used."""


class BadRequest(LocalError, ValueError):
    """JSON, a parameter or an argument that cannot be used; the text says which and why."""


class BodyTooLarge(LocalError):
    """A request body larger than `limit` bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit

    def __str__(self) -> str:
        return f"the body is larger than the limit of {self.limit} bytes"


class UnsupportedMediaType(LocalError):
    """A body whose Content-Type is not application/json."""

    def __init__(self, media_type: str) -> None:
        super().__init__(media_type)
        self.media_type = media_type

    def __str__(self) -> str:
        got = repr(self.media_type) if self.media_type else "nothing"
        return f"the Content-Type is {got}; send the body as application/json"


class ReservedRequest(LocalError):
    """A request that would change the one connection that all share."""

    def __init__(self, request: str) -> None:
        super().__init__(request)
        self.request = request

    def __str__(self) -> str:
        return (
            f"?{self.request} would change the sampling of the connection that everybody shares; "
            "subscribe instead (sensors.subscribe on the WebSocket), with the strategy you want"
        )


class HostingError(LocalError):
    """A device server that cannot be run inside this process; the text says what its code has done."""


class NotHosted(LocalError):
    """A device that katgate connects to, and does not run."""

    def __init__(self, device: str) -> None:
        super().__init__(device)
        self.device = device

    def __str__(self) -> str:
        return (
            f"device {self.device!r} is not run by katgate, which can therefore neither start nor stop it; "
            'those that are have "hosted": true in GET /api/v1/devices'
        )


class Unknown(LocalError, LookupError):
    """A name that is not known here."""


class UnknownDevice(Unknown):
    """No device of that name is configured."""

    def __init__(self, device: str) -> None:
        super().__init__(device)
        self.device = device

    def __str__(self) -> str:
        return f"no device is called {self.device!r}; GET /api/v1/devices lists them"


class UnknownBrowser(Unknown):
    """No browser of that number is here."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number

    def __str__(self) -> str:
        return f"no browser has the id {self.number}; GET /api/v1/browsers lists those that are here"


class UnknownSensor(Unknown):
    """The device has no sensor of that name."""

    def __init__(self, device: str, sensor: str) -> None:
        super().__init__(device, sensor)
        self.device = device
        self.sensor = sensor

    def __str__(self) -> str:
        return f"device {self.device!r} has no sensor called {self.sensor!r}"


class UnknownRequest(Unknown):
    """The device does not know the request: it is not in its ?help, and it said so."""

    def __init__(self, device: str, request: str, words: str = "") -> None:
        super().__init__(device, request, words)
        self.device = device
        self.request = request
        self.words = words

    def __str__(self) -> str:
        said = f"; it said: {self.words}" if self.words else ""
        return f"device {self.device!r} has no request called {self.request!r}{said}"


class NothingMatches(Unknown):
    """The device has no sensor that any of the patterns means."""

    def __init__(self, device: str, patterns: Sequence[str]) -> None:
        super().__init__(device, patterns)
        self.device = device
        self.patterns = patterns

    def __str__(self) -> str:
        return f"device {self.device!r} has no sensor that {' or '.join(map(repr, self.patterns))} means"
