"""What a hostile device calls its sensors and requests, and what it says: all that KATCP lets through.

Markup would change `document.title` if it ever became part of a page, or load a picture: both are seen.
"""

from dataclasses import dataclass
from typing import Final

__all__ = ["FOREIGN", "HELP", "MARKUP", "NAMES", "SENSORS", "STATUSES", "HostileSensor"]

SCRIPT: Final = b"<script>document.title='hacked';alert(1)</script>"
PICTURE: Final = b'"><img src=x onerror="document.title=\'hacked\';alert(1)">'
TEMPLATE: Final = b"${alert(1)}{{constructor.constructor('alert(1)')()}}"
LINK: Final = b"javascript:alert(1)"
MARKUP: Final = (SCRIPT, PICTURE, TEMPLATE, LINK)

#: Elements of which a page has none unless markup became part of it.
FOREIGN: Final = (
    "img:not([src^='./']), iframe, object, embed, script:not([src]), [onerror], a[href^='javascript']"
)

#: In an address each of these means something.
_ADDRESS: Final = (b"%2F", b"a/b/../c", b"#&=?+ ", b"%", b"a,b", b"/(x+x+)+y/", b"*", b"[", b"..", b" ")

#: An object of JavaScript has them already.
_TRAPS: Final = (b"__proto__", b"constructor", b"toString", b"hasOwnProperty", b"valueOf")

#: What is no text, or turns the text around, or stands above and below the line.
_BYTES: Final = (
    b"\x00\x01\x07\x1b[31m\x7f",
    b"two\nlines\tand\ra tab",
    b"\xff\xfe\xc0\x80",
    b"caf\xe9",
    "\u202eright to left".encode(),
    ("Z" + "\u0351\u0335" * 40).encode(),
    "\u00e4\u96fb\U0001f4e1".encode(),
    b"'\"`\\&amp;&lt;",
)

_LONG: Final = b"long." + b"x" * 495

NAMES: Final = (*MARKUP, *_ADDRESS, *_TRAPS, *_BYTES, _LONG, _LONG + b".and.more")

STATUSES: Final = (b"nominal", b"warn", b"error", b"failure", b"unreachable", b"inactive", b"unknown")


@dataclass(frozen=True, slots=True)
class HostileSensor:
    """A sensor as it is listed, and the one reading that it ever has; all of it raw bytes."""

    name: bytes
    value: bytes = b"1"
    status: bytes = b"nominal"
    type: bytes = b"string"
    units: bytes = b""
    description: bytes = b""
    params: tuple[bytes, ...] = ()


def _values() -> dict[bytes, tuple[bytes, bytes]]:
    """Return a type and a value by the name of the sensor that has them."""
    numbers = {
        b"value.nan": (b"float", b"nan"),
        b"value.inf": (b"float", b"inf"),
        b"value.minus-inf": (b"float", b"-inf"),
        b"value.tiny": (b"float", b"5e-324"),
        b"value.2-to-64": (b"integer", b"18446744073709551616"),
        b"value.30-digits": (b"integer", b"-1" + b"0" * 29),
        b"value.no-number": (b"integer", b"<b>7</b>"),
        b"value.never": (b"timestamp", b"1e300"),
        b"value.maybe": (b"boolean", b"perhaps"),
        b"value.empty": (b"string", b""),
        b"value.10-kb": (b"string", b"0123456789" * 1000),
        b"value.10-kb-lines": (b"string", b"line\n" * 2000),
        b"value.no-type": (b"from-the-future", b"?"),
    }
    texts = {b"value.text-%d" % at: (b"string", raw) for at, raw in enumerate((*MARKUP, *_BYTES))}
    return numbers | texts


SENSORS: Final = (
    *(HostileSensor(name, description=b"called " + name[:100]) for name in NAMES),
    *(HostileSensor(b"status." + word, status=word) for word in STATUSES),
    HostileSensor(b"status.made-up", status=b"<b>fine</b>"),
    *(HostileSensor(name, value, type=kind) for name, (kind, value) in _values().items()),
    HostileSensor(b"units.markup", units=PICTURE, description=SCRIPT),
    HostileSensor(b"units.5-kb", units=b"m" * 5000, description=b"word " * 1000),
    HostileSensor(
        b"discrete", b"two words", type=b"discrete", params=(b"two words", b"", SCRIPT, b"__proto__")
    ),
)

#: Request -> help. Not all are names that KATCP allows.
HELP: Final = {
    b"help": b"List them.",
    b"watchdog": b"Answer.",
    b"mischief": SCRIPT + b" (?mischief [text]) Fails, in words like these.",
    b"torrent": b"Answer with 2,000 informs.",
    b"long-help": b"All that there is to say. " * 800,
    b"empty-help": b"",
    **dict.fromkeys(_TRAPS, b"A trap for scripts."),
    **dict.fromkeys(MARKUP, b"No name for a request."),
}
