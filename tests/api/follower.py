"""A program that follows server-sent events, on a gateway without a network."""

import re
from typing import Any

from tests.api.asking import Answer, HttpConnection, open_request
from tests.api.browser_json import read_json
from tests.api.rig import Rig

PATH = "/api/v1/stream?device=cbf&sensors=mode&sensors=w*"


class Follower:
    """A browser that follows events."""

    def __init__(self, rig: Rig, path: str = PATH, **headers: str) -> None:
        self.connection: HttpConnection = open_request(rig, "GET", path, b"", **headers)
        self.head = Answer(self.connection.raw().partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
        self._taken = len(self.connection.raw().partition(b"\r\n\r\n")[0]) + 4

    def text(self) -> str:
        """Return what has come since the last call."""
        chunked = self.connection.raw()[self._taken :]
        self._taken += len(chunked)
        text = b""
        while chunked:
            size, _, rest = chunked.partition(b"\r\n")
            text += rest[: int(size, 16)]  # the last chunk is empty
            chunked = rest[int(size, 16) + 2 :]
        return text.decode()

    def events(self) -> list[tuple[str, str | None, Any]]:
        """Return the events since the last call: name, id, data."""
        found = []
        for block in self.text().split("\n\n"):
            lines = re.split("\r\n|\r|\n", block)
            fields = dict(line.split(": ", 1) for line in lines if line and not line.startswith(":"))
            if fields:
                found.append((fields["event"], fields.get("id"), read_json(fields["data"].encode())))
        return found

    def cut(self) -> None:
        """Lose the connection."""
        self.connection.transport.loseConnection()
