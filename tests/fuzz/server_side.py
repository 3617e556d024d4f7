"""A device server, and a client that says anything: each line has its one answer, and others notice nothing."""

import re
from collections.abc import Iterator

from twisted.internet.testing import MemoryReactorClock

from katgate.katcp.message import Message, MessageType, Parser
from katgate.katcp.reading import Status
from katgate.katcp.sensor import IntSensor, Sensor
from katgate.tx import DeviceProtocol, DeviceServer
from katgate.tx.handlers import handlers_of
from tests.fuzz.play import MAX_LINE_LENGTH, Side, no_calls_left
from tests.support import Wire

__all__ = ["ServerSide"]

#: Requests whose reply counts their informs.
_COUNTED = {"help", "version-list", "client-list", "sensor-list", "sensor-value"}
_CLOSING = {"halt", "restart"}
#: Log levels at which nothing is said of errors.
_SILENT = {"off", "fatal"}

#: One of every type: type, name, params.
_SENSORS = [
    (Sensor.FLOAT, "a.float", "-10.0", "10.0"),
    (Sensor.INTEGER, "an-int"),
    (Sensor.BOOLEAN, "flag"),
    (Sensor.DISCRETE, "mode", "on", "off", "not so"),
    (Sensor.STRING, "text"),
    (Sensor.TIMESTAMP, "when"),
    (Sensor.ADDRESS, "where"),
    (Sensor.LRU, "health"),
]

#: A period may be a millisecond; more time than this would be spent on its updates alone.
_LONGEST_WAIT_S = 0.05

# What differs from run to run: the time in `#log`, and the ports that fake wires are given. And where in a line
# the codec found an id too large, which depends on the chunks.
_VARYING = re.compile(rb"(?<=#log error )[0-9.]+|(?<=192\.168\.1\.1:)\d+|(?<=at\\_character\\_)\d+")


class _Protocol(DeviceProtocol):
    max_line_length = MAX_LINE_LENGTH


class _Device(DeviceServer):
    protocol = _Protocol

    def setup_sensors(self) -> None:
        """Add them, and one that moves on when it is read."""
        for kind, name, *params in _SENSORS:
            self.add_sensor(Sensor(kind, name, "A sensor", params=params, clock=self.reactor.seconds))
        self.add_sensor(IntSensor(Sensor.INTEGER, "count", "Counts", clock=self.reactor.seconds))


class ServerSide(Side):
    """The server's side. Its sensors change whenever time passes."""

    def __init__(self) -> None:
        self.device = _Device(0, "127.0.0.1", reactor=MemoryReactorClock())
        self._other = Wire(self.device.buildProtocol(None))
        super().__init__(Wire(self.device.buildProtocol(None)), self.device.reactor)
        self.hear()
        self.heard.clear()
        self._other.heard()
        self._ticks = 0

    def pass_time(self, seconds: float) -> None:
        """Let a little time pass and the sensors have new readings. Every other time the client stops reading."""
        super().pass_time(min(seconds, _LONGEST_WAIT_S))
        self._ticks += 1
        self._let_read(self._ticks % 2 == 0)
        now = self.clock.seconds()
        self.device.sensors["a.float"].set(now, Status.WARN, float(self._ticks))
        self.device.sensors["an-int"].set(now, Status.NOMINAL, 10**self._ticks)
        self.device.sensors["mode"].set(now, Status.NOMINAL, ["on", "off"][self._ticks % 2])
        self.device.sensors["text"].set(now, Status.NOMINAL, b"\xff\n\0 " * self._ticks)

    def result(self) -> object:
        """Return all that was written, when the client has read it."""
        self._let_read(True)
        self.clock.advance(0)  # when a server that is halted lets its clients go
        self.hear()
        return [_VARYING.sub(b"", line) for line in self.heard]

    def _let_read(self, reads: bool) -> None:
        if not self.wire.is_cut:
            (self.wire.protocol.resumeProducing if reads else self.wire.protocol.pauseProducing)()

    def check_bounds(self) -> None:
        """Assert also that there is at most one sampler for each sensor."""
        super().check_bounds()
        assert len(self.wire.protocol.sampling._sampled) <= len(self.device.sensors)
        assert all(len(sensor._observers) <= 1 for sensor in self.device.sensors.values())

    def check(self, said: bytes) -> None:
        """Assert that each line had its answer, in order (katcp.md section 2), and that clients live on."""
        lives = self._check_answers(Parser(MAX_LINE_LENGTH).append(said))
        assert lives is not self.wire.is_cut
        if lives:
            self.wire.say(b"?watchdog[77]\n")
            assert [b"!watchdog[77] ok"] == self.hear()
            self._other.say(b"?watchdog[78]\n")
            assert ["!watchdog[78] ok"] == self._other.heard()
            self.wire.cut()
            self._other.cut()
        no_calls_left(self.clock)
        assert {} == self.device.clients
        assert [] == [sensor.name for sensor in self.device.sensors.values() if sensor._observers]

    def _check_answers(self, parsed: list[Message | ValueError]) -> bool:
        """Return whether the connection should live."""
        answers = self._answers()
        level = "warn"
        for line in parsed:
            if isinstance(line, Message) and line.mtype is MessageType.REQUEST:
                reply = self._check_reply(line, answers)
                if line.name == "log-level" and reply.is_ok:
                    level = reply.text(1)
                if line.name in _CLOSING:
                    # What came in the same moment is answered, and the rest is not.
                    assert {"fail"} >= {msg.text(0) for msg, _ in answers if msg.mtype is MessageType.REPLY}
                    return False
            elif level not in _SILENT and (isinstance(line, ValueError) or line.mtype is MessageType.REPLY):
                answer, _ = next(answers)
                assert (MessageType.INFORM, "log", "error") == (answer.mtype, answer.name, answer.text(0))
        assert [] == list(answers)
        return True

    def _check_reply(self, request: Message, answers: Iterator[tuple[Message, int]]) -> Message:
        reply, informs = next(answers)
        assert (MessageType.REPLY, request.name, request.mid) == (reply.mtype, reply.name, reply.mid)
        is_known = request.name in handlers_of(_Protocol)
        assert reply.text(0) in (("ok", "fail") if is_known else ("invalid",))
        assert "inside the device" not in reply.text(1)
        if request.name in _COUNTED and reply.is_ok:
            assert str(informs) == reply.text(1)
        return reply

    def _answers(self) -> Iterator[tuple[Message, int]]:
        """Yield each `#log` and each reply that was written, with the number of informs that belong to it."""
        informs: list[Message] = []
        for msg in Parser().append(b"".join(line + b"\n" for line in self.heard)):
            assert isinstance(msg, Message), "what was written is not KATCP"
            if msg.mtype is MessageType.INFORM and msg.name != "log":
                informs.append(msg)
                continue
            yield msg, sum((inform.name, inform.mid) == (msg.name, msg.mid) for inform in informs)
            informs.clear()
