"""What each command does, from beginning to end. They know a `Source` and a `Screen`, and nothing behind them."""

import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from twisted.internet.task import deferLater

from katgate.errors import DeviceFailed, DeviceInvalid
from katgate.katcp.message import Message
from katgate.katcp.reading import Status
from katgate.katcp.sampling import NOT_SAMPLED
from katgate.terminal.documents import answer_document, inform_document, sensors_document
from katgate.terminal.lines import inform_text, message_text
from katgate.terminal.live import LiveTable
from katgate.terminal.mailbox import Mailbox
from katgate.terminal.meant import check_found
from katgate.terminal.screen import Screen
from katgate.terminal.source import AnyStrategy, Event, Informed, Listed, Read, Request, Source
from katgate.terminal.tables import Row, help_lines, sensor_lines
from katgate.terminal.views import Documents, Lines, News, View
from katgate.terminal.words import LEVELS

__all__ = ["Limits", "call", "list_sensors", "log", "present", "watch"]

#: What means every sensor.
_ALL: Final = ("*",)


@dataclass(frozen=True, slots=True)
class Limits:
    """When to end without being told: after so many, or after so long."""

    count: int | None = None
    seconds: float | None = None


async def call(source: Source, screen: Screen, request: Request, *, as_json: bool) -> None:
    """Send a request, and write its informs and its reply. Raises DeviceFailed or DeviceInvalid if it is not ok."""
    informs: list[Message] = []
    is_help = request.name == "help" and not as_json

    def take(msg: Message) -> None:
        informs.append(msg)
        if not (as_json or is_help):
            screen.write([message_text(msg)])

    answer = await source.call(request, take)
    reply = answer.reply
    if as_json:
        screen.write_plain([answer_document(source.device, request.name, answer, informs)])
    elif is_help and reply.is_ok:
        screen.write(help_lines(informs, screen.width))
    elif reply.is_ok:
        screen.write([message_text(reply)])
    if not reply.is_ok:
        raise (DeviceInvalid if reply.text(0) == "invalid" else DeviceFailed)(request.name, reply)


async def present(source: Source, patterns: Sequence[str], reactor: Any) -> list[Row]:
    """Return the sensors that are meant, by name, each with its present reading. Raises Unknown."""
    mailbox: Mailbox[Event] = Mailbox(reactor)
    await source.watch(patterns or _ALL, NOT_SAMPLED, mailbox)
    rows: dict[str, Row] = {}
    for event in mailbox.take_now():
        if isinstance(event, Listed):
            rows.update((about.name, (about, None)) for about in event.added)
        elif isinstance(event, Read):
            rows[event.sensor] = rows[event.sensor][0], event.reading
    if patterns:
        check_found(source.device, patterns, rows)
    return [rows[name] for name in sorted(rows)]


async def list_sensors(
    source: Source,
    screen: Screen,
    patterns: Sequence[str],
    reactor: Any,
    *,
    statuses: Collection[str],
    as_json: bool,
) -> None:
    """Write a table of sensors."""
    rows = await present(source, patterns, reactor)
    if statuses:
        rows = [row for row in rows if (row[1].status if row[1] else Status.UNKNOWN).value in statuses]
    if as_json:
        screen.write_plain([sensors_document(source.device, rows)])
    else:
        screen.write(sensor_lines(rows, screen.width, time.time()))


async def watch(
    source: Source,
    screen: Screen,
    patterns: Sequence[str],
    strategy: AnyStrategy,
    reactor: Any,
    *,
    limits: Limits,
    as_json: bool,
) -> None:
    """Show readings as they come, until a limit is reached or someone interrupts it."""
    mailbox: Mailbox[Event] = Mailbox(reactor)
    await source.watch(patterns, strategy, mailbox)
    events = mailbox.take_now()
    listed = {about.name for event in events if isinstance(event, Listed) for about in event.added}
    check_found(source.device, patterns, listed)
    with _ending(mailbox, limits, reactor):
        view = _view(screen, source.device, strategy, as_json=as_json)
        left = limits.count
        try:
            while events:
                if left is not None:
                    events = _first(events, left)
                    left -= sum(isinstance(event, Read) for event in events)
                view.show(events)
                if left == 0:
                    return
                await deferLater(reactor, view.pause_s)
                events = await mailbox.take()
        finally:
            view.close()


async def log(
    source: Source,
    screen: Screen,
    reactor: Any,
    *,
    least: str | None,
    shows_all: bool,
    limits: Limits,
    as_json: bool,
) -> None:
    """Write what the device says by itself: its log, from the level `least` upwards, or all informs."""
    mailbox: Mailbox[Event] = Mailbox(reactor)
    await source.follow(mailbox)
    news = News(source.device, screen.say)
    left = limits.count
    with _ending(mailbox, limits, reactor):
        while events := await mailbox.take():
            meant = []
            for event in events:
                news.take(event)
                if isinstance(event, Informed) and _is_meant(event, least, shows_all=shows_all):
                    meant.append(event)
            if left is not None:
                meant = meant[:left]
                left -= len(meant)
            if as_json:
                screen.write_plain(inform_document(source.device, informed) for informed in meant)
            else:
                screen.write(
                    inform_text(informed, screen.when, keeps_lines=screen.is_terminal) for informed in meant
                )
            if left == 0:
                return


def _is_meant(informed: Informed, least: str | None, *, shows_all: bool) -> bool:
    msg = informed.message
    if msg.name != "log":
        return shows_all
    # A level that KATCP does not have is shown rather than lost.
    level = msg.text(0)
    return least is None or level not in LEVELS or LEVELS.index(level) <= LEVELS.index(least)


def _view(screen: Screen, device: str, strategy: AnyStrategy, *, as_json: bool) -> View:
    if as_json:
        return Documents(screen, device)
    return LiveTable(screen, device, str(strategy)) if screen.is_live else Lines(screen, device)


def _first(events: list[Event], count: int) -> list[Event]:
    """Return the events up to and with so many readings."""
    for i, event in enumerate(events):
        count -= isinstance(event, Read)
        if count == 0:
            return events[: i + 1]
    return events


@contextmanager
def _ending(mailbox: Mailbox[Event], limits: Limits, reactor: Any) -> Iterator[None]:
    if limits.seconds is None:
        yield
        return
    timer = reactor.callLater(limits.seconds, mailbox.end)
    try:
        yield
    finally:
        if timer.active():
            timer.cancel()
