"""Mirror: what its user calls: requests, sensors, strategies, conditions, listeners."""

from typing import Any

import pytest
from twisted.internet.defer import CancelledError
from twisted.logger import LogEvent, formatEvent

from katgate.katcp.sampling import Kind, Strategy
from katgate.tx.mirror import Mirror
from katgate.tx.mirrored import MirrorListener
from tests.support import V5, outcome
from tests.tx.mirror_rig import FIRST, A, B, Rig, list_sensors, synced


@pytest.fixture
def rig() -> Rig:
    return Rig()


def test_requests_over_a_mirror(rig: Rig) -> None:
    """Sent while synced; otherwise refused with the reason, and a loss names the device."""
    refused = outcome(rig.mirror.send_request("watchdog"))
    assert ["device 'cbf' is not connected: it is connecting"] == [str(error) for error in refused]
    when = outcome(rig.mirror.when_synced())
    wire = synced(rig)
    assert [rig.mirror] == when
    answered = outcome(rig.mirror.send_request("watchdog"))
    wire.say(b"!watchdog[4] ok\n")
    assert "!watchdog[4] ok" == str(answered[0][1])
    lost = outcome(rig.mirror.send_request("slew"))
    wire.cut()
    assert [("cbf", "slew")] == [(error.device, error.request) for error in lost]
    assert [] == outcome(rig.mirror.when_synced())


def test_sensors_of_a_mirror(rig: Rig) -> None:
    """Description and latest reading of each; while the device is away what it was, unreachable."""
    wire = synced(rig)
    wire.say(b"#sensor-status 5 1 a warn 2.5\n")
    assert ["a", "b"] == list(rig.mirror.sensors)
    assert ("C", (5.0, "warn", 2.5)) == (
        rig.mirror.sensors["a"].description.units,
        rig.mirror.sensors["a"].reading,
    )
    wire.cut()
    assert (5.0, "unreachable", 2.5) == rig.mirror.sensors["a"].reading


def test_strategy_is_kept_over_reconnects(rig: Rig) -> None:
    """Set now, set again on the next connection, and set once a sensor appears that has none yet."""
    wire = synced(rig)
    event = Strategy.parse(["event-rate", "1", "inf"])
    done = outcome(rig.mirror.set_strategy(["a", "later"], event))
    assert ["?sensor-sampling[4] a event-rate 1 inf"] == wire.heard()
    assert [] == done
    wire.say(b"!sensor-sampling[4] ok a event-rate 1 inf\n")
    assert [None] == done
    wire.cut()
    rig.clock.advance(0.5)
    wire = rig.endpoint.accept()
    wire.say(V5)
    list_sensors(wire, [A, B, "later x \\@ integer"])
    assert ["?sensor-sampling[3] a,later event-rate 1 inf"] == wire.heard()
    wire.say(b"!sensor-sampling[3] ok a,later event-rate 1 inf\n")
    assert ["?sensor-sampling[4] b auto"] == wire.heard()


def test_strategy_that_the_device_refuses_is_not_kept(rig: Rig) -> None:
    """Who asked is told why."""
    wire = synced(rig)
    refused = outcome(rig.mirror.set_strategy("b", Strategy.parse(["differential", "1"])))
    wire.heard()
    wire.say(b"!sensor-sampling[4] fail not\\_for\\_words\n")
    assert ["the device answered fail to ?sensor-sampling: not for words"] == [str(e) for e in refused]
    wire.cut()
    rig.clock.advance(0.5)
    synced(rig)


def test_strategy_none_samples_nothing(rig: Rig) -> None:
    """A mirror may leave its device alone; it knows the present values all the same."""
    mirror = Mirror("x", rig.endpoint, strategy=Strategy(Kind.NONE), reactor=rig.clock)
    mirror.start()
    rig.endpoint.attempts.pop(0)
    wire = rig.endpoint.accept()
    wire.say(V5)
    list_sensors(wire, [A])
    assert ["?sensor-value[3]"] == wire.heard()
    wire.say(b"#sensor-value[3] 2 1 a nominal 8\n!sensor-value[3] ok 1\n")
    assert (2.0, "nominal", 8.0) == mirror.sensors["a"].reading


def test_waiting_for_a_condition(rig: Rig) -> None:
    """Met by the present reading, by a later one, or after a reconnect; by a value or by a function."""
    wire = synced(rig)
    assert [(1.0, "nominal", 1.0)] == outcome(rig.mirror.wait_for("a", 1.0))
    off = outcome(rig.mirror.wait_for("b", "off", timeout=60))
    hot = outcome(rig.mirror.wait_for("a", lambda reading: reading.value > 5))
    wire.say(b"#sensor-status 2 1 a nominal 4\n")
    assert [] == hot
    wire.say(b"#sensor-status 3 1 a nominal 6\n#sensor-status 3 1 a nominal 7\n")
    assert [(3.0, "nominal", 6.0)] == hot
    wire.cut()
    rig.clock.advance(0.5)
    synced(rig).say(b"#sensor-status 4 1 b warn off\n")
    assert [(4.0, "warn", "off")] == off
    assert [] == rig.clock.getDelayedCalls()


def test_condition_that_is_not_met_in_time(rig: Rig) -> None:
    """The error says what the sensor reads instead."""
    wire = synced(rig)
    late = outcome(rig.mirror.wait_for("a", 5.0, timeout=10))
    never = outcome(rig.mirror.wait_for("ghost", 5.0, timeout=10))
    wire.say(b"#sensor-status 2 1 a warn 4\n")
    rig.clock.advance(10)
    assert [
        "sensor 'a' did not meet the condition within 10 s; it reads warn 4.0",
        "sensor 'ghost' did not meet the condition within 10 s; it has not read anything",
    ] == [str(error) for error in late + never]


def test_condition_that_is_given_up_or_breaks(rig: Rig) -> None:
    """A defect in a condition is told to who waits for it, and to nobody else; nothing is left behind."""
    wire = synced(rig)
    given_up = rig.mirror.wait_for("a", 5.0, timeout=10)
    seen = outcome(given_up)
    given_up.cancel()
    broken = outcome(rig.mirror.wait_for("a", lambda reading: reading.value == 6 and reading["x"]))
    other = outcome(rig.mirror.wait_for("a", 6.0, timeout=10))
    wire.say(b"#sensor-status 2 1 a nominal 6\n")
    assert [CancelledError, TypeError] == [type(error) for error in seen + broken]
    assert [(2.0, "nominal", 6.0)] == other
    assert [] == rig.clock.getDelayedCalls()


def set_now(rig: Rig, sensor: str, *words: str) -> list[Any]:
    return outcome(rig.mirror.set_strategy(sensor, Strategy.parse(words)))


def test_strategy_set_while_the_lists_are_asked_for(rig: Rig) -> None:
    """It is told before the mirror is in step, however late it was set."""
    wire = rig.endpoint.accept()
    wire.say(V5)
    list_sensors(wire, [A, B])
    wire.heard()
    assert [None] == set_now(rig, "a", "event")
    wire.say(b"!sensor-sampling[3] ok a,b auto\n")
    assert ["?sensor-sampling[4] a event"] == wire.heard()
    wire.say(b"!sensor-sampling[4] ok a event\n")
    assert [None] == set_now(rig, "b", "period", "1")
    wire.say(b"!sensor-value[5] ok 0\n")
    assert ["?sensor-value[5]", "?sensor-sampling[6] b period 1"] == wire.heard()
    assert not rig.mirror.is_synced
    wire.say(b"!sensor-sampling[6] ok b period 1\n")
    assert rig.mirror.is_synced


def test_strategy_set_twice_at_once(rig: Rig) -> None:
    """The device's last is the one that was asked for last."""
    wire = synced(rig)
    first, second = set_now(rig, "a", "event"), set_now(rig, "a", "period", "1")
    asked = wire.heard()
    assert ["?sensor-sampling[4] a event", "?sensor-sampling[5] a period 1"] == asked
    wire.say(b"!sensor-sampling[5] ok a period 1\n!sensor-sampling[4] ok a event\n")
    assert [None, None] == first + second
    wire.cut()
    rig.clock.advance(0.5)
    wire = rig.endpoint.accept()
    wire.say(V5)
    list_sensors(wire, [A])
    assert ["?sensor-sampling[3] a period 1"] == wire.heard()


def test_strategy_of_a_device_that_is_lost_meanwhile(rig: Rig) -> None:
    """It is told on the next connection."""
    wire = synced(rig)
    done = set_now(rig, "a", "event")
    wire.cut()
    assert [None] == done
    rig.clock.advance(0.5)
    wire = rig.endpoint.accept()
    wire.say(V5)
    list_sensors(wire, [A])
    assert ["?sensor-sampling[3] a event"] == wire.heard()


def test_strategy_none_of_one_sensor_is_told(rig: Rig) -> None:
    """The others go on."""
    wire = synced(rig)
    done = set_now(rig, "a", "none")
    assert ["?sensor-sampling[4] a none"] == wire.heard()
    wire.say(b"!sensor-sampling[4] ok a none\n")
    assert [None] == done


def test_what_was_refused_is_not_asked_for_again_by_itself(rig: Rig) -> None:
    """Who asks once more is asked for once more."""
    wire = synced(rig)
    for mid in (4, 5):
        refused = set_now(rig, "b", "differential", "1")
        assert [f"?sensor-sampling[{mid}] b differential 1"] == wire.heard()
        wire.say(b"!sensor-sampling[%d] fail no\n" % mid)
        assert 1 == len(refused)
    set_now(rig, "a", "event")
    assert ["?sensor-sampling[6] a event"] == wire.heard()


def test_strategy_that_is_none(rig: Rig) -> None:
    """Text is no Strategy; it would be found out only when it is sent."""
    with pytest.raises(TypeError, match="is no Strategy"):
        rig.mirror.set_strategy("a", "event")  # type: ignore[arg-type]


class Broken(MirrorListener):
    """Fails at whatever it is told."""

    def __getattribute__(self, name: str) -> Any:
        if name in vars(MirrorListener):
            raise OSError(name)
        return super().__getattribute__(name)


def test_listener_that_breaks_disturbs_nobody(rig: Rig) -> None:
    """Neither the mirror nor who is told after it."""
    second = Rig()
    rig.mirror.add_listener(second)
    rig.mirror._listeners = [Broken(), *rig.mirror._listeners]
    wire = synced(rig)
    waiting = outcome(rig.mirror.wait_for("a", 3.0))
    wire.say(b"#sensor-status 2 1 a nominal 3\n")
    assert [(2.0, "nominal", 3.0)] == waiting
    wire.cut()
    told = rig.take()
    assert "unreachable" == told[-1]
    assert told == second.take()
    rig.mirror.stop()
    assert [] == rig.clock.getDelayedCalls()


@pytest.mark.parametrize("moment", ["state_changed", "requests_changed", "sensors_changed", "reading"])
def test_listener_that_stops_the_mirror(rig: Rig, moment: str) -> None:
    """Nothing is told after that but the end, and nothing is left behind."""
    told: list[str] = []

    class Stopping(MirrorListener):
        def __getattribute__(self, name: str) -> Any:
            if name not in vars(MirrorListener):
                return super().__getattribute__(name)

            def note(*arguments: object) -> None:
                told.append(name)
                if name == moment and (name != "state_changed" or rig.connection.state == "synced"):
                    rig.mirror.stop()

            return note

    rig.mirror.add_listener(Stopping())
    wire = rig.endpoint.accept()
    wire.say(V5)
    when = outcome(rig.mirror.when_synced())
    wire.say(b"!help[1] ok 0\n", f"#sensor-list[2] {A}\n#sensor-list[2] {B}\n!sensor-list[2] ok 2\n".encode())
    wire.say(FIRST + b"!sensor-sampling[3] ok a,b auto\n")
    assert [] == when
    assert "closed" == rig.connection.state
    assert [] == [what for what in told[told.index("unreachable") + 1 :] if what != "chunk_ended"]
    assert [] == rig.clock.getDelayedCalls()


def test_waiting_that_is_given_up_by_another(rig: Rig) -> None:
    """One that is met gives up its neighbour; the third is told all the same."""
    wire = synced(rig)
    first = rig.mirror.wait_for("a", 6.0)
    second = rig.mirror.wait_for("a", 6.0)
    third = outcome(rig.mirror.wait_for("a", 6.0))
    first.addCallback(lambda _: second.cancel())
    cancelled = outcome(second)
    wire.say(b"#sensor-status 2 2 a nominal 6 b warn off\n")
    assert [CancelledError] == [type(error) for error in cancelled]
    assert [(2.0, "nominal", 6.0)] == third
    assert ("b", 2.0, "warn", "off") == rig.take()[-1]


@pytest.mark.parametrize(
    ("answer", "hints"),
    [
        (
            b"#request-timeout-hint[2] slew 120\n#request-timeout-hint[2] stow 0\n!request-timeout-hint[2] ok 2\n",
            120,
        ),
        (
            b"#request-timeout-hint[2] slew soon\n#request-timeout-hint[2]\n!request-timeout-hint[2] ok 2\n",
            None,
        ),
        (b"!request-timeout-hint[2] invalid Unknown\\_request\n", None),
    ],
)
def test_timeout_hints(rig: Rig, answer: bytes, hints: float | None) -> None:
    """A request has the time that the device says it may take; a device that says nonsense has said nothing."""
    wire = rig.endpoint.accept()
    wire.say(b"#version-connect katcp-protocol 5.1-MIBT\n", b"!help[1] ok 0\n")
    assert ["?help[1]", "?request-timeout-hint[2]"] == wire.heard()
    wire.say(answer, b"!sensor-list[3] ok 0\n")
    assert ({} if hints is None else {"slew": hints}) == rig.mirror.timeout_hints
    late = outcome(rig.mirror.send_request("slew"))
    rig.clock.advance(100)
    assert (hints is None) is (1 == len(late))
    rig.clock.advance(30)
    assert 1 == len(late)


def test_log_has_the_name_of_the_device(rig: Rig, logged: list[LogEvent]) -> None:
    """An operator knows devices by their names, not by their addresses."""
    wire = synced(rig)
    wire.say(b"rubbish\n")
    [event] = [event for event in logged if "sent {what}" in str(event["log_format"])]
    assert str(formatEvent(event)).startswith("! cbf: sent a line that is not KATCP")
