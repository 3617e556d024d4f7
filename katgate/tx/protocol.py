"""KatCP: bytes and messages on one transport, for both sides of a conversation.

It parses, dispatches by kind, and bounds what waits for a slow peer. Requests and replies are the
subclasses' business: `client.py` and `server.py`.
"""

from typing import Any, ClassVar

from twisted.internet import protocol
from twisted.internet.interfaces import IPushProducer
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from katgate.katcp.message import MAX_LINE_LENGTH, Message, MessageType, Parser

__all__ = ["KatCP"]

#: What may wait for a peer that does not read, in bytes; beyond it the connection is cut.
#: aiokatcp cuts at 32 MiB, katcp-python at 4 MiB; a bulk reply of 100,000 sensors is 2.5 MB.
MAX_UNSENT = 16 * 1024 * 1024


@implementer(IPushProducer)
class KatCP(protocol.Protocol):
    """One KATCP connection. Override the `handle_` methods: request, reply, inform, unparsable."""

    log: ClassVar = Logger()
    #: ITransport, ITCPTransport and IConsumer at once, which types cannot say; None before and after.
    transport: Any = None
    max_line_length = MAX_LINE_LENGTH
    max_unsent = MAX_UNSENT

    def __init__(self) -> None:
        self._parser = Parser(self.max_line_length)
        self._is_paused = False
        self._is_over_long = False
        self._unsent = 0
        self._bad_lines = 0

    # What a subclass does with each kind of message.

    def handle_request(self, msg: Message) -> None:
        """Take a request from the peer."""
        self.log.warn("! {peer} ignored a request that nobody asked for: {msg}", peer=self.peer, msg=msg)

    def handle_reply(self, msg: Message) -> None:
        """Take a reply from the peer."""
        self.log.warn("! {peer} ignored a reply to nothing: {msg}", peer=self.peer, msg=msg)

    def handle_inform(self, msg: Message) -> None:
        """Take an inform from the peer."""
        self.log.debug("< {peer} ignored {msg}", peer=self.peer, msg=msg)

    def handle_unparsable(self, error: ValueError) -> None:
        """Take note of a line that is not KATCP. The connection lives on."""

    def chunk_ended(self) -> None:
        """Called after each chunk from the transport, when all its messages have been dispatched."""

    # What subclasses and users call.

    @property
    def peer(self) -> str:
        """The other side's address, for logs and `?client-list`."""
        return peer_text(self.transport.getPeer()) if self.transport is not None else "nobody"

    def send_message(self, msg: Message) -> None:
        """Write a message. Raises MessageError if its name or id is not legal; what is sent to a lost
        connection is dropped, as Twisted does.
        """
        line = bytes(msg)
        if self.transport is None:
            return
        if self._is_paused:
            self._unsent += len(line)
            if self._unsent > self.max_unsent:
                self._cut()
                return
        self.transport.write(line)

    def close(self) -> None:
        """Close the connection once everything sent is out."""
        if self.transport is not None:
            self.transport.loseConnection()

    def abort(self) -> None:
        """Cut the connection at once."""
        if self.transport is not None:
            self.transport.abortConnection()

    # Twisted's side.

    def connectionMade(self) -> None:
        """Watch how fast the peer reads."""
        self.transport.registerProducer(self, True)

    def connectionLost(self, reason: Failure = protocol.connectionDone) -> None:
        """Forget the transport."""
        self.transport = None

    def dataReceived(self, data: bytes) -> None:
        """Dispatch every message that `data` completes; no exception of a handler reaches the transport."""
        for parsed in self._parser.append(data):
            if self.transport is None:
                return
            if isinstance(parsed, Message):
                self._dispatch(parsed)
            else:
                self._unparsable(parsed)
        self._watch_length()
        self.chunk_ended()

    def pauseProducing(self) -> None:
        """The peer does not keep up: count what waits from now on."""
        self._is_paused = True

    def resumeProducing(self) -> None:
        """The peer has taken everything."""
        self._is_paused = False
        self._unsent = 0

    def stopProducing(self) -> None:
        """The transport has closed; `connectionLost` follows."""

    # Details.

    def _dispatch(self, msg: Message) -> None:
        try:
            if msg.mtype is MessageType.INFORM:
                self.handle_inform(msg)
            elif msg.mtype is MessageType.REPLY:
                self.handle_reply(msg)
            else:
                self.handle_request(msg)
        except Exception:
            self.log.failure("! {peer} a defect of ours while taking {msg!r}", peer=self.peer, msg=msg)

    def _unparsable(self, error: ValueError) -> None:
        self._is_over_long = False
        self._bad_lines += 1
        # The first, then ever more rarely: a peer that speaks rubbish must not fill the disk.
        if self._bad_lines & (self._bad_lines - 1) == 0:
            self.log.warn(
                "! {peer} sent a line that is not KATCP ({count} so far), skipped: {error}",
                peer=self.peer,
                count=self._bad_lines,
                error=error,
            )
        self.handle_unparsable(error)

    def _watch_length(self) -> None:
        # The parser reports an over-long line at its end, which may never come.
        if self._parser.is_skipping and not self._is_over_long:
            self._is_over_long = True
            self.log.warn(
                "! {peer} is sending a line of more than {limit} bytes; skipping to its end",
                peer=self.peer,
                limit=self.max_line_length,
            )

    def _cut(self) -> None:
        self.log.warn(
            "! {peer} does not read: {unsent} bytes wait, cutting it off", peer=self.peer, unsent=self._unsent
        )
        self.abort()


def peer_text(address: object) -> str:
    """Return `host:port` of a Twisted address, `[host]:port` for IPv6, or its own text."""
    host, port = getattr(address, "host", None), getattr(address, "port", None)
    if host is None:
        return str(address)
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
