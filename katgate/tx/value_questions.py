"""ValueQuestions: asking a device for the present values of single sensors, without overwhelming it."""

from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, Final

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from katgate.errors import DeviceFailed
from katgate.katcp.message import Message
from katgate.tx.client import ClientKatCPProtocol
from katgate.tx.deferreds import Once

__all__ = ["ValueQuestions"]

#: Questions under way at once; the others wait. A C server answers one after the other anyway.
_AT_ONCE: Final = 8


class ValueQuestions:
    """`?sensor-value` of single sensors over one connection: for each sensor one question, however many ask.

    `take` is called with each inform of an answer and the name of the sensor that was asked for: some devices send
    more than they are asked for (katcp.md section 11, row 15).
    """

    def __init__(self, protocol: ClientKatCPProtocol, take: Callable[[Message, bytes], None]) -> None:
        self._protocol = protocol
        self._take = take
        self._asked: dict[bytes, Once[None]] = {}
        self._waiting: deque[bytes] = deque()
        self._under_way = 0
        self._is_asking = False

    def ask(self, sensors: Iterable[bytes]) -> "list[Deferred[None]]":
        """Ask for the values of these, by their names on the wire; return a Deferred for each, fired once its answer
        has been taken. Fails with RemoteError, DeviceFailed among them.
        """
        answers: list[Deferred[None]] = []
        for raw in sensors:
            if raw not in self._asked:
                self._asked[raw] = Once()
                self._waiting.append(raw)
            answers.append(self._asked[raw].wait())
        self._ask_next()
        return answers

    def _ask_next(self) -> None:
        if self._is_asking:
            return  # a question that has failed at once: not one inside the other
        self._is_asking = True
        while self._waiting and self._under_way < _AT_ONCE:
            raw = self._waiting.popleft()
            self._under_way += 1
            self._protocol.send_request("sensor-value", raw).addBoth(self._answered, raw)
        self._is_asking = False

    def _answered(self, outcome: Any, raw: bytes) -> None:
        self._under_way -= 1
        asked = self._asked.pop(raw)
        if isinstance(outcome, Failure):
            asked.fire(outcome)
        elif not outcome[1].is_ok:
            asked.fire(Failure(DeviceFailed("sensor-value", outcome[1])))
        else:
            for msg in outcome[0]:
                self._take(msg, raw)
            asked.fire(None)
        self._ask_next()
