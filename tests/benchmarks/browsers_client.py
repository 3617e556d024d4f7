"""Many browsers of one server, that count what they are sent.

`python -m tests.benchmarks.browsers_client`: its input is a `Visit` as a line of JSON (`Pinned.tell`); it says two
lines, when all are ready and what they were then sent in the seconds of the visit (none if those are 0). After
that they go on reading until its input ends, unless the visit says that they stall.

Keys of both: seconds, cpu_s (its own), server_cpu_s, updates, frames, bytes; of the first: browsers; of the second:
p50_ms, p90_ms, p99_ms, max_ms (arrival less timestamp of the readings of those who note; absent if there were none),
noted (how many those were), gaps and conflated (of those who note, from the snapshot on), lost (connections).
"""

import select
import sys

import msgspec

from tests.benchmarks.browsers import Browsers, Visit


def _say(figures: dict[str, float]) -> None:
    print(msgspec.json.encode(figures).decode(), flush=True)


def _main() -> None:
    visit = msgspec.json.decode(sys.stdin.buffer.readline(), type=Visit)
    browsers = Browsers(visit)
    _say(browsers.join())
    if visit.seconds:
        browsers.take(visit.settle_s)
        _say(browsers.measure())
    if visit.stalls:
        sys.stdin.read()
    while not select.select([sys.stdin], [], [], 0)[0]:
        browsers.turn(0.1)


if __name__ == "__main__":
    _main()
