"""A mirror with its connection, and a device that says anything: it stays in step, or gets there again."""

from enum import Enum, auto
from random import Random

from twisted.internet.task import Clock

from katgate.katcp.message import Message, Parser
from katgate.katcp.reading import Reading, SensorDescription
from katgate.tx import Mirror, MirrorListener, State
from katgate.tx.mirrored import MirroredProtocol
from tests.fuzz.play import MAX_LINE_LENGTH, Side, latest_mid, no_calls_left
from tests.support import FakeEndpoint, outcome

__all__ = ["MirrorSide", "Start"]

#: What a device in its right mind answers.
_SENSORS: list[tuple[object, ...]] = [
    ("a", "temperature", "C", "float", -10.0, 10.0),
    ("b", "mode", "", "discrete", "on", "off"),
    ("n", "count", "", "integer"),
]
_INFORMS: dict[str, list[tuple[object, ...]]] = {"help": [("watchdog", "Ping.")], "sensor-list": _SENSORS}

#: What a mirror may ask; the last one of a device that has not said which KATCP it speaks.
_ASKED = {b"help", b"sensor-list", b"sensor-sampling", b"sensor-value", b"version-list"}

#: To get in step takes three or four answers; 100 s pass before a mirror that was told nonsense asks again.
_MOST_ANSWERS = 10
_MOST_ROUNDS = 100


class _Protocol(MirroredProtocol):
    max_line_length = MAX_LINE_LENGTH


class _Mirror(Mirror):
    def _build_protocol(self) -> MirroredProtocol:
        protocol = _Protocol(self._reactor)
        protocol.mirror = self
        return protocol


class Start(Enum):
    """How far a mirror has got before the device talks nonsense."""

    CONNECTED = auto()
    NEGOTIATED = auto()
    SYNCED = auto()


class MirrorSide(Side, MirrorListener):
    """The mirror's side. `hello` is what a device says first; its sensors are a, b and n."""

    protocol_class = _Protocol

    def __init__(self, hello: bytes, start: Start = Start.SYNCED) -> None:
        self.told: list[object] = []
        self._hello = hello
        self._was_synced = start is Start.SYNCED
        self._clock = Clock()
        self._endpoint = FakeEndpoint()
        self._mirror = _Mirror(
            "cbf",
            self._endpoint,
            self,
            reactor=self._clock,
            random=Random(1),
            wall_clock=self._clock.seconds,
            watchdog_s=0,  # what is asked here shall follow from what was said
        )
        self.connection = self._mirror.connection
        self._mirror.start()
        super().__init__(self._endpoint.accept(), self._clock)
        if start is Start.NEGOTIATED:
            self.wire.say(hello)
        elif start is Start.SYNCED:
            self._get_in_step()

    # What a mirror's listener is told.

    def state_changed(self) -> None:
        """Take note."""
        self.told.append(self.connection.state)

    def requests_changed(self, requests: dict[str, str]) -> None:
        """Take note."""
        self.told.append(requests)

    def sensors_changed(self, added: list[SensorDescription], removed: list[str]) -> None:
        """Take note."""
        self.told.append((added, removed))

    def reading(self, sensor: str, reading: Reading) -> None:
        """Take note."""
        self.told.append((sensor, reading))

    def inform(self, msg: Message) -> None:
        """Take note."""
        self.told.append(msg)

    def unreachable(self) -> None:
        """Take note."""
        self.told.append("unreachable")

    def chunk_ended(self) -> None:
        """Of no interest: it does depend on how the bytes are cut."""

    # The play.

    def result(self) -> object:
        """Return what was written, what the listener was told, and how things stand."""
        return self.heard, self.told, self.connection.state, self.connection.error

    def check_bounds(self) -> None:
        """Assert also that no two sensors go by one name, and that a mirror that was in step is so still."""
        super().check_bounds()
        names = [mirrored.name for mirrored in self._mirror.sensors.values()]
        assert len(set(names)) == len(names)
        if self._was_synced:
            assert State.SYNCED is self.connection.state

    def check(self, said: bytes) -> None:
        """Assert that the mirror gets in step again: on this connection if it can be, and on the next."""
        names = {line[1:].split(b" ", 1)[0].split(b"[")[0] for line in self.heard if line.startswith(b"?")}
        assert set() == names - _ASKED
        assert [] == [line for line in self.heard if not line.startswith(b"?")]
        if self._was_synced and b"I" in self._hello:
            self._check_in_step_again()
        self.wire.cut()
        self._check_reconnection()
        stopped = outcome(self.connection.stop())
        assert [None] == stopped
        no_calls_left(self.clock)

    def listed_anew(self, sensor: bytes) -> list[object]:
        """Let the device list one sensor only; return what the listener is told of sensors: added, removed."""
        self.told.clear()
        self.wire.say(b"#interface-changed\n")
        self.clock.advance(2.5)
        for lines in (
            b"!help[M] ok 0\n",
            b"#sensor-list[M] %s\n!sensor-list[M] ok 1\n",
            b"!sensor-sampling[M] ok\n",
            b"!sensor-value[M] ok 0\n",
        ):
            mid = latest_mid(self.hear())
            self.wire.say(lines.replace(b"[M]", mid).replace(b"%s", sensor))
        changes = [told for told in self.told if isinstance(told, tuple)]
        return [([about.name for about in added], removed) for added, removed in changes]

    def _check_in_step_again(self) -> None:
        self.wire.say(*(answer for line in self.heard for answer in _answers(line)))
        self.wire.say(b"#interface-changed\n")
        for _ in range(_MOST_ROUNDS):
            self._answer()
            if not self.clock.getDelayedCalls():
                break
            self.clock.advance(2.5)
        no_calls_left(self.clock)
        self._check_readings()

    def _check_reconnection(self) -> None:
        assert {State.SLEEPING: 1, State.CONNECTING: 0}[self.connection.state] == len(
            self.clock.getDelayedCalls()
        )
        assert self.connection.error
        self.clock.advance(30.0)
        self.wire = self._endpoint.accept()
        self._get_in_step()
        self._check_readings()

    def _check_readings(self) -> None:
        assert State.SYNCED is self.connection.state
        assert {"a", "b", "n"} == set(self._mirror.sensors)
        self.told.clear()
        self.wire.say(b"#sensor-status 7.5 1 a nominal 42\n")
        assert [("a", (7.5, "nominal", 42.0))] == self.told

    def _get_in_step(self) -> None:
        self.wire.say(self._hello)
        self._answer()
        assert State.SYNCED is self.connection.state

    def _answer(self) -> None:
        """Answer what is asked, until nothing is."""
        for _ in range(_MOST_ANSWERS):
            asked = self.hear()
            if not asked:
                return
            self.wire.say(*(answer for line in asked for answer in _answers(line)))
        raise AssertionError("it asks and asks")


def _answers(line: bytes) -> list[bytes]:
    """Return what a device in its right mind says to a request."""
    [request] = Parser().append(line + b"\n")
    assert isinstance(request, Message)
    informs = [Message.reply_inform(request, *words) for words in _INFORMS.get(request.name, [])]
    if request.name == "sensor-sampling":
        reply = Message.reply_to_request(request, "ok", *request.arguments)
    else:
        reply = Message.reply_to_request(request, "ok", len(informs))
    return [bytes(msg) for msg in (*informs, reply)]
