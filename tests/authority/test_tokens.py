"""Tokens: who shows which, and when they end."""

import pytest

from katgate.authority.role import Role
from katgate.authority.tokens import HASH, Token, Tokens, hash_of, new_token
from katgate.errors import Unauthorized

TEXT = "kg_of-the-tests"


def tokens(now: float = 100.0, expires: float | None = 200.0) -> Tokens:
    return Tokens([Token("ludwig", Role.OPERATOR, hash_of(TEXT), expires)], lambda: now)


def test_new_tokens_are_different_and_long() -> None:
    """256 bits of chance; only the hash is kept."""
    made = {new_token() for _ in range(100)}
    assert 100 == len(made)
    assert {46} == {len(text) for text in made}
    assert all(HASH.match(hash_of(text)) for text in made)


def test_token_says_who_it_is() -> None:
    """By name, role, and what they are thrown out with."""
    caller = tokens().identify(TEXT, "10.0.0.1")
    assert ("ludwig", Role.OPERATOR, "token", "10.0.0.1", 200.0) == (
        caller.name,
        caller.role,
        caller.how,
        caller.address,
        caller.expires,
    )
    assert tokens().of_credential(caller.credential) is not None
    assert tokens(now=200.0).of_credential(caller.credential) is None


@pytest.mark.parametrize(
    ("shown", "now", "why"),
    [
        ("kg_of-the-test", 100.0, "not one of ours"),
        ("", 100.0, "not one of ours"),
        (hash_of(TEXT), 100.0, "not one of ours"),  # who has read the configuration is nobody yet
        ("\udce9", 100.0, "not one of ours"),
        (TEXT, 200.0, "'ludwig' has expired"),
    ],
)
def test_tokens_that_do_not_count(shown: str, now: float, why: str) -> None:
    """Each with a sentence."""
    with pytest.raises(Unauthorized, match=why):
        tokens(now).identify(shown, "")


def test_another_token_of_the_same_name_is_another_credential() -> None:
    """Who was in by the old one is thrown out."""
    old = tokens().identify(TEXT, "")
    new = Tokens([Token("ludwig", Role.OPERATOR, hash_of("kg_new"))], lambda: 0.0)
    assert new.of_credential(old.credential) is None
