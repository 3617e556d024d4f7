"""AuditFile: what is written stays, whatever is done to the file."""

import os
import stat
from pathlib import Path

import pytest

from katgate.authority.audit_file import AuditFile
from katgate.errors import ConfigurationError


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_full_files_are_put_aside(tmp_path: Path) -> None:
    """As many as there may be; only their owner reads them."""
    path = tmp_path / "audit.jsonl"
    file = AuditFile(path, 100, 3)
    for number in range(55):
        file.write(b"%010d" % number)
    assert {"audit.jsonl", "audit.jsonl.1", "audit.jsonl.2"} == {one.name for one in tmp_path.iterdir()}
    assert {0o600} == {mode_of(one) for one in tmp_path.iterdir()}
    kept = file.tail(1000, 1_000_000)
    assert [b"%010d" % number for number in range(30, 55)] == kept
    assert kept[-7:] == file.tail(7, 1_000_000)
    assert kept[-3:] == file.tail(1000, 35)


def test_mode_of_a_file_that_is_there_is_kept(tmp_path: Path) -> None:
    """A program that ships logs may have been let read it."""
    path = tmp_path / "audit.jsonl"
    path.touch()
    path.chmod(0o640)
    file = AuditFile(path, 10, 2)
    file.write(b"0123456789")
    file.write(b"next")
    assert [0o640, 0o640] == [mode_of(path), mode_of(tmp_path / "audit.jsonl.1")]


def test_line_whose_writer_was_killed(tmp_path: Path) -> None:
    """The next one begins on a line of its own."""
    path = tmp_path / "audit.jsonl"
    path.write_bytes(b"whole\nhal")
    AuditFile(path, 1000, 2).write(b"next")
    assert b"whole\nhal\nnext\n" == path.read_bytes()


def test_line_that_only_half_fits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is reported, and does not spoil the next."""
    path = tmp_path / "audit.jsonl"
    file = AuditFile(path, 1000, 2)
    write = os.write
    with monkeypatch.context() as patched:
        patched.setattr("os.write", lambda descriptor, text: write(descriptor, text[:3]))
        with pytest.raises(OSError, match="full"):
            file.write(b"half of it")
    file.write(b"next")
    assert b"hal\nnext\n" == path.read_bytes()


def test_file_that_is_removed_or_moved(tmp_path: Path) -> None:
    """Nothing is written into the void; after `reopen` nothing into what was moved away."""
    path = tmp_path / "audit.jsonl"
    file = AuditFile(path, 1000, 2)
    file.write(b"1")
    path.unlink()
    file.write(b"2")
    path.rename(tmp_path / "elsewhere")
    file.write(b"3")
    file.reopen()
    file.write(b"4")
    assert (b"2\n3\n", b"4\n") == ((tmp_path / "elsewhere").read_bytes(), path.read_bytes())


def test_folder_that_cannot_be_written_once_the_file_is_full(tmp_path: Path) -> None:
    """The file grows, says that it does, and is put aside when it can be."""
    path = tmp_path / "audit.jsonl"
    file = AuditFile(path, 10, 2)
    in_the_way = tmp_path / "audit.jsonl.1"
    in_the_way.mkdir()
    file.write(b"0123456789")
    file.write(b"more")
    assert file.stuck is not None
    in_the_way.rmdir()
    file.write(b"and more")
    assert file.stuck is None
    assert b"0123456789\nmore\nand more\n" == in_the_way.read_bytes()


@pytest.mark.parametrize("name", ["no-such-folder/audit.jsonl", "."])
def test_file_that_cannot_be_written(tmp_path: Path, name: str) -> None:
    """A sentence names it, and the option."""
    with pytest.raises(ConfigurationError, match=r"cannot be written to .*audit_file in\s+\[access\]"):
        AuditFile(tmp_path / name, 1000, 2)


def test_pipe_that_nobody_reads(tmp_path: Path) -> None:
    """It must not hold katgate up."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with pytest.raises(ConfigurationError):
        AuditFile(path, 1000, 2)


def test_device_is_written_and_never_put_aside() -> None:
    """Such as /dev/null, or standard output."""
    file = AuditFile(Path("/dev/null"), 10, 2)
    for _ in range(3):
        file.write(b"0123456789")
    assert [] == file.tail(10, 1000)
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
