"""The key of the sessions: kept, or made."""

from pathlib import Path

import pytest

from katgate.authority.session_key import session_key
from katgate.errors import ConfigurationError


def test_key_is_made_once_and_kept(tmp_path: Path) -> None:
    """Where nobody else may read it."""
    file = tmp_path / "session.key"
    key = session_key(file)
    assert (32, 0o600) == (len(key), file.stat().st_mode & 0o777)
    assert key == session_key(file)


def test_key_without_a_file_is_another_each_time() -> None:
    """Then a restart ends all sessions."""
    assert session_key(None) != session_key(None)


@pytest.mark.parametrize("text", ["", "00", "x" * 64, "é"])
def test_file_that_has_no_key(tmp_path: Path, text: str) -> None:
    """It is not written over: it may be something else."""
    file = tmp_path / "x"
    file.write_text(text)
    with pytest.raises(ConfigurationError, match="must have 64 hexadecimal digits"):
        session_key(file)
    assert text == file.read_text()


def test_file_that_cannot_be_made(tmp_path: Path) -> None:
    """Its directory is not there, or it is one."""
    with pytest.raises(ConfigurationError, match="cannot be made: No such file"):
        session_key(tmp_path / "nowhere" / "key")
    with pytest.raises(ConfigurationError, match="cannot be read: Is a directory"):
        session_key(tmp_path)
