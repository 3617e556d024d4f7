"""The certificate for TLS: what cannot be used is said at the start, and replaces nothing later. In memory."""

import os
import re
import ssl
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from OpenSSL import SSL
from twisted.internet.task import Clock
from twisted.logger import LogEvent

from katgate.api.certificate import Certificate
from katgate.errors import ConfigurationError
from tests.certificates import self_signed


class Pair:
    """A certificate and a key in files."""

    def __init__(self, folder: Path) -> None:
        self.certificate = folder / "cert.pem"
        self.key = folder / "key.pem"

    def write(self, certificate: bytes, key: bytes) -> "Pair":
        self.certificate.write_bytes(certificate)
        self.key.touch(0o600)
        self.key.write_bytes(key)
        return self

    def of(self, clock: Clock | None = None) -> Certificate:
        return Certificate(self.certificate, self.key, clock or Clock())


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    return Pair(tmp_path).write(*self_signed("first"))


def shake_hands(certificate: Certificate, newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> tuple[str, str]:
    """Return the name in the certificate that a browser sees, and the version of TLS. Raises OpenSSL's errors."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.maximum_version = newest
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    browser = context.wrap_bio(incoming, outgoing, server_side=False)
    server: Any = certificate.serverConnectionForTLS(None)
    server.set_accept_state()
    for _ in range(5):
        with suppress(ssl.SSLWantReadError):
            browser.do_handshake()
        if outgoing.pending:
            server.bio_write(outgoing.read())
        with suppress(SSL.WantReadError):
            server.do_handshake()
        with suppress(SSL.WantReadError):
            incoming.write(server.bio_read(65536))
    shown = browser.getpeercert(binary_form=True)
    assert shown is not None
    return str(x509.load_der_x509_certificate(shown).subject.rfc4514_string()), str(browser.version())


def warnings(logged: list[LogEvent]) -> list[str]:
    return [str(e.get("what") or e.get("doubt")) for e in logged if e["log_level"].name == "warn"]


def test_browsers_see_it(pair: Pair, logged: list[LogEvent]) -> None:
    """By TLS 1.3, or 1.2; nothing is doubtful about it."""
    certificate = pair.of()
    assert ("CN=first", "TLSv1.3") == shake_hands(certificate)
    assert ("CN=first", "TLSv1.2") == shake_hands(certificate, ssl.TLSVersion.TLSv1_2)
    assert [] == warnings(logged)


def test_old_tls_is_refused(pair: Pair) -> None:
    """1.1 can be read by others."""
    with (
        pytest.warns(DeprecationWarning, match="TLSv1_1"),
        pytest.raises((SSL.Error, ssl.SSLError)),
    ):
        shake_hands(pair.of(), ssl.TLSVersion.TLSv1_1)


def test_all_in_one_file(tmp_path: Path) -> None:
    """Certificate and key, and those that vouch for it."""
    file = tmp_path / "all.pem"
    certificate, key = self_signed("first")
    file.touch(0o600)
    file.write_bytes(key + certificate + self_signed("authority")[0])
    assert "CN=first" == shake_hands(Certificate(file, file, Clock()))[0]


def test_pair_that_cannot_be_used(pair: Pair, tmp_path: Path) -> None:
    """A sentence each, which names the file and what to do."""
    good = pair.certificate.read_bytes(), pair.key.read_bytes()
    other = self_signed("other")
    folder = tmp_path / "folder"
    folder.mkdir()
    missing = tmp_path / "none.pem"
    cases: list[tuple[tuple[bytes, bytes], str]] = [
        (
            (b"", good[1]),
            r"cert\.pem, \[tls\] certificate, has no certificate that can be read; it must be PEM",
        ),
        ((b"rubbish", good[1]), "has no certificate that can be read"),
        ((good[0][:200], good[1]), "has no certificate that can be read"),
        ((good[1], good[1]), "has no certificate that can be read"),
        ((good[0], b""), r"key\.pem, \[tls\] key, has no key that can be read; it must be PEM"),
        ((good[0], good[0]), "has no key that can be read"),
        ((good[0], self_signed(password=b"x")[1]), r"the key in .*key\.pem is encrypted"),
        ((good[0], other[1]), "is not that of the first certificate in .*cert.pem"),
        ((other[0] + good[0], good[1]), "is not that of the first certificate"),
    ]
    for contents, why in cases:
        with pytest.raises(ConfigurationError, match=why):
            pair.write(*contents).of()
    pair.write(*good)
    for certificate, key, why in [
        (missing, pair.key, r"none\.pem, \[tls\] certificate, cannot be read: No such file"),
        (pair.certificate, missing, r"none\.pem, \[tls\] key, cannot be read: No such file"),
        (folder, pair.key, "cannot be read: Is a directory"),
    ]:
        with pytest.raises(ConfigurationError, match=why):
            Certificate(certificate, key, Clock())


@pytest.mark.parametrize(
    ("begins", "ends", "what"),
    [(-9, -1, "has expired"), (1, 9, "counts from .* on only"), (-9, 5, "^expires on")],
)
def test_time_is_warned_of(pair: Pair, logged: list[LogEvent], begins: int, ends: int, what: str) -> None:
    """It is served all the same: some browsers' clocks are wrong, and some people click."""
    day = timedelta(days=1)
    certificate = pair.write(*self_signed(begins=begins * day, ends=ends * day)).of()
    [warning] = warnings(logged)
    assert re.search(what, warning)
    assert "CN=localhost" == shake_hands(certificate)[0]


def test_key_that_others_may_read_is_warned_of(pair: Pair, logged: list[LogEvent]) -> None:
    """The certificate is for everybody to see; the key is not."""
    pair.certificate.chmod(0o644)
    pair.key.chmod(0o644)
    pair.of()
    [warning] = warnings(logged)
    assert f"{pair.key} has a secret, and everybody on this machine may read it" in warning


def test_changed_files_are_read_anew(pair: Pair, logged: list[LogEvent]) -> None:
    """For new connections; a pair that does not belong together, as between two copies, is not used and said once."""
    clock = Clock()
    certificate = pair.of(clock)
    certificate.start()
    new = self_signed("second")
    pair.certificate.write_bytes(new[0])
    for _ in range(5):
        clock.advance(5)
    assert "CN=first" == shake_hands(certificate)[0]
    [error] = [e["error"] for e in logged if e["log_level"].name == "error"]
    assert "is not that of the first certificate" in error
    pair.key.write_bytes(new[1])
    clock.advance(5)
    assert "CN=second" == shake_hands(certificate)[0]
    pair.key.unlink()
    clock.advance(5)
    assert "CN=second" == shake_hands(certificate)[0]
    certificate.stop()
    assert [] == clock.getDelayedCalls()


def test_link_that_leads_elsewhere_is_a_change(pair: Pair, tmp_path: Path) -> None:
    """So Kubernetes and certbot renew: all at once, by one link."""
    clock = Clock()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        Pair(tmp_path / name).write(*self_signed(name))
    link = tmp_path / "live"
    link.symlink_to("one")
    certificate = Certificate(link / "cert.pem", link / "key.pem", clock)
    certificate.start()
    (tmp_path / "new").symlink_to("two")
    os.replace(tmp_path / "new", link)  # noqa: PTH105
    clock.advance(5)
    assert "CN=two" == shake_hands(certificate)[0]


def test_other_files(pair: Pair, tmp_path: Path) -> None:
    """After a reload; bad ones change nothing."""
    certificate = pair.of()
    (tmp_path / "other").mkdir()
    other = Pair(tmp_path / "other").write(*self_signed("other"))
    with pytest.raises(ConfigurationError, match="is not that of"):
        certificate.use(pair.certificate, other.key)
    assert "CN=first" == shake_hands(certificate)[0]
    certificate.use(other.certificate, other.key)
    assert "CN=other" == shake_hands(certificate)[0]
