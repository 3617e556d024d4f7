"""Numbers that JSON cannot carry and text that is not UTF-8, in what devices are asked and say.

What katgate says is read with `read_json` here, which takes only what a browser reads as it was meant.
`test_odd_values.py` has the same in sensors and readings.
"""

from typing import Any

import pytest

from tests.api.asking import HttpConnection, ask, open_request
from tests.api.rig import FakeSocket, Rig
from tests.api.texts import TEXTS, WORDS
from tests.support import Wire

API = "/api/v1"


def post(rig: Rig, arguments: str = "") -> HttpConnection:
    return open_request(
        rig, "POST", f"{API}/devices/cbf/requests/x", f'{{"arguments":[{arguments}]}}'.encode()
    )


def call(socket: FakeSocket, request: str, arguments: str = "") -> list[Any]:
    """Send a request over the socket, its arguments as they stand; return what came at once."""
    params = f'{{"device":"cbf","request":"{request}","arguments":[{arguments}]}}'
    return socket.say(f'{{"jsonrpc":"2.0","id":1,"method":"request","params":{params}}}'.encode())


def sent_to(device: Wire) -> bytes:
    """Return what the device has been sent since the last call, as it stands."""
    raw: bytes = device.transport.value()
    device.transport.clear()
    return raw


def test_texts_in_replies_and_informs(rig: Rig, socket: FakeSocket) -> None:
    """In what a request brings, and in what comes by itself, over REST and the socket."""
    device = rig.connect()
    raw, shown = b" ".join(raw for raw, _ in TEXTS), [shown for _, shown in TEXTS]
    socket.call("informs.subscribe", 2, device="cbf")
    posted = post(rig)
    call(socket, "x")
    for mid in (b"5", b"6"):
        device.say(b"#x[%b] %b\n!x[%b] ok %b\n" % (mid, raw, mid, raw))
    device.say(b"#log %b\n" % raw)
    rig.clock.advance(0.02)
    inform, result, log = socket.take()
    for answer in (posted.answer().json, result["result"]):
        assert (shown, [["x", *shown]]) == (answer["arguments"], answer["informs"])
    assert ["x", *shown] == inform["params"]["inform"]
    assert ["log", *shown] == log["params"]["informs"][0][2:]
    [kept] = ask(rig, "GET", f"{API}/devices/cbf/informs").json["informs"]
    assert shown == kept["arguments"]


@pytest.mark.parametrize(("raw", "shown"), WORDS)
@pytest.mark.parametrize("code", [b"fail", b"invalid", b"\xff\\n"])
def test_words_of_a_failure(rig: Rig, socket: FakeSocket, code: bytes, raw: bytes, shown: str) -> None:
    """`reply` has them all, and `detail` says them."""
    device = rig.connect()
    posted = post(rig)
    call(socket, "watchdog")
    device.say(b"!x[5] %b %b\n!watchdog[6] %b %b\n" % (code, raw, code, raw))
    [failed] = socket.take()
    for problem in (posted.answer().json, failed["error"]["data"]):
        assert shown in problem["detail"]
        if problem["code"] != "unknown-request":
            assert shown == problem["reply"]
            assert code.decode("utf-8", "backslashreplace").replace("\\n", "\n") == problem["return_code"]


IN: list[tuple[str, bytes]] = [
    ("9007199254740993", b"9007199254740993"),
    ("-18446744073709551616", b"-18446744073709551616"),
    ("1" + "0" * 30, b"1" + b"0" * 30),
    ("-0", b"0"),
    ("-0.0", b"-0.0"),
    ("1.0", b"1.0"),
    ("0.1", b"0.1"),
    ("0.10000000000000000555", b"0.1"),
    ("1e22", b"1e+22"),
    ("1e-7", b"1e-07"),
    ("5e-324", b"5e-324"),
    ('"1e400"', b"1e400"),
    ('"nan"', b"nan"),
    ("true", b"1"),
    ("false", b"0"),
    ('""', b"\\@"),
    ('"é"', "é".encode()),
    (r'"\u0000"', b"\\0"),
    (r'"a b\nc\rd\te\u001bf\\g"', b"a\\_b\\nc\\rd\\te\\ef\\\\g"),
    (r'"\ud83d\udce1"', "\U0001f4e1".encode()),
    ('"\x7f\u2028"', "\x7f\u2028".encode()),
    ('{"base64":""}', b"\\@"),
    ('{"base64":"//4AIAo="}', b"\xff\xfe\\0\\_\\n"),
]


@pytest.mark.parametrize(("argument", "raw"), IN)
def test_argument_on_the_wire(rig: Rig, socket: FakeSocket, argument: str, raw: bytes) -> None:
    """What the device gets is what was given, whichever way it came."""
    device = rig.connect()
    post(rig, argument)
    call(socket, "x", argument)
    assert b"?x[5] %b\n?x[6] %b\n" % (raw, raw) == sent_to(device)


def test_argument_of_very_many_digits(rig: Rig, socket: FakeSocket) -> None:
    """All of them, up to what Python takes; more is refused."""
    device = rig.connect()
    [refused] = call(socket, "x", "1" * 4301)
    assert -32602 == refused["error"]["code"]
    call(socket, "x", "1" * 4300)
    assert b"?x[5] %b\n" % (b"1" * 4300) == sent_to(device)


REFUSED = [
    "1e400",
    "-1e400",
    "NaN",
    "-Infinity",
    "01",
    "null",
    "[1]",
    "{}",
    '{"base64":"/w"}',  # no padding
    '{"base64":"_w=="}',  # the alphabet of addresses
    '{"base64":"!"}',
    '{"base64":1}',
    '{"base64":"","x":1}',
    '{"base64":"\\ud800"}',
    '{"text":"x"}',
    r'"\ud800"',
    r'"\udc00 and more"',
    '"\n"',
    '"\0"',
]


@pytest.mark.parametrize("argument", REFUSED)
def test_argument_that_cannot_be_sent(rig: Rig, socket: FakeSocket, argument: str) -> None:
    """An error that says so, and nothing to the device: it is not guessed what was meant."""
    device = rig.connect()
    refused = post(rig, argument).answer()
    [failed] = call(socket, "x", argument)
    assert (400, "bad-request") == (refused.status, refused.json["code"])
    assert failed["error"]["code"] in (-32700, -32602)
    assert b"" == sent_to(device)
