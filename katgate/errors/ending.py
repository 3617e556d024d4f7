"""katgate itself ends."""

from katgate.errors.base import LocalError

__all__ = ["GivenUp", "ShuttingDown"]


class ShuttingDown(LocalError):
    """katgate is about to end, and begins nothing new."""

    #: Whether the device has the request, and may carry it out.
    was_sent = False

    def __str__(self) -> str:
        return "katgate is shutting down, so this was not begun; ask again once it is back"


class GivenUp(ShuttingDown):
    """katgate ended before the device replied: it may have been carried out."""

    was_sent = True

    def __init__(self, device: str, request: str) -> None:
        super().__init__(device, request)
        self.device = device
        self.request = request

    def __str__(self) -> str:
        return (
            f"katgate shuts down before {self.device!r} has replied to ?{self.request}; it may or may not have been "
            "carried out, and is not repeated"
        )
