"""Batches: what is encoded, in portions that fit into one message."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeVar

__all__ = ["batches", "first_batch", "portions"]

#: How many names go into one message.
_MOST_NAMES: Final = 100

_T = TypeVar("_T")


def batches(encoded: Iterable[tuple[_T, bytes]], most: int) -> Iterator[list[tuple[_T, bytes]]]:
    """Yield what comes in, in order, in lists of at most `most` bytes; what is larger by itself comes alone."""
    batch: list[tuple[_T, bytes]] = []
    size = 0
    for one in encoded:
        if batch and size + len(one[1]) + 1 > most:
            yield batch
            batch, size = [], 0
        batch.append(one)
        size += len(one[1]) + 1  # and a comma
    if batch:
        yield batch


def first_batch(encoded: Iterable[tuple[_T, bytes]], most: int) -> list[bytes]:
    """Return the first of what comes in, as many as fit into `most` bytes."""
    first = next(batches(encoded, most), [])
    return [one for _, one in first]


def portions(named: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """Yield what is only named in a message, in order, in portions that fit into one."""
    for at in range(0, len(named), _MOST_NAMES):
        yield named[at : at + _MOST_NAMES]
