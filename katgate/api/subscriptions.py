"""Subscriptions as `subscriptions` shows them: what was wished, and how it goes."""

from katgate.api import wire
from katgate.api.inform_subscriptions import InformSubscription
from katgate.hub.outbox import Outbox
from katgate.hub.stream import Stream

__all__ = ["shown_informs", "shown_sensors"]


def shown_sensors(stream: Stream, outbox: Outbox) -> wire.Subscription:
    """Return one browser's `sensors.subscribe`."""
    selection = stream.wish.selection
    return wire.Subscription(
        stream.sub,
        "sensors.subscribe",
        stream.seq,
        outbox.waiting,
        device=selection.device.text,
        sensors=selection.sensors.texts,
        strategy=str(stream.wish.strategy),
    )


def shown_informs(subscription: InformSubscription) -> wire.Subscription:
    """Return one browser's `informs.subscribe`."""
    return wire.Subscription(
        subscription.sub,
        "informs.subscribe",
        subscription.seq,
        len(subscription),
        device=subscription.wish.device.text,
        names=subscription.wish.names.texts,
        dropped=subscription.dropped,
    )
