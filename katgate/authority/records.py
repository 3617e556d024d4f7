"""Unrecorded: for where nobody keeps a record of what is done."""

from typing import Any

__all__ = ["Unrecorded"]


class Unrecorded:
    """Forgets it."""

    def request(self, *args: Any) -> None:
        """A request, and what became of it."""

    def lease(self, *args: Any) -> None:
        """A lease, and what became of it."""
