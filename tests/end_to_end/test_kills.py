"""A device killed without a word, under load, with browsers attached. (1,000 times: `tests/benchmarks/kills.py`.)"""

from pathlib import Path

from tests.benchmarks.killing import kill_often

KILLS = 8


def test_device_killed_again_and_again(tmp_path: Path) -> None:
    """Everybody is told at once, no request is repeated, all is well again soon, and nothing is left behind."""
    killed = kill_often(KILLS, tmp_path, rate=5000, warm_up=2)
    assert max(killed.told) < 2
    assert max(killed.answered) < 2
    assert max(killed.synced) < 20  # a pause is at most 0.5 s, then 1 s, as long as it is refused
    first, *_, last = killed.states
    assert last.files == first.files
    assert last.held.readers == first.held.readers
    assert last.held.delayed_calls <= first.held.delayed_calls + 2  # one more or less is about to end
    assert last.held.objects < first.held.objects + 500  # of 70,000
