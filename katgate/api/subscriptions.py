"""Subscriptions as `subscriptions` shows them: what was wished, and how it goes."""

from typing import Final

from katgate.api import wire_socket
from katgate.api.device_subscription import DEVICES_SUB, DeviceSubscription
from katgate.api.inform_subscriptions import InformSubscription
from katgate.hub.outbox import Outbox
from katgate.hub.stream import Stream

__all__ = ["shown_devices", "shown_informs", "shown_sensors"]

#: What is shown of a subscription, in characters.
_MOST_SHOWN: Final = 1000


def shown_devices(subscription: DeviceSubscription) -> list[wire_socket.Subscription]:
    """Return one browser's `devices.subscribe`, if it has any."""
    if not subscription.is_live:
        return []
    return [wire_socket.Subscription(DEVICES_SUB, "devices.subscribe", 0, len(subscription))]


def shown_sensors(stream: Stream, outbox: Outbox) -> wire_socket.Subscription:
    """Return one browser's `sensors.subscribe`."""
    selection = stream.wish.selection
    shown, omitted = _first(selection.sensors.texts)
    return wire_socket.Subscription(
        stream.sub,
        "sensors.subscribe",
        stream.seq,
        outbox.waiting,
        device=selection.device.text,
        sensors=shown,
        strategy=str(stream.wish.strategy),
        omitted=omitted,
    )


def shown_informs(subscription: InformSubscription) -> wire_socket.Subscription:
    """Return one browser's `informs.subscribe`."""
    shown, omitted = _first(subscription.wish.informs.names.texts)
    return wire_socket.Subscription(
        subscription.sub,
        "informs.subscribe",
        subscription.seq,
        len(subscription),
        device=subscription.wish.device.text,
        names=shown,
        level=subscription.wish.informs.level,
        dropped=subscription.dropped,
        omitted=omitted,
    )


def _first(texts: list[str]) -> tuple[list[str], int]:
    """Return the first of these names and patterns, and how many more there are: a hundred subscriptions of ten
    thousand names each do not fit into one message.
    """
    left = _MOST_SHOWN
    for at, text in enumerate(texts):
        left -= len(text) + 1
        if left < 0:
            return texts[:at], len(texts) - at
    return texts, 0
