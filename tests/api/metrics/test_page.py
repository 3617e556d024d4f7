"""The page: its formats, and how it is written."""

import itertools

import pytest
from twisted.internet.task import Clock

from katgate.api.metrics.families import gauge
from katgate.api.metrics.page import format_for, written
from katgate.hub.selection import Selection
from tests.api.asking import ask, open_request
from tests.api.metrics.scraped import OPENMETRICS, asked, openmetrics, plain
from tests.api.rig import Rig

_PLAIN = "text/plain; version=0.0.4; charset=utf-8"
_OPEN = "application/openmetrics-text; version=1.0.0; charset=utf-8"


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("", _PLAIN),
        ("*/*", _PLAIN),
        ("text/plain;version=1.0.0;escaping=allow-utf-8", _PLAIN),
        (OPENMETRICS, _OPEN),
        ("text/html, Application/OpenMetrics-Text ; x=1", _OPEN),
        (",;,", _PLAIN),
    ],
)
def test_formats(rig: Rig, accept: str, content_type: str) -> None:
    """What the one who asks can read; what they wrote stands nowhere in the answer."""
    rig.connect()
    answer = asked(rig, accept)
    assert content_type == answer.headers["content-type"]
    assert "no-store" == answer.headers["cache-control"]
    read = openmetrics if "openmetrics" in content_type else plain
    assert 1 == read(answer.body.decode()).all("katgate_device_state")["cbf", "synced"]


def test_head_and_other_methods(rig: Rig) -> None:
    """HEAD has no body; nothing is changed here."""
    assert b"" == ask(rig, "HEAD", "/metrics").body
    assert 405 == ask(rig, "POST", "/metrics").status
    assert "bad-request" == ask(rig, "GET", "/metrics?name=x").json["code"]


@pytest.mark.parametrize("accept", ["", OPENMETRICS])
def test_parts_of_a_family_are_headed_once(accept: str) -> None:
    """The lines of one name must stand together, and be explained once."""
    parts = [gauge("a", "First\nline", ["x"], [((str(n),), n)]) for n in range(3)] + [gauge("b", "", [], [])]
    text = b"".join(written(parts, format_for(accept))).decode()
    assert (1, 1) == (text.count("# TYPE a gauge"), text.count("# HELP a "))
    assert ["1", "2"] == [line.partition("} ")[2][0] for line in text.splitlines() if line[0] == "a"][1:]
    assert "# TYPE b gauge" in text
    assert text.endswith("# EOF\n") is bool(accept)


class SlowClock(Clock):
    """Whoever looks at it has taken 2 ms."""

    def __init__(self) -> None:
        super().__init__()
        self._ticks = itertools.count()

    def seconds(self) -> float:
        return super().seconds() + 0.002 * next(self._ticks)


def test_long_page_lets_others_have_their_turn(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes in its time, whole; who asks meanwhile waits for it."""
    monkeypatch.setattr("katgate.api.metrics.of_sensors._PART", 1)
    rig.connect()
    rig.metrics.choose([Selection.parse("cbf/*")], 100)
    clock = SlowClock()
    monkeypatch.setattr(rig.metrics, "_clock", clock)
    first, second = open_request(rig, "GET", "/metrics"), open_request(rig, "GET", "/metrics")
    gone = open_request(rig, "GET", "/metrics")
    turns = 0
    while not first.raw():
        assert b"" == second.raw()
        clock.advance(0.01)
        turns += 1
    assert turns > 3
    gone.transport.loseConnection()
    last = open_request(rig, "GET", "/metrics")
    for _ in range(5 * turns):
        clock.advance(0.01)
    for connection in (first, second, last):
        assert 3 == len(plain(connection.answer().body.decode()).all("katgate_sensor_status"))
    assert [] == clock.getDelayedCalls()
    rig.metrics.stop()


def test_several_gateways_in_one_process() -> None:
    """Nothing is shared but the process itself."""
    one, other = Rig(), Rig()
    one.connect()
    assert 1 == plain(asked(one).body.decode()).all("katgate_device_state")["cbf", "synced"]
    told = plain(asked(other).body.decode())
    assert 0 == told.all("katgate_device_state")["cbf", "synced"]
    assert told.one("process_resident_memory_bytes") > 1e6
    assert 1e9 == told.one("katgate_start_time_seconds")
