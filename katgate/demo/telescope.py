"""The pretend telescope: four antennas, a weather station and a correlator, by name."""

from random import Random
from typing import Any

from katgate.demo.antenna import Antenna
from katgate.demo.correlator import Correlator
from katgate.demo.weather import WeatherStation
from katgate.tx import DeviceServer

__all__ = ["telescope"]

#: Name -> how stiff its drives are. Those of m003 want grease: it draws too much whenever it slews.
_ANTENNAS = {"m000": 1.0, "m001": 0.95, "m002": 1.05, "m003": 1.3}


def telescope(reactor: Any, random: Random) -> dict[str, DeviceServer]:
    """Return name -> server: not started yet, each to listen on a free port of loopback.

    `random` seeds them; with the same seed and the same clock the telescope does the same.
    """
    servers: dict[str, DeviceServer] = {
        name: Antenna(f"10.8.1.{number}:7147", _chance(random), friction=friction, reactor=reactor)
        for number, (name, friction) in enumerate(_ANTENNAS.items(), 10)
    }
    servers["weather"] = WeatherStation(_chance(random), reactor=reactor)
    servers["cbf"] = Correlator(_chance(random), reactor=reactor)
    return servers


def _chance(random: Random) -> Random:
    # One each: what a device does must not depend on how many others there are.
    return Random(random.getrandbits(64))
