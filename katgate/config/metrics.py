"""The part of the configuration that concerns Prometheus: `[metrics]`.

The descriptions are what `katgate example-config` prints above each option.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

from katgate.config.checks import OptionError
from katgate.errors import KatgateError
from katgate.hub.selection import Selection
from katgate.katcp.patterns import Patterns

__all__ = ["MetricsConfig"]


class MetricsConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What Prometheus is shown at /metrics, besides katgate itself."""

    sensors: Annotated[
        tuple[str, ...],
        Meta(
            description='Sensors whose readings are shown, so that Prometheus keeps their history: "DEVICE/SENSOR" '
            'each, such as ["cbf/*.temperature", "m0*/wind-speed"]; the device a name or glob, the sensor a name, '
            "glob or /regex/. Those that are sampled on demand are, while somebody asks."
        ),
    ] = ()
    max_sensors: Annotated[
        int,
        Meta(
            ge=1,
            le=1_000_000,
            description="How many they may be; the first by device and name are shown. katgate_sensors_left_out says "
            "how many are not.",
        ),
    ] = 10_000

    def __post_init__(self) -> None:
        for index, text in enumerate(self.sensors):
            try:
                Selection.parse(text)
            except KatgateError as error:
                raise OptionError(str(error), "sensors", index) from None
        try:
            Patterns.of(text.partition("/")[2] for text in self.sensors)  # together they may be too many
        except KatgateError as error:
            raise OptionError(str(error), "sensors") from None

    @property
    def selections(self) -> list[Selection]:
        """The sensors that are meant."""
        return [Selection.parse(text) for text in self.sensors]
