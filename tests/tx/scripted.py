"""A device that plays a transcript, and who talks to it: a client, or a mirror.

A transcript is what a real device was seen to say: its hello, and what it answers to each request. In an
answer `[id]` stands for the request's message id (nothing if it came without one), `[args]` for its arguments.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random

from twisted.internet.task import Clock

from katgate.katcp.message import Message
from katgate.katcp.reading import Reading
from katgate.katcp.sampling import Strategy
from katgate.tx.client import ClientKatCPProtocol
from katgate.tx.mirror import Mirror
from katgate.tx.mirrored import MirrorListener
from katgate.tx.pending import ReplyResult
from tests.support import FakeEndpoint, Wire, outcome

__all__ = ["A_MOMENT_S", "ClientTalk", "MirrorTalk", "ScriptedDevice", "Told", "Transcript", "shown"]

#: More than any conversation of these tests takes; beyond it something goes round in circles.
_MOST_TURNS = 1000

#: A hello in the manner of v4 is complete when so many seconds have passed, if not before.
A_MOMENT_S = 0.3

#: A reading as the tests write it: sensor, timestamp, status, value.
Told = tuple[str, float, str, object]


@dataclass(frozen=True)
class Transcript:
    """What a device says. An answer's key is the whole request, `?sensor-value check`, or its name alone."""

    hello: bytes
    answers: Mapping[str, bytes]
    #: How many bytes of it arrive at once, at most.
    chunk: int = 2**30

    def but(self, answers: Mapping[str, bytes], *, hello: bytes | None = None) -> "Transcript":
        """Return a device that differs in these answers, and in its hello if one is given."""
        return replace(
            self, answers={**self.answers, **answers}, hello=self.hello if hello is None else hello
        )

    def in_chunks(self, size: int) -> "Transcript":
        """Return the same device on a line that delivers so many bytes at once."""
        return replace(self, chunk=size)


class ScriptedDevice:
    """The device's end of one connection. What it was asked stands in `heard`, as it was written."""

    def __init__(self, transcript: Transcript, wire: Wire) -> None:
        self.wire = wire
        self.heard: list[str] = []
        #: Whether it carries out a slow request: a C server reads on, and answers nothing meanwhile.
        self.is_busy = False
        #: May be changed as the device changes.
        self.answers = dict(transcript.answers)
        self._chunk = transcript.chunk
        self._unanswered: deque[bytes] = deque()
        self.say(transcript.hello)

    def say(self, text: bytes) -> None:
        """Say something by itself, and answer what it is asked because of that."""
        self._deliver(text)
        self.play()

    def play(self) -> None:
        """Answer what it is asked, until it is asked nothing more."""
        for _ in range(_MOST_TURNS):
            self._unanswered += self.wire.transport.value().splitlines()
            self.heard += self.wire.heard()
            if not self._unanswered or self.is_busy:
                return
            self._deliver(self._answer_to(self._unanswered.popleft()))
        raise AssertionError(f"it is asked without end: {self.heard[-3:]}")

    def take_heard(self) -> list[str]:
        """Return what it was asked since the last call."""
        heard, self.heard = self.heard, []
        return heard

    def _deliver(self, text: bytes) -> None:
        self.wire.say(*(text[at : at + self._chunk] for at in range(0, len(text), self._chunk)))

    def _answer_to(self, line: bytes) -> bytes:
        head, _, arguments = line.partition(b" ")
        name, bracket, mid = head.partition(b"[")
        whole = (name + b" " + arguments).decode("utf-8", "backslashreplace")
        answer = self.answers.get(whole, self.answers.get(name.decode("ascii")))
        if answer is None:
            answer = b"!" + name[1:] + b"[id] invalid unknown\\_command\n"
        return answer.replace(b"[id]", bracket + mid).replace(b"[args]", arguments)


class ClientTalk(ClientKatCPProtocol):
    """A client, its clock and the device that it talks to; keeps the informs that belong to no request."""

    def __init__(self, transcript: Transcript) -> None:
        self.clock = Clock()
        super().__init__(self.clock)
        self.informs: list[str] = []
        self.negotiation = outcome(self.when_negotiated())
        self.wire = Wire(self)
        self.device = ScriptedDevice(transcript, self.wire)
        if transcript.hello:
            self.advance(A_MOMENT_S)

    def ask(self, name: str, *arguments: object, timeout: float | None = None) -> object:
        """Send a request and let the device answer; return what came of it, see `shown`."""
        result = outcome(self.send_request(name, *arguments, timeout=timeout))
        self.device.play()
        return shown(result)

    def advance(self, seconds: float) -> None:
        """Let time pass, and let the device answer."""
        self.clock.advance(seconds)
        self.device.play()

    def unhandled_inform(self, msg: Message) -> None:
        """Keep it."""
        self.informs.append(str(msg))


class MirrorTalk(MirrorListener):
    """A mirror, its clock and the device that it mirrors; keeps what the mirror tells its listener."""

    def __init__(self, transcript: Transcript, strategy: str = "auto") -> None:
        self.clock = Clock()
        self.transcript = transcript
        self.readings: list[Told] = []
        self.informs: list[str] = []
        self._endpoint = FakeEndpoint()
        self.mirror = Mirror(
            "roach",
            self._endpoint,
            self,
            strategy=Strategy.parse(strategy.split()),
            reactor=self.clock,
            random=Random(1),
            wall_clock=self.clock.seconds,
            watchdog_s=0,  # what is asked here is what the device's habits make it ask
        )
        self.mirror.start()
        self.device = self.connect()

    def connect(self) -> ScriptedDevice:
        """Let the mirror reach its device, for the first time or again."""
        self.clock.advance(30.0)  # the longest pause
        self.device = ScriptedDevice(self.transcript, self._endpoint.accept())
        if self.transcript.hello:
            self.advance(A_MOMENT_S)
        return self.device

    def ask(self, name: str, *arguments: object) -> object:
        """Send a request and let the device answer; return what came of it, see `shown`."""
        result = outcome(self.mirror.send_request(name, *arguments))
        self.device.play()
        return shown(result)

    def set_strategy(self, sensor: str, strategy: str) -> str:
        """Set a strategy; return the words of the error, if there is one."""
        done = outcome(self.mirror.set_strategy(sensor, Strategy.parse(strategy.split())))
        self.device.play()
        [error] = done
        return "" if error is None else str(error)

    def advance(self, seconds: float) -> None:
        """Let time pass, and let the device answer."""
        self.clock.advance(seconds)
        self.device.play()

    def take_readings(self) -> list[Told]:
        """Return the readings told since the last call."""
        readings, self.readings = self.readings, []
        return readings

    def reading(self, sensor: str, reading: Reading) -> None:
        """Keep it."""
        self.readings.append((sensor, reading.timestamp, reading.status.value, reading.value))

    def inform(self, msg: Message) -> None:
        """Keep it."""
        self.informs.append(str(msg))


def shown(result: "list[ReplyResult | Exception]") -> object:
    """Return the informs and the reply as text, or the exception; None as long as there is neither."""
    if not result:
        return None
    [only] = result
    if isinstance(only, Exception):
        return only
    informs, reply = only
    return [str(msg) for msg in informs], str(reply)
