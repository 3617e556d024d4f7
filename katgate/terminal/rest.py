"""Asking a katgate over REST, for what its WebSocket has no method for."""

from io import BytesIO
from typing import Any, Final

import msgspec
from twisted.internet.defer import TimeoutError
from twisted.python.failure import Failure
from twisted.web.client import Agent, FileBodyProducer, ResponseNeverReceived, readBody
from twisted.web.http_headers import Headers

import katgate
from katgate.errors import GatewayNotConnected, GatewayRefused
from katgate.terminal.gateway_address import HOW_TO_LOG_IN, GatewayAddress
from katgate.tx.refusals import why_refused

__all__ = ["Rest"]

#: How long the answer may take, in seconds.
_TIMEOUT_S: Final = 10.0


class Rest:
    """A katgate's REST API, with a token if it has logins."""

    def __init__(self, address: GatewayAddress, reactor: Any, token: str | None = None) -> None:
        self._address = address
        self._reactor = reactor
        self._token = token

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Return the JSON that a path under /api/v1 answers. Raises GatewayRefused, or GatewayNotConnected."""
        headers = Headers({"user-agent": [f"katgate/{katgate.__version__}"], "accept": ["application/json"]})
        if self._token is not None:
            headers.addRawHeader("authorization", f"Bearer {self._token}")
        if body is not None:
            headers.addRawHeader("content-type", "application/json")
        url = f"{self._address}/api/v1/{path}".rstrip("/").encode("ascii")
        producer = None if body is None else FileBodyProducer(BytesIO(msgspec.json.encode(body)))
        try:
            agent = Agent(self._reactor, connectTimeout=_TIMEOUT_S)
            asked = agent.request(method.encode("ascii"), url, headers, producer)
            response: Any = await asked.addTimeout(_TIMEOUT_S, self._reactor)
            raw = await readBody(response).addTimeout(_TIMEOUT_S, self._reactor)
        except TimeoutError:
            raise self._not_connected("what is there does not answer") from None
        except ResponseNeverReceived as error:
            raise self._not_connected(why_refused(error.reasons[0], "its")) from None
        except Exception:
            raise self._not_connected(why_refused(Failure(), "its")) from None
        return self._read(response.code, raw)

    def _read(self, code: int, raw: bytes) -> Any:
        try:
            answer = msgspec.json.decode(raw)
        except msgspec.DecodeError:
            raise self._not_connected(f"what answers there is no katgate: HTTP {code}") from None
        if code == 401 and self._token is None:
            raise GatewayRefused(
                {
                    "code": "unauthorized",
                    "detail": f"the katgate at {self._address} wants a login; {HOW_TO_LOG_IN}",
                }
            )
        if code >= 400:
            raise GatewayRefused(answer if isinstance(answer, dict) else {"detail": f"HTTP {code}"})
        return answer

    def _not_connected(self, why: str) -> GatewayNotConnected:
        return GatewayNotConnected(str(self._address), why)
