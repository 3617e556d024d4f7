"""Limits: what browsers may have, as plain values. The configuration's `[limits]` says them."""

from dataclasses import dataclass

from katgate.api.fitting import FRAME_LIMIT

__all__ = ["Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one browser: the largest `message` that it may send, in bytes; how many `requests` in flight and how many
    `subscriptions` it may have, and how many `sensors` in all of these. Of all: how many there may be, and how many
    from one address; and how many connections that are no sockets, likewise.

    A browser that says nothing is pinged every `ping_interval_s`, and gone if it gives no sign of life within
    `ping_deadline_s`. It is sent readings every `flush_interval_s` at most.
    """

    message: int
    requests: int
    subscriptions: int
    sensors: int
    browsers: int
    browsers_per_address: int
    connections: int
    connections_per_address: int
    ping_interval_s: float
    ping_deadline_s: float
    flush_interval_s: float

    def announced(self) -> dict[str, int]:
        """Return what a browser is told of them."""
        return {
            "frame": FRAME_LIMIT,
            "message": self.message,
            "requests": self.requests,
            "subscriptions": self.subscriptions,
            "sensors": self.sensors,
        }
