"""The command line: what is refused before anything is started, and with which exit code."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from katgate.cli import _configured, main
from katgate.config.example import example

REFUSED = [
    (["serve"], "no devices: name some"),
    (["serve", "cbf"], "is not NAME=HOST:PORT"),
    (["serve", "cbf=x:1", "cbf=x:2"], "two devices are called 'cbf'"),
    (["serve", "cbf=x:1", "--listen", "0.0.0.0:8147"], "--insecure"),
    (["serve", "cbf=x:1", "--listen", "8147"], "is not HOST:PORT"),
    (["serve", "--config", "/does/not/exist.toml"], "cannot be read"),
    (["demo", "--listen", "[::]:8147"], "--insecure"),
    (["host"], "Missing argument"),
    (["host", "lamp"], 'is not "package.module:Class"'),
    (["host", "lamp:Lamp", "lamp:Lamp"], "two devices are called 'lamp'"),
    (["host", "a/b=lamp:Lamp"], "cannot be a device's name"),
    (["demo", "more"], "unexpected extra argument"),
    (["nonsense"], "No such command"),
    (["check-config"], "Missing argument 'FILE'"),
    (["check-config", "/does/not/exist.toml"], "/does/not/exist.toml cannot be read"),
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
    server = {
        "listen": None,
        "insecure": True,
        "verbose": False,
        "allow_host": (),
        "allow_origin": (),
        "prefix": None,
    }
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


def test_check_config(tmp_path: Path) -> None:
    """What a good file says is told; a bad one is an error with its line and nothing else."""
    path = tmp_path / "katgate.toml"
    path.write_text('[[device]]\nname = "cbf"\naddress = "x:1"\n')
    good = CliRunner().invoke(main, ["check-config", str(path)])
    assert (0, f"{path} is good. It serves cbf at 127.0.0.1:8147.\n") == (good.exit_code, good.output)
    path.write_text('[[host]]\nname = "weather"\nserver = "katgate.demo.weather:Wether"')
    missing = CliRunner().invoke(main, ["check-config", str(path)])
    assert (2, True) == (missing.exit_code, "there is no Wether in katgate.demo.weather" in missing.output)
    path.write_text("[server]\nlisten = '0.0.0.0:1'")
    assert "--insecure" in CliRunner().invoke(main, ["check-config", str(path)]).output
    path.write_text("[server]\n\nlisen = 'x'")
    bad = CliRunner().invoke(main, ["check-config", str(path)])
    assert (2, f"Error: {path}:3: [server] has no 'lisen'; did you mean 'listen'?\n") == (
        bad.exit_code,
        bad.output,
    )


def test_environment_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A container sets KATGATE_CONFIG and the like; the command line goes before it."""
    path = tmp_path / "katgate.toml"
    path.write_text("[srver]")
    monkeypatch.setenv("KATGATE_CONFIG", str(path))
    result = CliRunner().invoke(main, ["serve"])
    assert (2, True) == (result.exit_code, f"{path}:1: " in result.output)
    monkeypatch.setenv("KATGATE_SERVER_LISTEN", "127.0.0.1:1")
    server = {
        "listen": "127.0.0.1:2",
        "insecure": False,
        "verbose": True,
        "allow_host": (),
        "allow_origin": (),
        "prefix": None,
    }
    config = _configured(None, (), server)
    assert ("127.0.0.1:2", "debug") == (config.server.listen, config.log.level)
    assert "127.0.0.1:1" == _configured(None, (), {**server, "listen": None}).server.listen


def test_example_config_is_a_configuration(tmp_path: Path) -> None:
    """It is what the page in deploy/ is made with."""
    result = CliRunner().invoke(main, ["example-config"])
    assert (0, example()) == (result.exit_code, result.output)
    assert "host" in result.output
