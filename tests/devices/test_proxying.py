"""KatcpProxy: katgate's devices as one KATCP device. The devices are scripts, the KATCP client a wire."""

from dataclasses import replace
from random import Random

import pytest
from twisted.internet.testing import MemoryReactorClock
from twisted.logger import LogEvent

from katgate.api.encoder import JsonEncoder
from katgate.authority.audit import Audit
from katgate.authority.audit_ring import Wanted
from katgate.authority.authority import Authority
from katgate.authority.leases import Leases
from katgate.authority.role import Role
from katgate.authority.rules import Rule, Rules
from katgate.config import DeviceDefaults
from katgate.device_options import device_options
from katgate.devices.device import Device
from katgate.devices.doorkeeper import Doorkeeper
from katgate.devices.options import DeviceOptions
from katgate.devices.proxying import KatcpProxy
from katgate.hub.hub import Hub
from katgate.katcp.patterns import Patterns
from tests.support import V5, FakeEndpoint, Wire

OPTIONS = device_options(DeviceDefaults(watchdog_s=0))
SAMPLED = b"#sensor-status 5 1 temp nominal 1.5\n!sensor-sampling[3] ok\n"


class Rig:
    """A proxy, a client of it that has had its hello, and devices that come up when they are told to. Clients are
    operators, unless they are said to be viewers.
    """

    def __init__(self, role: Role = Role.OPERATOR, *, lets_dangerous: bool = True) -> None:
        self.reactor = MemoryReactorClock()
        self.hub = Hub(self.reactor, lambda: 1.0, JsonEncoder())
        self.rules = Rules()
        self.leases = Leases(self.reactor, lambda: 1.0)
        self.audit = Audit(self.reactor, lambda: 1.0)
        authority = Authority(self.rules, self.leases, self.audit, self.reactor)
        doorkeeper = Doorkeeper(authority, role, lets_dangerous=lets_dangerous)
        self.proxy = KatcpProxy(7200, "127.0.0.1", doorkeeper, reactor=self.reactor)
        self.proxy.start()
        self.client = Wire(self.proxy.buildProtocol(None))
        self.client.heard()
        self.endpoints: dict[str, FakeEndpoint] = {}

    def add(self, name: str, options: DeviceOptions = OPTIONS) -> Device:
        self.endpoints[name] = FakeEndpoint()
        device = Device(
            name,
            "10.0.0.1:7147",
            self.endpoints[name],
            self.hub,
            options,
            reactor=self.reactor,
            random=Random(1),
            wall_clock=lambda: 1.0,
            changed=lambda _: None,
            informed=lambda *_: None,
        )
        device.start()
        self.proxy.add(device)
        return device

    def come_up(self, name: str, sampled: bytes = SAMPLED) -> Wire:
        """Let a device come up with one sensor and one request."""
        wire = self.endpoints[name].accept()
        wire.say(V5, b"#help[1] go Go.\n#help[1] halt Halt.\n!help[1] ok 2\n")
        wire.say(b"#sensor-list[2] temp Temperature C float\n!sensor-list[2] ok 1\n", sampled)
        wire.heard()
        return wire

    def ask(self, line: bytes) -> list[str]:
        self.client.say(line + b"\n")
        return self.client.heard()


@pytest.fixture
def rig() -> Rig:
    return Rig()


def test_requests_go_over_the_one_connection(rig: Rig) -> None:
    """With informs and whatever the device answers."""
    rig.add("m000")
    device = rig.come_up("m000")
    rig.client.heard()
    assert [] == rig.ask(b"?m000-go[7] fast")
    assert ["?go[4] fast"] == device.heard()
    device.say(b"#go[4] on\\_my\\_way\n!go[4] ok 3\n")
    assert [r"#m000-go[7] on\_my\_way", "!m000-go[7] ok 3"] == rig.client.heard()
    rig.ask(b"?m000-go[8]")
    device.say(b"!go[5] fail no\\_power\n")
    assert [r"!m000-go[8] fail no\_power"] == rig.client.heard()
    rig.ask(b"?m000-gone[9]")
    device.say(b"!gone[6] invalid Unknown\\_request\n")
    assert [r"!m000-gone[9] invalid Unknown\_request"] == rig.client.heard()
    assert [] == rig.endpoints["m000"].attempts


def test_informs_are_passed_on_and_not_kept(rig: Rig) -> None:
    """A request may have more of them than there is memory for."""
    connection = rig.add("m000").mirror.connection
    device = rig.come_up("m000")
    assert connection.protocol is not None
    connection.protocol.max_informs = 1000
    rig.client.heard()
    rig.ask(b"?m000-go[7]")
    device.say(b"#go[4] on\n" * 1000 + b"!go[4] ok\n")
    assert ["#m000-go[7] on"] * 1000 + ["!m000-go[7] ok"] == rig.client.heard()


def test_what_cannot_be_asked(rig: Rig) -> None:
    """A sentence says why."""
    rig.add("m000")
    reply = rig.ask(b"?m000-go[1]")[-1]
    assert reply.startswith(r"!m000-go[1] fail device\_'m000'\_is\_not\_connected:")
    device = rig.come_up("m000")
    rig.client.heard()
    [reply] = rig.ask(b"?m000-sensor-sampling-clear[2]")
    assert reply.startswith(r"!m000-sensor-sampling-clear[2] fail use\_?sensor-sampling\_m000.<sensor>")
    assert [] == device.heard()


def test_timeout_is_what_the_device_may_be_waited_for(rig: Rig) -> None:
    """A KATCP client cannot say how long it waits."""
    device = rig.add("m000")
    device.configure(replace(OPTIONS, longest_request_timeout_s=60.0))
    rig.come_up("m000")
    rig.client.heard()
    rig.ask(b"?m000-go[1]")
    rig.reactor.advance(59)
    assert [] == [line for line in rig.client.heard() if line.startswith("!m000-go")]
    rig.reactor.advance(1)
    assert [r"!m000-go[1] fail no\_reply\_to\_?go\_within\_60\_s"] == [
        line for line in rig.client.heard() if line.startswith("!m000-go")
    ]


@pytest.mark.parametrize("line", [b"?halt[1]", b"?restart[1]", b"?halt[1] m000", b"?restart[1] m000"])
def test_halt_and_restart_are_refused(rig: Rig, line: bytes) -> None:
    """Of katgate, and in the manner of ProxyKatCP; the device's own go to the device."""
    rig.add("m000")
    device = rig.come_up("m000")
    rig.client.heard()
    [reply] = rig.ask(line)
    assert "fail katgate\\_is\\_not\\_" in reply
    rig.reactor.advance(1)
    assert rig.proxy.is_listening
    assert "m000" in rig.proxy.devices
    rig.ask(b"?m000-halt[2]")
    assert ["?halt[4]"] == device.heard()


def test_devices_come_and_go(rig: Rig) -> None:
    """With all that is shown of them; their connections are katgate's own."""
    device = rig.add("m000")
    rig.come_up("m000")
    assert "#device-list[1] m000 full" == rig.ask(b"?device-list[1]")[-2]
    rig.proxy.remove("m000")
    rig.proxy.remove("m000")
    assert "!device-list[2] ok 0" == rig.ask(b"?device-list[2]")[-1]
    assert "!sensor-list[3] ok 0" == rig.ask(b"?sensor-list[3]")[-1]
    assert device.mirror.is_synced
    rig.proxy.add(device)
    assert "#sensor-value[4] 5.000000 1 m000.temp nominal 1.5" == rig.ask(b"?sensor-value[4] m000.temp")[-2]


@pytest.mark.parametrize("name", ["m0.5", "m_0", "5ma"])
def test_device_whose_name_no_request_can_begin_with(rig: Rig, logged: list[LogEvent], name: str) -> None:
    """It is left out, and the log names it."""
    rig.add(name)
    assert ["!device-list[1] ok 0"] == rig.ask(b"?device-list[1]")
    [warned] = [event for event in logged if "leaves it out" in str(event["log_format"])]
    assert name == warned["name"]
    rig.proxy.remove(name)


def test_clients_that_sample_count_as_who_wants_it(rig: Rig) -> None:
    """From the first to the last, so that a sensor can be sampled on demand."""
    on_demand = DeviceDefaults(watchdog_s=0, strategy="on-demand event", on_demand_linger_s=0)
    rig.add("m000", device_options(on_demand))
    device = rig.come_up("m000", b"#sensor-value[3] 6 1 temp nominal 2.5\n!sensor-value[3] ok 1\n")
    rig.client.heard()
    assert [] == device.heard()
    other = Wire(rig.proxy.buildProtocol(None))
    line = b"?sensor-sampling[1] m000.temp auto"
    rig.ask(line)
    other.say(line + b"\n")
    assert ["?sensor-sampling[4] temp event"] == device.heard()
    device.say(b"#sensor-status 7 1 temp nominal 3.5\n!sensor-sampling[4] ok temp event\n")
    rig.ask(b"?sensor-sampling[2] m000.temp none")
    rig.reactor.advance(0)
    assert [] == device.heard()
    other.cut()
    rig.reactor.advance(0)
    assert ["?sensor-sampling[5] temp none"] == device.heard()
    device.say(b"!sensor-sampling[5] ok temp none\n")
    rig.ask(line)
    assert ["?sensor-sampling[6] temp event"] == device.heard()
    device.say(b"#sensor-status 8 1 temp nominal 4.5\n!sensor-sampling[6] ok temp event\n")
    rig.proxy.remove("m000")
    rig.reactor.advance(0)
    assert ["?sensor-sampling[7] temp none"] == device.heard()


def test_value_of_a_sensor_that_is_not_sampled(rig: Rig) -> None:
    """The device is asked for it; katgate knows it then, too."""
    rig.add("m000")
    device = rig.come_up("m000", b"!sensor-sampling[3] fail not\\_this\\_one\n")
    device.say(b"#sensor-value[4] 6 1 temp nominal 2.5\n!sensor-value[4] ok 1\n")
    rig.client.heard()
    device.heard()
    assert [] == rig.ask(b"?sensor-value[1] m000.temp")
    [asked] = device.heard()
    mid = asked.partition("[")[2].partition("]")[0].encode()
    assert asked == f"?sensor-value[{mid.decode()}] temp"
    device.say(b"#sensor-value[%b] 7 1 temp warn 3.5\n!sensor-value[%b] ok 1\n" % (mid, mid))
    assert ["#sensor-value[1] 7.000000 1 m000.temp warn 3.5", "!sensor-value[1] ok 1"] == rig.client.heard()
    known = rig.hub.find("m000", "temp")
    assert known is not None
    assert known.reading is not None
    assert 3.5 == known.reading.value


def test_value_that_does_not_come(rig: Rig) -> None:
    """The client hears why before it gives up by itself."""
    rig.add("m000")
    device = rig.come_up("m000", b"!sensor-sampling[3] fail not\\_this\\_one\n")
    device.say(b"#sensor-value[4] 6 1 temp nominal 2.5\n!sensor-value[4] ok 1\n")
    rig.client.heard()
    assert [] == rig.ask(b"?sensor-value[1] m000.temp")
    rig.reactor.advance(4)
    [reply] = rig.client.heard()
    assert r"!sensor-value[1] fail m000\_has\_not\_said\_within\_4\_s\_what\_it\_reads" == reply


def test_value_of_a_sensor_that_is_sampled(rig: Rig) -> None:
    """It is known: the device is left alone, also by who asks for all, or for a sensor that there is not."""
    rig.add("m000")
    device = rig.come_up("m000")
    rig.client.heard()
    assert "!sensor-value[1] ok 1" == rig.ask(b"?sensor-value[1] m000.temp")[-1]
    assert "!sensor-value[2] ok 2" == rig.ask(b"?sensor-value[2]")[-1]
    assert "!sensor-value[3] ok 1" == rig.ask(b"?sensor-value[3] /temp$/")[-1]
    assert "!sensor-value[4] fail" in rig.ask(b"?sensor-value[4] m000.gone")[-1]
    assert [] == device.heard()


def records(rig: Rig) -> list[tuple[str | None, ...]]:
    """Return what the audit log has, oldest first, in short."""
    newest = rig.audit.ring.newest(99, None, Wanted())
    return [(one.user, one.role, one.address, one.request, one.outcome, one.why) for one in newest[::-1]]


def test_viewers_ask_what_changes_nothing() -> None:
    """The rest is refused with a sentence that names the option, is not in ?help, and does not reach the device."""
    rig = Rig(Role.VIEWER)
    rig.add("m000")
    device = rig.come_up("m000")
    rig.client.heard()
    assert [] == rig.ask(b"?m000-sensor-value[1] temp")
    assert ["?sensor-value[4] temp"] == device.heard()
    device.say(b"!sensor-value[4] ok 0\n")
    assert ["!m000-sensor-value[1] ok 0"] == rig.client.heard()
    for line in (b"?m000-go[2] fast", b"?m000-halt[3]", b"?m000-gone[4]"):
        [reply] = rig.ask(line)
        assert reply.startswith(
            f"!{line.decode()[1:].split()[0]} fail clients\\_of\\_this\\_port\\_are\\_viewers"
        )
        assert r"role\_of\_[katcp]" in reply
    assert [] == device.heard()
    assert not [line for line in rig.ask(b"?help[5]") if "m000-go" in line]
    assert "#sensor-value[6] 5.000000 1 m000.temp nominal 1.5" == rig.ask(b"?sensor-value[6] m000.temp")[-2]
    rig.audit.stop()
    assert [
        ("katcp", "viewer", "192.168.1.1", "sensor-value", "ok", None),
        ("katcp", "viewer", "192.168.1.1", "go", "refused", "forbidden"),
        ("katcp", "viewer", "192.168.1.1", "halt", "refused", "forbidden"),
        ("katcp", "viewer", "192.168.1.1", "gone", "refused", "forbidden"),
    ] == records(rig)


def test_dangerous_request_is_refused_for_want_of_a_yes() -> None:
    """KATCP cannot say that it is meant; what is refused does not reach the device."""
    rig = Rig(lets_dangerous=False)
    rig.add("m000")
    device = rig.come_up("m000")
    rig.client.heard()
    [reply] = rig.ask(b"?m000-halt[1]")
    assert reply.startswith(r"!m000-halt[1] fail ?halt\_is\_dangerous")
    assert r"dangerous\_=\_true" in reply
    rig.ask(b"?m000-go[2]")
    assert ["?go[4]"] == device.heard()
    assert ("halt", "refused", "confirm-required") == records(rig)[0][3:]


def test_lease_keeps_clients_out(rig: Rig) -> None:
    """Save for questions; a KATCP client can hold none."""
    rig.add("m000")
    device = rig.come_up("m000")
    rig.client.heard()
    rig.leases.take("m000", "olga", 60)
    [reply] = rig.ask(b"?m000-go[1]")
    assert reply.startswith(r"!m000-go[1] fail olga\_holds\_the\_command\_lease")
    rig.ask(b"?m000-help[2]")
    assert ["?help[4]"] == device.heard()
    rig.leases.end("m000", "olga")
    rig.ask(b"?m000-go[3]")
    assert ["?go[5]"] == device.heard()


def test_hidden_devices_are_not_there(rig: Rig) -> None:
    """They come and go as the rules change, and clients are told."""
    hide = Rule(frozenset(), frozenset({"katcp"}), Patterns.of(["m*"]), Patterns.of(["*"]), "hide")
    for name in ("m000", "s000"):
        rig.add(name)
        rig.come_up(name)
    rig.rules.change([hide])
    rig.proxy.rules_changed()
    assert "#interface-changed request-list" in rig.client.heard()
    assert "!device-list[1] ok 1" == rig.ask(b"?device-list[1]")[-1]
    assert [r"!m000-go[2] invalid Unknown\_request\_m000-go"] == rig.ask(b"?m000-go[2]")
    assert "!sensor-value[3] fail" in rig.ask(b"?sensor-value[3] m000.temp")[-1]
    rig.add("m001")
    rig.come_up("m001")
    assert "!device-list[4] ok 1" == rig.ask(b"?device-list[4]")[-1]
    rig.rules.change([])
    rig.proxy.rules_changed()
    rig.client.heard()
    assert "!device-list[5] ok 3" == rig.ask(b"?device-list[5]")[-1]


def test_denied_requests_are_not_offered(rig: Rig) -> None:
    """?help has what may be asked for."""
    deny = Rule(frozenset({Role.OPERATOR}), frozenset(), Patterns.of(["*"]), Patterns.of(["go"]), "deny")
    rig.add("m000")
    rig.come_up("m000")
    rig.rules.change([deny])
    rig.proxy.rules_changed()
    rig.client.heard()
    assert ["m000-halt"] == [line.split()[1] for line in rig.ask(b"?help[1]") if "m000-" in line]
