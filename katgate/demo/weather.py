"""WeatherStation: what `atmosphere.py` has the weather do, as sensors. Its humidity gauge fails every minute."""

from random import Random
from typing import Any, Final

from katgate.demo.atmosphere import Atmosphere, failing_gauge
from katgate.demo.device import DEVICE_STATUS, DemoDevice, DemoProtocol
from katgate.katcp import Message, Sensor, SensorDescription, Status

__all__ = ["WeatherProtocol", "WeatherStation"]

#: Antennas should not slew above the first limit and must be stowed above the second, in m/s.
_WIND_LIMITS: Final = (0.0, 10.0, 0.0, 15.0)

_DESCRIPTIONS: Final = (
    DEVICE_STATUS,
    SensorDescription("wind-speed", "Wind at the mast, 10 m above ground", "m/s", Sensor.FLOAT, _WIND_LIMITS),
    SensorDescription("wind-gust", "Strongest wind of the last minute", "m/s", Sensor.FLOAT, _WIND_LIMITS),
    SensorDescription(
        "wind-direction", "Where the wind comes from, from north over east", "deg", Sensor.FLOAT, (0.0, 360.0)
    ),
    SensorDescription(
        "air-temperature", "Air temperature in the shade", "degC", Sensor.FLOAT, (-5.0, 40.0, -15.0, 50.0)
    ),
    SensorDescription(
        "air-pressure", "Air pressure at the station", "hPa", Sensor.FLOAT, (880.0, 920.0, 860.0, 940.0)
    ),
    SensorDescription("humidity", "Relative humidity of the air", "%", Sensor.FLOAT, (0.0, 70.0, 0.0, 85.0)),
    SensorDescription("rain", "Whether it is raining", "", Sensor.BOOLEAN),
    SensorDescription("last-rain", "When it last rained", "", Sensor.TIMESTAMP),
    SensorDescription("gauge-resets", "How often the humidity gauge was reset", "", Sensor.INTEGER),
    SensorDescription("station", "Name of the station", "", Sensor.STRING),
    SensorDescription("logger-address", "Where the station's logger listens", "", Sensor.ADDRESS),
)


class WeatherProtocol(DemoProtocol):
    """One client of the weather station."""

    factory: "WeatherStation"

    def request_gauge_reset(self, msg: Message) -> Message:
        """Reset the humidity gauge, which is then well for half a minute: `?gauge-reset`."""
        self.factory.reset_gauge()
        return Message.reply_to_request(msg, "ok")


class WeatherStation(DemoDevice):
    """A mast with instruments."""

    VERSION = "weather-1.0"
    BUILD_STATE = "weather-1.0.0"
    protocol = WeatherProtocol
    DESCRIPTIONS = _DESCRIPTIONS
    PERIOD_S = 1.0

    def __init__(
        self, random: Random, *, port: int = 0, host: str = "127.0.0.1", reactor: Any = None
    ) -> None:
        super().__init__(port, host, reactor=reactor)
        self.air = Atmosphere(random)
        self._gauge_age_s = 0.0
        self._resets = 0
        self.show("station", "Mast 1, west of the core")
        self.show("logger-address", "10.8.0.20:7147")
        self.show("gauge-resets", 0)
        self.show("last-rain", 0.0, Status.INACTIVE)

    def reset_gauge(self) -> None:
        """Let the gauge start anew."""
        self._gauge_age_s = 0.0
        self._resets += 1
        self.show("gauge-resets", self._resets)
        self._show_gauge()

    def tick(self) -> None:
        """Let the weather change, and show it."""
        dt = self.elapsed()
        self.air.after(dt)
        self._gauge_age_s += dt
        self._show_air()
        self._show_gauge()

    def _show_gauge(self) -> None:
        self.show("humidity", *failing_gauge(self._gauge_age_s))
        # Bad weather is no fault of the station; a gauge that fails is.
        self.show_health("humidity")

    def _show_air(self) -> None:
        air = self.air
        self.show_all(
            {
                "wind-speed": air.wind,
                "wind-gust": air.gust,
                "wind-direction": air.direction,
                "air-temperature": air.temperature,
                "air-pressure": air.pressure,
            }
        )
        self.show("rain", air.is_raining, Status.WARN if air.is_raining else Status.NOMINAL)
        if air.is_raining:
            self.show("last-rain", self.reactor.seconds())
