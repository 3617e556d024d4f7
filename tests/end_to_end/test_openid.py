"""Logins by a real OpenID provider's keys, on real sockets: REST, WebSocket and cookie; new keys, and none."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from tests.authority.provider import private_key, public_jwk
from tests.certificates import self_signed
from tests.end_to_end.openid_provider import OpenIdProvider
from tests.processes import Answer, Katgate, wait_for

Start = Callable[..., Katgate]


@pytest.fixture
def provider() -> Iterator[OpenIdProvider]:
    with OpenIdProvider(public_jwk("k1")) as provider:
        yield provider


def configuration(provider: OpenIdProvider, folder: Path, *more: str) -> Path:
    file = folder / "katgate.toml"
    lines = [
        '[server]\nlisten = "127.0.0.1:0"\n[oidc]',
        f'issuer = "{provider.issuer}"',
        'audience = "katgate"\nviewers = ["reader"]\noperators = ["telescope-operator"]\nadmins = ["boss"]',
        *more,
    ]
    file.write_text("\n".join(lines))
    return file


def receive_all(socket: ClientConnection, received: list[Any]) -> None:
    """Receive until the socket is closed. Raises ConnectionClosed then."""
    while True:
        received.append(socket.recv(timeout=30))


def ask(katgate: Katgate, token: str, path: str = "", **headers: str) -> Answer:
    return katgate.ask("GET", path or "/api/v1", headers={"Authorization": f"Bearer {token}", **headers})


def test_provider_lets_people_in(provider: OpenIdProvider, tmp_path: Path, start: Start) -> None:
    """By REST and WebSocket, with the roles that it says; others are refused with the reason."""
    katgate = start("serve", "--config", str(configuration(provider, tmp_path)))
    wait_for(lambda: "has 1 keys" in katgate.log, "the keys")
    assert (200, {"name": "katgate", "login": True, "user": None, "role": None}) == (
        katgate.ask("GET", "/api/v1").status,
        katgate.get("/api/v1"),
    )
    assert 401 == katgate.ask("GET", "devices").status
    me = ask(katgate, provider.token()).json
    assert ("ludwig", "operator") == (me["user"], me["role"])
    assert 200 == ask(katgate, provider.token(), "devices").status
    with katgate.connected() as socket:
        socket.recv(timeout=30)
        socket.send(
            f'{{"jsonrpc":"2.0","id":1,"method":"authenticate","params":{{"token":"{provider.token()}"}}}}'
        )
        assert '"role":"operator"' in str(socket.recv(timeout=30))
    bad: list[tuple[str, int, str]] = [
        (provider.token(exp=1), 401, "it has expired"),
        (provider.token(aud="another"), 401, "it is not for 'katgate'"),
        (provider.token(key=private_key("evil")), 401, "its signature is wrong"),
        (provider.token(roles=["guest"]), 403, "nothing in the token's 'roles'"),
        ("garbage", 401, "no JWT that can be read"),
        ("kg_" + "a" * 43, 401, "not one of ours"),
    ]
    for text, status, why in bad:
        refused = ask(katgate, text)
        assert (status, True) == (refused.status, why in refused.json["detail"]), refused.json
    assert "ludwig" == ask(katgate, provider.token()).json["user"]


def test_provider_that_is_away(provider: OpenIdProvider, tmp_path: Path, start: Start) -> None:
    """katgate starts all the same, and says what is the matter to whoever is to know."""
    provider.is_away = True
    katgate = start("serve", "--config", str(configuration(provider, tmp_path)))
    wait_for(lambda: "cannot be had" in katgate.log, "the complaint")
    assert "nobody is let in by it so far" in katgate.log
    assert "it answered 503" in katgate.log
    refused = ask(katgate, provider.token())
    assert 401 == refused.status
    assert "the provider's keys are being asked for again" in refused.json["detail"]
    assert 200 == katgate.ask("GET", "/readyz").status


def test_certificate_of_the_provider_must_be_trusted(tmp_path: Path, start: Start) -> None:
    """By the system, or the file that SSL_CERT_FILE names; else its keys could be anybody's."""
    file = tmp_path / "provider.pem"
    file.write_bytes(b"".join(self_signed()))
    with OpenIdProvider(public_jwk("k1"), certificate=file) as provider:
        configured = str(configuration(provider, tmp_path))
        stranger = start("serve", "--config", configured)
        wait_for(lambda: "its certificate cannot be verified" in stranger.log, "the complaint")
        friend = start("serve", "--config", configured, variables={"SSL_CERT_FILE": str(file)})
        wait_for(lambda: "has 1 keys" in friend.log, "the keys")
        assert 401 == ask(stranger, provider.token()).status
        assert "ludwig" == ask(friend, provider.token()).json["user"]


def test_login_on_the_page(provider: OpenIdProvider, tmp_path: Path, start: Start) -> None:
    """A cookie for as long as the token lasts."""
    katgate = start("serve", "--config", str(configuration(provider, tmp_path)))
    wait_for(lambda: "has 1 keys" in katgate.log, "the keys")
    origin = {"Origin": katgate.url.rstrip("/")}
    ends = int(time.time()) + 100
    logged_in = katgate.ask("POST", "login", {"token": provider.token(exp=ends)}, origin)
    assert (200, "ludwig", ends) == (logged_in.status, logged_in.json["user"], logged_in.json["expires"])
    cookie = {"Cookie": logged_in.headers["set-cookie"].partition(";")[0]}
    assert "ludwig" == katgate.ask("GET", "/api/v1", headers=cookie | origin).json["user"]
    assert 401 == katgate.ask("POST", "login", {"token": provider.token(exp=1)}, origin).status


def test_login_ends_with_its_token(provider: OpenIdProvider, tmp_path: Path, start: Start) -> None:
    """The sockets of one that was let in by it are closed when it expires."""
    katgate = start("serve", "--config", str(configuration(provider, tmp_path)))
    wait_for(lambda: "has 1 keys" in katgate.log, "the keys")
    # Half a minute of patience with clocks is in what katgate takes, not in when it ends.
    text = provider.token(exp=int(time.time()) + 3)
    with katgate.connected() as socket:
        socket.recv(timeout=30)
        socket.send(f'{{"jsonrpc":"2.0","id":1,"method":"authenticate","params":{{"token":"{text}"}}}}')
        received: list[Any] = []
        with pytest.raises(ConnectionClosed) as closed:
            receive_all(socket, received)
    assert closed.value.rcvd is not None
    assert 4500 == closed.value.rcvd.code
    assert "session-expired" in str(received[-1])


def test_another_provider_after_a_reload(provider: OpenIdProvider, tmp_path: Path, start: Start) -> None:
    """Those of the old one do not count any more, and their sockets are closed."""
    file = configuration(provider, tmp_path)
    katgate = start("serve", "--config", str(file))
    wait_for(lambda: "has 1 keys" in katgate.log, "the keys")
    admin = {"Authorization": f"Bearer {provider.token(roles='boss')}"}
    with OpenIdProvider(public_jwk("k2")) as other, katgate.connected() as socket:
        socket.recv(timeout=30)
        socket.send(
            f'{{"jsonrpc":"2.0","id":1,"method":"authenticate","params":{{"token":"{provider.token()}"}}}}'
        )
        socket.recv(timeout=30)
        configuration(other, tmp_path)
        assert 200 == katgate.ask("POST", "admin/reload", headers=admin).status
        with pytest.raises(ConnectionClosed):
            receive_all(socket, [])
        wait_for(lambda: katgate.log.count("has 1 keys") == 2, "the other's keys")
        assert 401 == ask(katgate, provider.token()).status
        assert "ludwig" == ask(katgate, other.token("k2")).json["user"]
