"""How readings are shown that come one after the other: a line each, or a JSON document each."""

from collections.abc import Callable
from typing import Protocol

from rich.text import Text

from katgate.katcp.reading import SensorDescription
from katgate.terminal.documents import reading_document
from katgate.terminal.lines import news_text, reading_text
from katgate.terminal.screen import Screen
from katgate.terminal.source import Away, Event, Here, Listed, Noticed, Read

__all__ = ["Documents", "Lines", "News", "View"]


class View(Protocol):
    """Who shows what happens."""

    #: How long to gather before the next time, in seconds.
    pause_s: float

    def show(self, events: list[Event]) -> None:
        """Show what happened."""
        ...

    def close(self) -> None:
        """That was all."""
        ...


class News:
    """Says on standard error that the device has gone and come back. That it is there at first is no news."""

    def __init__(self, device: str, say: Callable[[Text], None]) -> None:
        self._device = device
        self._say = say
        self._is_away = False

    def take(self, event: Event) -> None:
        """Say it, if it is news."""
        if isinstance(event, Away | Noticed) or (isinstance(event, Here) and self._is_away):
            self._say(news_text(self._device, event))
        if isinstance(event, Away | Here):
            self._is_away = isinstance(event, Away)


class Lines:
    """A line for each reading."""

    pause_s = 0.0

    def __init__(self, screen: Screen, device: str) -> None:
        self._screen = screen
        self._news = News(device, screen.say)
        self._sensors: dict[str, SensorDescription] = {}

    def show(self, events: list[Event]) -> None:
        """Write them."""
        lines: list[Text] = []
        for event in events:
            self._news.take(event)
            if isinstance(event, Listed):
                self._sensors.update((about.name, about) for about in event.added)
            elif isinstance(event, Read):
                lines.append(reading_text(self._sensors[event.sensor], event.reading, self._screen.when))
        self._screen.write(lines)

    def close(self) -> None:
        """Nothing is kept back."""


class Documents:
    """A JSON document for each reading, on a line of its own."""

    pause_s = 0.0

    def __init__(self, screen: Screen, device: str) -> None:
        self._screen = screen
        self._device = device
        self._news = News(device, screen.say)

    def show(self, events: list[Event]) -> None:
        """Write them."""
        lines = []
        for event in events:
            self._news.take(event)
            if isinstance(event, Read):
                lines.append(reading_document(self._device, event.sensor, event.reading))
        self._screen.write_plain(lines)

    def close(self) -> None:
        """Nothing is kept back."""
