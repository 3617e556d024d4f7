"""What a proxy says of who asked it: believed if the proxy is, and never further than it can know."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twisted.web.http_headers import Headers

from katgate.api.forwarded import Approach, TrustedProxies
from katgate.errors import Refused

PROXIES = TrustedProxies(["127.0.0.1", "10.0.0.0/8", "fd00::/8"])


def approach(peer: str, headers: dict[str, str | list[str]], *, is_secure: bool = False) -> Approach:
    """Ask with these headers, `_` for `-`."""
    sent = Headers()
    for name, values in headers.items():
        for value in [values] if isinstance(values, str) else values:
            sent.addRawHeader(name.replace("_", "-"), value)
    return PROXIES.approach(peer, sent, is_secure=is_secure)


ADDRESSES: list[tuple[str | list[str], str]] = [
    ("192.0.2.1", "192.0.2.1"),
    ("192.0.2.1:4711", "192.0.2.1"),
    (" 192.0.2.1 ", "192.0.2.1"),
    ("2001:db8::1", "2001:db8::1"),
    ("[2001:db8::1]", "2001:db8::1"),
    ("[2001:DB8::1]:4711", "2001:db8::1"),
    ("::ffff:192.0.2.1", "192.0.2.1"),
    # What a browser has made up is left of what the proxy says of it.
    ("127.0.0.1, 192.0.2.1", "192.0.2.1"),
    ("198.51.100.7, 192.0.2.1", "192.0.2.1"),
    ("rubbish, 192.0.2.1", "192.0.2.1"),
    (["198.51.100.7", "192.0.2.1"], "192.0.2.1"),
    # Proxies in a row.
    ("192.0.2.1, 10.0.0.9", "192.0.2.1"),
    (["192.0.2.1, 10.0.0.8", "10.0.0.9"], "192.0.2.1"),
    ("192.0.2.1, ::ffff:10.0.0.9", "192.0.2.1"),
    ("198.51.100.7, 192.0.2.1, 10.0.0.9, 10.0.0.8", "192.0.2.1"),
    # A browser within the trusted networks.
    ("10.0.0.5, 10.0.0.9", "10.0.0.5"),
    # One that hides who asked it, or says nothing that can be understood: it is the one who asks.
    ("", "127.0.0.1"),
    ("unknown", "127.0.0.1"),
    ("192.0.2.1, unknown", "127.0.0.1"),
    ("192.0.2.1, rubbish, 10.0.0.9", "10.0.0.9"),
    ("192.0.2.1,", "127.0.0.1"),
    ("192.0.2.1:", "127.0.0.1"),
    ("192.0.2.1:x", "127.0.0.1"),
    ("192.0.2.999", "127.0.0.1"),
    ("192.0.2.1/8", "127.0.0.1"),
    ("0192.0.2.1", "127.0.0.1"),
    ("[192.0.2.1]", "127.0.0.1"),
    ("[2001:db8::1", "127.0.0.1"),
    ("[2001:db8::1]x", "127.0.0.1"),
    ("fe80::1%eth0", "127.0.0.1"),
    ("3221225985", "127.0.0.1"),
    ("<script>", "127.0.0.1"),
    (", ".join(["192.0.2.1"] + ["10.0.0.9"] * 100), "10.0.0.9"),
]


@pytest.mark.parametrize(("said", "address"), ADDRESSES)
def test_browser_behind_proxies(said: str | list[str], address: str) -> None:
    """The rightmost address that is no proxy's."""
    assert address == approach("127.0.0.1", {"x_forwarded_for": said}).address


@pytest.mark.parametrize("peer", ["192.0.2.66", "::1", "11.0.0.1", "::ffff:192.0.2.66"])
def test_what_others_forge_is_as_if_it_were_not_there(peer: str) -> None:
    """Address, scheme, host and path."""
    forged: dict[str, str | list[str]] = {
        "x_forwarded_for": "127.0.0.1",
        "x_forwarded_proto": "https",
        "x_forwarded_host": "evil.example",
        "x_forwarded_prefix": "/evil",
        "forwarded": "for=127.0.0.1;proto=https;host=evil.example",
    }
    plain = peer.removeprefix("::ffff:")
    assert Approach(plain, is_secure=False) == approach(peer, forged)
    assert Approach(plain, is_secure=True) == approach(peer, {}, is_secure=True)


FORWARDED = [
    ("for=192.0.2.1", Approach("192.0.2.1", is_secure=False)),
    ("For=192.0.2.1;Proto=HTTPS;Host=Gate.Example:8443", Approach("192.0.2.1", True, "gate.example:8443")),
    ('for="[2001:db8::1]:4711";proto=https', Approach("2001:db8::1", True)),
    ('for="192.0.2.1", for=10.0.0.9', Approach("192.0.2.1", is_secure=False)),
    ("for=192.0.2.1;proto=https, for=10.0.0.9;proto=http", Approach("192.0.2.1", True)),
    ("for=198.51.100.7;host=evil.example, for=192.0.2.1;host=gate", Approach("192.0.2.1", False, "gate")),
    ("for=_hidden;proto=https", Approach("127.0.0.1", True)),
    ("for=unknown", Approach("127.0.0.1", is_secure=False)),
    ("proto=https", Approach("127.0.0.1", True)),
    # A quoted comma ends no hop; what cannot be read says nothing at all.
    ('for="192.0.2.1, for=198.51.100.7"', Approach("127.0.0.1", is_secure=False)),
    ('for="192.0.2.1', Approach("127.0.0.1", is_secure=False)),
    ('host="a\\"b";for=192.0.2.1', Approach("192.0.2.1", is_secure=False)),
    ("for=192.0.2.1;for=198.51.100.7", Approach("192.0.2.1", is_secure=False)),
    ("rubbish", Approach("127.0.0.1", is_secure=False)),
    ("", Approach("127.0.0.1", is_secure=False)),
]


@pytest.mark.parametrize(("said", "expected"), FORWARDED)
def test_forwarded(said: str, expected: Approach) -> None:
    """RFC 7239, and rubbish."""
    assert expected == approach("127.0.0.1", {"forwarded": said})


OTHERS: list[tuple[dict[str, str], Approach]] = [
    ({"proto": "https"}, Approach("192.0.2.1", True)),
    ({"proto": "WSS"}, Approach("192.0.2.1", True)),
    ({"proto": "http"}, Approach("192.0.2.1", False)),
    ({"proto": "javascript"}, Approach("192.0.2.1", False)),
    # The one next to the browser is last: more of them were made up.
    ({"proto": "https, http"}, Approach("192.0.2.1", False)),
    ({"host": "gate.example"}, Approach("192.0.2.1", False, "gate.example")),
    ({"host": "[::1]:80"}, Approach("192.0.2.1", False, "[::1]:80")),
    ({"host": "evil.example, gate.example"}, Approach("192.0.2.1", False, "gate.example")),
    ({"host": "gate.example/evil"}, Approach("192.0.2.1", False)),
    ({"host": "gate@evil.example"}, Approach("192.0.2.1", False)),
    ({"host": "gate example"}, Approach("192.0.2.1", False)),
    ({"prefix": "/gate"}, Approach("192.0.2.1", False, prefix="/gate")),
    ({"prefix": "/a/b-c.d/"}, Approach("192.0.2.1", False, prefix="/a/b-c.d")),
    ({"prefix": "/"}, Approach("192.0.2.1", False)),
    ({"prefix": "gate"}, Approach("192.0.2.1", False)),
    ({"prefix": "//evil.example"}, Approach("192.0.2.1", False)),
    ({"prefix": "/a/../b"}, Approach("192.0.2.1", False)),
    ({"prefix": '/"><script>'}, Approach("192.0.2.1", False)),
    ({"prefix": "/a; Domain=evil"}, Approach("192.0.2.1", False)),
    ({"prefix": "/" + "a" * 300}, Approach("192.0.2.1", False)),
]


@pytest.mark.parametrize(("said", "expected"), OTHERS)
def test_scheme_host_and_prefix(said: dict[str, str], expected: Approach) -> None:
    """Those that can be used; all else is as if it were not said."""
    headers: dict[str, str | list[str]] = {"x_forwarded_for": "192.0.2.1"}
    headers.update({f"x_forwarded_{name}": value for name, value in said.items()})
    assert expected == approach("127.0.0.1", headers)


def test_scheme_is_that_of_the_outermost_proxy() -> None:
    """Each says how it was asked itself; one between may be asked in the open."""
    headers: dict[str, str | list[str]] = {
        "x_forwarded_for": "198.51.100.7, 192.0.2.1, 10.0.0.9",
        "x_forwarded_proto": "ftp, https, http",
    }
    assert approach("127.0.0.1", headers).is_secure


def test_two_families_that_do_not_agree() -> None:
    """The proxy sets one of them, and passes on the other as it came: which of them is it?"""
    both: dict[str, str | list[str]] = {"x_forwarded_for": "192.0.2.1", "forwarded": "for=198.51.100.7"}
    with pytest.raises(Refused, match=r"do not agree on who asks \(192.0.2.1 or 198.51.100.7\)"):
        approach("127.0.0.1", both)
    agreed = approach("127.0.0.1", {**both, "forwarded": "for=192.0.2.1;proto=https;host=evil.example"})
    assert Approach("192.0.2.1", is_secure=False) == agreed


def test_no_proxy_is_trusted_by_default() -> None:
    """Not even one on this machine."""
    assert not TrustedProxies().trusts("127.0.0.1")
    headers = Headers({"x-forwarded-for": ["192.0.2.1"]})
    assert "127.0.0.1" == TrustedProxies().approach("127.0.0.1", headers, is_secure=False).address


NAMES = st.sampled_from(
    ["x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-forwarded-prefix", "forwarded"]
)
PIECES = st.sampled_from(
    ["for=", "10.0.0.9", "192.0.2.1", ",", ";", '"', "\\", "[", "]", ":", "/", " ", "x", "\xff"]
)


@given(st.lists(st.tuples(NAMES, st.lists(PIECES, max_size=12).map("".join)), max_size=4))
def test_whatever_is_said(lines: list[tuple[str, str]]) -> None:
    """The answer is one that can be used, or a refusal."""
    headers = Headers()
    for name, value in lines:
        headers.addRawHeader(name, value.encode("latin-1"))
    try:
        seen = PROXIES.approach("127.0.0.1", headers, is_secure=False)
    except Refused:
        return
    assert str(ip_address(seen.address)) == seen.address
    assert seen.host is None or not set(seen.host) & set('/"\\, \xff')
    assert seen.prefix == "" or seen.prefix.startswith("/")
    assert "//" not in seen.prefix
    assert not set(seen.prefix) & set('"\\,;:=[] \xff')
