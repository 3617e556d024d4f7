"""SensorTable: the sensors of one device as it has listed them, by the name on the wire and by name."""

from collections.abc import Mapping

from katgate.katcp.reading import SensorDescription, Status
from katgate.tx.mirrored import MirroredSensor

__all__ = ["SensorTable"]


class SensorTable:
    """What a mirror knows of sensors. Both maps are replaced, never changed: who iterates may be told of others."""

    def __init__(self) -> None:
        self.by_wire_name: Mapping[bytes, MirroredSensor] = {}
        self.by_name: Mapping[str, MirroredSensor] = {}

    def replace(
        self, described: Mapping[bytes, SensorDescription], major: int
    ) -> tuple[list[bytes], list[str]]:
        """Take a new list, of a device that speaks this major version.

        Returns the names on the wire of those that are new or described anew, and the names of those that went or
        were described otherwise.
        """
        before = self.by_wire_name
        gone = [known.name for raw, known in before.items() if described.get(raw) != known.description]
        fresh = [raw for raw, now in described.items() if raw not in before or before[raw].description != now]
        self.by_wire_name = {
            raw: before[raw]
            if raw in before and before[raw].is_like(now, major)
            else MirroredSensor(raw, now, major)
            for raw, now in described.items()
        }
        self.by_name = {sensor.name: sensor for sensor in self.by_wire_name.values()}
        return fresh, gone

    def cut_off(self) -> None:
        """The device is away: values and times stay, and are old; of strategies it will know nothing."""
        for sensor in self.by_name.values():
            sensor.forget_strategy()
            if sensor.reading is not None:
                sensor.reading = sensor.reading._replace(status=Status.UNREACHABLE)
