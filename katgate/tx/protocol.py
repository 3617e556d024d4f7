"""KatCP: bytes and messages on one transport, for both sides of a conversation.

It parses, dispatches by kind, and bounds what waits for a slow peer. Requests and replies are the
subclasses' business: `client.py` and `server_protocol.py`.
"""

import socket
from collections import Counter, deque
from typing import Any, ClassVar, Final

from twisted.internet import protocol
from twisted.internet.address import UNIXAddress
from twisted.internet.interfaces import IPushProducer, ITCPTransport, IUNIXTransport
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from katgate.katcp.message import MAX_LINE_LENGTH, Message, MessageType, Parser

__all__ = ["KatCP", "is_tcp", "peer_text"]

#: What may wait for a peer that does not read, in bytes; beyond it the connection is cut.
#: aiokatcp cuts at 32 MiB, katcp-python at 4 MiB; a bulk reply of 100,000 sensors is 2.5 MB.
MAX_UNSENT = 16 * 1024 * 1024

#: When a silent peer is looked after, how often, and how many times without an answer before it is given up.
#: (The peer's system answers these, so a device that is busy is not cut.)
_KEEP_ALIVE: Final = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3}

#: Answers to one chunk are joined up to so many bytes: more would hide how much waits for a peer.
_MOST_JOINED = 64 * 1024


@implementer(IPushProducer)
class KatCP(protocol.Protocol):
    """One KATCP connection. Override the `handle_` methods: request, reply, inform, unparsable."""

    _log: ClassVar = Logger()
    #: ITransport, ITCPTransport and IConsumer at once, which types cannot say; None before and after.
    transport: Any = None
    #: In bytes. What is longer is skipped, also if it is the reply to a request: that times out then, and without
    #: ids so do those of its name behind it. Raise it for a ROACH whose `?read` gives more.
    max_line_length = MAX_LINE_LENGTH
    max_unsent = MAX_UNSENT
    #: What the peer is called, where it has no address that says so.
    peer_name = ""

    def __init__(self) -> None:
        self._parser = Parser(self.max_line_length)
        self._is_over_long = False
        self._is_paused = False
        self._is_closing = False
        self._is_held = False
        self._is_taking = False
        self._inbox: deque[Message | ValueError] = deque()
        #: What answers the chunk that is being taken, to be written together; None between chunks.
        self._answers: list[bytes] | None = None
        self._answers_bytes = 0
        self._backlog: deque[bytes] = deque()
        self._backlog_bytes = 0
        self._complaints: Counter[str] = Counter()
        self._peer = "nobody"

    # What a subclass does with each kind of message.

    def handle_request(self, msg: Message) -> None:
        """Take a request from the peer."""
        self.complain("a request to one that is no server", msg)

    def handle_reply(self, msg: Message) -> None:
        """Take a reply from the peer."""
        self.complain("a reply to nothing", msg)

    def handle_inform(self, msg: Message) -> None:
        """Take an inform from the peer."""
        self._log.debug("< {peer}: ignored {msg!r}", peer=self.peer, msg=msg)

    def handle_unparsable(self, error: ValueError) -> None:
        """Take note of a line that is not KATCP. The connection lives on."""

    def chunk_ended(self) -> None:
        """Called after each chunk from the transport, when all its messages have been dispatched."""

    # What subclasses and users call.

    @property
    def peer(self) -> str:
        """The other side's address, for logs and `?client-list`; also when it is gone."""
        return self._peer

    def send_message(self, msg: Message) -> None:
        """Write a message; answers to what came in together are written together.

        Raises MessageError if its name or id is not legal; what is sent to a lost connection is dropped, as
        Twisted does.
        """
        self.send_line(bytes(msg))

    def send_line(self, line: bytes) -> None:
        """Write what is a message's wire form already, as `send_message` does."""
        if self.transport is None or self._is_closing:
            return
        if self._answers is not None:
            self._answers.append(line)
            self._answers_bytes += len(line)
            if self._answers_bytes > _MOST_JOINED:
                self._write_answers()
                self._answers = []
            return
        if not self._is_paused:
            self.transport.write(line)
            return
        self._backlog.append(line)
        self._backlog_bytes += len(line)
        if self._backlog_bytes > self.max_unsent:
            self._log.warn(
                "! {peer}: does not read: {count} bytes wait, cutting it off",
                peer=self.peer,
                count=self._backlog_bytes,
            )
            self.too_slow()

    def too_slow(self) -> None:
        """End a connection to a peer that does not read: more than `max_unsent` waits for it."""
        self.abort()

    def complain(self, what: str, about: object) -> None:
        """Log what the peer did wrong: the first time, then ever more rarely. One that does it all night must
        not fill the disk.
        """
        self._complaints[what] += 1
        count = self._complaints[what]
        if count & (count - 1) == 0:
            self._log.warn(
                "! {peer}: sent {what} ({count} so far), ignored: {about}",
                peer=self.peer,
                what=what,
                count=count,
                about=repr(about) if isinstance(about, Message) else about,
            )

    def close(self, *last_words: Message) -> None:
        """Close the connection once everything sent is out, and these; take nothing more from the peer."""
        if self.transport is None or self._is_closing:
            return
        self._write_answers()
        self._is_closing = True
        # With a producer Twisted would wait for that to end before it closes.
        self.transport.unregisterProducer()
        self.transport.writeSequence([*self._backlog, *map(bytes, last_words)])
        self.forget_backlog()
        self.transport.loseConnection()

    def abort(self) -> None:
        """Cut the connection at once; take nothing more from the peer."""
        self._is_closing = True
        self._answers = None
        self.forget_backlog()
        if self.transport is not None:
            self.transport.abortConnection()

    def forget_backlog(self) -> None:
        """Drop what waits for a peer that does not read."""
        self._backlog.clear()
        self._backlog_bytes = 0

    # Twisted's side.

    def connectionMade(self) -> None:
        """Watch how fast the peer reads, and let the system find out if it is gone.

        Messages are short and mostly alone, so none waits for the next (Nagle's rule costs 40 ms).
        """
        self._peer = self.peer_name or peer_text(self.transport.getPeer())
        self.transport.registerProducer(self, True)
        if is_tcp(self.transport):
            self.transport.setTcpKeepAlive(True)
            self.transport.setTcpNoDelay(True)
            _keep_alive_quickly(self.transport)

    def connectionLost(self, reason: Failure = protocol.connectionDone) -> None:
        """Forget the transport."""
        self.transport = None
        self.forget_backlog()
        self._inbox.clear()

    def dataReceived(self, data: bytes) -> None:
        """Dispatch every message that `data` completes, until the connection is closed from this side.

        No exception of a handler reaches the transport.
        """
        self._inbox.extend(self._parser.append(data))
        self._watch_length()
        self._take_inbox()

    def hold(self) -> None:
        """Take nothing more from the peer until `release`: what came with this chunk waits, and the peer is
        not read from.
        """
        if not self._is_held and self.transport is not None:
            self._is_held = True
            self.transport.pauseProducing()

    def release(self) -> None:
        """Go on after `hold`, once what is being taken now has been."""
        if self._is_held:
            self._is_held = False
            self._take_inbox()
            if not self._is_held and self.transport is not None and not self._is_closing:
                self.transport.resumeProducing()

    def _take_inbox(self) -> None:
        if self._is_taking:
            return  # a reply within the loop below has released it
        self._is_taking = True
        self._answers = []
        inbox = self._inbox
        while inbox and not self._is_held and self.transport is not None and not self._is_closing:
            parsed = inbox.popleft()
            try:
                if isinstance(parsed, Message):
                    self._dispatch(parsed)
                else:
                    self._is_over_long = False
                    self.complain("a line that is not KATCP", parsed)
                    self.handle_unparsable(parsed)
            except Exception:
                self._log_defect(parsed)
        self._is_taking = False
        self._write_answers()
        try:
            self.chunk_ended()
        except Exception:
            self._log_defect("the end of a chunk")

    def _write_answers(self) -> None:
        answers, self._answers = self._answers, None
        self._answers_bytes = 0
        if answers:
            self.send_line(b"".join(answers))

    def pauseProducing(self) -> None:
        """The peer does not keep up: keep what is sent from now on."""
        self._is_paused = True

    def resumeProducing(self) -> None:
        """The peer has taken what it had: give it what was kept."""
        self._is_paused = False
        while self._backlog and not self._is_paused:
            line = self._backlog.popleft()
            self._backlog_bytes -= len(line)
            self.transport.write(line)

    def stopProducing(self) -> None:
        """The transport has closed; `connectionLost` follows."""

    # Details.

    def _dispatch(self, msg: Message) -> None:
        if msg.mtype is MessageType.INFORM:
            self.handle_inform(msg)
        elif msg.mtype is MessageType.REPLY:
            self.handle_reply(msg)
        else:
            self.handle_request(msg)

    def _log_defect(self, what: object) -> None:
        self._log.failure("! {peer}: a defect of ours while taking {what!r}", peer=self.peer, what=what)

    def _watch_length(self) -> None:
        # The parser reports an over-long line at its end, which may never come.
        if self._parser.is_skipping and not self._is_over_long:
            self._is_over_long = True
            self._log.warn(
                "! {peer}: is sending a line of more than {limit} bytes; skipping to its end",
                peer=self.peer,
                limit=self.max_line_length,
            )


def _keep_alive_quickly(transport: Any) -> None:
    # A host that has lost its power is noticed within half a minute while nothing is sent, not after two hours.
    for option, value in _KEEP_ALIVE.items():
        if hasattr(socket, option):
            transport.getHandle().setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)


def is_tcp(transport: object) -> bool:
    """Return whether what is said of TCP alone can be set. (Twisted's UNIX sockets say that they were TCP.)"""
    return ITCPTransport.providedBy(transport) and not IUNIXTransport.providedBy(transport)


def peer_text(address: object) -> str:
    """Return `host:port` of a Twisted address, `[host]:port` for IPv6, `local` of a UNIX socket, or its own text."""
    if isinstance(address, UNIXAddress):
        return "local"
    host, port = getattr(address, "host", None), getattr(address, "port", None)
    if host is None:
        return str(address)
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
