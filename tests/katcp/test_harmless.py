"""What devices say, shown and not obeyed."""

import pytest

from katgate.katcp.harmless import harmless


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é 漢 \\n", "plain é 漢 \\n"),
        ("a\nb\tc", r"a\nb\tc"),
        ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
        ("\x9b31m", r"\x9b31m"),
        ("abc\u202edef", r"abc\u202edef"),
        ("\udcff", r"\udcff"),
    ],
)
def test_nothing_is_obeyed(text: str, shown: str) -> None:
    """A terminal takes escape sequences, ends of lines and turned writing; half a surrogate cannot be printed."""
    assert shown == harmless(text)
    shown.encode("utf-8")
