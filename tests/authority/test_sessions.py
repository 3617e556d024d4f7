"""Sessions: what a cookie says, and that nobody else can write one."""

import base64
import json

import pytest

from katgate.authority.caller import Caller
from katgate.authority.role import Role
from katgate.authority.sessions import Sessions

LUDWIG = Caller("ludwig", Role.OPERATOR, "token", "10.0.0.1", "token:abc:ludwig")


class Rig:
    def __init__(self, key: bytes = b"key") -> None:
        self.now = 1000.0
        self.sessions = Sessions(key, 60.0, lambda: self.now)


def test_session_is_known_again() -> None:
    """From another address, too; until its end."""
    rig = Rig()
    text, begun = rig.sessions.begin(LUDWIG)
    assert ("session", 1060.0, "token:abc:ludwig") == (begun.how, begun.expires, begun.credential)
    found = rig.sessions.find(text, "10.0.0.2")
    assert found is not None
    assert ("ludwig", Role.OPERATOR, "10.0.0.2", begun.session) == (
        found.name,
        found.role,
        found.address,
        found.session,
    )
    rig.now = 1060.0
    assert rig.sessions.find(text, "") is None


def test_session_ends_with_its_token() -> None:
    """If that comes first."""
    rig = Rig()
    expiring = Caller("x", Role.VIEWER, "token", expires=1010.0)
    assert 1010.0 == rig.sessions.begin(expiring)[1].expires


def test_session_that_was_ended() -> None:
    """Another of the same person goes on."""
    rig = Rig()
    text, begun = rig.sessions.begin(LUDWIG)
    other, _ = rig.sessions.begin(LUDWIG)
    rig.sessions.end(begun)
    assert rig.sessions.find(text, "") is None
    assert rig.sessions.find(other, "") is not None


def test_session_outlives_a_restart_with_the_same_key() -> None:
    """And not with another."""
    text, _ = Rig().sessions.begin(LUDWIG)
    assert Rig().sessions.find(text, "") is not None
    assert Rig(b"another").sessions.find(text, "") is None


def promoted(text: str) -> str:
    payload, _, signature = text.partition(".")
    said = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    said[1] = "admin"
    return base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=") + "." + signature


@pytest.mark.parametrize(
    "said",
    ["{}", "[]", '["x","root","",2e9,""]', '["x","admin","",null,""]', '["x","admin","",2e9,[]]', "\xff"],
)
def test_text_of_another_katgate(said: str) -> None:
    """It has our key, and another shape: nobody."""
    rig = Rig()
    payload = base64.urlsafe_b64encode(said.encode("latin-1")).decode().rstrip("=")
    signed = f"{payload}.{rig.sessions._signature(payload)}"
    assert rig.sessions.find(signed, "") is None


def test_sessions_that_were_ended_are_forgotten_at_their_end() -> None:
    """They would have ended by then."""
    rig = Rig()
    for _ in range(3):
        rig.sessions.end(rig.sessions.begin(LUDWIG)[1])
    rig.now += 60
    rig.sessions.end(rig.sessions.begin(LUDWIG)[1])
    assert 1 == len(rig.sessions._ended)


@pytest.mark.parametrize(
    "forged",
    [
        promoted,
        lambda text: text[:-1],
        lambda text: text.partition(".")[0],
        lambda text: text.partition(".")[0] + ".",
        lambda text: "." + text.partition(".")[2],
        lambda text: text + "é",
        lambda text: "",
        lambda text: "." * 10_000,
    ],
)
def test_text_that_was_changed_is_nobody(forged: object) -> None:
    """Whatever was changed of it."""
    assert callable(forged)
    rig = Rig()
    text, _ = rig.sessions.begin(LUDWIG)
    assert rig.sessions.find(forged(text), "") is None
