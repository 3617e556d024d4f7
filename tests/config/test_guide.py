"""The configurations that the guide and the README show."""

import re
from pathlib import Path

import pytest

import katgate
from katgate.config import read_config

GUIDE = Path(katgate.__file__).parent / "guide"
README = Path(katgate.__file__).parents[1] / "README.md"
PAGES = [README, *sorted(GUIDE.glob("*.md"))]
BLOCKS = [
    pytest.param(block, id=f"{page.name}-{number}")
    for page in PAGES
    for number, block in enumerate(re.findall(r"```toml\n(.+?)```", page.read_text(), re.DOTALL))
]


@pytest.mark.parametrize("block", BLOCKS)
def test_configuration_is_good(block: str, tmp_path: Path) -> None:
    """Whoever copies it gets what it says."""
    path = tmp_path / "katgate.toml"
    path.write_text(block)
    read_config(path)


def test_there_are_some() -> None:
    """Or the search has missed them."""
    assert len(BLOCKS) > 2
