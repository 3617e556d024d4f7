"""ProviderKeys: asks an OpenID provider for the keys it signs with: at the start, every hour, and when it must have
new ones. While it cannot be asked those that are known stay.
"""

import json
from collections.abc import Callable
from typing import Any, Final

from OpenSSL import SSL
from service_identity.exceptions import VerificationError
from twisted.internet.defer import CancelledError, Deferred, TimeoutError
from twisted.internet.error import ConnectError, DNSLookupError
from twisted.internet.interfaces import IDelayedCall
from twisted.internet.protocol import Protocol, connectionDone
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.web.client import Agent, ResponseDone, ResponseFailed
from twisted.web.http_headers import Headers
from twisted.web.iweb import IAgent

import katgate
from katgate.authority.key_set import KeySet
from katgate.authority.safe_url import is_safe_url
from katgate.errors import LocalError

__all__ = ["ProviderKeys"]

#: How long it may take to answer, and how much, in seconds and bytes.
_PATIENCE_S: Final = 10
_MOST_BYTES: Final = 1024 * 1024
#: How often the keys are asked for, when they are well known, and when it did not answer.
_EVERY_S: Final = 3600
_AGAIN_S: Final = 30
#: How often at most, whatever keys are shown.
_SHORTEST_S: Final = 30

_DISCOVERY: Final = "/.well-known/openid-configuration"


class ProviderKeys:
    """The keys of the provider `issuer`, given to `take` whenever they have come in.

    They are at `url`, or where the provider says itself. `agent` asks; it must not follow redirects.
    """

    _log = Logger()

    def __init__(
        self,
        issuer: str,
        url: str,
        take: Callable[[KeySet], None],
        *,
        reactor: Any,
        agent: IAgent | None = None,
    ) -> None:
        self._issuer = issuer
        self._url = url
        self._take = take
        self._reactor = reactor
        self._agent = agent or Agent(reactor, connectTimeout=_PATIENCE_S)
        self._next: IDelayedCall | None = None
        self._asking: Deferred[None] | None = None
        self._asked_at = float("-inf")
        self._is_running = False
        #: Whether the last attempt failed; None before the first.
        self._is_away: bool | None = None

    def start(self) -> None:
        """Ask, and go on asking."""
        self._is_running = True
        self._ask()

    def stop(self) -> None:
        """Ask no more."""
        self._is_running = False
        if self._next is not None:
            self._next.cancel()
            self._next = None
        if self._asking is not None:
            self._asking.cancel()

    def ask_again(self) -> None:
        """Ask now, or as soon as that is not too often; somebody shows a token by a key that is not known."""
        if self._is_running and self._asking is None:
            self._plan(max(0.0, self._asked_at + _SHORTEST_S - self._reactor.seconds()))

    def _plan(self, delay_s: float) -> None:
        """Ask after that time, if not before."""
        at = self._reactor.seconds() + delay_s
        if self._next is not None:
            if self._next.getTime() <= at:
                return
            self._next.cancel()
        self._next = self._reactor.callLater(delay_s, self._ask)

    def _ask(self) -> None:
        self._next = None
        self._asked_at = self._reactor.seconds()
        self._asking = Deferred.fromCoroutine(self._ask_all())
        self._asking.addErrback(lambda failure: self._log.failure("! a defect of ours", failure))
        self._asking.addBoth(self._asked)

    def _asked(self, _: object) -> None:
        self._asking = None

    async def _ask_all(self) -> None:
        why = ""
        try:
            keys = KeySet.of_json(await self._get(self._url or await self._discover()))
            if not len(keys):
                raise LocalError(
                    "none of its keys can be used: " + ("; ".join(keys.left_out) or "there are none")
                )
        except LocalError as error:
            why = str(error)
        if not self._is_running:
            return
        if why:
            self._say_away(why)
        else:
            self._say_here(keys)
            self._take(keys)
        self._plan(_AGAIN_S if why else _EVERY_S)

    async def _discover(self) -> str:
        """Return where the provider says that its keys are. Raises LocalError."""
        raw = await self._get(self._issuer.rstrip("/") + _DISCOVERY)
        try:
            said = json.loads(raw)
            issuer, url = said["issuer"], said["jwks_uri"]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise LocalError(
                'it does not say where its keys are: no JSON with "issuer" and "jwks_uri"'
            ) from None
        if issuer != self._issuer:
            raise LocalError(
                f"it calls itself {str(issuer)[:200]!r}; that must be [oidc] issuer, to the letter"
            )
        if not isinstance(url, str) or not is_safe_url(url):
            raise LocalError(f"it says that its keys are at {str(url)[:200]!r}, which is not https")
        return url

    async def _get(self, url: str) -> bytes:
        """Return what is at an address. Raises LocalError, which says why not."""
        asking = Deferred.fromCoroutine(self._fetch(url))
        asking.addTimeout(_PATIENCE_S, self._reactor)
        try:
            return await asking
        except LocalError as error:
            raise LocalError(f"{url}: {error}") from None
        except Exception as error:
            # Whatever keeps it from answering: the network, its name, TLS, no HTTP, the time.
            raise LocalError(f"{url}: {_reason(error)}") from None

    async def _fetch(self, url: str) -> bytes:
        headers = Headers({"accept": ["application/json"], "user-agent": [f"katgate/{katgate.__version__}"]})
        answer: Any = await self._agent.request(b"GET", url.encode("ascii"), headers)
        if answer.code != 200:
            answer.deliverBody(_Unwanted())
            where = (answer.headers.getRawHeaders("location") or [""])[0][:200]
            raise LocalError(
                f"it answered {answer.code}"
                + (f" (go to {where}); redirects are not followed" if where else "")
            )
        body = _Body()
        answer.deliverBody(body)
        return await body.whole

    def _say_away(self, why: str) -> None:
        # Once for each outage: it is asked again and again.
        say = self._log.debug if self._is_away else self._log.error
        kept = (
            "those that are known still count" if self._is_away is False else "nobody is let in by it so far"
        )
        say(
            "! the keys of the OpenID provider {issuer} cannot be had ({why}); {kept}",
            issuer=self._issuer,
            why=why,
            kept=kept,
        )
        self._is_away = True

    def _say_here(self, keys: KeySet) -> None:
        say = self._log.debug if self._is_away is False else self._log.info
        say("= the OpenID provider {issuer} has {count} keys", issuer=self._issuer, count=len(keys))
        for why in keys.left_out:
            self._log.debug("= the OpenID provider: {why}", why=why)
        self._is_away = False


class _Body(Protocol):
    """Takes a body, up to a limit; `whole` fires with it."""

    transport: Any

    def __init__(self) -> None:
        self.whole: Deferred[bytes] = Deferred(lambda _: self.transport.loseConnection())
        self._parts: list[bytes] = []
        self._size = 0

    def dataReceived(self, data: bytes) -> None:
        """Take a part."""
        self._size += len(data)
        if self._size <= _MOST_BYTES:
            self._parts.append(data)
        elif not self.whole.called:
            self.whole.errback(LocalError(f"it says more than {_MOST_BYTES} bytes"))
            self.transport.loseConnection()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Tell whether that was all."""
        if self.whole.called:
            return
        if reason.check(ResponseDone):
            self.whole.callback(b"".join(self._parts))
        else:
            self.whole.errback(reason)


class _Unwanted(Protocol):
    """Takes no body."""

    transport: Any

    def connectionMade(self) -> None:
        """Cut."""
        self.transport.loseConnection()


def _reason(error: BaseException) -> str:
    if isinstance(error, ResponseFailed) and error.reasons:
        return _reason(error.reasons[0].value)
    if isinstance(error, DNSLookupError):
        return "its host name is not known"
    if isinstance(error, ConnectError):
        return f"no connection ({error.osError or type(error).__name__})"
    if isinstance(error, SSL.Error | VerificationError):
        return f"its certificate cannot be verified: {error}"[:300]
    if isinstance(error, CancelledError | TimeoutError):
        return f"no answer within {_PATIENCE_S} s"
    return f"{type(error).__name__}: {error}"[:300]
