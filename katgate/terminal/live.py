"""LiveTable: the readings as they are now, in a table that stays where it is."""

import shutil
import time

from rich.console import Group
from rich.live import Live
from rich.text import Text

from katgate.katcp.harmless import harmless
from katgate.katcp.reading import Reading, SensorDescription
from katgate.terminal.columns import Steady
from katgate.terminal.lines import news_text
from katgate.terminal.screen import Screen
from katgate.terminal.source import Away, Event, Here, Listed, Noticed, Read
from katgate.terminal.tables import sensor_lines

__all__ = ["LiveTable", "Table"]


class Table:
    """What the table shows: fed with events, it gives lines for a terminal of some size. Pure."""

    def __init__(self, device: str, strategy: str) -> None:
        self._device = device
        self._strategy = strategy
        self._sensors: dict[str, SensorDescription] = {}
        self._readings: dict[str, Reading] = {}
        self._steady = Steady()
        self._away: Away | None = None
        self._notice: Noticed | None = None

    def take(self, event: Event) -> None:
        """Take what happened."""
        if isinstance(event, Read):
            self._readings[event.sensor] = event.reading
        elif isinstance(event, Listed):
            for name in event.removed:
                self._sensors.pop(name, None)
                self._readings.pop(name, None)
            self._sensors.update((about.name, about) for about in event.added)
        elif isinstance(event, Away):
            self._away = event
        elif isinstance(event, Here):
            self._away = None
        elif isinstance(event, Noticed):
            self._notice = event

    def lines(self, width: int, height: int, now: float) -> list[Text]:
        """Return what fits; `now` is UNIX seconds."""
        names = sorted(self._sensors)
        room = max(1, height - 4 - (self._notice is not None))
        rows = [(self._sensors[name], self._readings.get(name)) for name in names[:room]]
        lines = [self._state(len(names)), *sensor_lines(rows, width, now, self._steady)]
        if len(names) > room:
            lines.append(Text(f"and {len(names) - room} more: a higher window shows them", "dim"))
        if self._notice is not None:
            lines.append(news_text(self._device, self._notice))
        for line in lines:
            line.truncate(width, overflow="ellipsis")
        return lines

    def _state(self, count: int) -> Text:
        if self._away is not None:
            return news_text(self._device, self._away)
        many = f"{count} sensor{'' if count == 1 else 's'}"
        return Text.assemble((harmless(self._device), "bold"), (f"  {many}, {self._strategy}", "dim"))


class LiveTable:
    """A `View` that writes over what it has written before."""

    #: Nobody reads faster, and each time costs some milliseconds.
    pause_s = 0.1

    def __init__(self, screen: Screen, device: str, strategy: str) -> None:
        self._table = Table(device, strategy)
        self._live = Live(console=screen.console, auto_refresh=False, vertical_overflow="crop")
        self._live.start()

    def show(self, events: list[Event]) -> None:
        """Show how it is now."""
        for event in events:
            self._table.take(event)
        size = shutil.get_terminal_size()
        self._live.update(Group(*self._table.lines(size.columns, size.lines, time.time())), refresh=True)

    def close(self) -> None:
        """Leave the table as it is."""
        self._live.stop()
