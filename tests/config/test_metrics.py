"""[metrics]: whose readings Prometheus is shown."""

import re
from pathlib import Path

import pytest

from katgate.config import read_config
from katgate.errors import ConfigurationError


def config(tmp_path: Path, text: str) -> Path:
    """Write a file."""
    path = tmp_path / "katgate.toml"
    path.write_text(f"[metrics]\n{text}\n")
    return path


def test_sensors(tmp_path: Path) -> None:
    """The device before the first slash; the sensor may have more of them."""
    metrics = read_config(config(tmp_path, 'sensors = ["cbf/*.temp", "m0*//^a/b$/", "x/a/b"]')).metrics
    assert [("cbf", ["*.temp"]), ("m0*", ["/^a/b$/"]), ("x", ["a/b"])] == [
        (selection.device.text, selection.sensors.texts) for selection in metrics.selections
    ]
    assert 10_000 == metrics.max_sensors


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('sensors = ["*.temp"]', "it is DEVICE/SENSOR"),
        ('sensors = ["/temp/"]', "it is DEVICE/SENSOR"),
        ('sensors = ["cbf/"]', "it is DEVICE/SENSOR"),
        ('sensors = ["cbf//(/"]', "cannot be used"),
        ('sensors = ["[a/b"]', None),
        ("sensors = [" + ", ".join(f'"cbf/*{n}"' for n in range(60)) + "]", "too many patterns"),
        ("max_sensors = 0", "max_sensors"),
    ],
)
def test_what_cannot_be_used(tmp_path: Path, text: str, why: str | None) -> None:
    """The sentence says what to write."""
    path = config(tmp_path, text)
    if why is None:
        read_config(path)
        return
    with pytest.raises(ConfigurationError, match=re.escape(why)):
        read_config(path)
