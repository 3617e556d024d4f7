"""Negotiation: which KATCP a device speaks, from the first things it says.

    said                                          means
    #version-connect katcp-protocol 5.1-MIB       that, flags and all; also when other parts come first
    #version-connect katcp-protocol 4.9-M         v4: milliseconds, no message ids
    #version and #build-state, or one of them     v4, if no #version-connect follows shortly
    nothing                                       asked for its ?version-list; what does not know that is v4
    what an HTTP server says, or the like         no device (`strangers.py`)

Source: KATCP guidelines rev 4 and 5; katcp.md section 4 and rows 1 to 3 and 14 of section 11.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from twisted.internet.interfaces import IDelayedCall
from twisted.python.failure import Failure

from katgate.errors import RemoteError, shortened
from katgate.katcp.flags import ProtocolFlags
from katgate.katcp.message import Message
from katgate.tx.strangers import FIRST_BYTES, stranger

if TYPE_CHECKING:
    from katgate.tx.client import ClientKatCPProtocol
    from katgate.tx.pending import ReplyResult

__all__ = ["Negotiation"]

#: What is assumed of a device that does not say its version as v5 does.
_V4: Final = ProtocolFlags(4, 0)

#: The newest major version that we speak.
_NEWEST: Final = 5

#: A silent device is asked after so many seconds. Real v5 devices greet at once.
_PROBE_AFTER_S: Final = 1.0

#: One that does not answer that either is made to show what it is after so many seconds more.
_KNOCK_AFTER_S: Final = 2.0

#: `#version` and `#build-state` come together; one that is missing is waited for so many seconds.
_QUIET_S: Final = 0.25

#: Real devices announce fewer than ten parts.
_MOST_VERSIONS: Final = 100

#: Of each part so many words are kept, of so many characters; there should be a version and a build.
_MOST_WORDS: Final = 10
_LONGEST_WORD: Final = 200


class Negotiation:
    """One negotiation, which ends by calling `decided` with the flags or `failed` with a sentence, once.

    `versions` is what the device said of its parts: name -> words (version, build). A v4 device's `#version`
    and `#build-state` stand there as v5 has them, as its `katcp-device`.
    """

    def __init__(
        self,
        protocol: "ClientKatCPProtocol",
        decided: Callable[[ProtocolFlags], None],
        failed: Callable[[str], None],
    ) -> None:
        self.versions: dict[str, list[str]] = {}
        self._protocol = protocol
        self._decided = decided
        self._failed = failed
        self._is_over = False
        self._step: IDelayedCall | None = None
        self._limit: IDelayedCall | None = None
        self._version: str | None = None
        self._build_state: str | None = None
        self._first = b""

    def start(self) -> None:
        """Wait for the device to say what it speaks."""
        reactor = self._protocol.reactor
        self._step = reactor.callLater(_PROBE_AFTER_S, self._probe)
        self._limit = reactor.callLater(self._protocol.negotiation_timeout_s, self._timed_out)

    def stop(self) -> None:
        """Wait no more; nothing is called any more."""
        self._is_over = True
        for timer in (self._step, self._limit):
            if timer is not None and timer.active():
                timer.cancel()

    def take_bytes(self, data: bytes) -> None:
        """Take what comes in, before it is parsed: the first bytes may tell that this is no device."""
        if self._is_over or len(self._first) >= FIRST_BYTES:
            return
        self._first += data[: FIRST_BYTES - len(self._first)]
        who = stranger(self._first)
        if who is not None:
            self._fail(f"{who} answers at the device's address; is its port the right one?")

    def take_component(self, msg: Message) -> None:
        """Take `#version-connect name version [build]`, or such an inform of `?version-list`.

        `katcp-protocol` may come anywhere among the others; names that merely end in it are foreign.
        """
        name = msg.text(0)
        if len(self.versions) < _MOST_VERSIONS:
            words = range(1, min(len(msg.arguments), _MOST_WORDS))
            self.versions[shortened(name, _LONGEST_WORD)] = [
                shortened(msg.text(i), _LONGEST_WORD) for i in words
            ]
        if name == "katcp-protocol" and not self._is_over:
            self._take_protocol(msg.text(1))

    def take_version(self, text: str) -> None:
        """Take `#version`, which v4 devices say."""
        self._version = text
        self._take_old()

    def take_build_state(self, text: str) -> None:
        """Take `#build-state`, which v4 devices say."""
        self._build_state = text
        self._take_old()

    def _take_protocol(self, text: str) -> None:
        try:
            flags = ProtocolFlags.parse(text)
        except ValueError as error:
            self._fail(f"it announced a protocol that cannot be read: {shortened(str(error))}")
            return
        if not 1 <= flags.major <= _NEWEST:
            self._fail(
                f"it speaks KATCP {shortened(str(flags))}, and katgate speaks versions up to {_NEWEST}"
            )
            return
        self._decide(flags)

    def _take_old(self) -> None:
        said = (self._version or "", self._build_state or "")
        self.versions["katcp-device"] = [shortened(word, _LONGEST_WORD) for word in said]
        if self._is_over:
            return
        wait_s = _QUIET_S
        if self._version is not None and self._build_state is not None:
            wait_s = (
                0.0  # what came with them is still to be looked at: a v5 device may greet old clients too
            )
        if self._step is not None and self._step.active():
            self._step.cancel()
        self._step = self._protocol.reactor.callLater(wait_s, self._decide, _V4)

    def _probe(self) -> None:
        # The answer is looked at whatever it is: only a KATCP device gives any.
        asked = self._protocol.send_request("version-list", timeout=self._protocol.negotiation_timeout_s)
        asked.addCallbacks(self._probed, self._not_probed)
        if not self._is_over:
            self._step = self._protocol.reactor.callLater(_KNOCK_AFTER_S, self._knock)

    def _knock(self) -> None:
        # Lines of nothing are no message for a device; a web server that waits for the rest of what it takes for
        # a request's head has it then, and complains.
        self._protocol.transport.write(b"\r\n\r\n")

    def _probed(self, result: "ReplyResult") -> None:
        for msg in result[0]:
            self.take_component(msg)
        if not self._is_over:
            self._decide(_V4)

    def _not_probed(self, failure: Failure) -> None:
        failure.trap(RemoteError)  # lost or too late: who waits is told of that elsewhere

    def _timed_out(self) -> None:
        began = f" (what it said began with {repr(self._first)[1:]})" if self._first else ""
        self._fail(
            f"it said nothing that a KATCP device says within {self._protocol.negotiation_timeout_s:g} s: neither "
            f"#version-connect nor #version, nor a reply to ?version-list{began}; is it one?"
        )

    def _decide(self, flags: ProtocolFlags) -> None:
        self.stop()
        self._decided(flags)

    def _fail(self, why: str) -> None:
        self.stop()
        self._failed(why)
