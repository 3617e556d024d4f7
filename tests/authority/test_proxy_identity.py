"""Who asks, as a trusted proxy says."""

import pytest

from katgate.authority.proxy_identity import ProxyIdentity
from katgate.authority.role import Role
from katgate.errors import Forbidden, Unauthorized

IDENTITY = ProxyIdentity("X-User", "X-Groups", frozenset({"operators"}), frozenset({"admins", "boss"}))

ROLES = [
    ([], Role.VIEWER),
    (["other"], Role.VIEWER),
    (["operators"], Role.OPERATOR),
    (["other, operators ,x"], Role.OPERATOR),
    (["operators", "boss"], Role.ADMIN),
    (["operators,admins"], Role.ADMIN),
    (["operators admins"], Role.VIEWER),
    (["Admins"], Role.VIEWER),
]


@pytest.mark.parametrize(("groups", "role"), ROLES)
def test_roles_by_groups(groups: list[str], role: Role) -> None:
    """The most that one of them gives."""
    caller = IDENTITY.identify(["ludwig"], groups, "192.0.2.1")
    assert caller is not None
    assert ("ludwig", role, "proxy", "192.0.2.1", None) == (
        caller.name,
        caller.role,
        caller.how,
        caller.address,
        caller.expires,
    )
    assert caller.credential.startswith("proxy:")


@pytest.mark.parametrize("users", [[], [""], [" "], ["", ""]])
def test_nobody(users: list[str]) -> None:
    """An empty header is how some proxies say so."""
    assert IDENTITY.identify(users, ["admins"], "") is None


@pytest.mark.parametrize(
    ("users", "why"),
    [
        (["ludwig", "admin"], "says X-User more than once"),
        (["ludwig", ""], "says X-User more than once"),
        (["l" * 101], "no name of up to 100 characters"),
        (["ludwig\x00"], "no name of up to 100 characters"),
    ],
)
def test_no_name(users: list[str], why: str) -> None:
    """The first of two may be what a browser has sent."""
    with pytest.raises(Unauthorized, match=why):
        IDENTITY.identify(users, [], "")


def test_who_is_in_no_group_may_be_refused() -> None:
    """By default_role = "none"."""
    strict = ProxyIdentity("X-User", "X-Groups", frozenset({"operators"}), default_role=None)
    with pytest.raises(Forbidden, match="none of the groups in the proxy's X-Groups"):
        strict.identify(["ludwig"], ["other"], "")
    caller = strict.identify(["ludwig"], ["operators"], "")
    assert caller is not None
    assert Role.OPERATOR is caller.role
