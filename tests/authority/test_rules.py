"""Rules: who may ask what, by the first rule that fits."""

import pytest

from katgate.authority.caller import Caller
from katgate.authority.role import Role
from katgate.authority.rules import Rule, Rules, Then
from katgate.katcp.patterns import Patterns


def rule(then: Then, **about: str) -> Rule:
    """Return a rule of words: `roles`, `users`, `devices`, `requests`."""
    words = {option: frozenset(text.split()) for option, text in about.items()}
    return Rule(
        frozenset(Role(role) for role in words.get("roles", ())),
        words.get("users", frozenset()),
        Patterns.of(words.get("devices", ["*"])),
        Patterns.of(words.get("requests", ["*"])),
        then,
    )


def caller(name: str) -> Caller:
    """Return somebody whose name says what they are."""
    return Caller(name, Role(name.partition("-")[0]), "token")


LUDWIG, VIEWER, ADMIN = (caller(name) for name in ("operator-ludwig", "viewer", "admin"))


def test_roles_include_those_below() -> None:
    """And not those above."""
    assert [True, True, False] == [Role.OPERATOR.includes(role) for role in Role]


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        ([], "operator-ludwig admin"),
        ([rule("deny")], "admin"),
        ([rule("deny", requests="capture-*")], "admin"),
        ([rule("deny", requests="halt")], "operator-ludwig admin"),
        ([rule("deny", devices="m0*")], "operator-ludwig admin"),
        ([rule("deny", users="operator-ludwig")], "admin"),
        ([rule("deny", roles="viewer")], "operator-ludwig admin"),
        ([rule("allow", roles="viewer", requests="capture-start")], "operator-ludwig viewer admin"),
        ([rule("allow", users="operator-ludwig"), rule("deny")], "operator-ludwig admin"),
        ([rule("deny"), rule("allow")], "admin"),
        ([rule("dangerous"), rule("hide")], "operator-ludwig admin"),
        ([rule("deny", requests="/capture-(start|stop)/")], "admin"),
    ],
)
def test_who_may_start_a_capture(rules: list[Rule], allowed: str) -> None:
    """The first rule that fits counts; no rule stops an admin."""
    may = [one.name for one in (LUDWIG, VIEWER, ADMIN) if Rules(rules).allows(one, "cbf", "capture-start")]
    assert allowed.split() == may


def test_dangerous_for_some() -> None:
    """Admins, too, are asked whether they mean it."""
    rules = Rules([rule("dangerous", requests="capture-stop"), rule("dangerous", roles="viewer")])
    assert [True, True, True] == [
        rules.is_dangerous(one, "cbf", "capture-stop") for one in (LUDWIG, VIEWER, ADMIN)
    ]
    assert [False, True, False] == [rules.is_dangerous(one, "cbf", "x") for one in (LUDWIG, VIEWER, ADMIN)]


def test_hidden_devices() -> None:
    """All rules that hide count; nothing is hidden from an admin, and those who see the same are alike."""
    rules = Rules([rule("hide", roles="viewer", devices="m0* cbf"), rule("hide", devices="secret")])
    assert [["secret"], ["cbf", "m0*", "secret"], []] == [
        rules.hidden_from(one).texts for one in (LUDWIG, VIEWER, ADMIN)
    ]
    assert rules.hidden_from(VIEWER) == rules.hidden_from(caller("viewer-2"))


def test_many_rules_that_hide() -> None:
    """Each may have as many patterns as one takes."""
    rules = Rules([rule("hide", devices=" ".join(f"{letter}{n}*" for n in range(26))) for letter in "ab"])
    assert 52 == len(rules.hidden_from(VIEWER).texts)
    assert [True, True, False] == [rules.hidden_from(VIEWER).match(name) for name in ("a1x", "b25", "c1")]


def test_change_says_whether_it_is_one() -> None:
    """So that nobody is thrown out for a reload that changes nothing."""
    rules = Rules([rule("deny", devices="m0*")])
    assert [False, True] == [rules.change([rule("deny", devices="m0*")]), rules.change([])]
