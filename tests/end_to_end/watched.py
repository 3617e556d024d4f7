"""katgate with a watchdog that does not wait for 15 s: `python -m tests.end_to_end.watched SECONDS serve ...`"""

import sys
from functools import partial

from katgate.cli import main
from katgate.devices import device
from katgate.tx.mirror import Mirror


def _main() -> None:
    watchdog_s = float(sys.argv.pop(1))
    device.Mirror = partial(Mirror, watchdog_s=watchdog_s)  # type: ignore[attr-defined, assignment]
    main()


if __name__ == "__main__":
    _main()
