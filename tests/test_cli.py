"""The command line: what is refused before anything is started, and with which exit code."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from katgate.cli import _configured, main

REFUSED = [
    (["serve"], "no devices: name some"),
    (["serve", "cbf"], "is not NAME=HOST:PORT"),
    (["serve", "cbf=x:1", "cbf=x:2"], "two devices are called 'cbf'"),
    (["serve", "cbf=x:1", "--listen", "0.0.0.0:8147"], "--insecure"),
    (["serve", "cbf=x:1", "--listen", "8147"], "is not HOST:PORT"),
    (["serve", "--config", "/does/not/exist.toml"], "cannot be read"),
    (["demo", "--listen", "[::]:8147"], "--insecure"),
    (["demo", "more"], "unexpected extra argument"),
    (["nonsense"], "No such command"),
]


@pytest.mark.parametrize(("arguments", "why"), REFUSED)
def test_refused_with_exit_code_2_and_a_sentence(arguments: list[str], why: str) -> None:
    """Nothing is started that was asked for wrongly."""
    result = CliRunner().invoke(main, arguments)
    assert 2 == result.exit_code
    assert why in " ".join(result.output.split())


def test_command_line_goes_before_the_file(tmp_path: Path) -> None:
    """What the sentence tells an operator to add is then enough."""
    path = tmp_path / "katgate.toml"
    path.write_text('[server]\nlisten = "0.0.0.0:1"\n')
    server = {"listen": None, "insecure": True, "verbose": False, "allow_host": (), "allow_origin": ()}
    assert _configured(path, (), server).server.insecure
    assert "127.0.0.1:2" == _configured(path, (), server | {"listen": "127.0.0.1:2"}).server.listen
    result = CliRunner().invoke(main, ["serve", "--config", str(path), "cbf=x:1"])
    assert 2 == result.exit_code
    assert "--insecure" in result.output


def test_help_names_the_commands() -> None:
    """A newcomer's first question."""
    result = CliRunner().invoke(main, ["--help"])
    assert 0 == result.exit_code
    assert "demo" in result.output
    assert "serve" in result.output
