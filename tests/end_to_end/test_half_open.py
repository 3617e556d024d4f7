"""A link that is gone without a word is found in the watchdog's time, and browsers are told; in namespaces."""

import json
import subprocess
import sys

from tests.end_to_end.namespaces import unshared
from tests.processes import DEADLINE_S, ROOT, environment

#: What the cable is made with, of Debian's iproute2.
VETH = "ip link add near type veth peer name far && command -v nsenter"

WATCHDOG_S = 2.0

#: Looking takes a moment, and so does what happens at the end.
SLACK_S = 0.7

#: Where nothing excuses silence it is a close run between the watchdog and the system's own patience.
ERRORS = (
    "it has said nothing for 2 s, and does not answer ?watchdog; the connection was cut",
    "the connection to the device was lost, after nothing was heard of it for ",
)


def test_cable_is_pulled_and_put_in_again() -> None:
    """Found whatever the device was doing; a request under way ends; value and time of each sensor are kept."""
    program = [sys.executable, "-m", "tests.end_to_end.half_open", str(WATCHDOG_S)]
    done = subprocess.run(
        [*unshared("-n", trial=VETH), *program],
        capture_output=True,
        text=True,
        timeout=2 * DEADLINE_S,
        env=environment(),
        cwd=ROOT,
        check=False,
    )
    assert 0 == done.returncode, done.stderr
    seen = json.loads(done.stdout)
    assert {"quiet", "chatty", "busy"} == set(seen)
    for its in seen.values():
        assert its["error"].startswith(ERRORS)
        # A quiet device was heard when it answered ?watchdog the last time, before the pull.
        assert WATCHDOG_S / 2 - SLACK_S < its["detected_s"] < WATCHDOG_S + SLACK_S
        assert its["told_s"] - its["detected_s"] < SLACK_S
        assert ["a", 1.0, "unreachable", 7] == its["told"]
        assert its["healed_s"] < 10
    assert seen["busy"]["error"].startswith(ERRORS[1])
    assert "device-disconnected" == seen["busy"]["answer"]
