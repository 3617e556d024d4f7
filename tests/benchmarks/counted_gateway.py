"""katgate, as a user starts it, that counts what it holds whenever it is sent SIGUSR1, and prints that as JSON."""

import gc
import signal

import msgspec

from katgate.cli import main
from katgate.tx.deferreds import global_reactor

__all__ = ["Held"]


class Held(msgspec.Struct):
    """What a process holds: what is to be called later, what is listened to, and objects that are no garbage."""

    delayed_calls: int
    readers: int
    objects: int


def _count(*_: object) -> None:
    gc.collect()
    reactor = global_reactor()
    held = Held(len(reactor.getDelayedCalls()), len(reactor.getReaders()), len(gc.get_objects()))
    print(msgspec.json.encode(held).decode(), flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGUSR1, _count)
    main()
