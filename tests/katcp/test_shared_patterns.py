"""What patterns mean to the dashboard as well: web/tests/model/pattern.test.ts reads the same table."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from katgate.errors import PatternError
from katgate.katcp.pattern import Pattern

_TABLE: Final[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "patterns.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize(("glob", "meant", "others"), _TABLE["globs"])
def test_globs_mean_what_the_dashboard_takes_them_for(glob: str, meant: list[str], others: list[str]) -> None:
    pattern = Pattern(glob)
    assert meant == [name for name in meant if pattern.matches(name)]
    assert [] == [name for name in others if pattern.matches(name)]


@pytest.mark.parametrize("glob", _TABLE["refused"])
def test_globs_that_are_refused_mean_nothing_to_the_dashboard(glob: str) -> None:
    with pytest.raises(PatternError):
        Pattern(glob)


@pytest.mark.parametrize(("name", "pattern"), _TABLE["exact"])
def test_what_the_dashboard_writes_for_an_odd_name_means_that_name_only(name: str, pattern: str) -> None:
    every = [name for name, _ in _TABLE["exact"]]
    assert [name] == [one for one in every if Pattern(pattern).matches(one)]
