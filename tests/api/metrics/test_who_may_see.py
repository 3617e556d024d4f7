"""Whoever asks is told of what they may see."""

from katgate.authority.role import Role
from katgate.authority.rules import Rule
from katgate.hub.selection import Selection
from katgate.katcp.patterns import Patterns
from tests.api.asking import ask
from tests.api.metrics.scraped import plain
from tests.api.rig import ROLES, Rig


def test_hidden_device(rig: Rig) -> None:
    """It stands nowhere in what a viewer is told; others see it, before and after."""
    rig.with_tokens(*ROLES)
    rule = Rule(frozenset([Role.VIEWER]), frozenset(), Patterns.of(["c*"]), Patterns.of(["*"]), "hide")
    rig.rules.change([rule])
    rig.metrics.choose([Selection.parse("*/*")], 2)
    rig.connect()
    for role, shown, left_out in (("admin", 2, 1), ("viewer", 0, 0), ("operator", 2, 1)):
        body = ask(rig, "GET", "/metrics", authorization=f"Bearer kg_{role}").body.decode()
        assert ("cbf" in body) is bool(shown)
        told = plain(body)
        assert shown == told.one("katgate_sensors_exported") == len(told.all("katgate_sensor_status"))
        assert left_out == told.one("katgate_sensors_left_out")
    assert 401 == ask(rig, "GET", "/metrics").status
    rig.metrics.stop()
