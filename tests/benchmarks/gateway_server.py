"""katgate itself, whole, in front of devices of this machine.

`python -m tests.benchmarks.gateway_server [--log file] name=host:port...` prints the port at which it serves
browsers, once every device is synced, and a line that says what that took, from the first connection on (`marks.py`).
Its log is written to nowhere; with `--log` to a file, and stderr too.
"""

import os
from argparse import ArgumentParser
from pathlib import Path
from urllib.parse import urlsplit

from katgate.app import Gateway
from katgate.config import Config, DeviceConfig, ServerConfig
from katgate.devices.device import Device
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

    def _look(self, _: list[Device]) -> None:
        if all(device.view().state is State.SYNCED for device in self._fleet):
            self._unwatch()
            print(urlsplit(self.url).port, flush=True)
            say(self._began, Mark.now(0), sum(device.view().sensors for device in self._fleet))


def _main() -> None:
    parser = ArgumentParser()
    parser.add_argument("--log", type=Path)
    parser.add_argument("device", nargs="*")
    arguments = parser.parse_args()
    prepare_process()
    reactor = global_reactor()
    log = (arguments.log or Path(os.devnull)).open("w")  # for as long as it runs
    if arguments.log:
        os.dup2(log.fileno(), 2)
    log_to(log, verbose=False)
    gateway = Announced(
        Config(
            server=ServerConfig(listen="127.0.0.1:0"),
            device=tuple(DeviceConfig.parse(text) for text in arguments.device),
        ),
        reactor,
    )
    gateway.startService()
    reactor.addSystemEventTrigger("before", "shutdown", gateway.stopService)
    reactor.run()


if __name__ == "__main__":
    _main()
