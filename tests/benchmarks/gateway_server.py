"""katgate itself, whole, in front of devices of this machine.

`python -m tests.benchmarks.gateway_server [--log file] [--metrics device/sensor] name=host:port...` prints the port
at which it serves browsers, once every device is synced, and a line that says what that took, from the first
connection on (`marks.py`). Its log is written to nowhere; with `--log` to a file, and stderr too.
"""

import os
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TextIO
from urllib.parse import urlsplit

from katgate.app import Gateway
from katgate.config import Setting, device_setting, read_config
from katgate.logs import log_to
from katgate.process import prepare_process
from katgate.tx.connection import State
from katgate.tx.deferreds import global_reactor
from tests.benchmarks.marks import Mark, say


class Announced(Gateway):
    """Says so once it has all devices."""

    def startService(self) -> None:
        """Start, and look out."""
        self._began = Mark.now(0)
        super().startService()
        self._unwatch = self._fleet.watch(self._look)

    def _look(self, *_: object) -> None:
        if all(device.view().state is State.SYNCED for device in self._fleet):
            self._unwatch()
            print(urlsplit(self.url).port, flush=True)
            say(self._began, Mark.now(0), sum(device.view().sensors for device in self._fleet))


def _arguments() -> Namespace:
    parser = ArgumentParser()
    parser.add_argument("--log", type=Path)
    parser.add_argument("--metrics", action="append", default=[])
    parser.add_argument("device", nargs="*")
    return parser.parse_args()


def _log(path: Path | None) -> TextIO:
    """Return where the log goes, for as long as this runs."""
    log = (path or Path(os.devnull)).open("w", encoding="utf-8")
    if path is not None:
        os.dup2(log.fileno(), sys.stderr.fileno())
    return log


def _main() -> None:
    prepare_process()
    reactor = global_reactor()
    arguments = _arguments()
    log_to(_log(arguments.log))
    gateway = Announced(
        read_config(
            None,
            [
                Setting(("server", "listen"), "127.0.0.1:0", "here"),
                Setting(("metrics", "sensors"), arguments.metrics, "here"),
                *(device_setting(text, text) for text in arguments.device),
            ],
        ),
        reactor,
    )
    gateway.startService()
    reactor.addSystemEventTrigger("before", "shutdown", gateway.stopService)
    reactor.run()


if __name__ == "__main__":
    _main()
