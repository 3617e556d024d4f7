"""Server-sent events over real sockets: followed, stalled, lost and ended."""

import json
import socket
from typing import Any

from tests.end_to_end.fake_device import FakeDevice, push_texts
from tests.processes import DEADLINE_S, Katgate, wait_for


class Following:
    """A program that follows events, over HTTP/1.0 (so that nothing is chunked)."""

    def __init__(self, katgate: Katgate, last_id: str = "") -> None:
        self.socket = socket.create_connection(("127.0.0.1", katgate.port), timeout=DEADLINE_S)
        resumed = f"Last-Event-ID: {last_id}\r\n" if last_id else ""
        self.socket.sendall(
            f"GET /api/v1/stream?device=cbf&sensors=a HTTP/1.0\r\nHost: localhost\r\n{resumed}\r\n".encode()
        )
        self._file = self.socket.makefile("rb")
        assert b" 200 " in self._file.readline()

    def next(self, name: str) -> tuple[str, Any]:
        """Return the id and data of the next event of that name."""
        fields: dict[str, str] = {}
        while line := self._file.readline():
            key, _, value = line.decode().rstrip("\n").partition(": ")
            fields[key] = value
            if not key and fields.get("event") == name:
                return fields.get("id", ""), json.loads(fields["data"])
            if not key:
                fields.clear()
        raise AssertionError("the answer has ended")

    def rest(self) -> bytes:
        """Return all that is still to come, until the end."""
        return self._file.read()

    def close(self) -> None:
        """Go."""
        self._file.close()
        self.socket.close()


def wait_until_gone(katgate: Katgate, count: int) -> None:
    """Wait until katgate has seen so many go."""
    wait_for(lambda: katgate.log.count("no more") >= count, "katgate to see it go")


def test_followed_and_resumed(katgate: Katgate, device: FakeDevice) -> None:
    """Every reading once, in order, also over a lost connection."""
    following = Following(katgate)
    assert [["a", 1.0, "nominal", 7]] == [row[:4] for row in following.next("readings")[1]["readings"]["cbf"]]
    values: list[int] = []
    for number in range(1, 4):
        connection = device.connections[0]
        connection.sendall(
            b"".join(b"#sensor-status 2 1 a nominal %d\n" % (number * 100 + n) for n in range(50))
        )
        while len(values) < number * 50:
            last_id, data = following.next("readings")
            values += [row[3] for row in data["readings"]["cbf"]]
        following.close()
        wait_until_gone(katgate, number)
        connection.sendall(b"#sensor-status 3 1 a nominal %d\n" % -number)
        following = Following(katgate, last_id)
        missed = following.next("readings")[1]
        assert [-number] == [row[3] for row in missed["readings"]["cbf"]]
    assert [number * 100 + n for number in range(1, 4) for n in range(50)] == values
    following.close()


def test_program_that_stops_reading(katgate: Katgate, device: FakeDevice) -> None:
    """It costs a bounded amount of memory, and another gets every update."""
    stalled, healthy = Following(katgate), Following(katgate)
    stalled.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    healthy.next("readings")
    before = katgate.memory_mb
    push_texts(device, lambda: [row[3] for row in healthy.next("readings")[1]["readings"]["cbf"]])
    assert katgate.memory_mb - before < 12  # of the 24 MB that were sent
    stalled.close()
    healthy.close()


def test_shutdown_ends_the_answer(katgate: Katgate) -> None:
    """As an answer ends, not as a connection is lost; and katgate ends at once."""
    following = Following(katgate)
    following.next("readings")
    assert 0 == katgate.stop()
    assert following.rest().startswith(b"event: notice\n")
    following.close()
    assert "Traceback" not in katgate.log
