"""What Prometheus and Grafana are given: understood by them, and about metrics that katgate has."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.processes import ROOT

PROMETHEUS = ROOT / "deploy/prometheus"
BOARD = ROOT / "deploy/grafana/katgate.json"

with_promtool = pytest.mark.skipif(
    shutil.which("promtool") is None, reason="no promtool; install Debian's package prometheus"
)


def promtool(*arguments: str | Path) -> None:
    """Run promtool, and fail if it finds fault."""
    done = subprocess.run(
        ["promtool", *arguments], capture_output=True, text=True, timeout=60, cwd=PROMETHEUS, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def expressions(board: Any) -> Iterator[str]:
    """Yield each query of the board, as Prometheus gets it."""
    for panel in board["panels"]:
        for target in panel.get("targets", ()):
            yield target["expr"].replace("$__rate_interval", "1m")
    for annotation in board["annotations"]["list"]:
        yield annotation["expr"]


def known_metrics() -> set[str]:
    """Return the names of katgate's metrics, from where they are made, without what Prometheus adds to them."""
    source = "".join(path.read_text() for path in (ROOT / "katgate").rglob("*.py"))
    return set(re.findall(r'"(katgate_\w+)"', source))


@with_promtool
def test_configuration_and_rules() -> None:
    """Prometheus takes them."""
    promtool("check", "config", "--syntax-only", "prometheus.yml")
    promtool("check", "rules", "alerts.yml")


@with_promtool
def test_rules_fire(tmp_path: Path) -> None:
    """A device that is away is told of, one that is there is not."""
    shutil.copy(PROMETHEUS / "alerts.yml", tmp_path)
    (tmp_path / "test.yml").write_text("""
rule_files: [alerts.yml]
evaluation_interval: 30s
tests:
  - interval: 30s
    input_series:
      - {series: 'katgate_device_state{device="cbf",state="synced"}', values: "0x20"}
      - {series: 'katgate_device_state{device="sdp",state="synced"}', values: "1x20"}
      - {series: 'katgate_device_state{device="sdp",state="sleeping"}', values: "0x20"}
    alert_rule_test:
      - eval_time: 5m
        alertname: KatgateDeviceAway
        exp_alerts:
          - exp_labels: {severity: warning, device: cbf, state: synced}
            exp_annotations:
              summary: cbf has not been in step with katgate for two minutes
              description: GET /api/v1/devices/cbf says in which state it is, and in `error` what went wrong.
""")
    promtool("test", "rules", tmp_path / "test.yml")


@with_promtool
def test_queries_of_the_board(tmp_path: Path) -> None:
    """Each is one that Prometheus understands."""
    rules = [
        {"record": f"board:{index}", "expr": expression}
        for index, expression in enumerate(expressions(json.loads(BOARD.read_text())))
    ]
    assert rules
    file = tmp_path / "board.yml"
    file.write_text(json.dumps({"groups": [{"name": "board", "rules": rules}]}))  # JSON is YAML too
    promtool("check", "rules", file)


@pytest.mark.parametrize("file", [PROMETHEUS / "alerts.yml", BOARD])
def test_metrics_are_katgates(file: Path) -> None:
    """A query about a metric that there is not shows nothing for ever, and never fires."""
    asked = set(re.findall(r"\b(katgate_\w+)", file.read_text()))
    assert asked
    unknown = {re.sub(r"_(total|bucket|count|sum|info)\Z", "", name) for name in asked} - known_metrics()
    assert set() == unknown


def test_panels_do_not_overlap() -> None:
    """Grafana would push them about."""
    taken: set[tuple[int, int]] = set()
    panels = json.loads(BOARD.read_text())["panels"]
    assert len(panels) == len({panel["id"] for panel in panels})
    for panel in panels:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells
