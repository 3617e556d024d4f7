"""The pretend telescope: four antennas, a weather station and a correlator, by name."""

from collections.abc import Callable
from functools import partial
from random import Random

from katgate.demo.antenna import Antenna
from katgate.demo.correlator import Correlator
from katgate.demo.weather import WeatherStation
from katgate.tx import DeviceServer

__all__ = ["telescope"]

#: Name -> how stiff its drives are. Those of m003 want grease: it draws too much whenever it slews.
_ANTENNAS = {"m000": 1.0, "m001": 0.95, "m002": 1.05, "m003": 1.3}


def telescope(random: Random) -> dict[str, Callable[[int, str], DeviceServer]]:
    """Return name -> what makes its server, given the port and host to listen at.

    `random` seeds them; with the same seed and the same clock the telescope does the same.
    """
    seeds = {name: random.getrandbits(64) for name in (*_ANTENNAS, "weather", "cbf")}
    makers: dict[str, Callable[[int, str], DeviceServer]] = {
        name: partial(_antenna, f"10.8.1.{number}:7147", seeds[name], friction)
        for number, (name, friction) in enumerate(_ANTENNAS.items(), 10)
    }
    makers["weather"] = lambda port, host: WeatherStation(Random(seeds["weather"]), port=port, host=host)
    makers["cbf"] = lambda port, host: Correlator(Random(seeds["cbf"]), port=port, host=host)
    return makers


def _antenna(address: str, seed: int, friction: float, port: int, host: str) -> Antenna:
    return Antenna(address, Random(seed), friction=friction, port=port, host=host)
