"""katcp-python's AsyncClient against a device of katgate.tx: an independent judge of the server side.

Each program runs in a process of its own; see driven.py.
"""

import time

import pytest

from tests.interop.driven import Driven, needs_katcp_python
from tests.processes import DEADLINE_S, wait_for

pytestmark = needs_katcp_python


@pytest.fixture(scope="module")
def plain(client: Driven, port: int) -> int:
    """The number of an AsyncClient that is connected to the device."""
    number: int = client.call("open", port)
    return number


def test_hello(client: Driven, plain: int) -> None:
    """It takes our flags and versions for v5."""
    hello = client.call("hello", plain)
    version, _, flags = hello["protocol"].partition("-")
    assert ("5.1", {*"BIM"}) == (version, {*"BIM"} & {*flags})
    assert ["engine-2.1", "engine-2.1rc3"] == hello["versions"]["katcp-device"]
    assert {"katcp-protocol", "katcp-library", "katcp-device"} == set(hello["versions"])


def test_ids(client: Driven, plain: int) -> None:
    """A request's id is on its reply and on both kinds of its informs; a request without one has none."""
    echo = client.call("request", plain, "echo", ["a b", "", "é\\"])
    assert ["ok", "a b", "", "é\\"] == echo["reply"]
    assert [["first", "1"], ["second"]] == echo["informs"]
    assert echo["mids"][0] is not None
    assert [echo["mids"][0]] * 4 == echo["mids"]
    without = client.call("request", plain, "echo", ["x"], False)
    assert [None] * 4 == without["mids"]
    assert ([["first", "1"], ["second"]], ["ok", "x"]) == (without["informs"], without["reply"])


def test_slow_request_does_not_hold_up_another(client: Driven, plain: int) -> None:
    """Requests of one client are answered as they are done."""
    order = client.call("race", plain, [["sleep", "0.2"], ["sleep", "0.1"], ["watchdog"]])
    assert ["watchdog", "sleep 0.1", "sleep 0.2"] == order


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (["refuse"], "fail", "no power"),
        (["doubt"], "invalid", "not like this"),
        (["no-such-request"], "invalid", "Unknown request"),
        (["crash"], "fail", "its log tells more"),
        (["help", "no-such-request"], "fail", "Unknown request"),
        (["sensor-value", "no-such-sensor"], "fail", "Unknown sensor"),
        (["sensor-list", "no-such-sensor"], "fail", "Unknown sensor"),
        (["sensor-sampling", "no-such-sensor", "event"], "fail", "Unknown sensor"),
        (["sensor-sampling"], "fail", "sensor"),
        (["sensor-sampling", "counter,mode"], "fail", "sensors"),
        (["sensor-sampling", "counter", "often"], "fail", "often"),
        (["sensor-sampling", "counter", "period"], "fail", "period"),
        (["sensor-sampling", "message", "differential", "1"], "fail", "differential"),
        (["log-level", "loud"], "fail", "loud"),
    ],
)
def test_request_that_fails(client: Driven, plain: int, words: list[str], code: str, text: str) -> None:
    """A code and a sentence, never a traceback; the connection lives on."""
    reply = client.ask(plain, *words)
    assert (code, 2) == (reply[0], len(reply))
    assert text in reply[1]
    assert "Traceback" not in reply[1]
    assert ["ok"] == client.ask(plain, "watchdog")


def test_requests_of_every_device(client: Driven, plain: int) -> None:
    """Counts agree with informs; the rest answers as the guidelines say."""
    for name, *arguments in (["help"], ["sensor-list"], ["sensor-value"], ["version-list"], ["client-list"]):
        said = client.call("request", plain, name, arguments)
        assert ["ok", str(len(said["informs"]))] == said["reply"]
    helped = client.call("request", plain, "help", ["sensor-sampling"])
    assert [["ok", "1"], "sensor-sampling"] == [helped["reply"], helped["informs"][0][0]]
    assert ["ok", "info"] == client.ask(plain, "log-level", "info")
    assert ["ok", "info"] == client.ask(plain, "log-level")
    assert ["ok", "warn"] == client.ask(plain, "log-level", "warn")
    picked = client.call("request", plain, "sensor-value", ["/^m/"])
    assert ["message", "mode"] == [inform[2] for inform in picked["informs"]]


def test_values_of_every_type(client: Driven, plain: int) -> None:
    """`?sensor-value` has them as the wire knows them, and the time in seconds."""
    informs = client.call("request", plain, "sensor-value", [])["informs"]
    assert {
        "adc.level": ["1", "nominal", "-0.5"],
        "counter": ["1", "nominal", "3"],
        "fan": ["1", "nominal", "nominal"],
        "is-locked": ["1", "nominal", "1"],
        "load": ["1", "nominal", "0"],
        "message": ["1", "nominal", "text with spaces"],
        "mode": ["1", "nominal", "idle"],
        "peer": ["1", "nominal", "10.0.0.1:7148"],
        "started": ["1", "nominal", "1500000000.250000"],
    } == {name: [count, status, value] for _, count, name, status, value in informs}
    assert all(abs(time.time() - float(inform[0])) < DEADLINE_S for inform in informs)


def test_other_clients_are_announced(client: Driven, plain: int, port: int) -> None:
    """A client hears of one that comes after it."""
    before = len(client.call("informs", plain))
    client.call("open", port)
    wait_for(
        lambda: [i for i in client.call("informs", plain)[before:] if i[0] == "client-connected"],
        "#client-connected",
    )


def test_unexpected_reply_is_logged_to_the_client(client: Driven, plain: int) -> None:
    """`#log` has level, time in seconds, name and text, and the connection lives on."""
    client.call("reply_unasked", plain)
    logged = wait_for(lambda: [i for i in client.call("informs", plain) if i[0] == "log"], "#log")[-1]
    assert (5, "error") == (len(logged), logged[1])
    assert abs(time.time() - float(logged[2])) < DEADLINE_S
    assert "watchdog" in logged[4]
    assert ["ok"] == client.ask(plain, "watchdog")


@pytest.mark.parametrize(
    "strategy",
    [
        ["none"],
        ["auto"],
        ["event"],
        ["period", "50.0"],
        ["differential", "2"],
        ["event-rate", "0.1", "10.0"],
        ["differential-rate", "2", "0.1", "10.0"],
    ],
)
def test_every_strategy(client: Driven, plain: int, strategy: list[str]) -> None:
    """Each is set and answers so; the present reading comes at once (none apart); asking leaves it as it is."""
    before = len(client.call("informs", plain))
    reply = client.ask(plain, "sensor-sampling", "load", *strategy)
    assert ["ok", "load", strategy[0]] == reply[:3]
    assert [float(word) for word in strategy[1:]] == [float(word) for word in reply[3:]]
    updates = [i for i in client.call("informs", plain)[before:] if i[0] == "sensor-status"]
    assert ([] if strategy == ["none"] else ["load"]) == [update[3] for update in updates]
    assert reply == client.ask(plain, "sensor-sampling", "load")
    assert ["ok"] == client.ask(plain, "sensor-sampling-clear")
    assert ["ok", "load", "none"] == client.ask(plain, "sensor-sampling", "load")


def test_bulk_sampling(client: Driven, plain: int) -> None:
    """Several sensors in one request, all or nothing."""
    before = len(client.call("informs", plain))
    assert ["ok", "mode,load", "event"] == client.ask(plain, "sensor-sampling", "mode,load", "event")
    assert ["mode", "load"] == [i[3] for i in client.call("informs", plain)[before:]]
    assert "fail" == client.ask(plain, "sensor-sampling", "mode,no-such-sensor", "none")[0]
    assert ["ok", "mode", "event"] == client.ask(plain, "sensor-sampling", "mode")
    assert ["ok"] == client.ask(plain, "sensor-sampling-clear")
