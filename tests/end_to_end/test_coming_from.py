"""The programs of the guide for those who come from another library, word for word."""

from pathlib import Path

import pytest

from tests.end_to_end.guide_programs import lengths, programs_of, run


@pytest.fixture
def programs(tmp_path: Path) -> dict[str, Path]:
    """The programs of coming-from.md, in files of their names."""
    return programs_of("coming-from.md", tmp_path)


def test_each_library_has_its_program_of_under_forty_lines(programs: dict[str, Path]) -> None:
    """A section without one, or with one that nobody reads, would show no port."""
    assert ["aio_dish.py", "kp_dish.py", "tx_dish.py"] == sorted(programs)
    assert max(lengths(programs).values()) <= 40


def test_katcp_tx(programs: dict[str, Path]) -> None:
    """Handlers of Messages and a client factory over connectTCP do as they did, with message ids now."""
    assert [
        "elevation 0.0",
        "elevation 90.0",
        "#point[2] moving",
        "!point[2] ok 90.0",
    ] == run(programs["tx_dish.py"])


def test_katcp_python(programs: dict[str, Path]) -> None:
    """The decorators do as they did, and a thread without a reactor can ask."""
    assert ["#point[5] moving fast", "!point[5] ok 30.0"] == run(programs["kp_dish.py"])


def test_aiokatcp(programs: dict[str, Path]) -> None:
    """Annotated handlers, a service and a mirror do what aiokatcp's and a sensor watcher did."""
    assert ["#point[5] moving", "!point[5] ok fast", "30.0"] == run(programs["aio_dish.py"])
