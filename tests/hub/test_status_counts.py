"""How many sensors of a device have each status."""

from collections import Counter
from random import Random

import pytest

from katgate.katcp.reading import Reading, SensorDescription, Status
from tests.hub.rig import Rig


def test_counts_of_a_device(rig: Rig) -> None:
    """One without a reading counts as unknown, one of a device that is away as unreachable; 0 is not shown."""
    assert {"unknown": 3} == rig.hub.statuses("dev")
    rig.publish("a", 1)
    rig.publish("b", 1, Status.WARN)
    assert {"unknown": 1, "nominal": 1, "warn": 1} == rig.hub.statuses("dev")
    rig.hub.unreachable("dev")
    assert {"unknown": 1, "unreachable": 2} == rig.hub.statuses("dev")
    rig.publish("b", 1)
    assert ["unknown", "nominal", "unreachable"] == list(rig.hub.statuses("dev"))
    rig.hub.forget("dev")
    assert {} == rig.hub.statuses("dev") == rig.hub.statuses("stranger")


@pytest.mark.parametrize("seed", range(10))
def test_random_walk(seed: int) -> None:
    """Whatever comes and goes, the counts are those of the sensors."""
    random = Random(seed)
    rig = Rig()
    rig.add("other", "a", "b")
    for _ in range(500):
        device = random.choice(["dev", "other"])
        names = [known.name for known in rig.hub.sensors_of(device)]
        step = random.random()
        if step < 0.1:
            removed = random.sample(names, min(len(names), random.randrange(3)))
            added = {f"s{random.randrange(9)}" for _ in range(random.randrange(3))} - set(names)
            replaced = removed[:1]
            rig.hub.change_sensors(
                device, [SensorDescription(n, "", "", "integer") for n in (*added, *replaced)], removed
            )
        elif step < 0.15:
            rig.hub.unreachable(device)
        elif step < 0.16:
            rig.hub.forget(device)
        elif names:
            reading = Reading(0, random.choice(list(Status)), 1)
            rig.hub.publish(device, random.choice(names), reading)
        assert Counter(known.status for known in rig.hub.sensors_of(device)) == rig.hub.statuses(device)
