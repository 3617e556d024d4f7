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
    │   ├── ShuttingDown               katgate ends, and begins nothing new
    │   │   └── GivenUp                it ended before the device replied
    │   ├── Refused                    a Host or Origin that is not ours
    │   ├── Unauthorized               no credentials, or none that count
    │   ├── Forbidden                  known, and not allowed
    │   │   └── Leased                 another holds the command lease
    │   ├── ReservedRequest            a request that would change everybody's connection
    │   ├── HostingError               a device server that cannot be run inside
    │   ├── NotHosted                  a device that is not run inside
    │   └── Unknown
    │       ├── UnknownBrowser
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

from katgate.errors.access import ConfirmRequired, Forbidden, Leased, Refused, TooManyRequests, Unauthorized
from katgate.errors.base import KatgateError, LocalError
from katgate.errors.ending import GivenUp, ShuttingDown
from katgate.errors.local import (
    BadRequest,
    BodyTooLarge,
    ConfigurationError,
    HostingError,
    MessageError,
    NothingMatches,
    NotHosted,
    PatternError,
    ReservedRequest,
    StrategyError,
    Unknown,
    UnknownBrowser,
    UnknownDevice,
    UnknownRequest,
    UnknownSensor,
    UnsupportedMediaType,
)
from katgate.errors.remote import (
    ConditionTimeout,
    DeviceAnswered,
    DeviceFailed,
    DeviceInvalid,
    DeviceLost,
    DeviceNotConnected,
    GatewayNotConnected,
    GatewayRefused,
    NegotiationError,
    RemoteError,
    RequestTimeout,
    TooManyInforms,
    shortened,
    without_traceback,
)
from katgate.errors.replies import AsyncReply, FailReply, HandlerReply, InvalidReply

__all__ = [
    "AsyncReply",
    "BadRequest",
    "BodyTooLarge",
    "ConditionTimeout",
    "ConfigurationError",
    "ConfirmRequired",
    "DeviceAnswered",
    "DeviceFailed",
    "DeviceInvalid",
    "DeviceLost",
    "DeviceNotConnected",
    "FailReply",
    "Forbidden",
    "GatewayNotConnected",
    "GatewayRefused",
    "GivenUp",
    "HandlerReply",
    "HostingError",
    "InvalidReply",
    "KatgateError",
    "Leased",
    "LocalError",
    "MessageError",
    "NegotiationError",
    "NotHosted",
    "NothingMatches",
    "PatternError",
    "Refused",
    "RemoteError",
    "RequestTimeout",
    "ReservedRequest",
    "ShuttingDown",
    "StrategyError",
    "TooManyInforms",
    "TooManyRequests",
    "Unauthorized",
    "Unknown",
    "UnknownBrowser",
    "UnknownDevice",
    "UnknownRequest",
    "UnknownSensor",
    "UnsupportedMediaType",
    "shortened",
    "without_traceback",
]
