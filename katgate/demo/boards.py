"""What the correlator is made of: boards and inputs, their sensors, and the models these follow. Pure.

Names have dots: `f07.adc-power` is the power at the converter of F-engine board 7.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Final

from katgate.demo.levels import WORDS, Counter, Fault, Level, Model
from katgate.katcp import Sensor, SensorDescription, Status
from katgate.katcp.values import Value

__all__ = ["BOARDS", "F_BOARDS", "INPUTS", "X_BOARDS", "Part", "parts_of_boards", "parts_of_inputs"]

#: F-engines turn voltages to spectra, X-engines multiply the spectra of each pair of inputs.
F_BOARDS: Final = tuple(f"f{number:02}" for number in range(32))
X_BOARDS: Final = tuple(f"x{number:02}" for number in range(32))
BOARDS: Final = F_BOARDS + X_BOARDS

#: Antennas and their polarisations.
INPUTS: Final = tuple(f"m{number:03}{polarisation}" for number in range(4) for polarisation in "hv")


@dataclass(frozen=True, slots=True)
class Part:
    """A sensor, how to make its model, and what status its words have. `make` None: its value stays."""

    about: SensorDescription
    make: Callable[[Random], Model] | None = None
    value: Value = 0
    alarms: Mapping[Value, Status] = field(default_factory=lambda: WORDS)

    def of(self, place: str) -> "Part":
        """Return the same part of one board or input."""
        return replace(self, about=replace(self.about, name=f"{place}.{self.about.name}"))


def _level(
    name: str, description: str, units: str, normal: tuple[float, float], *limits: float, tau_s: float = 60.0
) -> Part:
    """Return a float; `normal` is its centre and how far boards differ from it, and wander."""
    centre, spread = normal
    about = SensorDescription(name, description, units, Sensor.FLOAT, limits)
    return Part(about, lambda random: Level(random, random.gauss(centre, spread), spread, tau_s))


def _counter(name: str, description: str, rate: float, step: int = 1) -> Part:
    about = SensorDescription(name, description, "", Sensor.INTEGER)
    return Part(about, lambda random: Counter(random, rate, step))


def _fan(random: Random) -> Model:
    speed = Level(random, random.gauss(4800.0, 150.0), 60.0)
    return lambda now, dt: round(speed.after(dt))


def _fixed(name: str, description: str, katcp_type: str, value: Value) -> Part:
    return Part(SensorDescription(name, description, "", katcp_type), value=value)


def _link(random: Random) -> Model:
    return Fault(random, "up", "degraded", every_s=4000.0, lasts_s=10.0)


def _lru(random: Random) -> Model:
    return Fault(random, "nominal", "error", every_s=30000.0, lasts_s=20.0)


def _lock(random: Random) -> Model:
    return Fault(random, True, False, every_s=10000.0, lasts_s=8.0)


_EVERY_BOARD: Final = (
    _level("fpga-temperature", "Temperature of the FPGA", "degC", (55.0, 2.5), 20.0, 68.0, 10.0, 80.0),
    _level("inlet-temperature", "Temperature of the air that comes in", "degC", (22.0, 0.8), 15.0, 30.0),
    Part(
        SensorDescription("fan-speed", "Speed of the fan", "rpm", Sensor.INTEGER, (4000, 6000, 3000, 7000)),
        _fan,
    ),
    _level("supply-voltage", "Voltage of the supply", "V", (12.0, 0.04), 11.4, 12.6, 10.8, 13.2),
    _level("supply-current", "Current drawn from the supply", "A", (6.5, 0.35), 0.0, 9.0, 0.0, 11.0),
    _level("output-rate", "Rate at which packets are sent", "Gbit/s", (27.4, 0.02), 20.0, 40.0, tau_s=5.0),
    Part(
        SensorDescription(
            "link-state", "State of the network link", "", Sensor.DISCRETE, ("up", "degraded", "down")
        ),
        _link,
    ),
    Part(SensorDescription("board-lru", "The board, a line replaceable unit", "", Sensor.LRU), _lru),
    _fixed("firmware", "Version of the firmware", Sensor.STRING, "2.14.1-g5c1e2f7"),
    Part(
        SensorDescription(
            "device-status", "Health of the board", "", Sensor.DISCRETE, ("ok", "degraded", "fail")
        ),
        value="ok",
    ),
)

_F_BOARD: Final = (
    *_EVERY_BOARD,
    _level(
        "adc-power",
        "Power at the converter, below full scale",
        "dBFS",
        (-24.0, 2.0),
        -32.0,
        -16.0,
        -40.0,
        -8.0,
    ),
    _counter("adc-overflows", "Samples over full scale since synchronisation", 0.05),
    _counter("fft-overflows", "Overflows within the transform since synchronisation", 0.01),
    _level("input-rate", "Rate of samples that come in", "Gbit/s", (34.24, 0.01), 30.0, 36.0, tau_s=5.0),
    Part(
        SensorDescription("pps-locked", "Whether the clock follows the observatory's", "", Sensor.BOOLEAN),
        _lock,
        alarms={False: Status.ERROR},
    ),
)

_X_BOARD: Final = (
    *_EVERY_BOARD,
    _counter("accumulations", "Accumulations sent since synchronisation", 2.0),
    _counter("missing-heaps", "Heaps that never came from F-engines", 0.02),
    Part(
        SensorDescription("last-dump", "When the last accumulation was sent", "", Sensor.TIMESTAMP),
        lambda random: lambda now, dt: now // 0.5 * 0.5,
    ),
)

_INPUT: Final = (
    _fixed("gain", "Digital gain; ?gain sets it", Sensor.FLOAT, 1.0),
    _level("delay", "Delay that is corrected", "ns", (420.0, 60.0), -5000.0, 5000.0, tau_s=600.0),
    _level("level", "Level after the gain", "dB", (0.0, 0.3), -3.0, 3.0, -6.0, 6.0),
    _level("phase", "Phase of the last calibration", "deg", (0.0, 20.0), -180.0, 180.0, tau_s=900.0),
)


def parts_of_boards() -> Iterator[Part]:
    """Yield all sensors of all boards."""
    for number, board in enumerate(BOARDS):
        for part in _F_BOARD if board in F_BOARDS else _X_BOARD:
            yield part.of(board)
        yield _fixed("address", "Where the board listens", Sensor.ADDRESS, f"10.8.4.{10 + number}:7148").of(
            board
        )


def parts_of_inputs() -> Iterator[Part]:
    """Yield all sensors of all inputs."""
    for name in INPUTS:
        yield from (part.of(f"input.{name}") for part in _INPUT)
