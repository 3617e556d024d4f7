"""Certificate: what TLS shows to browsers, read from PEM files, and read anew when they change.

A pair that cannot be used replaces nothing: connections, old and new ones, go on with what was read before.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from OpenSSL import SSL
from twisted.internet.interfaces import IDelayedCall, IOpenSSLServerConnectionCreator
from twisted.logger import Logger
from zope.interface import implementer

from katgate.errors import ConfigurationError
from katgate.secret_files import warn_about

__all__ = ["Certificate"]

#: How often the files are looked at, in seconds.
_LOOK_EVERY_S: Final = 2
#: Renewal is due.
_SOON: Final = timedelta(days=10)

#: For TLS 1.2, those that keep what was said secret when the key is found out later; 1.3 has no others.
_CIPHERS: Final = b"ECDHE+AESGCM:ECDHE+CHACHA20"


@implementer(IOpenSSLServerConnectionCreator)
class Certificate:
    """A certificate with those that vouch for it, and its key; `key_file` may be the same file.

    Raises ConfigurationError if they cannot be used.
    """

    _log = Logger()

    def __init__(self, certificate_file: Path, key_file: Path, reactor: Any) -> None:
        self._files = (certificate_file, key_file)
        self._reactor = reactor
        self._next: IDelayedCall | None = None
        self._seen = self._look()
        self._context = self._read()

    def serverConnectionForTLS(self, protocol: Any) -> SSL.Connection:
        """Return a connection by what is known now; for Twisted."""
        return SSL.Connection(self._context, None)

    def start(self) -> None:
        """Look at the files every now and then."""
        self._next = self._reactor.callLater(_LOOK_EVERY_S, self._look_again)

    def stop(self) -> None:
        """Look no more."""
        if self._next is not None:
            self._next.cancel()
            self._next = None

    def check(self, certificate_file: Path, key_file: Path) -> None:
        """Raise ConfigurationError if these files cannot be used."""
        _pair(certificate_file, key_file)

    def use(self, certificate_file: Path, key_file: Path) -> None:
        """Read these files from now on. Raises ConfigurationError if they cannot be used: then nothing is another."""
        before = self._files
        self._files = (certificate_file, key_file)
        seen = self._look()
        try:
            self._context = self._read()
        except ConfigurationError:
            self._files = before
            raise
        self._seen = seen

    def _look_again(self) -> None:
        self.start()
        seen = self._look()
        if seen == self._seen:
            return
        # Whatever comes of it: what cannot be used is said once, and tried again when it has changed again.
        self._seen = seen
        try:
            self._context = self._read()
        except ConfigurationError as error:
            self._log.error("! the certificate is left as it was: {error}", error=str(error))
        else:
            self._log.info("= the certificate has changed; connections from now on are given the new one")

    def _look(self) -> list[tuple[int, ...]]:
        """Return what is another when a file is: a link may lead elsewhere, too."""
        found: list[tuple[int, ...]] = []
        for file in self._files:
            try:
                status = file.stat()
            except OSError:
                found.append(())
            else:
                found.append((status.st_mtime_ns, status.st_size, status.st_ino, status.st_dev))
        return found

    def _read(self) -> SSL.Context:
        """Return what connections are made by. Raises ConfigurationError."""
        warn_about(self._files[1])
        context, certificate = _pair(*self._files)
        self._warn_of_time(certificate)
        return context

    def _warn_of_time(self, certificate: x509.Certificate) -> None:
        now = datetime.now(UTC)
        ends = certificate.not_valid_after_utc
        if ends <= now:
            what = f"has expired, on {ends:%Y-%m-%d}: browsers refuse it"
        elif certificate.not_valid_before_utc > now:
            what = f"counts from {certificate.not_valid_before_utc:%Y-%m-%d %H:%M} UTC on only: browsers refuse it"
        elif ends - now < _SOON:
            what = f"expires on {ends:%Y-%m-%d}"
        else:
            return
        self._log.warn("! the certificate in {file} {what}", file=self._files[0], what=what)


def _pair(certificate_file: Path, key_file: Path) -> tuple[SSL.Context, x509.Certificate]:
    """Return what connections are made by, and the certificate of the host itself. Raises ConfigurationError."""
    chain = _certificates(certificate_file, _bytes_of(certificate_file, "certificate"))
    key = _key(key_file, _bytes_of(key_file, "key"))
    try:
        belong = _public(chain[0].public_key()) == _public(key.public_key())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ConfigurationError(f"{certificate_file} cannot be used for TLS: {error}") from None
    if not belong:
        raise ConfigurationError(
            f"the key in {key_file} is not that of the first certificate in {certificate_file}; [tls] "
            "certificate and key must belong together, the host's own certificate first"
        )
    try:
        context = _context(chain, key)
    except (SSL.Error, ValueError, TypeError) as error:
        raise ConfigurationError(f"{certificate_file} cannot be used for TLS: {error}") from None
    return context, chain[0]


def _bytes_of(file: Path, option: str) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{file}, [tls] {option}, cannot be read: {error.strerror}") from None


def _certificates(file: Path, pem: bytes) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError:
        raise ConfigurationError(
            f"{file}, [tls] certificate, has no certificate that can be read; it must be PEM "
            "(-----BEGIN CERTIFICATE-----)"
        ) from None


def _key(file: Path, pem: bytes) -> Any:
    try:
        return load_pem_private_key(pem, password=None)
    except TypeError:
        raise ConfigurationError(
            f"the key in {file} is encrypted, and katgate has nobody to ask for its password; decrypt it with "
            "openssl pkey, and let only katgate read it"
        ) from None
    except (ValueError, UnsupportedAlgorithm):
        raise ConfigurationError(
            f"{file}, [tls] key, has no key that can be read; it must be PEM (-----BEGIN PRIVATE KEY-----)"
        ) from None


def _public(key: Any) -> bytes:
    public: bytes = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return public


def _context(chain: list[x509.Certificate], key: Any) -> SSL.Context:
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    context.set_min_proto_version(SSL.TLS1_2_VERSION)
    context.set_cipher_list(_CIPHERS)
    context.set_options(SSL.OP_NO_COMPRESSION | SSL.OP_NO_RENEGOTIATION | SSL.OP_CIPHER_SERVER_PREFERENCE)
    context.set_mode(SSL.MODE_RELEASE_BUFFERS)  # 34 kB less for each idle connection
    context.set_session_id(b"katgate")
    context.use_certificate(chain[0])
    for certificate in chain[1:]:
        context.add_extra_chain_cert(certificate)
    context.use_privatekey(key)
    context.check_privatekey()
    return context
