"""The methods and notifications of the WebSocket: what each says and is answered, and an example of both.

`session.py` carries the methods out, `asyncapi.py` describes them.
"""

from dataclasses import dataclass
from typing import Any, Final

from katgate.api import wire, wire_in, wire_socket, wire_streams

__all__ = ["METHODS", "NOTIFICATIONS", "Method", "Notified"]


@dataclass(frozen=True, slots=True)
class Method:
    """What a browser may call: the types of its params and result (`object`: anything), with an example of each."""

    about: str
    params: type
    result: Any
    example: dict[str, Any]
    answer: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Notified:
    """What katgate says by itself: the type of its params, with an example."""

    about: str
    params: type
    example: dict[str, Any]


_AZIMUTH: Final[dict[str, Any]] = {
    "name": "actual-azimuth",
    "description": "Where the dish looks",
    "units": "deg",
    "type": "float",
    "params": [-185.0, 275.0],
    "device": "m000",
}
_WEATHER: Final[dict[str, Any]] = {
    "name": "weather",
    "address": "10.0.0.2:7147",
    "state": "synced",
    "since": 1732248000.5,
    "protocol": {"major": 5, "minor": 1, "flags": "BIM"},
    "versions": {"katcp-protocol": ["5.1-BIM", ""]},
    "sensors": 4,
    "statuses": {"nominal": 4},
    "requests": 12,
    "reconnects": 0,
    "error": None,
    "hosted": False,
    "lease": None,
}

METHODS: Final = {
    "sensors.subscribe": Method(
        "Follow the readings of sensors: the result, a snapshot, then what comes.",
        wire_in.SubscribeSensors,
        wire_socket.Subscribed,
        {"device": "m0*", "sensors": ["*azimuth"], "strategy": "event-rate 0.5 10"},
        {
            "sub": 1,
            "epoch": "18ea4c2f",
            "seq": 0,
            "strategy": "event-rate 0.5 10",
            "sensors": [_AZIMUTH],
            "resumed": False,
        },
    ),
    "informs.subscribe": Method(
        "Follow what devices say by themselves, `#log` among it.",
        wire_in.SubscribeInforms,
        wire_socket.InformsSubscribed,
        {"device": "*", "names": ["log"], "level": "warn"},
        {"sub": 2, "epoch": "18ea4c2f", "seq": 41, "resumed": False},
    ),
    "devices.subscribe": Method(
        "Follow how the devices are: all of them as the result, then those that change.",
        wire_in.NoParams,
        wire_socket.Devices,
        {},
        {"sub": 0, "devices": [_WEATHER]},
    ),
    "unsubscribe": Method(
        "End a subscription. It needs no id.", wire_in.Unsubscribe, dict[str, Any], {"sub": 1}, {}
    ),
    "subscriptions": Method(
        "List the subscriptions of this connection.",
        wire_in.NoParams,
        wire_socket.Subscriptions,
        {},
        {
            "subscriptions": [
                {
                    "sub": 1,
                    "method": "sensors.subscribe",
                    "seq": 7,
                    "waiting": 0,
                    "device": "m0*",
                    "sensors": ["*azimuth"],
                    "strategy": "event-rate 0.5 10",
                }
            ]
        },
    ),
    "request": Method(
        "Send a request to a device. Its informs come one by one as `request.inform`, then the result.",
        wire_in.SendRequest,
        wire.ResultJson,
        {"device": "cbf", "request": "capture-start", "arguments": ["wide"], "timeout": 30},
        {
            "device": "cbf",
            "request": "capture-start",
            "ok": True,
            "arguments": [],
            "informs": [],
            "duration": 0.012,
        },
    ),
    "authenticate": Method(
        "Log in, where the connection was opened without a token or cookie.",
        wire_in.Authenticate,
        wire_socket.Authenticated,
        {"token": "kg_..."},
        {"user": "ludwig", "role": "operator"},
    ),
    "ping": Method(
        "Get back what was said. It needs no id.", object, Any, {"anything": [1]}, {"anything": [1]}
    ),
}

NOTIFICATIONS: Final = {
    "hello": Notified(
        "The first message on a socket.",
        wire_socket.Hello,
        {
            "version": "0.1.0",
            "epoch": "18ea4c2f",
            "time": 1732248000.5,
            "user": "ludwig",
            "role": "operator",
            "limits": {"frame": 1048576, "message": 1048576, "requests": 100, "subscriptions": 100},
            "capabilities": ["sensors.subscribe", "informs.subscribe", "devices.subscribe", "request"],
        },
    ),
    "readings": Notified(
        "Readings of a subscription.",
        wire_streams.Readings,
        {
            "sub": 1,
            "seq": 1,
            "readings": {"m000": [["actual-azimuth", 1732248001.0, "nominal", 12.31]]},
        },
    ),
    "sensors": Notified(
        "Sensors that joined or left a subscription; a new one is announced before its first reading.",
        wire_streams.Sensors,
        {"sub": 1, "added": [_AZIMUTH], "removed": [["m001", "actual-azimuth"]]},
    ),
    "informs": Notified(
        "Informs of a subscription.",
        wire_socket.Informs,
        {
            "sub": 2,
            "seq": 42,
            "informs": [["m000", 1732248002.5, "log", "warn", "1732248002.4", "m000.drives", "hot"]],
        },
    ),
    "devices": Notified(
        "Devices that changed, and those that were removed.",
        wire_socket.Devices,
        {"sub": 0, "devices": [{**_WEATHER, "state": "sleeping", "error": "the connection was lost"}]},
    ),
    "request.inform": Notified(
        "An inform of a request that is in flight.",
        wire_socket.RequestInform,
        {"id": 3, "inform": ["help", "watchdog", "Ping the device."]},
    ),
    "notice": Notified(
        "What concerns the connection itself: congestion and its end, the end of katgate or of a session.",
        wire_socket.Notice,
        {"level": "warn", "code": "congestion", "detail": "readings were replaced by newer ones"},
    ),
}
