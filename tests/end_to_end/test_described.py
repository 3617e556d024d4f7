"""What a live katgate says is what its descriptions say: each answer and each message, looked at one by one."""

import json
import signal
import socket
from collections.abc import Callable
from typing import Any
from urllib.request import urlopen

from jsonschema import Draft7Validator, Draft202012Validator

from tests.end_to_end.fake_device import HELLO, FakeDevice, lines
from tests.processes import DEADLINE_S, Browser, Katgate, wait_for


class Openapi:
    """The OpenAPI description of a katgate, by which answers are held."""

    def __init__(self, katgate: Katgate) -> None:
        self._katgate = katgate
        self._document = katgate.get("openapi.json")
        #: What was asked: (method, path as described, status).
        self.asked: set[tuple[str, str, int]] = set()

    def ask(self, method: str, path: str, body: Any = None, **names: str) -> int:
        """Ask, and hold the answer against what is described for it; return its status."""
        bare, _, query = path.partition("?")
        answer = self._katgate.ask(method, bare.format(**names) + (query and f"?{query}"), body)
        described = self._document["paths"][bare][method.lower()]["responses"]
        assert str(answer.status) in described, (path, answer.status, answer.body)
        ((media_type, media),) = described[str(answer.status)]["content"].items()
        assert media_type == answer.headers["content-type"]
        if answer.status >= 400:
            assert answer.json["code"] in described[str(answer.status)]["x-codes"]
        schema = {**media["schema"], "components": self._document["components"]}
        found = [
            f"{error.json_path}: {error.message}"
            for error in Draft202012Validator(schema).iter_errors(answer.json)
        ]
        assert [] == found, (path, answer.body)
        self.asked.add((method, bare, answer.status))
        return answer.status


def test_answers(katgate: Katgate, device: FakeDevice) -> None:
    """Those that are good, and problems of each kind that can be had at once; then with the device away."""
    openapi = Openapi(katgate)
    of_device = "/api/v1/devices/{device}"
    good = [
        "/api/v1",
        "/api/v1/devices",
        of_device,
        f"{of_device}/sensors?limit=1",
        f"{of_device}/sensors/{{sensor}}",
        f"{of_device}/requests",
        f"{of_device}/informs",
        "/api/v1/sensors?match=*",
        "/api/v1/openapi.json",
        "/api/v1/asyncapi.json",
        "/healthz",
        "/readyz",
    ]
    for path in good:
        assert 200 == openapi.ask("GET", path, device="cbf", sensor="a"), path
    assert 404 == openapi.ask("GET", of_device, device="nobody")
    assert 404 == openapi.ask("GET", f"{of_device}/sensors/{{sensor}}", device="cbf", sensor="none")
    assert 400 == openapi.ask("GET", "/api/v1/sensors?limit=0")
    post = f"{of_device}/requests/{{request}}"
    assert 200 == openapi.ask("POST", post, {"arguments": []}, device="cbf", request="watchdog")
    assert 428 == openapi.ask("POST", post, {}, device="cbf", request="halt")
    assert 409 == openapi.ask(
        "POST", post, {"arguments": ["a", "event"]}, device="cbf", request="sensor-sampling"
    )
    assert 400 == openapi.ask("POST", post, {"argument": 1}, device="cbf", request="watchdog")
    assert 413 == openapi.ask("POST", post, b" " * 2**21, device="cbf", request="watchdog")
    assert 409 == openapi.ask("POST", f"{of_device}/hosting/stop", device="cbf")
    assert 200 == openapi.ask("POST", "/api/v1/admin/reload")
    device.__exit__()
    wait_for(lambda: katgate.device("cbf")["state"] != "synced", "cbf to be away")
    assert 200 == openapi.ask("GET", of_device, device="cbf")
    assert 200 == openapi.ask("GET", f"{of_device}/sensors/{{sensor}}", device="cbf", sensor="a")
    assert 503 == openapi.ask("POST", post, {}, device="cbf", request="watchdog")


class Described:
    """A browser that holds each message against the AsyncAPI description."""

    def __init__(self, browser: Browser, document: Any) -> None:
        self._browser = browser
        self.messages = document["channels"]["socket"]["messages"]
        self._components = document["components"]
        self._methods: dict[Any, str] = {}
        #: Names of the messages that were said by either side.
        self.seen: set[str] = set()

    def say(self, call_id: Any, method: str, **params: Any) -> None:
        """Make a call that is as described."""
        call = {"jsonrpc": "2.0", "id": call_id, "method": method, "params": params}
        self._hold(call, method)
        self._methods[call_id] = method
        self._browser.socket.send(json.dumps(call))

    def take(self) -> str:
        """Take a message, and return its name."""
        message = self._browser.receive()
        if "error" in message:
            return self._hold(message, "error")
        return self._hold(
            message, message["method"] if "method" in message else f"{self._methods[message['id']]}.result"
        )

    def take_until(self, *names: str) -> None:
        """Take messages until all of these have been seen."""
        wait_for(lambda: set(names) <= self.seen or self.take() is None, f"{names}; seen: {self.seen}")

    def _hold(self, message: Any, name: str) -> str:
        schema = {**self.messages[name]["payload"], "components": self._components}
        found = [
            f"{error.json_path}: {error.message}" for error in Draft7Validator(schema).iter_errors(message)
        ]
        assert [] == found, message
        self.seen.add(name)
        return name


class Changing:
    """A device of two sensors, one of which another takes the place of."""

    def __init__(self) -> None:
        self._sensors = [b"a", b"b"]

    def talk(self, connection: socket.socket) -> None:
        """Greet, and answer as small devices do."""
        connection.sendall(HELLO)
        while True:
            for line in lines(connection):
                name, *arguments = line[1:].split()
                if name == b"sensor-list":
                    rows = [b"#sensor-list %s S \\@ string\n" % sensor for sensor in self._sensors]
                    connection.sendall(b"".join(rows))
                if name == b"sensor-sampling":
                    connection.sendall(b"#sensor-status 1 1 %s nominal 7\n" % arguments[0])
                if name == b"help":
                    connection.sendall(b"#help watchdog Ping.\n")
                connection.sendall(b"!%s ok\n" % name)

    def change(self, connection: socket.socket) -> None:
        """Have other sensors, and say so; say more, that is odd."""
        self._sensors = [b"a", b"c"]
        connection.sendall(
            b"#log warn 1732248000 here hot\n#odd \xff\xfe %s\n#sensor-status 2 1 a error \xff\n"
            b"#sensor-status 3 1 a warn %s\n#interface-changed sensor-list\n"
            % (b"x" * 1100000, b"y" * 600000)
        )


def test_messages(start: Callable[..., Katgate]) -> None:
    """Every method's result, every notification, an error; values that are odd, and some that are too long."""
    changing = Changing()
    with FakeDevice(changing.talk) as device:
        katgate = start("serve", f"cbf=127.0.0.1:{device.port}")
        katgate.wait_for_state("cbf", "synced")
        with katgate.connected() as opened:
            browser = Described(Browser(opened), katgate.get("asyncapi.json"))
            _talk(browser)
            changing.change(device.connections[0])
            browser.take_until("devices", "informs", "sensors")
            browser.say(10, "unsubscribe", sub=0)
            browser.take_until("unsubscribe.result")
            katgate.popen.send_signal(signal.SIGTERM)
            browser.take_until("notice")
    assert set(browser.messages) == browser.seen


def _talk(browser: Described) -> None:
    browser.say(1, "sensors.subscribe", device="*", sensors=["*"])
    browser.say("two", "informs.subscribe", device="*")
    browser.say(3, "devices.subscribe")
    browser.say(4, "subscriptions")
    browser.say(5, "ping", anything=1)
    browser.say(6, "authenticate", token="kg_none")
    browser.say(7, "request", device="cbf", request="help")
    browser.say(8, "request", device="nobody", request="help")
    browser.take_until(
        *("hello", "sensors.subscribe.result", "informs.subscribe.result", "devices.subscribe.result"),
        *("subscriptions.result", "ping.result", "authenticate.result", "request.result", "request.inform"),
        *("error", "readings"),
    )


def test_events(katgate: Katgate) -> None:
    """What a stream says first: its data are the params of the notifications that are called as its events."""
    document = katgate.get("asyncapi.json")
    wanted = {"sensors", "readings"}
    with urlopen(f"{katgate.url}api/v1/stream?device=cbf", timeout=DEADLINE_S) as stream:
        assert stream.headers["content-type"] == "text/event-stream"
        event = ""
        while wanted:
            name, _, rest = stream.readline().decode().strip().partition(": ")
            if name == "event":
                event = rest
            if name != "data":
                continue
            params = document["channels"]["socket"]["messages"][event]["payload"]["properties"]["params"]
            schema = {**params, "components": document["components"]}
            assert [] == [error.message for error in Draft7Validator(schema).iter_errors(json.loads(rest))]
            wanted.discard(event)
