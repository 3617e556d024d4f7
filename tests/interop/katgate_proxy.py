"""A proxy on katgate.tx, in a process of its own, in front of devices that are not ours.

Prints its port. `python -m tests.interop.katgate_proxy name=port ...`: a device each, on this machine.
"""

import sys
from typing import Any

from twisted.internet import reactor as global_reactor
from twisted.logger import globalLogBeginner, textFileLogObserver

from katgate.tx import DeviceHandler, ProxyKatCP

reactor: Any = global_reactor


class Site(ProxyKatCP):
    """The devices that the command line names."""

    VERSION = "site-1.0"
    BUILD_STATE = "site-1.0.0"
    production = True  # ?halt ends the process

    def setup_devices(self) -> None:
        """Take them in."""
        for argument in sys.argv[1:]:
            name, _, port = argument.partition("=")
            self.add_device(DeviceHandler(name, "127.0.0.1", int(port)))

    def devices_scan_complete(self) -> None:
        """Say so to all clients."""
        self.log.warn("all devices are here")


def main() -> None:
    """Serve until ended."""
    globalLogBeginner.beginLoggingTo([textFileLogObserver(sys.stderr)], redirectStandardIO=False)
    site = Site(0, "127.0.0.1")
    reactor.addSystemEventTrigger("before", "shutdown", site.stop)
    site.start()
    reactor.callWhenRunning(lambda: print(site.port, flush=True))
    reactor.run()


if __name__ == "__main__":
    main()
