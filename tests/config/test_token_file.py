"""The file with more tokens, and the first token."""

from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest

from katgate.authority.role import Role
from katgate.authority.tokens import hash_of
from katgate.config import Config, ServerConfig, read_config
from katgate.config.access import AccessConfig, TokenConfig
from katgate.config.first_token import FirstToken
from katgate.config.token_file import add_token, read_tokens, token_table
from katgate.errors import ConfigurationError

HASH = hash_of("kg_x")
LUDWIG = TokenConfig(
    name="ludwig", role=Role.OPERATOR, hash=HASH, expires=datetime(2027, 1, 31, 12, tzinfo=UTC)
)


def test_tokens_are_added_and_read(tmp_path: Path) -> None:
    """Nobody else may read the file, also where others could before."""
    file = tmp_path / "tokens.toml"
    assert () == read_tokens(file)
    add_token(file, LUDWIG)
    assert 0o600 == file.stat().st_mode & 0o777
    odd = TokenConfig(name='"x"] [[rule', role=Role.VIEWER, hash=hash_of("kg_y"))
    add_token(file, odd)
    assert (LUDWIG, odd) == read_tokens(file)


def test_file_stays_whose_it_was(tmp_path: Path) -> None:
    """By owner and mode, where a link leads to it; what somebody has laid beside it is not touched."""
    file, link = tmp_path / "elsewhere" / "tokens.toml", tmp_path / "tokens.toml"
    file.parent.mkdir()
    file.write_text("# of the observatory\n")
    file.chmod(0o640)
    link.symlink_to(file)
    trap, victim = file.with_name("tokens.toml.new"), tmp_path / "victim"
    victim.write_text("whole")
    trap.symlink_to(victim)
    add_token(link, LUDWIG)
    assert ((LUDWIG,), 0o640) == (read_tokens(file), file.stat().st_mode & 0o777)
    assert file.read_text().startswith("# of the observatory\n")
    assert link.is_symlink()
    assert "whole" == victim.read_text()


def test_many_at_once_lose_none(tmp_path: Path) -> None:
    """Each is there afterwards."""
    file = tmp_path / "tokens.toml"
    makers = [
        Thread(target=add_token, args=(file, TokenConfig(name=f"t{number}", hash=hash_of(str(number)))))
        for number in range(12)
    ]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join(10)
    assert {f"t{number}" for number in range(12)} == {token.name for token in read_tokens(file)}


def test_name_that_is_taken(tmp_path: Path) -> None:
    """It would keep katgate from starting."""
    file = tmp_path / "tokens.toml"
    add_token(file, LUDWIG)
    with pytest.raises(ConfigurationError, match="has a token called 'ludwig' already"):
        add_token(file, LUDWIG)
    assert (LUDWIG,) == read_tokens(file)


def test_tokens_of_the_file_stand_beside_those_of_the_configuration(tmp_path: Path) -> None:
    """Two of one name are refused, wherever they stand."""
    add_token(tmp_path / "tokens.toml", LUDWIG)
    path = tmp_path / "katgate.toml"
    grafana = token_table(TokenConfig(name="grafana", hash=hash_of("kg_y")))
    path.write_text(f'[access]\ntoken_file = "{tmp_path}/tokens.toml"\n{grafana}')
    assert ["grafana", "ludwig"] == [token.name for token in read_config(path).token]
    path.write_text(path.read_text().replace("grafana", "ludwig"))
    with pytest.raises(
        ConfigurationError, match=r"tokens\.toml, the token_file: two tokens are called 'ludwig'"
    ):
        read_config(path)
    path.write_text(path.read_text().replace(hash_of("kg_y"), HASH).replace('"ludwig"', '"other"'))
    with pytest.raises(ConfigurationError, match="'ludwig' is the same token as another"):
        read_config(path)


@pytest.mark.parametrize("text", ["x", '[[token]]\nname = "x"\nhash = "kg_x"', "[server]", "\xff"])
def test_file_that_cannot_be_used(tmp_path: Path, text: str) -> None:
    """It is named."""
    file = tmp_path / "tokens.toml"
    file.write_text(text, "latin-1")
    with pytest.raises(ConfigurationError, match=r"tokens\.toml, the token_file, cannot be"):
        read_tokens(file)


def test_expiry_without_a_zone_is_utc() -> None:
    """As all times of katgate are."""
    token = TokenConfig(name="x", hash=HASH, expires=datetime(2027, 1, 1))
    assert datetime(2027, 1, 1, tzinfo=UTC).timestamp() == token.expires_s


ASKED = {"KATGATE_FIRST_TOKEN": "1"}


def test_first_token_is_made_where_there_is_none() -> None:
    """The same at each reload, and only where it was asked for."""
    first = FirstToken(ASKED)
    [token] = first.made_for(Config()).token
    assert ("first", Role.ADMIN, hash_of(first.text)) == (token.name, token.role, token.hash)
    assert (token,) == first.added_to(Config()).token
    with_one = Config(token=(LUDWIG,))
    assert (LUDWIG, token) == first.added_to(with_one).token
    for environ, config in (
        (ASKED, with_one),
        (ASKED, Config(server=ServerConfig(insecure=True))),
        ({}, Config()),
        ({"KATGATE_FIRST_TOKEN": "0"}, Config()),
    ):
        none = FirstToken(environ)
        assert config == none.made_for(config) == none.added_to(config)
        assert ("", "") == (none.text, none.keep())


def test_first_token_goes_into_the_token_file(tmp_path: Path) -> None:
    """Once katgate serves; from then on it is there, or has been taken out."""
    file = tmp_path / "tokens.toml"
    config = Config(access=AccessConfig(token_file=str(file)))
    first = FirstToken(ASKED)
    assert 1 == len(first.made_for(config).token)
    assert not file.exists()
    assert str(file) == first.keep()
    [token] = read_tokens(file)
    assert hash_of(first.text) == token.hash
    assert config == first.added_to(config)


def test_first_token_is_asked_for_by_one() -> None:
    """Anything else is a slip that would leave katgate open or closed."""
    with pytest.raises(ConfigurationError, match="must be 1 or 0, not 'yes'"):
        FirstToken({"KATGATE_FIRST_TOKEN": "yes"})
