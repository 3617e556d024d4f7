"""The guide says what every metric is."""

import re
from pathlib import Path

import katgate
from katgate.hub.selection import Selection
from tests.api.asking import ask, open_request
from tests.api.metrics.scraped import OPENMETRICS, asked, openmetrics
from tests.api.rig import Rig

GUIDE = (Path(katgate.__file__).parent / "guide" / "watching.md").read_text()
#: Type and labels of each name in its tables.
ROWS = {
    name: (kind, set(labels.split(",")) - {""})
    for cell, kind in re.findall(r"^\| (`[^|]+`) \| (\w+) \|", GUIDE, re.MULTILINE)
    for name, labels in re.findall(r"`([a-z0-9_]+)(?:\{([a-z,]+)\})?`", cell)
}


def test_every_metric_is_in_the_guide_and_no_other(rig: Rig) -> None:
    """With its type, and its labels if it has any."""
    device = rig.connect()
    rig.metrics.choose([Selection.parse("cbf/*")], 100)
    ask(rig, "GET", "/api/v1/nothing")
    open_request(rig, "POST", "/api/v1/devices/cbf/requests/watchdog")
    device.say(b"!watchdog[5] ok\n")
    there = {}
    for family in openmetrics(asked(rig, accept=OPENMETRICS).body.decode()).families:
        shown = family.name + {"counter": "_total", "info": "_info"}.get(family.type, "")
        labels = {name for sample in family.samples for name in sample.labels} - {"le"}
        there[shown] = ("gauge" if family.type == "info" else family.type, labels)
    assert there == ROWS
