"""Page: metric families as text, written a little at a time.

prometheus-client takes 5 us for a sample, all at one go: for ten thousand sensors 170 ms, in which no reading would
reach a browser.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from prometheus_client.core import Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.openmetrics import exposition as openmetrics

__all__ = ["Format", "format_for", "written"]

_END: Final = b"# EOF\n"


class Format:
    """A format: its Content-Type, what writes it, and its last line."""

    def __init__(self, content_type: str, write: Callable[[Any], bytes], end: bytes) -> None:
        self.content_type = content_type.encode("ascii")
        self.write = write
        self.end = end


_PLAIN: Final = Format(CONTENT_TYPE_PLAIN_0_0_4, generate_latest, b"")
_OPENMETRICS: Final = Format(openmetrics.CONTENT_TYPE_LATEST, openmetrics.generate_latest, _END)


def format_for(accept: str) -> Format:
    """Return OpenMetrics for who accepts it, as Prometheus does, else what Prometheus has always read."""
    kinds = (kind.partition(";")[0].strip().lower() for kind in accept.split(","))
    return _OPENMETRICS if "application/openmetrics-text" in kinds else _PLAIN


def written(families: Iterable[Metric], form: Format) -> Iterator[bytes]:
    """Yield the text, one family after another; of several in succession with one name the first alone is headed."""
    before = ""
    for family in families:
        head, lines = _parts(form.write(_Alone(family)))
        if family.name != before:
            before = family.name
            yield head
        yield lines
    yield form.end


def _parts(text: bytes) -> tuple[bytes, bytes]:
    """Return what is said of a family, and its samples; what ends a whole text is left out."""
    text = text.removesuffix(_END)
    at = 0
    while text.startswith(b"# ", at):
        at = text.index(b"\n", at) + 1
    return text[:at], text[at:]


class _Alone:
    """A family, as prometheus-client wants to be handed it."""

    def __init__(self, family: Metric) -> None:
        self._family = family

    def collect(self) -> Iterable[Metric]:
        return [self._family]
