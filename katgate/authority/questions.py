"""Questions: requests that change nothing at a device, whoever asks."""

from collections.abc import Sequence
from typing import Final

__all__ = ["is_question"]

_QUESTIONS: Final = frozenset(
    {"help", "sensor-list", "sensor-value", "watchdog", "version-list", "client-list"}
)


def is_question(request: str, arguments: Sequence[bytes]) -> bool:
    """Return whether a request only asks; `sensor-sampling` does so without a strategy."""
    return request in _QUESTIONS or (request == "sensor-sampling" and len(arguments) <= 1)
