"""The line of an option."""

import tomllib

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


def test_lines_end_where_editors_end_them() -> None:
    """U+2028 and others may stand in comments and texts."""
    assert 3 == line_of(["server", "listen"], '# \u2028 \x85\n[server]\nlisten = "x"\n')


def test_long_list_is_not_read_once_for_each_of_its_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a thousand devices in one list the last is misspelt: a running katgate says so at once."""
    parsed: list[str] = []
    loads = tomllib.loads

    def counted(text: str) -> object:
        parsed.append(text)
        return loads(text)

    monkeypatch.setattr(tomllib, "loads", counted)
    rows = "".join(f'  {{ name = "d{i}", address = "d:1" }}, # {i}\n' for i in range(1000))
    assert 2 == line_of(["device", 999, "name"], f"z = 1\ndevice = [\n{rows}]\ny = 1\n")
    assert len(parsed) < 50
