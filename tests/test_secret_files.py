"""Files with secrets: what is doubtful about one is said."""

from pathlib import Path

import pytest
from twisted.logger import LogEvent

from katgate.secret_files import doubts_about, warn_about


def made(path: Path, mode: int) -> Path:
    path.write_text("secret")
    path.chmod(mode)
    return path


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o440, 0o640])
def test_private_file_is_fine(tmp_path: Path, mode: int) -> None:
    """Its owner's, or its group's to read: so containers are given them."""
    assert [] == list(doubts_about(made(tmp_path / "key.pem", mode)))


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        (0o644, ["everybody on this machine may read it"]),
        (0o604, ["everybody on this machine may read it"]),
        (0o602, ["everybody on this machine may write it"]),
        (0o620, ["its group may write it"]),
        (0o666, ["everybody on this machine may read it", "its group may write it"]),
    ],
)
def test_file_of_others_is_doubtful(tmp_path: Path, mode: int, words: list[str]) -> None:
    """With what to do about it."""
    doubts = list(doubts_about(made(tmp_path / "key.pem", mode)))
    assert len(words) == len(doubts)
    for word, doubt in zip(words, doubts, strict=True):
        assert word in doubt
        assert f"chmod {'g-w' if 'group' in word else 'o='} {tmp_path / 'key.pem'}" in doubt


def test_link_is_doubtful_and_its_target_is_looked_at(tmp_path: Path, logged: list[LogEvent]) -> None:
    """Both are logged as warnings."""
    link = tmp_path / "link.pem"
    link.symlink_to(made(tmp_path / "key.pem", 0o644))
    warn_about(str(link))
    first, second = [e["doubt"] for e in logged if e["log_level"].name == "warn"]
    assert "is a symbolic link" in first
    assert f"chmod o= {tmp_path / 'key.pem'}" in second


def test_secret_of_kubernetes_is_fine(tmp_path: Path) -> None:
    """Each of its files is a link within the directory; the target counts."""
    (tmp_path / "..2026_01_01").mkdir()
    made(tmp_path / "..2026_01_01" / "tls.key", 0o440)
    (tmp_path / "..data").symlink_to("..2026_01_01")
    link = tmp_path / "tls.key"
    link.symlink_to("..data/tls.key")
    assert [] == list(doubts_about(link))
    (tmp_path / "..2026_01_01" / "tls.key").chmod(0o444)
    assert 1 == len(list(doubts_about(link)))


def test_no_file_no_doubt(tmp_path: Path) -> None:
    """Who reads it says that it is not there."""
    assert [] == list(doubts_about(tmp_path / "none"))
    (tmp_path / "loop").symlink_to("loop")
    assert [] == list(doubts_about(tmp_path / "loop"))
