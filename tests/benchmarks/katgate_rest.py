"""katgate whole, as `katgate serve cbf=127.0.0.1:<port>` is; its log goes nowhere.

`python -m tests.benchmarks.katgate_rest port` prints its own port.
"""

import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

from katgate.app import Gateway
from katgate.config import Config, DeviceConfig, ServerConfig
from katgate.logs import log_to
from katgate.tx.deferreds import global_reactor


def _main() -> None:
    device = DeviceConfig("cbf", f"127.0.0.1:{sys.argv[1]}")
    reactor = global_reactor()
    with Path(os.devnull).open("w") as nowhere:
        log_to(nowhere, verbose=False)
        gateway = Gateway(Config(server=ServerConfig("127.0.0.1:0"), device=(device,)), reactor)
        gateway.startService()
        reactor.addSystemEventTrigger("before", "shutdown", gateway.stopService)
        print(urlsplit(gateway.url).port, flush=True)
        reactor.run()


if __name__ == "__main__":
    _main()
