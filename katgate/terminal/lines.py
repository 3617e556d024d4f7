"""One line for each thing that happens, for terminals and for files. Pure."""

from collections.abc import Callable
from typing import Final

from rich.text import Text

from katgate.katcp.harmless import harmless
from katgate.katcp.message import Message
from katgate.katcp.reading import Reading, SensorDescription
from katgate.terminal.source import Away, Here, Informed, Noticed
from katgate.terminal.tables import STYLE_OF_STATUS
from katgate.terminal.words import iso_time, log_line, message_words, units_words, value_words

__all__ = ["inform_text", "message_text", "news_text", "reading_text"]

_STYLE_OF_LEVEL: Final = {
    "fatal": "bold white on red",
    "error": "bold red",
    "warn": "yellow",
    "info": "green",
}


#: How a time is told: in full, or in short.
When = Callable[[float], str]


def reading_text(about: SensorDescription, reading: Reading, when: When = iso_time) -> Text:
    """Return `time name status value units`: the value may have spaces, so it comes last."""
    status = reading.status.value
    value = value_words(reading.value, about.type)
    units = units_words(about)
    return Text.assemble(
        (when(reading.timestamp), "dim"),
        f" {harmless(about.name)} ",
        (status, STYLE_OF_STATUS[status]),
        f" {value} {units}".rstrip(),
    )


def inform_text(informed: Informed, when: When = iso_time, *, keeps_lines: bool = False) -> Text:
    """Return `time level name: message` of a `#log`, with the device's time; any other inform as it is.

    A message of several lines, as tracebacks are, has them below each other where `keeps_lines`, each set in: so none
    can be taken for another message.
    """
    msg = informed.message
    if msg.name != "log":
        return Text.assemble((when(informed.received), "dim"), f" {message_words(msg)}")
    line = log_line(msg)
    moment = informed.received if line.timestamp is None else line.timestamp
    level = harmless(line.level)
    text = "\n    ".join(map(harmless, line.text.splitlines())) if keeps_lines else harmless(line.text)
    return Text.assemble(
        (when(moment), "dim"),
        " ",
        (f"{level:5}", _STYLE_OF_LEVEL.get(level, "dim")),
        f" {harmless(line.name)}: {text}",
    )


def message_text(msg: Message) -> Text:
    """Return a reply or an inform as it is; `ok` is green."""
    text = Text(message_words(msg))
    if msg.is_ok:
        text.stylize("green", len(msg.name) + 2, len(msg.name) + 4)
    return text


def news_text(device: str, news: Here | Away | Noticed) -> Text:
    """Return a sentence on the connection."""
    if isinstance(news, Noticed):
        return Text(harmless(news.text), "yellow")
    if isinstance(news, Here):
        return Text(f"{harmless(device)} is connected", "green")
    return Text(f"{harmless(device)} is away: {harmless(news.why)}", "magenta")
