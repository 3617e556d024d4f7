"""What a device is asked to get in step with it: its requests, its sensors, and to sample them.

Each is a short conversation over a protocol that is negotiated; `mirror.py` says when they are held.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from twisted.internet.defer import Deferred, FirstError, gatherResults

from katgate.errors import DeviceFailed
from katgate.katcp.message import Message
from katgate.katcp.reading import SensorDescription
from katgate.katcp.sampling import Strategy
from katgate.katcp.values import decode_seconds
from katgate.tx.client import ClientKatCPProtocol

__all__ = ["ask_requests", "ask_sensors", "ask_timeout_hints", "ask_values", "sample"]

#: Names in one bulk ?sensor-sampling: a line of 20 to 50 kB, answered by one as long.
_BULK: Final = 1000
#: Requests in flight where there is no bulk sampling. aiokatcp stops reading at 100, katcp-python queues 300.
_PIPELINED: Final = 64
#: A list of 10,000 sensors comes in well under a second; a C server may be busy with something slow first.
_TIMEOUT_S: Final = 30.0


async def ask_requests(protocol: ClientKatCPProtocol) -> dict[str, str]:
    """Return request name -> help text. Raises RemoteError, DeviceFailed among them."""
    informs = await _ask_list(protocol, "help")
    return {msg.text(0): msg.text(1) for msg in informs if msg.arguments}


async def ask_timeout_hints(protocol: ClientKatCPProtocol) -> dict[str, float]:
    """Return request name -> how long it may take, in seconds, for those of which the device says it (flag T).

    Raises RemoteError; a device that does not answer as it should has none.
    """
    assert protocol.flags is not None
    if not protocol.flags.has_timeout_hints:
        return {}
    try:
        informs = await _ask(protocol, "request-timeout-hint")
    except DeviceFailed:
        return {}
    hints: dict[str, float] = {}
    for msg in informs:
        try:
            hints[msg.text(0)] = decode_seconds(msg.arguments[1])
        except (IndexError, ValueError):
            protocol.complain("a timeout hint that cannot be read", msg)
    return {name: seconds for name, seconds in hints.items() if seconds > 0}


async def ask_sensors(protocol: ClientKatCPProtocol) -> dict[bytes, SensorDescription]:
    """Return the sensors by their names on the wire; one that is badly described is left out, and logged.

    Raises RemoteError, DeviceFailed among them.
    """
    informs = await _ask_list(protocol, "sensor-list")
    assert protocol.flags is not None
    described: dict[bytes, SensorDescription] = {}
    names: set[str] = set()
    for msg in informs:
        try:
            about = SensorDescription.from_inform(msg.arguments, protocol.flags.major)
        except ValueError:
            protocol.complain("a description of a sensor that is too short to be one", msg)
            continue
        if about.name in names:
            protocol.complain("a second description of one sensor", msg)
            continue
        names.add(about.name)
        described[msg.arguments[0]] = about
    return described


async def ask_values(protocol: ClientKatCPProtocol) -> Sequence[Message]:
    """Return the present values as the informs of `?sensor-value` have them. Raises RemoteError, DeviceFailed
    among them.
    """
    return await _ask(protocol, "sensor-value")


async def sample(
    protocol: ClientKatCPProtocol, names: Iterable[bytes], strategy: Strategy
) -> dict[bytes, Message]:
    """Set a strategy on these sensors, by their names on the wire: in bulk where the device can, else one by
    one. Returns what the device refuses: sensor -> reply. Raises RemoteError.
    """
    assert protocol.flags is not None
    words = strategy.arguments(protocol.flags.major)
    singly = list(names)
    if protocol.flags.has_bulk_sampling and len(singly) > 1:
        singly = await _sample_in_bulk(protocol, singly, words)
    replies = await _sample_singly(protocol, singly, words)
    return {name: reply for name, reply in replies.items() if not reply.is_ok}


async def _sample_in_bulk(
    protocol: ClientKatCPProtocol, names: list[bytes], words: list[bytes]
) -> list[bytes]:
    """Return the names that the device would not take in bulk: one bad name spoils its whole batch."""
    # A comma separates names here, so a name that has one must go alone.
    plain = [raw for raw in names if b"," not in raw]
    left = [raw for raw in names if b"," in raw]
    for at in range(0, len(plain), _BULK):
        batch = plain[at : at + _BULK]
        _, reply = await protocol.send_request(
            "sensor-sampling", b",".join(batch), *words, timeout=_TIMEOUT_S
        )
        if not reply.is_ok:
            left.extend(batch)
    return left


async def _sample_singly(
    protocol: ClientKatCPProtocol, names: list[bytes], words: list[bytes]
) -> dict[bytes, Message]:
    """Return the replies. Some requests are under way at once; the first that fails ends all of them."""
    assert protocol.flags is not None
    waiting = iter(names)
    replies: dict[bytes, Message] = {}

    async def work() -> None:
        for raw in waiting:
            _, replies[raw] = await protocol.send_request("sensor-sampling", raw, *words, timeout=_TIMEOUT_S)

    # Without ids the device answers one request of a name at a time; those behind it would only time out.
    count = min(len(names), _PIPELINED if protocol.flags.has_mids else 1)
    workers = [Deferred.fromCoroutine(work()) for _ in range(count)]
    try:
        await gatherResults(workers, consumeErrors=True)
    except FirstError as error:
        for worker in workers:
            worker.cancel()
        error.subFailure.raiseException()
    return replies


async def _ask_list(protocol: ClientKatCPProtocol, name: str) -> Sequence[Message]:
    """Return the informs of a request that lists; none from a device that does not know it, as a bare KatCPServer."""
    try:
        return await _ask(protocol, name)
    except DeviceFailed as error:
        if error.code != "invalid" or "unknown" not in error.words.lower():
            raise
        return []


async def _ask(protocol: ClientKatCPProtocol, name: str) -> Sequence[Message]:
    """Return the informs of a request that takes no arguments. Raises DeviceFailed if it is not ok."""
    informs, reply = await protocol.send_request(name, timeout=_TIMEOUT_S)
    if not reply.is_ok:
        raise DeviceFailed(name, reply)
    return informs
