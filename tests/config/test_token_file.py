"""The file with more tokens, and the first token."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from katgate.authority.role import Role
from katgate.authority.tokens import hash_of
from katgate.config import Config, ServerConfig, read_config
from katgate.config.access import AccessConfig, TokenConfig
from katgate.config.first_token import FirstToken
from katgate.config.token_file import add_token, read_tokens, token_table
from katgate.errors import ConfigurationError

HASH = hash_of("kg_x")


def test_tokens_are_added_and_read(tmp_path: Path) -> None:
    """Nobody else may read the file, also where others could before."""
    file = tmp_path / "tokens.toml"
    assert () == read_tokens(file)
    add_token(file, token_table("ludwig", "operator", HASH, datetime(2027, 1, 31, 12, tzinfo=UTC)))
    file.chmod(0o644)
    add_token(file, token_table('"x"\n[[rule]]', "viewer", HASH, None))
    assert 0o600 == file.stat().st_mode & 0o777
    [ludwig, odd] = read_tokens_raw(file)
    assert ("ludwig", "operator", HASH) == (ludwig["name"], ludwig["role"], ludwig["hash"])
    assert '"x"\n[[rule]]' == odd["name"]


def read_tokens_raw(file: Path) -> list[dict[str, str]]:
    import tomllib

    tables: list[dict[str, str]] = tomllib.loads(file.read_text())["token"]
    return tables


def test_tokens_of_the_file_stand_beside_those_of_the_configuration(tmp_path: Path) -> None:
    """Two of one name are refused, wherever they stand."""
    add_token(tmp_path / "tokens.toml", token_table("ludwig", "admin", HASH, None))
    path = tmp_path / "katgate.toml"
    path.write_text(
        f'[access]\ntoken_file = "{tmp_path}/tokens.toml"\n{token_table("grafana", "viewer", HASH, None)}'
    )
    assert ["grafana", "ludwig"] == [token.name for token in read_config(path).token]
    path.write_text(path.read_text().replace("grafana", "ludwig"))
    with pytest.raises(ConfigurationError, match="two tokens are called 'ludwig'"):
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
    [token] = first.added_to(Config()).token
    assert ("first", Role.ADMIN, hash_of(first.text)) == (token.name, token.role, token.hash)
    assert (token,) == first.added_to(Config()).token
    with_one = Config(token=(TokenConfig(name="x", hash=HASH),))
    for environ, config in (
        (ASKED, with_one),
        (ASKED, Config(server=ServerConfig(insecure=True))),
        ({}, Config()),
        ({"KATGATE_FIRST_TOKEN": "0"}, Config()),
    ):
        none = FirstToken(environ)
        assert config == none.added_to(config)
        assert "" == none.text


def test_first_token_goes_into_the_token_file(tmp_path: Path) -> None:
    """Once; a restart finds it there."""
    file = tmp_path / "tokens.toml"
    config = Config(access=AccessConfig(token_file=str(file)))
    first = FirstToken(ASKED)
    first.added_to(config)
    first.added_to(config)
    [token] = read_tokens(file)
    assert hash_of(first.text) == token.hash


def test_first_token_is_asked_for_by_one() -> None:
    """Anything else is a slip that would leave katgate open or closed."""
    with pytest.raises(ConfigurationError, match="must be 1 or 0, not 'yes'"):
        FirstToken({"KATGATE_FIRST_TOKEN": "yes"})
