"""Demand: which sensors of a device are sampled now."""

import pytest

from katgate.config import DeviceDefaults, SamplingConfig
from tests.devices.rig import Rig

ON_DEMAND = DeviceDefaults(strategy="on-demand", on_demand_linger_s=20)


@pytest.fixture
def rig() -> Rig:
    return Rig(ON_DEMAND)


def test_ten_thousand_at_once(rig: Rig) -> None:
    """Told in bulk, opened and closed; one timer for all."""
    names = [f"s{n}" for n in range(10_000)]
    wire = rig.connect(*names)
    assert ["?sensor-value"] == rig.asked(wire)
    stream = rig.want("*")
    opened = rig.asked(wire)
    assert (10, 1) == (sum(line.endswith(" auto") for line in opened), opened.count("?sensor-value"))
    rig.hub.release(stream)
    assert 1 == len(rig.clock.getDelayedCalls())
    rig.clock.advance(20)
    assert 10 == sum(line.endswith(" none") for line in rig.asked(wire))
    assert [] == rig.clock.getDelayedCalls()


def test_who_comes_back_in_time_changes_nothing(rig: Rig) -> None:
    """People go from page to page."""
    wire = rig.connect("a", "b")
    rig.asked(wire)
    rig.hub.release(rig.want("a"))
    assert ["?sensor-sampling a auto", "?sensor-value a"] == rig.asked(wire)
    rig.clock.advance(19)
    again = rig.want("a")
    rig.clock.advance(60)
    assert [] == rig.asked(wire)
    rig.hub.release(again)
    rig.clock.advance(10)
    other = rig.want("b")
    rig.hub.release(other)
    rig.asked(wire)
    rig.clock.advance(10)
    assert ["?sensor-sampling a none"] == rig.asked(wire)
    rig.clock.advance(10)
    assert ["?sensor-sampling b none"] == rig.asked(wire)


def test_others_may_want_too(rig: Rig) -> None:
    """By name, before the sensors are there, each for itself; saying twice that one does not is no harm."""
    end = rig.device.want(["a", "later"])
    wire = rig.connect("a", "b")
    assert ["?sensor-sampling a auto", "?sensor-value"] == rig.asked(wire)
    second = rig.device.want(["a"])
    end()
    end()
    rig.clock.advance(60)
    assert [] == rig.asked(wire)
    second()
    rig.clock.advance(20)
    assert ["?sensor-sampling a none"] == rig.asked(wire)


def test_sensor_that_comes_later_or_is_replaced(rig: Rig) -> None:
    """Who wants all wants that too; a stranger's coming touches nothing else."""
    wire = rig.connect("a")
    rig.want("*")
    rig.asked(wire)
    rig.list_again(wire, "sensor b added, sensor a modified", r"a x \@ float", "b", "c")
    assert ["?sensor-sampling a,b,c auto", "?sensor-value"] == rig.asked(wire)


def test_sensor_that_is_opened_while_the_device_is_listed(rig: Rig) -> None:
    """Its value is asked for all the same: what it is from before is old, and v4 promises no first update."""
    wire = rig.connect("a", "b", "c")
    rig.asked(wire)
    wire.say(b"#interface-changed request-list\n")
    rig.clock.advance(2)
    rig.want("a")
    rig.answer_lists(wire, "a", "b", "c")
    assert ["?sensor-sampling[6] a auto"] == wire.heard()
    rig.want("b")
    wire.say(b"!sensor-sampling[6] ok\n")
    assert ["?sensor-sampling[7] b auto"] == wire.heard()
    wire.say(b"#sensor-status 1 1 b nominal 1\n!sensor-sampling[7] ok\n")
    assert ["?sensor-value[8]"] == wire.heard()
    rig.want("c")
    wire.say(b"!sensor-value[8] ok 0\n")
    assert ["?sensor-sampling c auto", "?sensor-value c"] == rig.asked(wire)


def test_sensor_that_goes(rig: Rig) -> None:
    """Nothing is left of it, and nobody is asked for it."""
    wire = rig.connect("a")
    stream = rig.want("*")
    rig.asked(wire)
    rig.list_again(wire, "sensor-list")
    rig.clock.advance(20)
    rig.hub.release(stream)
    assert [] == wire.heard()
    assert (set(), [], 0) == (
        rig.device._demand._open,
        rig.clock.getDelayedCalls(),
        rig.device.view().sensors,
    )


def test_other_rules_for_a_running_device(rig: Rig) -> None:
    """What is another is told, without a reconnect; what is on demand from now on and not wanted is closed."""
    wire = rig.connect("a", "b", "c")
    stream = rig.want("a")
    rig.asked(wire)
    rules = (SamplingConfig(sensors=("b",), strategy="period 5"),)
    rig.configure(DeviceDefaults(strategy="on-demand", sampling=rules))
    assert ["?sensor-sampling b period 5", "?sensor-value b"] == rig.asked(wire)
    rig.configure(DeviceDefaults(strategy="auto"))
    assert ["?sensor-sampling b,c auto", "?sensor-value c"] == rig.asked(wire)
    rig.hub.release(stream)
    rig.configure(DeviceDefaults(strategy="on-demand"))
    assert ["?sensor-sampling a,b,c none"] == rig.asked(wire)
    assert 0 == rig.device.view().reconnects


def test_what_lingers_holds_up_nothing_that_lingers_shorter() -> None:
    """Less patience counts at once."""
    rig = Rig(DeviceDefaults(strategy="on-demand", on_demand_linger_s=3600))
    wire = rig.connect("a", "b")
    rig.hub.release(rig.want("a"))
    rig.asked(wire)
    rig.configure(DeviceDefaults(strategy="on-demand", on_demand_linger_s=5))
    rig.clock.advance(1)
    rig.hub.release(rig.want("b"))
    rig.asked(wire)
    rig.clock.advance(4)
    assert ["?sensor-sampling a none"] == rig.asked(wire)
    rig.clock.advance(1)
    assert ["?sensor-sampling b none"] == rig.asked(wire)


def test_rules_that_stay_interrupt_nothing(rig: Rig) -> None:
    """What lingers does so on, and not longer than from now on; a longer time counts from the next."""
    wire = rig.connect("a")
    rig.hub.release(rig.want("a"))
    rig.asked(wire)
    rig.configure(DeviceDefaults(strategy="on-demand", on_demand_linger_s=20, request_timeout_s=5))
    rig.clock.advance(10)
    rig.configure(DeviceDefaults(strategy="on-demand", on_demand_linger_s=60))
    assert [] == rig.asked(wire)
    rig.clock.advance(10)
    assert ["?sensor-sampling a none"] == rig.asked(wire)


def test_stopped_device_leaves_nothing_behind(rig: Rig) -> None:
    """No timer, and nobody who is told of browsers."""
    wire = rig.connect("a")
    rig.hub.release(rig.want("a"))
    rig.asked(wire)
    rig.device.stop()
    rig.want("a")
    assert [] == rig.clock.getDelayedCalls()
    assert {} == rig.hub._demand._watchers
