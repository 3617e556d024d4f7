"""Correlator: a thousand sensors on 64 boards, captures that start in steps, gains that change at once."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle, islice
from random import Random
from typing import Any, Final

from katgate.demo.arguments import NumberArgument, choice_in, expect_at_most
from katgate.demo.boards import BOARDS, INPUTS, Part, parts_of_boards, parts_of_inputs
from katgate.demo.capture import START_STEPS, STREAMS, Capture, CaptureState
from katgate.demo.device import DEVICE_STATUS, DemoDevice, DemoProtocol
from katgate.demo.levels import Counter, Level, Model, health, status_of
from katgate.demo.undertaking import Undertaking
from katgate.katcp import FailReply, Message, Sensor, SensorDescription, Status

__all__ = ["READINGS_PER_S", "Correlator", "CorrelatorProtocol"]

#: New readings of all sensors together: the thousand take turns.
READINGS_PER_S: Final = 200

#: How long each step of a start takes, in seconds.
_STEP_S: Final = 0.5

#: How often the correlator sums up how its boards are, in seconds.
_SUMMARY_S: Final = 1.0

_GAIN: Final = NumberArgument(1, "value", 0.0, 1000.0)
_FREQUENCY: Final = NumberArgument(0, "frequency", 900.0, 1670.0, "MHz")

_DESCRIPTIONS: Final = (
    DEVICE_STATUS,
    SensorDescription(
        "capture-state",
        "Where the capture stands",
        "",
        Sensor.DISCRETE,
        tuple(state.value for state in CaptureState),
    ),
    SensorDescription("capture-stream", "Stream that is being captured", "", Sensor.STRING),
    SensorDescription("capture-began", "When the last capture began", "", Sensor.TIMESTAMP),
    SensorDescription("output-rate", "Rate at which the stream is sent", "Gbit/s", Sensor.FLOAT, (0.0, 40.0)),
    SensorDescription("output-heaps", "Heaps sent since the correlator started", "", Sensor.INTEGER),
    SensorDescription("output-address", "Where the stream is sent to", "", Sensor.ADDRESS),
    SensorDescription("sync-time", "When the boards were synchronised", "", Sensor.TIMESTAMP),
)


_PARTS: Final = (*parts_of_boards(), *parts_of_inputs())

_ON_BOARD: Final = {
    board: [part.about.name for part in _PARTS if part.about.name.startswith(f"{board}.")] for board in BOARDS
}


class CorrelatorProtocol(DemoProtocol):
    """One client of the correlator."""

    factory: "Correlator"

    async def request_capture_start(self, msg: Message) -> Message:
        """Start a capture, in about two seconds: `?capture-start [stream]`.

        The stream is baseline-correlation-products, unless it is said to be tied-array-beam.

        Informs: `#capture-start step text`, as each of four steps begins.

            ?capture-start[1]
            #capture-start[1] 1 reset\\_accumulators
            #capture-start[1] 2 arm\\_F-engines
            #capture-start[1] 3 wait\\_for\\_the\\_pulse
            #capture-start[1] 4 open\\_the\\_stream
            !capture-start[1] ok baseline-correlation-products

        Fails if there is a capture already, or if `?capture-stop` comes before it has begun.
        """
        expect_at_most(msg, 1)
        stream = choice_in(msg, 0, "stream", STREAMS) if msg.arguments else STREAMS[0]
        with self.undertaking() as start:
            await self.factory.start_capture(stream, start, partial(self.send_reply_inform, msg))
        return Message.reply_to_request(msg, "ok", stream)

    def request_capture_stop(self, msg: Message) -> Message:
        """End the capture, also one that is starting: `?capture-stop`. The reply tells its stream."""
        expect_at_most(msg, 0)
        return Message.reply_to_request(msg, "ok", self.factory.stop_capture())

    def request_gain(self, msg: Message) -> Message:
        """Ask for or set the digital gain of an input: `?gain input [value]`, from 0 to 1000.

        ?gain[1] m000h 1.5
        !gain[1] ok 1.5
        """
        expect_at_most(msg, 2)
        name = f"input.{choice_in(msg, 0, 'input', INPUTS)}.gain"
        if len(msg.arguments) > 1:
            self.factory.show(name, _GAIN.read(msg))
        return Message.reply_to_request(msg, "ok", self.factory.sensors[name].value)

    def request_tone(self, msg: Message) -> Message:
        """Inject a tone, and tell how strong it comes in: `?tone frequency`, in MHz, from 900 to 1670.

        Informs: `#tone input power`, in dB below full scale, one for each input.
        """
        expect_at_most(msg, 1)
        powers = self.factory.tone_powers(_FREQUENCY.read(msg))
        for name, power in powers.items():
            self.send_reply_inform(msg, name, power)
        return Message.reply_to_request(msg, "ok", len(powers))


class Correlator(DemoDevice):
    """F-engines, X-engines and the inputs they serve. Its sensors take turns, in an order of chance."""

    VERSION = "cbf-1.0"
    BUILD_STATE = "cbf-1.0.0"
    protocol = CorrelatorProtocol
    DESCRIPTIONS = (*_DESCRIPTIONS, *(part.about for part in _PARTS))
    PERIOD_S = 0.2

    def __init__(
        self, random: Random, *, port: int = 0, host: str = "127.0.0.1", reactor: Any = None
    ) -> None:
        super().__init__(port, host, reactor=reactor)
        self.capture = Capture()
        self._start: Undertaking | None = None
        self._random = random
        self._rate = Level(random, 31.5, 0.2, 5.0)
        self._heaps = Counter(random, 1024.0)
        turns = self._all_turns()
        random.shuffle(turns)
        self._turns: Iterator[Callable[[], None]] = cycle(turns)
        self._in_round = len(turns)
        self._round_s = len(turns) / READINGS_PER_S
        self._summary_age_s = 0.0
        self._show_first_values()

    # What clients command.

    async def start_capture(self, stream: str, start: Undertaking, tell: Callable[[int, str], None]) -> None:
        """Start a capture, and `tell` of each step. Raises FailReply if there is one, or `start` is ended."""
        self.capture.prepare(stream)
        self._start = start
        self._show_capture()
        try:
            for step, text in enumerate(START_STEPS, 1):
                tell(step, text)
                await start.wait(_STEP_S)
            self.capture.begin(self.reactor.seconds())
        except FailReply:
            self.capture.end()
            raise
        finally:
            self._start = None
            self._show_capture()

    def stop_capture(self) -> str:
        """End the capture, and return its stream. Raises FailReply if there is none."""
        stream = self.capture.stream
        if self._start is not None:
            self._start.end("?capture-stop ended the capture before it had begun")
        else:
            self.capture.end()
            self._show_capture()
        return stream

    def tone_powers(self, frequency_mhz: float) -> dict[str, float]:
        """Return input -> power in dBFS of a tone: less towards the edges of the band."""
        edge = abs(frequency_mhz - 1284.0) / 428.0
        return {name: round(-20.0 - 6.0 * edge**4 + self._random.gauss(0.0, 0.2), 2) for name in INPUTS}

    # The model's side.

    def tick(self) -> None:
        """Let the sensors whose turn it is show something new."""
        dt = self.elapsed()
        # No more than one round however long it took: a late tick must not make the next one later.
        self._take_turns(min(round(READINGS_PER_S * dt), self._in_round))
        self._summary_age_s += dt
        if self._summary_age_s >= _SUMMARY_S:
            self._show_summary(self._summary_age_s)
            self._summary_age_s = 0.0

    def _take_turns(self, count: int) -> None:
        for take_turn in islice(self._turns, count):
            take_turn()

    def _all_turns(self) -> list[Callable[[], None]]:
        models = [(part, part.make(self._random)) for part in _PARTS if part.make is not None]
        parts = [partial(self._show_part, part, model) for part, model in models]
        return [*parts, *(partial(self._show_board, board) for board in BOARDS)]

    def _show_first_values(self) -> None:
        for part in _PARTS:
            if part.make is None:
                self.show(part.about.name, part.value)
        self._take_turns(self._in_round)
        self.show("sync-time", self.reactor.seconds() // 1)
        self.show("output-address", "239.10.0.64:7148")
        self.show("capture-began", 0.0, Status.INACTIVE)
        self.show("output-heaps", 0)
        self._show_capture()
        self._show_summary(0.0)

    def _show_part(self, part: Part, model: Model) -> None:
        value = model(self.reactor.seconds(), self._round_s)
        self.show(part.about.name, value, status_of(part.about, value, part.alarms))

    def _show_board(self, board: str) -> None:
        name = f"{board}.{DEVICE_STATUS.name}"
        self.show(name, health(self.sensors[other].status for other in _ON_BOARD[board] if other != name))

    def _show_capture(self) -> None:
        capture = self.capture
        self.show("capture-state", capture.state.value)
        self.show("capture-stream", capture.stream, None if capture.stream else Status.INACTIVE)
        if capture.began is not None:
            self.show("capture-began", capture.began)
        if capture.state is not CaptureState.CAPTURING:
            self.show("output-rate", 0.0, Status.INACTIVE)

    def _show_summary(self, dt: float) -> None:
        if self.capture.state is CaptureState.CAPTURING:
            self.show_all({"output-rate": self._rate.after(dt), "output-heaps": self._heaps(0.0, dt)})
        # A few ill boards degrade the correlator; an eighth of them is too many.
        words = [self.sensors[f"{board}.{DEVICE_STATUS.name}"].value for board in BOARDS]
        ill = len(words) - words.count("ok")
        self.show(DEVICE_STATUS.name, "ok" if ill == 0 else "degraded" if ill < len(BOARDS) / 8 else "fail")
