"""What the hello programs answer: as many bytes of JSON as katgate's answer for the sensor that is asked for."""

import json
from typing import Final

from tests.benchmarks.plain_device import sensor_names

__all__ = ["BODY", "PATH", "SENSOR"]

SENSOR: Final = sensor_names(1)[0]
#: Where katgate has the sensor; the hello programs have their only page there, for any sensor's name.
PATH: Final = "/api/v1/devices/cbf/sensors/"

BODY: Final = json.dumps(
    {
        "name": SENSOR,
        "description": "A level",
        "units": "dBm",
        "type": "float",
        "params": [],
        "reading": {
            "timestamp": 1732248000.123456,
            "status": "nominal",
            "value": 0.0,
            "received": 1732248000.1234567,
        },
    },
    separators=(",", ":"),
).encode()
