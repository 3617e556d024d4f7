"""What others said, as it may stand in a line for people: it can neither forge a line nor paint the screen."""

from typing import Final

__all__ = ["ESCAPED", "harmless"]

#: Control characters, ends of lines and what turns the direction of writing, by their codes, and how each is
#: shown.
ESCAPED: Final = {
    code: repr(chr(code))[1:-1]
    for code in (
        *range(0x20),
        *range(0x7F, 0xA0),
        0x200E,
        0x200F,
        *range(0x2028, 0x202F),
        *range(0x2066, 0x206A),
        *range(0xD800, 0xE000),
    )
}


def harmless(text: str) -> str:
    """Return a text with all that is not to be obeyed shown as Python writes it: `\\n`, `\\x1b`, `\\u202e`."""
    return text.translate(ESCAPED)
