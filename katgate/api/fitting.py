"""Fitting: what a WebSocket says in one message is never larger than `limits.frame`.

Lists come in pages. What one device says at once is left out beyond the limit, and `{"omitted": n}` stands for
the bytes that are missing, with a space between words; REST has all of it.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from katgate.api import wire
from katgate.api.problems import Problem
from katgate.hub.batches import batches
from katgate.katcp.json_values import Base64
from katgate.katcp.message import Message

__all__ = [
    "FRAME_LIMIT",
    "MOST_DESCRIBED",
    "device_pages",
    "fitting_problem",
    "fitting_result",
    "fitting_words",
]

#: The largest message, in bytes.
FRAME_LIMIT: Final = 1024 * 1024
#: What is around the rest of a message: method, id, names, numbers.
_ENVELOPE: Final = 8 * 1024
#: The most of one device's words in a message.
_MOST_WORDS: Final = FRAME_LIMIT - _ENVELOPE
#: Descriptions of sensors in the answer to a subscription, in bytes: for more than a thousand. The others follow one
#: page at a time, as the browser takes them; the answer lies in memory until it has.
MOST_DESCRIBED: Final = 256 * 1024

#: The most that JSON makes of a byte: a control character becomes `\u0000`.
_LONGEST_ESCAPE: Final = 6
#: What is kept of a message that does not fit, in bytes as on the wire.
_KEPT: Final = 128 * 1024
#: What is kept of the words of an error, in characters.
_KEPT_OF_ERROR: Final = 32 * 1024
_DEVICE_PAGE: Final = 256 * 1024

_encode = msgspec.json.Encoder().encode


def fitting_words(msg: Message) -> list[Any]:
    """Return `[name, argument, ...]` of an inform."""
    words: list[Any] = wire.inform_words(msg)
    # Mostly seen without encoding it.
    raw = sum(len(argument) + 1 for argument in msg.arguments)
    fits = raw * _LONGEST_ESCAPE <= _MOST_WORDS or len(_encode(words)) <= _MOST_WORDS
    return words if fits else _cut(words)


def fitting_result(result: wire.ResultJson) -> msgspec.Raw:
    """Return the result of a request as JSON. Its informs came one by one, so they are what is left out first."""
    payload = _encode(result)
    if len(payload) > _MOST_WORDS:
        result.omitted, result.informs = len(result.informs), []
        payload = _encode(result)
    if len(payload) > _MOST_WORDS:
        result.arguments = _cut(result.arguments)
        payload = _encode(result)
    return msgspec.Raw(payload)


def fitting_problem(problem: Problem) -> dict[str, Any]:
    """Return a problem's members; of a device's words, however long, the beginning."""
    return {
        name: value[:_KEPT_OF_ERROR] + "..."
        if isinstance(value, str) and len(value) > _KEPT_OF_ERROR
        else value
        for name, value in problem.members().items()
    }


def device_pages(devices: Iterable[wire.DeviceJson]) -> Iterator[list[msgspec.Raw]]:
    """Yield devices as JSON in lists that fit; one empty list if there are none."""
    encoded = [(device, _encode(device)) for device in devices]
    for page in batches(encoded, _DEVICE_PAGE) if encoded else [[]]:
        yield [msgspec.Raw(one) for _, one in page]


def _cut(words: list[Any]) -> list[Any]:
    kept: list[Any] = []
    left = _KEPT
    sizes = [len(word.base64) if isinstance(word, Base64) else len(word.encode("utf-8")) for word in words]
    for word, size in zip(words, sizes, strict=True):
        left -= size + 1
        if left < 0:
            missing = sizes[len(kept) :]
            return [*kept, wire.Omitted(sum(missing) + len(missing) - 1)]
        kept.append(word)
    return kept
