"""Answers: how many there were of each kind, for who watches."""

from collections import Counter
from typing import Final

__all__ = ["Answers"]

#: Those that are asked here; any other word is one for who watches, however many a browser thinks of.
_METHODS: Final = frozenset({b"GET", b"HEAD", b"POST", b"DELETE", b"OPTIONS"})


class Answers:
    """Counts HTTP answers by method and status, and problems by what they were told over and their code."""

    def __init__(self) -> None:
        self.http: Counter[tuple[str, int]] = Counter()
        self.problems: Counter[tuple[str, str]] = Counter()

    def count(self, method: bytes, status: int, problem: str | None) -> None:
        """Count an HTTP answer, with the code of its problem if it is one."""
        self.http[method.decode("ascii") if method in _METHODS else "other", status] += 1
        if problem is not None:
            self.problems["http", problem] += 1

    def count_on_socket(self, problem: str) -> None:
        """Count a problem that was told on a WebSocket."""
        self.problems["websocket", problem] += 1
