"""The line of an option."""

import pytest

from katgate.config.places import Path, line_of

TEXT = '''# a comment
[server]
listen = "x"
allowed_hosts = [
  "a",
  "b",
]
text = """
[limits]
browsers = 1
"""

[[device]]
name = "a"
[[device]]
  name = "b" # indented
[defaults.more]
x = 1
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (["server"], 2),
        (["server", "listen"], 3),
        (["server", "allowed_hosts"], 4),
        (["server", "allowed_hosts", 1], 4),
        (["server", "text"], 8),
        (["limits"], None),
        (["device", 0], 13),
        (["device", 0, "name"], 14),
        (["device", 1], 15),
        (["device", 1, "name"], 16),
        (["device", 2], None),
        (["defaults", "more", "x"], 18),
        (["server", "listen", "deeper"], None),
    ],
)
def test_line(path: Path, line: int | None) -> None:
    """Where it begins, over several lines or not; none for what is not there."""
    assert line == line_of(path, TEXT)
