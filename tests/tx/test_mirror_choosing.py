"""Mirror: strategies that a function chooses, what a device refuses of them, and values that are asked for."""

from collections.abc import Mapping

from twisted.logger import LogEvent

from katgate.errors import DeviceFailed, DeviceNotConnected, RequestTimeout
from katgate.katcp.reading import Reading
from katgate.katcp.sampling import NOT_SAMPLED, Strategy
from katgate.tx.strategies import AUTO
from tests.support import V5, V5_WITHOUT_IDS, Wire, outcome
from tests.tx.mirror_rig import FIRST, A, B, Rig, list_sensors, synced

PERIOD = Strategy.parse(["period", "10"])


class ChoosingRig(Rig):
    """A mirror whose strategies stand in `chosen`."""

    def __init__(self, chosen: Mapping[str, Strategy]) -> None:
        self.chosen = dict(chosen)
        super().__init__(strategy=lambda name: self.chosen.get(name, AUTO))

    def list(self, *sensors: str, hello: bytes = V5) -> Wire:
        """Let the device come and list."""
        wire = self.endpoint.accept()
        wire.say(hello)
        list_sensors(wire, list(sensors))
        return wire


def test_each_sensor_is_sampled_as_chosen() -> None:
    """Those of one strategy in bulk."""
    rig = ChoosingRig({"a": PERIOD, "c": PERIOD})
    wire = rig.list(A, B, "c x \\@ integer")
    assert ["?sensor-sampling[3] a,c period 10"] == wire.heard()
    wire.say(b"!sensor-sampling[3] ok a,c period 10\n")
    assert ["?sensor-sampling[4] b auto"] == wire.heard()
    assert [PERIOD, AUTO, PERIOD] == [sensor.strategy for sensor in rig.mirror.sensors.values()]


def test_chosen_anew() -> None:
    """Without a reconnect. What is the same is not told again; what comes while the device answers is told then."""
    rig = ChoosingRig({})
    wire = synced(rig)
    rig.mirror.choose_again()
    assert [] == wire.heard()
    rig.chosen["a"] = PERIOD
    rig.mirror.choose_again(["a", "ghost"])
    assert ["?sensor-sampling[4] a period 10"] == wire.heard()
    rig.chosen |= {"a": AUTO, "b": PERIOD}
    rig.mirror.choose_again(["a"])
    rig.mirror.choose_again(["b"])
    assert [] == wire.heard()
    wire.say(b"!sensor-sampling[4] ok a period 10\n")
    assert ["?sensor-sampling[5] a auto"] == wire.heard()
    wire.say(b"!sensor-sampling[5] ok a auto\n")
    assert ["?sensor-sampling[6] b period 10"] == wire.heard()


def test_chosen_anew_while_away() -> None:
    """It is told on the next connection."""
    rig = ChoosingRig({})
    wire = synced(rig)
    wire.cut()
    rig.chosen["a"] = PERIOD
    rig.mirror.choose_again()
    rig.clock.advance(0.5)
    wire = rig.list(A)
    assert ["?sensor-sampling[3] a period 10"] == wire.heard()


def test_name_comes_before_choice() -> None:
    """Who asked for a sensor by its name has it so, whatever is chosen."""
    rig = ChoosingRig({"a": PERIOD})
    rig.mirror.set_strategy("a", Strategy.parse(["event"]))
    wire = rig.list(A)
    assert ["?sensor-sampling[3] a event"] == wire.heard()


def test_sensor_that_is_chosen_after_all() -> None:
    """Its value is asked for once it is sampled: it is old, and v4 promises no first update."""
    rig = ChoosingRig({"a": NOT_SAMPLED})
    wire = rig.list(A)
    assert ["?sensor-value[3]"] == wire.heard()
    wire.say(b"#sensor-value[3] 1 1 a nominal 1\n!sensor-value[3] ok 1\n")
    assert rig.mirror.is_synced
    del rig.chosen["a"]
    rig.mirror.choose_again(["a"])
    assert ["?sensor-sampling[4] a auto"] == wire.heard()
    wire.say(b"!sensor-sampling[4] ok a auto\n")
    assert ["?sensor-value[5] a"] == wire.heard()
    wire.say(b"#sensor-value[5] 2 1 a nominal 2\n!sensor-value[5] ok 1\n")
    assert ("a", 2.0, "nominal", 2.0) == rig.take()[-1]
    rig.chosen["a"] = NOT_SAMPLED
    rig.mirror.choose_again(["a"])
    assert ["?sensor-sampling[6] a none"] == wire.heard()
    wire.say(b"!sensor-sampling[6] ok a none\n")
    assert [] == wire.heard()
    assert [] == rig.clock.getDelayedCalls()


def test_many_that_are_chosen_after_all() -> None:
    """With one question about all."""
    names = [f"s{n:03}" for n in range(100)]
    rig = ChoosingRig(dict.fromkeys(names, NOT_SAMPLED))
    wire = rig.list(*(f"{name} x \\@ integer" for name in names))
    wire.say(b"!sensor-value[3] ok 0\n")
    wire.heard()
    rig.chosen.clear()
    rig.mirror.choose_again(names)
    assert [f"?sensor-sampling[4] {','.join(names)} auto"] == wire.heard()
    wire.say(b"!sensor-sampling[4] ok s auto\n")
    assert ["?sensor-value[5]"] == wire.heard()


def test_strategy_that_cannot_be_told_in_time_is_told_later() -> None:
    """A device that is busy is not cut; half a minute later everything is put right."""
    rig = ChoosingRig({})
    wire = synced(rig)
    rig.chosen["a"] = PERIOD
    rig.mirror.choose_again()
    assert ["?sensor-sampling[4] a period 10"] == wire.heard()
    rig.clock.advance(31)
    assert rig.mirror.is_synced
    rig.clock.advance(30)
    list_sensors(wire, [A, B], first_mid=5)
    assert ["?sensor-sampling[7] a period 10"] == wire.heard()


def test_telling_that_fails_while_the_device_lists() -> None:
    """It lists again after that, and not twice at once."""
    rig = ChoosingRig({})
    wire = synced(rig)
    rig.chosen["a"] = PERIOD
    rig.mirror.choose_again(["a"])
    assert ["?sensor-sampling[4] a period 10"] == wire.heard()
    rig.clock.advance(25)
    wire.say(b"#interface-changed request-list\n")
    rig.clock.advance(1)
    assert ["?help[5]"] == wire.heard()
    rig.clock.advance(4)  # 30 s: it could not be told, and is to be listed again in 30 s
    rig.clock.advance(20)
    wire.say(b"!help[5] ok 0\n")
    rig.clock.advance(10)
    assert ["?sensor-list[6]"] == wire.heard()
    wire.say(f"#sensor-list[6] {A}\n#sensor-list[6] {B}\n!sensor-list[6] ok 2\n".encode())
    assert ["?sensor-sampling[7] a period 10"] == wire.heard()
    wire.say(b"!sensor-sampling[7] ok a period 10\n")
    rig.clock.advance(2)
    assert "?help[8]" in wire.heard()


def test_chosen_while_the_device_is_listed(logged: list[LogEvent]) -> None:
    """It is told once that is done, also if the device does not list."""
    rig = ChoosingRig({})
    wire = synced(rig)
    for mid, answer in ((4, b"!help[4] fail not\\_now\n"), (6, b"!help[6] ok 0\n")):
        wire.say(b"#interface-changed request-list\n")
        rig.clock.advance(31)
        assert [f"?help[{mid}]"] == wire.heard()
        rig.chosen["a"] = Strategy.parse(["period", str(mid)])
        rig.mirror.choose_again(["a"])
        assert [] == wire.heard()
        wire.say(answer)
        if mid == 4:
            assert ["?sensor-sampling[5] a period 4"] == wire.heard()
            wire.say(b"!sensor-sampling[5] ok a period 4\n")
    assert ["?sensor-list[7]"] == wire.heard()
    assert 1 == len([e for e in logged if "trying again later" in str(e.get("log_format"))])


def cannot(logged: list[LogEvent]) -> list[tuple[int, str, str]]:
    """Return what the log says of refusals: how many, the first sensor, and by which strategy."""
    return [
        (e["count"], e["sensor"], e["strategy"]) for e in logged if "cannot be" in str(e.get("log_format"))
    ]


def test_refused_choice_becomes_auto(logged: list[LogEvent]) -> None:
    """As event-rate does on a device of v4; said once, over reconnects too."""
    rate = Strategy.parse(["event-rate", "1", "10"])
    rig = ChoosingRig({"a": rate})
    for _ in range(3):
        wire = rig.list(A)
        assert ["?sensor-sampling[3] a event-rate 1 10"] == wire.heard()
        wire.say(b"!sensor-sampling[3] fail unknown\\_strategy\n")
        assert ["?sensor-sampling[4] a auto"] == wire.heard()
        wire.say(b"#sensor-status 1 1 a nominal 1\n!sensor-sampling[4] ok a auto\n")
        assert rig.mirror.is_synced
        assert [] == rig.clock.getDelayedCalls()
        wire.cut()
        rig.clock.advance(1)
    assert [(1, "a", "event-rate 1 10")] == cannot(logged)


def refusing(rig: Rig, wire: Wire) -> None:
    """Let a device refuse to sample b by anything."""
    wire.heard()
    wire.say(b"!sensor-sampling[3] fail no\n")
    wire.say(FIRST + b"!sensor-sampling[4] ok a auto\n!sensor-sampling[5] fail no\n")
    assert rig.mirror.is_synced
    wire.heard()


def test_sensor_that_cannot_be_sampled_is_asked_for(logged: list[LogEvent]) -> None:
    """Every ten seconds, one question at a time, until the connection goes."""
    rig = ChoosingRig({})
    wire = rig.list(A, B)
    refusing(rig, wire)
    assert [(1, "b", "auto")] == cannot(logged)
    rig.clock.advance(10)
    assert ["?sensor-value[6] b"] == wire.heard()
    rig.clock.advance(9)
    rig.take()
    wire.say(b"#sensor-value[6] 9 1 b warn off\n!sensor-value[6] ok 1\n")
    assert [("b", 9.0, "warn", "off")] == rig.take()
    rig.clock.advance(10)
    assert ["?sensor-value[7] b"] == wire.heard()
    rig.clock.advance(10)  # no answer in time
    rig.clock.advance(10)
    assert ["?sensor-value[8] b"] == wire.heard()
    wire.say(b"!sensor-value[8] fail no\n")
    wire.cut()
    assert ["unreachable"] == rig.take()
    rig.mirror.stop()
    assert [] == rig.clock.getDelayedCalls()


def test_sensor_that_can_be_sampled_again_is_asked_for_no_more() -> None:
    """It was replaced by one that can."""
    rig = ChoosingRig({})
    wire = rig.list(A, B)
    refusing(rig, wire)
    wire.say(b"#interface-changed sensor b added\n")
    rig.clock.advance(2)
    list_sensors(wire, [A, B], first_mid=6)
    assert ["?sensor-sampling[8] b auto"] == wire.heard()
    wire.say(b"#sensor-status 9 1 b warn off\n!sensor-sampling[8] ok b auto\n")
    rig.clock.advance(20)
    assert [] == wire.heard()
    assert [] == rig.clock.getDelayedCalls()


# Values that are asked for.


def test_value_is_asked_for_once_however_many_ask() -> None:
    """One question under way for each sensor; only its own value is taken of the answer."""
    rig = ChoosingRig({})
    wire = synced(rig)
    asked = [outcome(rig.mirror.ask_value("a")) for _ in range(1000)]
    assert ["?sensor-value[4] a"] == wire.heard()
    rig.take()
    wire.say(b"#sensor-value[4] 7 1 b warn off\n#sensor-value[4] 8 1 a warn 3\n!sensor-value[4] ok 2\n")
    assert [[(8.0, "warn", 3.0)]] * 1000 == asked
    assert [("a", 8.0, "warn", 3.0)] == rig.take()
    rig.mirror.ask_value("a")
    assert ["?sensor-value[5] a"] == wire.heard()


def test_value_that_the_device_does_not_give() -> None:
    """It fails, says nothing, or goes: each is told; the reading stays."""
    rig = ChoosingRig({})
    wire = synced(rig)
    failed, late, lost = [outcome(rig.mirror.ask_value(name)) for name in "aba"]
    wire.say(b"!sensor-value[4] fail no\n")
    rig.clock.advance(10)
    again = outcome(rig.mirror.ask_value("a"))
    wire.cut()
    away = outcome(rig.mirror.ask_value("a"))
    kinds = [type(error) for seen in (failed, late, lost, again, away) for error in seen]
    assert [DeviceFailed, RequestTimeout, DeviceFailed] == kinds[:3]
    assert all(issubclass(kind, DeviceNotConnected) for kind in kinds[3:])
    assert (1.0, "unreachable", 1.0) == rig.mirror.sensors["a"].reading


def test_mirror_that_is_stopped_by_who_is_told_of_a_value() -> None:
    """What else stands in that inform is not told after `unreachable`."""

    class Stopping(ChoosingRig):
        def reading(self, sensor: str, reading: Reading) -> None:
            super().reading(sensor, reading)
            self.mirror.stop()

    rig = Stopping({"a": NOT_SAMPLED, "b": NOT_SAMPLED})
    wire = rig.list(A, B)
    assert ["?sensor-value[3]"] == wire.heard()
    wire.say(b"#sensor-value[3] 1 2 a nominal 1 b nominal on\n!sensor-value[3] ok 1\n")
    assert [("a", 1.0, "nominal", 1.0), "unreachable"] == rig.take()[-2:]


def test_many_values_are_asked_for_a_few_at_a_time() -> None:
    """And all fail together when the device goes, not one inside the other."""
    rig = ChoosingRig({})
    wire = rig.endpoint.accept()
    wire.say(V5_WITHOUT_IDS.replace(b"-M", b"-MI"), b"!help[1] ok 0\n")
    lines = b"".join(b"#sensor-list[2] s%d x \\@ integer\n" % n for n in range(3000))
    rig.chosen = {f"s{n}": NOT_SAMPLED for n in range(3000)}
    wire.say(lines + b"!sensor-list[2] ok 3000\n", b"!sensor-value[3] ok 0\n")
    assert rig.mirror.is_synced
    wire.heard()
    asked = [outcome(rig.mirror.ask_value(f"s{n}")) for n in range(3000)]
    assert [f"?sensor-value[{4 + n}] s{n}" for n in range(8)] == wire.heard()
    wire.say(b"!sensor-value[4] ok 0\n")
    assert ["?sensor-value[12] s8"] == wire.heard()
    wire.cut()
    assert 3000 == sum(len(seen) for seen in asked)
