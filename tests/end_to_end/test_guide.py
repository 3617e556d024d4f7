"""The programs of the library's guide, word for word, against each other."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.end_to_end.fake_device import FakeDevice
from tests.end_to_end.guide_programs import GUIDE, lengths, programs_of, run
from tests.processes import Katgate, Process, running


@pytest.fixture
def programs(tmp_path: Path) -> dict[str, Path]:
    """The programs of library.md, in files of their names."""
    return programs_of("library.md", tmp_path)


@pytest.fixture
def weather(programs: dict[str, Path], tmp_path: Path) -> Iterator[str]:
    """Where the device server listens."""
    with running(Process([str(programs["weather.py"]), "0"], tmp_path / "weather.log")) as process:
        yield process.first_line()


def test_programs_are_about_twenty_lines(programs: dict[str, Path]) -> None:
    """Nobody should need more to begin."""
    assert ["gust.py", "site.py", "weather.py"] == sorted(programs)
    assert max(lengths(programs).values()) <= 25


def test_client_and_device_server(programs: dict[str, Path], weather: str) -> None:
    """The client sees the sensor, makes a request, and waits for what it brings."""
    assert [
        "wind-speed unknown 0.0 m/s",
        "#gust[5] hold tight",
        "!gust[5] ok 0.0",
        "it is windy: warn 17.5",
    ] == run(programs["gust.py"], "127.0.0.1", weather)


def test_proxy(programs: dict[str, Path], weather: str, tmp_path: Path) -> None:
    """The device server once more, as the proxy shows it."""
    arguments = ["0", f"weather:127.0.0.1:{weather}"]
    with running(Process([str(programs["site.py"]), *arguments], tmp_path / "site.log")) as site:
        port = site.first_line()
        assert "all devices are here" == site.first_line()
        look = tmp_path / "look.py"
        text = programs["gust.py"].read_text()
        look.write_text(
            text.replace('"gust"', '"weather-gust"').replace('"wind-speed"', '"weather.wind-speed"')
        )
        assert [
            "weather-state nominal synced ",
            "weather.wind-speed unknown 0.0 m/s",
            "#weather-gust[5] hold tight",
            "!weather-gust[5] ok 0.0",
            "it is windy: warn 17.5",
        ] == run(look, "127.0.0.1", port)


def test_following(
    katgate: Katgate, device: FakeDevice, start: Callable[..., Katgate], tmp_path: Path
) -> None:
    """The program of streams.md: the present, what comes, and on over a katgate that was restarted."""
    program = programs_of("streams.md", tmp_path)["follow.py"]
    url = f"ws://127.0.0.1:{katgate.port}/api/v1/ws"
    with running(Process([str(program), url, "c*", "a"], tmp_path / "follow.log")) as following:
        assert following.popen.stdout is not None
        lines = following.popen.stdout
        assert "cbf a nominal 7" == lines.readline().strip()
        device.connections[0].sendall(b"#sensor-status 2 1 a warn 8\n")
        assert "cbf a warn 8" == lines.readline().strip()
        katgate.stop()
        again = start("serve", f"cbf=127.0.0.1:{device.port}", "--listen", f"127.0.0.1:{katgate.port}")
        again.wait_for_state("cbf", "synced")
        device.connections[1].sendall(b"#sensor-status 3 1 a nominal 9\n")
        while "cbf a nominal 9" != (line := lines.readline().strip()):
            assert line in ("cbf a warn 8", "cbf a unreachable 8", "cbf a unknown None", "cbf a nominal 7")


@pytest.mark.parametrize("page", sorted(GUIDE.glob("*.md")), ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """Nothing is promised that is not there."""
    links = re.findall(r"\]\(([^)#:]+)\)", page.read_text())
    assert [] == [link for link in links if not (page.parent / link).exists()]
