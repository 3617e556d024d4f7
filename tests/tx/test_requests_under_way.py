"""Requests that take their time: their order, their bounds, replies that come later, and the end of the server."""

from collections.abc import Callable
from typing import Any

import pytest
from twisted.internet.address import UNIXAddress
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.testing import MemoryReactorClock

from katgate.katcp import Message
from katgate.tx import AsyncReply, DeviceProtocol, DeviceServer, Request
from tests.support import Wire, outcome
from tests.tx.bench import Bench, connect


@pytest.fixture
def bench() -> Bench:
    return Bench(MemoryReactorClock())


@pytest.fixture
def wire(bench: Bench) -> Wire:
    return connect(bench)


def test_coroutine_tells_its_way_and_replies_later(bench: Bench, wire: Wire) -> None:
    """Its informs carry the id of its own request, whatever is asked meanwhile."""
    wire.say(b"?track[5] 10\n?double[6] 4\n?watchdog[7]\n")
    assert ["#track[5] on\\_my\\_way 10.0", "#double[6] double", "!watchdog[7] ok"] == wire.heard()
    bench.go_on()
    bench.go_on()
    assert ["!track[5] ok 55.0", "!double[6] ok 8"] == wire.heard()


def test_replies_without_ids_come_in_order(bench: Bench, wire: Wire) -> None:
    """A client that sent no ids matches the replies of one name by their order; other names do not wait."""
    wire.say(b"?wait 1\n?wait 2\n?wait x\n?wait 3\n?watchdog\n?wait[9] 4\n")
    assert ["!watchdog ok"] == wire.heard()
    assert 2 == len(bench.waiting)  # the first, and the one that has an id
    bench.waiting.pop(1).callback(None)
    assert ["!wait[9] ok 4"] == wire.heard()
    bench.go_on()
    assert ["!wait ok 1"] == wire.heard()
    bench.go_on()
    assert ["!wait ok 2", "!wait fail n\\_(argument\\_1):\\_'x'\\_is\\_not\\_an\\_integer"] == wire.heard()
    bench.go_on()
    assert ["!wait ok 3"] == wire.heard()
    assert [] == bench.waiting


@pytest.mark.parametrize("mid", [lambda n: f"[{n}]", lambda n: ""], ids=["ids", "no ids"])
def test_too_many_requests_under_way_pause_the_client(
    bench: Bench, wire: Wire, mid: Callable[[int], str]
) -> None:
    """What one client may have under way is bounded; nothing is lost, and others are served."""
    wire.protocol.max_pending = 3
    wire.say("".join(f"?wait{mid(n)} {n}\n" for n in range(1, 11)).encode() + b"?watchdog\n")
    assert [] == wire.heard()
    assert "paused" == wire.transport.producerState
    other = connect(bench)
    other.say(b"?watchdog\n")
    assert ["!watchdog ok"] == other.heard()
    while bench.waiting:
        bench.go_on()
    replies = [f"!wait{mid(n)} ok {n}" for n in range(1, 11)]
    heard = wire.heard()
    assert replies == [line for line in heard if line.startswith("!wait")]
    assert "!watchdog ok" in heard
    assert "producing" == wire.transport.producerState


def test_request_goes_on_when_its_client_leaves(bench: Bench, wire: Wire) -> None:
    """What was commanded is carried out; what had not begun is not."""
    wire.say(b"?wait 1\n?wait 2\n")
    wire.cut()
    bench.go_on()
    assert [] == bench.waiting


def test_stop_ends_what_is_under_way(bench: Bench, wire: Wire) -> None:
    """Whoever waits is told, before the farewell; a restart begins with a clean table."""
    wire.say(b"?track[1] 5\n?wait[2] 1\n?wait 3\n?wait 4\n")
    wire.heard()
    stopped = outcome(bench.stop())
    bench.reactor.advance(0)
    why = "was\\_ended:\\_the\\_device\\_is\\_shutting\\_down"
    assert [
        f"!track[1] fail ?track\\_{why}",
        f"!wait[2] fail ?wait\\_{why}",
        f"!wait fail ?wait\\_{why}",
        f"!wait fail ?wait\\_{why}",
        "#disconnect the\\_device\\_is\\_shutting\\_down",
    ] == wire.heard()
    assert [None] == stopped
    assert [] == bench.reactor.getDelayedCalls()


def test_service_lives_and_dies_with_the_server(bench: Bench, logged: list[Any]) -> None:
    """A coroutine that the server runs is ended with it; one that breaks is in the log, and breaks nothing."""
    told: list[str] = []

    async def service() -> None:
        try:
            await bench.wait()
        finally:
            told.append("ended")

    async def broken() -> None:
        raise OSError("no bus")

    bench.add_service(service())
    bench.add_service(broken())
    assert ["no bus"] == [e["log_failure"].getErrorMessage() for e in logged if "log_failure" in e]
    bench.restart()
    bench.reactor.advance(0)
    assert [] == told
    bench.stop()
    bench.reactor.advance(0)
    assert ["ended"] == told


def test_replies_without_ids_come_in_order_also_after_a_pause(bench: Bench, wire: Wire) -> None:
    """What was read before the client was paused is handled before what was read after it."""
    wire.protocol.max_pending = 4
    wire.say(b"?wait 0\n" + b"".join(b"?wait x%d\n" % n for n in range(1, 10)))
    bench.go_on()
    replies = [
        "!wait ok 0",
        *(f"!wait fail n\\_(argument\\_1):\\_'x{n}'\\_is\\_not\\_an\\_integer" for n in range(1, 10)),
    ]
    assert replies == wire.heard()
    assert "producing" == wire.transport.producerState


def test_client_that_does_not_take_its_replies_is_not_read_from(bench: Bench, wire: Wire) -> None:
    """Its requests wait, rather than their replies pile up until it is cut off."""
    wire.protocol.pauseProducing()
    wire.say(b"?watchdog[1]\n?watchdog[2]\n")
    assert [] == wire.heard()
    assert "paused" == wire.transport.producerState
    wire.protocol.resumeProducing()
    assert ["!watchdog[1] ok", "!watchdog[2] ok"] == wire.heard()
    assert "producing" == wire.transport.producerState


def test_handler_that_halts_the_server_sends_its_reply(bench: Bench, wire: Wire) -> None:
    """Whoever asks for the end hears that it comes."""

    def off(msg: Message) -> Message:
        bench.halt()
        return Message.reply("off", "ok")

    wire.protocol.request_off = off
    wire.say(b"?off[1]\n?watchdog[2]\n")
    bench.reactor.advance(0)
    assert [
        "!off[1] ok",
        "!watchdog[2] fail ?watchdog\\_was\\_ended:\\_the\\_device\\_is\\_shutting\\_down",
        "#disconnect the\\_device\\_is\\_shutting\\_down",
    ] == wire.heard()


def test_service_that_takes_its_time_to_end_is_awaited(bench: Bench, logged: list[Any]) -> None:
    """For two seconds; then the server stops all the same, and says so."""

    async def service() -> None:
        try:
            await bench.wait()
        finally:
            await bench.wait()

    bench.add_service(service())
    stopped = outcome(bench.stop())
    bench.reactor.advance(0)
    assert [] == stopped
    bench.waiting.pop().callback(None)
    assert [None] == stopped
    bench.add_service(service())
    stopped = outcome(bench.stop())
    bench.reactor.pump([0, 2])
    assert [None] == stopped
    assert 1 == len([e for e in logged if "do not end" in str(e.get("log_format"))])


class Slow:
    """An endpoint that takes its time to listen."""

    def __init__(self) -> None:
        self.attempts: list[Deferred[Any]] = []

    def listen(self, factory: object) -> "Deferred[Any]":
        self.attempts.append(Deferred())
        return self.attempts[-1]


def test_endpoint_that_takes_its_time(bench: Bench) -> None:
    """It is awaited, or given up when the server stops meanwhile."""
    endpoint: Any = Slow()
    server = DeviceServer(endpoint=endpoint, reactor=bench.reactor)
    with pytest.raises(RuntimeError, match="use listen"):
        server.start()
    listening = outcome(server.listen())
    stopped = outcome(server.stop())
    bench.reactor.advance(0)
    assert [None] == stopped
    assert [CancelledError] == [type(error) for error in listening]
    assert not server.is_listening
    server.restart()
    server.restart()
    bench.reactor.advance(0)
    assert 3 == len(endpoint.attempts)


def test_clients_whose_address_is_the_same(bench: Bench) -> None:
    """As all are on a UNIX socket: each has a name of its own, and hears what is said to all."""
    wires = [Wire(bench.buildProtocol(None), peer=UNIXAddress(None)) for _ in range(3)]
    assert 3 == len(bench.clients)
    for wire in wires:
        wire.heard()
    bench.mass_inform(Message.inform("x"))
    assert [["#x"]] * 3 == [wire.heard() for wire in wires]
    wires[1].cut()
    assert 2 == len(bench.clients)


class RepliesProtocol(DeviceProtocol):
    factory: "Bench"

    def request_now(self, msg: Message) -> Message:
        self.send_message(Message.reply("now", "ok"))
        raise AsyncReply

    def request_later(self, msg: Message) -> Message:
        self.factory.wait().addCallback(
            lambda _: self.send_message(Message.reply("later", "ok", *msg.arguments))
        )
        raise AsyncReply

    def request_twice(self, req: Request) -> None:
        req.reply("ok", 1)

    async def request_twice_later(self, req: Request) -> int:
        await self.factory.wait()
        req.reply("ok", 1)
        return 2

    def request_say(self, req: Request) -> None:
        self.log.warn("the mast %s", "shakes")


def test_replies_that_handlers_send_by_themselves(bench: Bench) -> None:
    """With the id of the request, as katcp.tx's programs expect it; later ones in the order they were asked."""
    bench.protocol = RepliesProtocol  # type: ignore[assignment]
    wire = connect(bench)
    wire.say(b"?now[4]\n?now\n")
    assert ["!now[4] ok", "!now ok"] == wire.heard()
    wire.say(b"?later[5] a\n?later[6] b\n?watchdog[7]\n")
    assert ["!watchdog[7] ok"] == wire.heard()
    bench.go_on()
    bench.go_on()
    assert ["!later[5] ok a", "!later[6] ok b"] == wire.heard()
    assert {} == wire.protocol._answered_later


def test_reply_is_sent_once(bench: Bench) -> None:
    """What a handler returns after it has replied is no second reply: a client without ids would be lost."""
    bench.protocol = RepliesProtocol  # type: ignore[assignment]
    wire = connect(bench)
    wire.say(b"?twice[1]\n?twice-later[2]\n")
    bench.go_on()
    assert ["!twice[1] ok 1", "!twice-later[2] ok 1"] == wire.heard()


def test_log_of_a_handler(bench: Bench) -> None:
    """`self.log` is the device's."""
    bench.protocol = RepliesProtocol  # type: ignore[assignment]
    wire = connect(bench)
    wire.say(b"?say[1]\n")
    log, reply = wire.heard()
    assert (["root", "the\\_mast\\_shakes"], "!say[1] ok") == (log.split()[3:], reply)


def test_stop_while_a_restart_lets_its_clients_go(bench: Bench, wire: Wire) -> None:
    """Then the services end too, and nothing comes back."""
    told: list[str] = []

    async def service() -> None:
        try:
            await bench.wait()
        finally:
            told.append("ended")

    bench.add_service(service())
    wire.transport.is_stuck = True
    bench.restart()
    bench.reactor.advance(0)
    stopped = outcome(bench.stop())
    bench.reactor.advance(2)
    assert ([None], ["ended"], False) == (stopped, told, bench.is_listening)


def test_early_reply_of_a_coroutine_is_not_kept(bench: Bench) -> None:
    """Nor does a later reply of that name go out with its id."""
    bench.protocol = RepliesProtocol  # type: ignore[assignment]
    wire = connect(bench)
    for mid in range(1, 4):
        wire.say(b"?twice-later[%d]\n" % mid)
        bench.go_on()
    assert 3 == len(wire.heard())
    assert {} == wire.protocol._answered_later
