"""Where the commands write to."""

import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TextIO

import pytest
from click import ClickException
from rich.text import Text

from katgate.terminal.screen import Screen

_FULL = Path("/dev/full")


@pytest.fixture
def full_disk() -> Iterator[TextIO]:
    """A file that nothing more can be written to."""
    if not _FULL.exists():
        pytest.skip("there is no /dev/full")
    file = _FULL.open("w")
    yield file
    with suppress(OSError):
        file.close()


@pytest.mark.parametrize(
    "write",
    [lambda screen: screen.write([Text("a reading")]), lambda screen: screen.write_plain(["{}"])],
)
def test_full_disk_is_said_in_words(
    full_disk: TextIO, write: Callable[[Screen], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`katgate watch` may write to a file for days."""
    monkeypatch.setattr(sys, "stdout", full_disk)
    with pytest.raises(ClickException) as raised:
        write(Screen())
    assert "the output cannot be written: No space left on device" == raised.value.message
