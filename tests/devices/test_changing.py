"""Devices whose sensors come, go and change while katgate is connected and browsers watch."""

import gc
from collections.abc import Iterable

import pytest

from katgate.config import DeviceDefaults
from katgate.hub.known import KnownSensor
from katgate.hub.tap import Tap
from katgate.tx.mirrored import MirroredSensor
from tests.devices.rig import Rig
from tests.hub.rig import FakeBrowser
from tests.support import V5
from tests.tx.scripted import ScriptedDevice, Transcript


def listing(names: Iterable[str]) -> dict[str, bytes]:
    """Return the answers of a device with these sensors."""
    listed = "".join(f"#sensor-list[id] {name} x \\@ integer\n" for name in names)
    values = "".join(f"#sensor-value[id] 5 1 {name} nominal 7\n" for name in names)
    return {
        "?sensor-list": f"{listed}!sensor-list[id] ok\n".encode(),
        "?sensor-value": f"{values}!sensor-value[id] ok\n".encode(),
    }


def start(
    rig: Rig, names: Iterable[str], sampling: bytes = b"!sensor-sampling[id] ok [args]\n"
) -> ScriptedDevice:
    """Let a device come up that answers by itself."""
    answers = {"?help": b"!help[id] ok 0\n", "?sensor-sampling": sampling, **listing(names)}
    return ScriptedDevice(Transcript(V5, answers), rig.endpoint.accept())


def sampled(device: ScriptedDevice) -> list[str]:
    """Return the words of each ?sensor-sampling since the last call."""
    return [line.partition(" ")[2] for line in device.take_heard() if line.startswith("?sensor-sampling")]


def alive() -> list[object]:
    """Return what is in memory of the things that there are one of for each sensor."""
    gc.collect()
    return [one for one in gc.get_objects() if type(one) in (Tap, KnownSensor, MirroredSensor)]


def test_thousand_announcements_in_a_row() -> None:
    """One list, and only what was named is sampled anew."""
    rig = Rig()
    names = [f"s{n}" for n in range(1500)]
    device = start(rig, names)
    device.take_heard()
    rig.clock.advance(60)
    device.say(b"".join(b"#interface-changed sensor s%d modified\n" % n for n in range(1000)))
    rig.clock.advance(0.1)
    device.play()
    heard = [line.partition("[")[0] for line in device.heard]
    assert [1, 1, 1] == [heard.count(name) for name in ("?help", "?sensor-list", "?sensor-sampling")]
    [words] = sampled(device)
    assert set(names[:1000]) == set(words.split()[0].split(","))
    rig.clock.advance(60)
    assert [] == device.wire.heard()


@pytest.mark.parametrize(
    ("defaults", "sampling"),
    [
        (DeviceDefaults(), b"!sensor-sampling[id] ok [args]\n"),
        (DeviceDefaults(strategy="on-demand period 5"), b"!sensor-sampling[id] ok [args]\n"),
        (DeviceDefaults(strategy="event-rate 1 5"), b"!sensor-sampling[id] fail no\n"),
    ],
)
def test_list_that_changes_every_second(defaults: DeviceDefaults, sampling: bytes) -> None:
    """For an hour, under a name of its own each time: nothing is left of what has gone, and the others go on."""
    others = set(alive())  # of the tests before, which the log may hold
    rig = Rig(defaults)
    device = start(rig, ["steady", "job.0"], sampling)
    stream = rig.want("*")
    browser = FakeBrowser()
    stream.join(browser).start(stream.snapshot())
    device.play()
    device.take_heard()
    count = 0
    for second in range(1, 3601):
        device.answers.update(listing(["steady", f"job.{second}"]))
        device.say(
            b"#interface-changed sensor job.%d removed\n#interface-changed sensor job.%d added\n"
            % (second - 1, second)
        )
        rig.clock.advance(1)
        device.play()
        # `steady` alone is told nothing anew.
        asked = device.take_heard()
        count += len(asked)
        if sampling.startswith(b"!sensor-sampling[id] ok"):
            assert not [line for line in asked if "sampling" in line and "steady" in line]
        browser.take()
    for _ in range(60):
        rig.clock.advance(1)
        device.play()
    assert "synced" == rig.device.view().state
    assert ["job.3600", "steady"] == sorted(known.name for known in stream.sensors)
    assert 2 == rig.device.view().sensors
    new = [type(one) for one in alive() if one not in others]
    assert [2, 2, 2] == [new.count(kind) for kind in (Tap, KnownSensor, MirroredSensor)]
    assert count < 8 * 3600 / 2
    rig.device.stop()
    rig.hub.stop()
    assert [] == rig.clock.getDelayedCalls()


def test_sensor_replaced_by_one_of_another_type() -> None:
    """Gone and come for who watches it by its name, then its first reading of that type; it is sampled anew."""
    rig = Rig(DeviceDefaults(strategy="on-demand period 5"))
    device = start(rig, ["a", "b"])
    stream = rig.want("a")
    browser = FakeBrowser()
    stream.join(browser).start(stream.snapshot(told=1))
    device.play()
    device.take_heard()
    browser.take()
    rig.clock.advance(60)
    device.answers["?sensor-list"] = (
        b"#sensor-list[id] a x \\@ discrete on off\n#sensor-list[id] b x \\@ integer\n!sensor-list[id] ok 2\n"
    )
    device.answers["?sensor-value"] = b"#sensor-value[id] 9 1 a nominal off\n!sensor-value[id] ok 1\n"
    device.say(b"#interface-changed sensor-list\n")
    rig.clock.advance(0.1)
    device.play()
    assert ["a period 5"] == sampled(device)
    told = browser.take()
    assert [["sensors", [], [["cbf", "a"]]], ["sensors", [["cbf", "a"]], []]] == told[:2]
    assert ["readings", {"cbf": [["a", "off", "nominal"]]}] == [told[2][0], told[2][2]]
    device.say(b"#sensor-status 10 1 a warn on\n")
    rig.clock.advance(1)
    assert {"cbf": [["a", "on", "warn"]]} == browser.take()[0][2]


def test_list_whose_count_disagrees() -> None:
    """What was listed is there."""
    rig = Rig()
    device = start(rig, [])
    for count in (b"0", b"7", b"x", b""):
        device.answers["?sensor-list"] = b"#sensor-list[id] n%b x \\@ integer\n!sensor-list[id] ok %b\n" % (
            count,
            count,
        )
        device.say(b"#interface-changed\n")
        rig.clock.advance(2)
        device.play()
        assert [f"n{count.decode()}"] == [known.name for known in rig.hub.sensors_of("cbf")]


@pytest.mark.parametrize("name", ["help", "sensor-list"])
@pytest.mark.parametrize("answer", ["fail Traceback", "invalid", "unheard-of"])
def test_list_that_cannot_be_had(name: str, answer: str) -> None:
    """The device is tried again after a pause, and its error says what it answered to what."""
    rig = Rig()
    device = ScriptedDevice(
        Transcript(V5, {"?help": b"!help[id] ok 0\n", f"?{name}": f"!{name}[id] {answer}\n".encode()}),
        rig.endpoint.accept(),
    )
    view = rig.device.view()
    assert "sleeping" == view.state
    assert f"the device answered {answer.split()[0]} to ?{name}" in str(view.error)
    assert device.wire.is_cut
