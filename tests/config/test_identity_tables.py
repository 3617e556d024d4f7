"""[oidc], [proxy], [tls] and what [server] says of proxies: what is taken, and what is refused with a sentence."""

from pathlib import Path

import pytest

from katgate.config import Config, read_config
from katgate.config.changes import needing_restart
from katgate.errors import ConfigurationError

OIDC = '[oidc]\nissuer = "https://login.example"\naudience = "katgate"\nviewers = ["reader"]\n'
PROXY = '[proxy]\ntrusted = ["127.0.0.1", "10.0.0.0/8", "fd00::/8"]\nuser_header = "X-Forwarded-User"\n'


def read(folder: Path, text: str) -> Config:
    path = folder / "katgate.toml"
    path.write_text(text)
    return read_config(path)


@pytest.mark.parametrize(
    "text",
    [
        OIDC,
        OIDC.replace("https://login.example", "http://127.0.0.1:8080/realms/array"),
        PROXY,
        '[tls]\ncertificate = "all.pem"\n',
        '[tls]\ncertificate = "cert.pem"\nkey = "key.pem"\nhsts_days = 30\n',
        '[server]\npublic_url = "https://gate.example.org"\n',
        '[server]\npublic_url = "http://[fd00::1]:8080/array/gate/"\nprefix = "/gate"\n',
    ],
)
def test_taken(tmp_path: Path, text: str) -> None:
    """What guides show, and what tests need."""
    read(tmp_path, text)


REFUSED = [
    ('[oidc]\nissuer = "http://login.example"\n', r"\[oidc\] issuer: .* begins with https://"),
    ('[oidc]\njwks_url = "ftp://x"\n', r"\[oidc\] jwks_url: "),
    (OIDC.replace("audience", "#"), r"\[oidc\] issuer: which tokens of this provider are for katgate\?"),
    (OIDC.replace("viewers", "#"), r"nobody would have a role"),
    (OIDC + 'algorithms = ["none"]\n', r"\[oidc\] algorithms\[0\]: 'none' is none of RS256"),
    (OIDC + 'algorithms = ["RS256", "HS256"]\n', r"algorithms\[1\]: 'HS256' is none of"),
    (OIDC + "algorithms = []\n", "no token could count"),
    ('[proxy]\ntrusted = ["10.0.0.1/8"]\n', r"trusted\[0\]: '10.0.0.1/8' is not .*; is 10.0.0.0/8 meant\?"),
    ('[proxy]\ntrusted = ["gate"]\n', "'gate' is not an IP address or network, such as"),
    ('[proxy]\nuser_header = "X-User"\n', "no proxy is trusted to say who asks"),
    ('[proxy]\ntrusted = ["0.0.0.0/0"]\nuser_header = "X-User"\n', "everybody is trusted to be a proxy"),
    (PROXY + 'groups_header = "X Groups"\n', r"groups_header: 'X Groups' is not the name of a header"),
    (PROXY + 'default_role = "boss"\n', 'must be one of "admin", "none", "operator", "viewer"'),
    ('[tls]\nkey = "key.pem"\n', r"\[tls\] key: there is a key without a certificate"),
    ('[server]\npublic_url = "gate.example.org"\n', r"\[server\] public_url: .* is not an address"),
    ('[server]\npublic_url = "https://gate/../x"\n', "is not an address"),
    ('[server]\npublic_url = "https://gate/?a=1"\n', "is not an address"),
    ('[server]\nprefix = "gate"\n', r"\[server\] prefix: 'gate' is not a path"),
    ('[server]\nprefix = "/gate/"\n', "is not a path"),
    ('[server]\nprefix = "//gate"\n', "is not a path"),
]


@pytest.mark.parametrize(("text", "why"), REFUSED)
def test_refused(tmp_path: Path, text: str, why: str) -> None:
    """Above all what would let in those who are not meant."""
    with pytest.raises(ConfigurationError, match=why):
        read(tmp_path, text)


@pytest.mark.parametrize(
    "text",
    [
        '[server]\npublic_url = "https://gate.example.org"\n',
        '[server]\nprefix = "/gate"\n',
        '[proxy]\ntrusted = ["127.0.0.1"]\n',
    ],
)
def test_proxy_would_publish_what_has_no_logins(tmp_path: Path, text: str) -> None:
    """It listens on loopback, and the proxy beyond."""
    with pytest.raises(
        ConfigurationError, match="means that a proxy publishes katgate, and there are no tokens"
    ):
        read(tmp_path, text).check_exposure()
    read(tmp_path, OIDC + text).check_exposure()
    insecure = text + "insecure = true\n" if "[server]" in text else text + "[server]\ninsecure = true\n"
    read(tmp_path, insecure).check_exposure()


@pytest.mark.parametrize("text", [OIDC, PROXY])
def test_logins_elsewhere_are_logins(tmp_path: Path, text: str) -> None:
    """katgate may listen beyond loopback then."""
    config = read(tmp_path, '[server]\nlisten = "0.0.0.0:8147"\n' + text)
    assert config.has_logins
    config.check_exposure()


def test_path_of_the_public_address_is_the_prefix(tmp_path: Path) -> None:
    """Both count, where a proxy before the proxy takes part of it away."""
    server = read(tmp_path, '[server]\npublic_url = "https://gate/a/b/"\n').server
    assert ("/a/b",) == server.prefixes
    server = read(tmp_path, '[server]\npublic_url = "https://gate/a/b"\nprefix = "/b"\n').server
    assert ("/b", "/a/b") == server.prefixes
    assert () == read(tmp_path, '[server]\npublic_url = "https://gate/"\n').server.prefixes


def test_what_counts_from_the_next_start_on_only(tmp_path: Path) -> None:
    """TLS itself; another certificate counts at once."""
    plain = read(tmp_path, "")
    tls = read(tmp_path, '[tls]\ncertificate = "a.pem"\n')
    other = read(tmp_path, '[tls]\ncertificate = "b.pem"\nkey = "k.pem"\n')
    assert ("[tls] certificate",) == needing_restart(plain, tls)
    assert ("[tls] certificate",) == needing_restart(tls, plain)
    assert () == needing_restart(tls, other)
    assert () == needing_restart(plain, read(tmp_path, OIDC))
    assert ("[proxy] trusted", "[proxy] user_header") == needing_restart(plain, read(tmp_path, PROXY))
