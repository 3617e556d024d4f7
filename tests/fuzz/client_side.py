"""A device client with requests under way, and a device that says anything: it answers nothing, and lives."""

import re
from collections import Counter

from twisted.internet.task import Clock

from katgate.errors import KatgateError, NegotiationError
from katgate.tx import ClientKatCPProtocol
from tests.fuzz.play import MAX_LINE_LENGTH, Side, no_calls_left
from tests.support import Wire, outcome

__all__ = ["ClientSide"]

#: Request, and its timeout in seconds.
_ASKED = [("watchdog", 1.0), ("help", 3.0), ("sensor-value", 20.0), ("help", 40.0), ("sensor-list", 60.0)]
_MID = re.compile(rb"\[\d+\]")
_MOST_VERSIONS = 100
#: What the last inform of too many counts.
_MOST_ADDED = MAX_LINE_LENGTH * 50


class _Client(ClientKatCPProtocol):
    max_line_length = MAX_LINE_LENGTH
    max_informs = 1000


class ClientSide(Side):
    """The client's side; `hello` is what the device has said before."""

    def __init__(self, hello: bytes) -> None:
        clock = Clock()
        self.protocol = _Client(clock)
        super().__init__(Wire(self.protocol), clock)
        self.wire.say(hello)
        self._negotiated = outcome(self.protocol.when_negotiated())
        self._outcomes = [outcome(self.protocol.send_request(name, timeout=t)) for name, t in _ASKED]

    def result(self) -> object:
        """Return what was written, what became of the requests, and what was learnt."""
        flags, versions = self.protocol.flags, self.protocol.versions
        return self.heard, self._outcomes, flags, versions, self.protocol.farewell

    def check_bounds(self) -> None:
        """Assert also that what belongs to a request, or to none, is limited."""
        super().check_bounds()
        assert len(self.protocol.versions) <= _MOST_VERSIONS
        pending = self.protocol._pending
        assert len(pending) <= len(_ASKED) + 1
        everything = [*pending._by_mid.values(), *(p for queue in pending._by_name.values() for p in queue)]
        assert all(p.informs_bytes <= self.protocol.max_informs + _MOST_ADDED for p in everything)

    def check(self, said: bytes) -> None:
        """Assert that only requests were written, and that a following one has its reply."""
        asked = Counter(b"?" + name.encode() for name, _ in _ASKED)
        asked[b"?version-list"] = 1  # of a device that has not said which KATCP it speaks
        assert Counter(_MID.sub(b"", line) for line in self.heard) <= asked
        if self._negotiated and isinstance(self._negotiated[0], NegotiationError):
            assert self.wire.is_cut
        else:
            self._check_following()
            self.wire.cut()
        assert all(len(seen) == 1 for seen in self._outcomes)
        for (name, _), [seen] in zip(_ASKED, self._outcomes, strict=True):
            if not isinstance(seen, KatgateError):
                informs, reply = seen
                assert {name} == {msg.name for msg in (*informs, reply)}
        assert 0 == len(self.protocol._pending)
        no_calls_left(self.clock)

    def _check_following(self) -> None:
        seen = outcome(self.protocol.send_request("following"))
        [line] = self.hear()
        self.wire.say(b"!" + line[1:] + b" ok\n")
        [(informs, reply)] = seen
        assert ([], True) == (informs, reply.is_ok)
