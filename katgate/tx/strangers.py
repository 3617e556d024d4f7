"""Strangers: what answers at a device's address and is no KATCP device, known by the first bytes it sends.

An HTTP server that is asked `?version-list` answers with a page alone, as to HTTP/0.9, or with a status line.
"""

import re
from typing import Final

__all__ = ["FIRST_BYTES", "stranger"]

#: So many bytes tell. No KATCP message begins as these do: with neither `?`, `!` nor `#`.
FIRST_BYTES: Final = 40

_STRANGERS: Final = [
    (rb"\s*(HTTP/\d|<!DOCTYPE HTML|<html|<\?xml)", "an HTTP server"),
    (rb"SSH-\d", "an SSH server"),
    (rb"[\x14-\x17]\x03[\x00-\x04]", "a server that speaks TLS"),
    (rb"\xff[\xfb-\xfe]", "a Telnet server"),
    (rb"220[ -]", "a mail or FTP server"),
    (rb"RFB \d", "a VNC server"),
]
_KNOWN: Final = [(re.compile(pattern, re.IGNORECASE), who) for pattern, who in _STRANGERS]


def stranger(first: bytes) -> str | None:
    """Return who sends these bytes first, in words; None if it may be a device."""
    return next((who for known, who in _KNOWN if known.match(first)), None)
