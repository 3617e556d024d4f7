"""Screen: standard output, be it a terminal or a file, and standard error for what is no output."""

import shutil
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.text import Text

from katgate.terminal.words import clock_time, iso_time

__all__ = ["Screen"]


class Screen:
    """Where commands write to. A reader that has gone away ends the command, as everywhere in a shell."""

    def __init__(self) -> None:
        for stream in (sys.stdout, sys.stderr):
            # What the terminal's encoding does not have is no reason to fail.
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
        self.console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
        self._errors = Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)
        self.is_terminal = sys.stdout.isatty()

    @property
    def width(self) -> int | None:
        """How wide the terminal is now; None: as wide as need be."""
        return shutil.get_terminal_size().columns if self.is_terminal else None

    @property
    def is_live(self) -> bool:
        """Whether what has been written can be written over."""
        return self.is_terminal and not self.console.is_dumb_terminal

    def when(self, timestamp: float) -> str:
        """Return a time: short for people, in full for a file that is read some other day."""
        return clock_time(timestamp, time.time()) if self.is_terminal else iso_time(timestamp)

    def write(self, lines: Iterable[Text]) -> None:
        """Write lines."""
        text = Text("\n").join(lines)
        if text:
            with _written():
                self.console.print(text)

    def write_plain(self, lines: Iterable[str]) -> None:
        """Write lines without any style: for scripts."""
        text = "".join(f"{line}\n" for line in lines)
        if text:
            with _written():
                sys.stdout.write(text)
                sys.stdout.flush()

    def say(self, line: Text) -> None:
        """Say something that is no output."""
        self._errors.print(line)


@contextmanager
def _written() -> Iterator[None]:
    """Say in words that a disk is full, and the like."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise click.ClickException(f"the output cannot be written: {error.strerror}") from None
