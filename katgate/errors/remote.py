"""The device, or the way to it."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from katgate.errors.base import KatgateError

__all__ = [
    "ConditionTimeout",
    "DeviceAnswered",
    "DeviceFailed",
    "DeviceInvalid",
    "DeviceLost",
    "DeviceNotConnected",
    "GatewayNotConnected",
    "GatewayRefused",
    "NegotiationError",
    "RemoteError",
    "RequestTimeout",
    "TooManyInforms",
    "shortened",
    "without_traceback",
]


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


def without_traceback(text: str) -> str:
    """Return a device's words without the Python traceback that some send: what is before it, and its last line."""
    before, found, traceback = text.partition("Traceback (most recent call last)")
    if not found:
        return text
    last = next((line.strip() for line in reversed(traceback.splitlines()) if line.strip()), "")
    return " ".join(part for part in (before.strip(), last) if part)


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
