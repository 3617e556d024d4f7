"""Judges: clients that are not ours, asked by a test through one and the same face; and a device that can be killed.

A judge is a client in a program of its own: see driven.py, katcp_python_client.py and aiokatcp_client.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.interop.driven import Driven
from tests.processes import Process, wait_for

__all__ = ["Judge", "Returning"]


@dataclass(frozen=True)
class Judge:
    """One client, which has a model of the device that it is connected to."""

    program: Driven
    number: int

    def request(self, name: str, *arguments: str) -> dict[str, Any]:
        """Make a request; return its informs, its reply, and their ids."""
        answer: dict[str, Any] = self.program.call("request", self.number, name, arguments)
        return answer

    def ask(self, name: str, *arguments: str) -> list[str]:
        """Make a request; return the words of the reply."""
        return self.program.ask(self.number, name, *arguments)

    def sensors(self) -> set[str]:
        """Return the names that it knows now."""
        return set(self.program.call("model", self.number)["sensors"])

    def wait_for_sensors(self, *, there: Iterable[str] = (), gone: Iterable[str] = ()) -> None:
        """Wait until it knows these and does not know those."""
        wait_for(
            lambda: self.sensors().issuperset(there) and self.sensors().isdisjoint(gone),
            f"{there} to come and {gone} to go",
        )

    def watch(self, sensor: str) -> None:
        """Record the readings of a sensor from now on."""
        self.program.call("watch", self.number, sensor)

    def follow(self, sensor: str) -> list[Any]:
        """Watch a sensor, with the strategy `event`; return the first reading."""
        self.watch(sensor)
        assert ["ok", sensor, "event"] == self.ask("sensor-sampling", sensor, "event")
        [first] = self.wait_for_readings(sensor, 1)
        return list(first)

    def readings(self, sensor: str) -> list[list[Any]]:
        """Return what it has seen of a sensor that it watches: [timestamp, status, value], oldest first."""
        return self.program.readings(self.number, sensor)

    def wait_for_readings(self, sensor: str, count: int) -> list[list[Any]]:
        """Return what it has seen of a sensor once there are so many readings."""
        wait_for(lambda: len(self.readings(sensor)) >= count, f"{count} readings of {sensor}")
        return self.readings(sensor)

    def wait_for_last(self, sensor: str, *last: Any) -> None:
        """Wait until it sees that status and value of a sensor."""
        wait_for(lambda: self.readings(sensor)[-1][1:] == list(last), f"{sensor} to be {last}")

    def states(self) -> dict[str, str]:
        """Return what a proxy's sensors say of its connections: device -> state."""
        informs = self.request("sensor-value", "/-state$/")["informs"]
        return {words[2].removesuffix("-state"): words[4] for words in informs}


class Returning:
    """A program that serves on a port which it prints, and can be killed and started again there."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self._command = command
        self._folder = folder
        self.process = Process(command, folder / "first.log")
        self.port = int(self.process.first_line())

    def kill(self) -> None:
        """End it without a word."""
        self.process.kill()
        assert self.process.popen.stdout is not None
        self.process.popen.stdout.close()

    def come_back(self) -> None:
        """Start it again."""
        self.process = Process([*self._command, str(self.port)], self._folder / "again.log")
        assert self.port == int(self.process.first_line())
