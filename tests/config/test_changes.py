"""What a reload has to do."""

from katgate.config import (
    Config,
    DeviceConfig,
    HostConfig,
    KatcpConfig,
    LimitsConfig,
    LogConfig,
    MetricsConfig,
    ServerConfig,
)
from katgate.config.access import AccessConfig
from katgate.config.changes import Changes, changes_between, needing_restart

CBF = DeviceConfig(name="cbf", address="10.0.0.1:7147")
SDP = DeviceConfig(name="sdp", address="10.0.0.2:7147")
WEATHER = HostConfig(name="weather", server="a.b:Weather", arguments={"masts": 2})


def test_nothing_changed() -> None:
    """Reading the same file again leaves everything alone, whatever the order of its tables."""
    before = Config(device=(CBF, SDP), host=(WEATHER,))
    assert Changes((), (), ()) == changes_between(before, Config(device=(SDP, CBF), host=(WEATHER,)))


def test_devices_come_go_move_and_are_treated_otherwise() -> None:
    """Each is named once, in the right place; the others not at all."""
    moved = DeviceConfig(name="sdp", address="10.0.0.9:7147")
    treated = DeviceConfig(name="cbf", address="10.0.0.1:7147", strategy="event")
    remade = HostConfig(name="weather", server="a.b:Weather", arguments={"masts": 3})
    new = DeviceConfig(name="new", address="10.0.0.3:7147")
    same = DeviceConfig(name="same", address="10.0.0.4:7147")
    gone = DeviceConfig(name="gone", address="10.0.0.5:7147")
    before = Config(device=(CBF, SDP, gone, same), host=(WEATHER,))
    after = Config(device=(treated, moved, new, same), host=(remade,))
    assert Changes(("sdp", "gone", "weather"), (moved, new, remade), (treated,)) == changes_between(
        before, after
    )


def test_sensors_for_prometheus() -> None:
    """They are others from now on."""
    metrics = MetricsConfig(sensors=("cbf/*",))
    assert Changes((), (), (), metrics) == changes_between(Config(), Config(metrics=metrics))
    assert () == needing_restart(Config(), Config(metrics=metrics))


def test_device_that_is_hosted_from_now_on() -> None:
    """The same name, and yet another device."""
    hosted = HostConfig(name="cbf", server="a.b:Cbf")
    assert Changes(("cbf",), (hosted,), ()) == changes_between(Config(device=(CBF,)), Config(host=(hosted,)))


def test_options_that_need_a_restart_are_named() -> None:
    """Levels of the log do not."""
    before = Config()
    after = Config(
        server=ServerConfig(listen="127.0.0.1:1", allowed_hosts=("x",)),
        limits=LimitsConfig(browsers=1),
        katcp=KatcpConfig(listen="127.0.0.1:2", role="operator"),
        access=AccessConfig(token_file="tokens.toml", audit_file="audit.jsonl"),
        log=LogConfig(level="debug", format="json", rooms={"tx": "info"}),
    )
    named = (
        "[server] listen",
        "[server] allowed_hosts",
        "[limits] browsers",
        "[katcp] listen",
        "[katcp] role",
        "[log] format",
        "[access] audit_file",
    )
    assert named == needing_restart(before, after)
    assert Changes((), (), ()) == changes_between(before, after)
