"""Every exception of katgate.

    KatgateError
    ├── LocalError                     we were asked for something that cannot be done
    │   ├── MessageError               a message that the wire cannot carry
    │   ├── StrategyError              a sampling strategy that cannot be used
    │   ├── PatternError               a name, glob or /regex/ that cannot be used
    │   ├── ConfigurationError         an option or file that cannot be used
    │   ├── BadRequest                 JSON, a parameter or an argument that cannot be used
    │   ├── BodyTooLarge               a body over the limit
    │   ├── UnsupportedMediaType       a body that is not JSON
    │   ├── ConfirmRequired            a dangerous request that was not confirmed
    │   ├── TooManyRequests            more at once than one browser may
    │   ├── Refused                    a Host or Origin that is not ours
    │   ├── ReservedRequest            a request that would change everybody's connection
    │   ├── HostingError               a device server that cannot be run inside
    │   ├── NotHosted                  a device that is not run inside
    │   └── Unknown
    │       ├── UnknownDevice
    │       ├── UnknownSensor
    │       ├── UnknownRequest
    │       └── NothingMatches         no sensor that a glob or /regex/ means
    ├── RemoteError                    the device, or the way to it
    │   ├── DeviceNotConnected         no connection: nothing was sent
    │   │   └── DeviceLost             the connection went after the request was written
    │   ├── RequestTimeout             no reply in time
    │   ├── ConditionTimeout           a sensor that did not come to read what was waited for
    │   ├── TooManyInforms             a reply that does not end
    │   ├── NegotiationError           it speaks, but not a KATCP that we speak
    │   ├── GatewayNotConnected        no connection to the katgate before the device
    │   ├── GatewayRefused             the katgate before the device answered a problem
    │   └── DeviceAnswered             a reply other than ok
    │       ├── DeviceFailed           it answered fail, or a code of its own
    │       └── DeviceInvalid          it answered invalid
    └── HandlerReply                   raised by a device server's handler: this *is* the reply
        ├── FailReply
        ├── InvalidReply
        └── AsyncReply                 the handler sends the reply itself, later

Each keeps its facts as attributes and says in `str()` what happened, to whom, and what to do.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class Reply(Protocol):
    """What the errors below need of a reply: see `katgate.katcp.Message`."""

    @property
    def arguments(self) -> Sequence[bytes]:
        """The return code, and what follows it."""
        ...

    def text(self, index: int) -> str:
        """Return one argument for people to read."""
        ...


def shortened(text: str, most: int = 1000) -> str:
    """Return what a peer said as it may stand in a sentence: not megabytes of it."""
    return text if len(text) <= most else text[:most] + "..."


class KatgateError(Exception):
    """Anything that katgate raises on purpose."""


class LocalError(KatgateError):
    """We were asked for something that cannot be done as asked."""


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


class Refused(LocalError):
    """A Host or Origin that is not ours; the text names the option that would allow it."""


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


class ConfirmRequired(LocalError):
    """A request that is marked dangerous, and was not confirmed by its name."""

    def __init__(self, request: str) -> None:
        super().__init__(request)
        self.request = request

    def __str__(self) -> str:
        return f'?{self.request} is dangerous; to mean it, add "confirm": "{self.request}"'


class TooManyRequests(LocalError):
    """More at once than one browser may; the text says how many."""


class Unknown(LocalError, LookupError):
    """A name that is not known here."""


class UnknownDevice(Unknown):
    """No device of that name is configured."""

    def __init__(self, device: str) -> None:
        super().__init__(device)
        self.device = device

    def __str__(self) -> str:
        return f"no device is called {self.device!r}; GET /api/v1/devices lists them"


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


class RemoteError(KatgateError):
    """Something that the device did, or that happened on the way to it."""


class DeviceNotConnected(RemoteError):
    """There is no connection to the device; nothing was sent."""

    def __init__(self, device: str = "", why: str = "") -> None:
        super().__init__(device, why)
        self.device = device
        self.why = why

    def __str__(self) -> str:
        name = f"device {self.device!r}" if self.device else "the device"
        return f"{name} is not connected" + (f": {self.why}" if self.why else "")


class DeviceLost(DeviceNotConnected):
    """The connection went after the request was written: it may have been carried out."""

    def __init__(self, device: str = "", request: str = "") -> None:
        super().__init__(device, f"the connection was lost before the reply to ?{request}")
        self.request = request

    def __str__(self) -> str:
        name = f"device {self.device!r}" if self.device else "the device"
        return (
            f"the connection to {name} was lost before the reply to ?{self.request}; "
            "it may or may not have been carried out, and is not repeated"
        )


class RequestTimeout(RemoteError):
    """The device did not reply in time; it may still carry the request out."""

    def __init__(self, request: str, elapsed: float, *, behind: bool = False) -> None:
        super().__init__(request, elapsed)
        self.request = request
        self.elapsed = elapsed
        self.behind = behind

    def __str__(self) -> str:
        if self.behind:
            return (
                f"?{self.request} was not sent within {self.elapsed:.3g} s: an earlier ?{self.request} "
                "has no reply yet, and this device cannot tell two replies of one name apart"
            )
        return f"no reply to ?{self.request} within {self.elapsed:.3g} s"


class ConditionTimeout(RemoteError):
    """A sensor did not come to read what was waited for; `last` is what it read, in words, if anything."""

    def __init__(self, sensor: str, timeout: float, last: str | None) -> None:
        super().__init__(sensor, timeout, last)
        self.sensor = sensor
        self.timeout = timeout
        self.last = last

    def __str__(self) -> str:
        read = "it has not read anything" if self.last is None else f"it reads {self.last}"
        return f"sensor {self.sensor!r} did not meet the condition within {self.timeout:g} s; {read}"


class TooManyInforms(RemoteError):
    """The device sent more informs to one request than are kept; the request was given up."""

    def __init__(self, request: str, limit: int) -> None:
        super().__init__(request, limit)
        self.request = request
        self.limit = limit

    def __str__(self) -> str:
        return f"?{self.request} was given up: the device sent more than {self.limit} bytes of informs to it"


class NegotiationError(RemoteError):
    """The other side does not speak a KATCP that we speak."""


class GatewayNotConnected(RemoteError):
    """There is no connection to the katgate that was to be asked. `may_return`: it makes sense to try again."""

    def __init__(self, url: str, why: str, *, may_return: bool = True) -> None:
        super().__init__(url, why)
        self.url = url
        self.why = why
        self.may_return = may_return

    def __str__(self) -> str:
        return f"there is no connection to the katgate at {self.url}: {self.why}"


class GatewayRefused(RemoteError):
    """A katgate answered with problem details; `problem` is all of them, `code` their one word."""

    def __init__(self, problem: Mapping[str, Any]) -> None:
        super().__init__(problem)
        self.problem = problem
        self.code = str(problem.get("code", "internal"))

    def __str__(self) -> str:
        return str(self.problem.get("detail", self.code))


class DeviceAnswered(RemoteError):
    """A reply other than ok. `reply` is the whole reply, `words` its text for people."""

    def __init__(self, request: str, reply: Reply) -> None:
        super().__init__(request, reply)
        self.request = request
        self.reply = reply

    @property
    def code(self) -> str:
        """The device's return code; empty for a reply without any."""
        return self.reply.text(0)

    @property
    def words(self) -> str:
        """What the device said after its return code; empty where it said nothing."""
        return " ".join(self.reply.text(i) for i in range(1, len(self.reply.arguments)))

    def __str__(self) -> str:
        said = f": {shortened(self.words)}" if self.words else " and gave no reason; its log may tell"
        return f"the device answered {shortened(self.code) or 'nothing'} to ?{self.request}{said}"


class DeviceFailed(DeviceAnswered):
    """The device answered `fail`, or a code of its own."""


class DeviceInvalid(DeviceAnswered):
    """The device answered `invalid`."""


class HandlerReply(KatgateError):
    """Raised by a request handler of a device server: this is the reply."""


class FailReply(HandlerReply):
    """The handler could not do it: `!name fail <text>`."""


class InvalidReply(HandlerReply):
    """The handler does not accept the request as it stands: `!name invalid <text>`."""


class AsyncReply(HandlerReply):
    """The handler replies by itself, later, with `send_reply`."""
