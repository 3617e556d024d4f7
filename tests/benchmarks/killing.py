"""A device killed without a word, again and again, under load, while browsers follow it: what they see, and when.

Each time: a request is under way; the device gets SIGKILL, and is started again on the same port. Everything that
must hold is asserted as it happens. `kills.py` shows what is measured, `tests/end_to_end/test_kills.py` does it
a few times.
"""

import signal
import socket
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from threading import Condition, Thread
from typing import Any, Final

import msgspec

from tests.benchmarks import mortal_device
from tests.benchmarks.counted_gateway import Held
from tests.benchmarks.mortal_device import SENSORS
from tests.processes import DEADLINE_S, Answer, Browser, Katgate, Process, running

__all__ = ["Killed", "State", "kill_often"]

_DEVICE: Final = "dish"

#: How often it is looked, in all, at what the gateway holds.
_LOOKS: Final = 10

#: A device lives until each sensor has had so many readings.
_READINGS: Final = 4


@dataclass(frozen=True, slots=True)
class State:
    """What the gateway holds at a moment when the device is synced and nothing is under way."""

    held: Held
    files: int
    rss_mb: float


@dataclass(slots=True)
class Killed:
    """What was measured, one of each list for each kill, in seconds.

    `listening` from the kill until the device listens again, `synced` from the kill until it is synced, `told` from
    the kill until the last browser has seen each sensor unreachable, `answered` until who had asked was told.
    """

    listening: list[float] = field(default_factory=list)
    synced: list[float] = field(default_factory=list)
    told: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)
    #: Before the first kill, and from then on now and again; the last is the end.
    states: list[State] = field(default_factory=list)
    updates: int = 0
    conflated: int = 0


class Follower:
    """A browser that wants every reading, and asserts that each is what it should be."""

    def __init__(self, browser: Browser) -> None:
        self.updates = 0
        self.conflated = 0
        self.error: BaseException | None = None
        self._changed = Condition()
        self._browser = browser
        #: By sensor: the newest reading; how often it became unreachable; how many readings there were since.
        self._latest: dict[str, list[Any]] = {}
        self._losses: Counter[str] = Counter()
        self._readings: Counter[str] = Counter()
        #: When each life was over, and when there had been some load in it.
        self._lost_at: dict[int, float] = {}
        self._loaded_at: dict[int, float] = {}
        browser.call("sensors.subscribe", device=_DEVICE, sensors=["*"], strategy="auto")
        self.thread = Thread(target=self._follow, daemon=True)
        self.thread.start()

    def wait_for_loss(self, life: int) -> float:
        """Return when each sensor had become unreachable after that life."""
        return self._wait(self._lost_at, life)

    def wait_for_load(self, life: int) -> float:
        """Return when each sensor had some readings of that life."""
        return self._wait(self._loaded_at, life)

    def _wait(self, seen_at: dict[int, float], life: int) -> float:
        with self._changed:
            self._changed.wait_for(lambda: self.error or life in seen_at, DEADLINE_S)
        assert self.error is None, repr(self.error)
        assert life in seen_at, f"life {life} is not seen: {self._losses}, {self._readings}"
        return seen_at[life]

    def _follow(self) -> None:
        try:
            while True:
                self._take(self._browser.next("readings"))
        except (Exception, AssertionError) as error:
            with self._changed:
                self.error = error
                self._changed.notify_all()

    def _take(self, params: Any) -> None:
        conflated = params.get("conflated", 0)
        self.conflated += conflated
        with self._changed:
            for name, stamp, status, value, *_ in params["readings"].get(_DEVICE, ()):
                self.updates += 1
                if status == "unreachable":
                    assert conflated or self._latest[name] == [stamp, value], "another value or time"
                    self._losses[name] += 1
                    self._readings[name] = 0
                else:
                    self._readings[name] += 1
                    assert int(value) == self._losses[name] + 1, "a new life, and no loss before it"
                self._latest[name] = [stamp, value]
            self._note_time()
            self._changed.notify_all()

    def _note_time(self) -> None:
        if len(self._readings) < SENSORS:
            return
        life = 1 + min(self._losses[name] for name in self._readings)
        if min(self._readings.values()) >= _READINGS:
            self._loaded_at.setdefault(life, time.time())
        self._lost_at.setdefault(life - 1, time.time())


class Rig:
    """A gateway, its browsers, and a device that lives more than once."""

    def __init__(self, stack: ExitStack, directory: Path, browsers: int, rate: int) -> None:
        self._stack = stack
        self._directory = directory
        self._rate = rate
        self._life = 0
        # Bound, and never listening: nobody else gets the port while the device is dead.
        reserved = stack.enter_context(socket.socket())
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        reserved.bind(("127.0.0.1", 0))
        self._port = reserved.getsockname()[1]
        self._device = self._started()
        self.katgate = Katgate(
            ["serve", f"{_DEVICE}=127.0.0.1:{self._port}", "--listen", "127.0.0.1:0"],
            directory / "katgate.log",
            command=("-m", "tests.benchmarks.counted_gateway"),
        )
        stack.enter_context(running(self.katgate))
        self.katgate.wait_for_state(_DEVICE, "synced")
        self._devices = stack.enter_context(self.katgate.browser())
        self._devices.call("devices.subscribe")
        self._asking = stack.enter_context(ThreadPoolExecutor(1))
        self.followers = [Follower(stack.enter_context(self.katgate.browser())) for _ in range(browsers)]
        for follower in self.followers:
            follower.wait_for_load(1)

    def kill(self, killed: Killed) -> None:
        """Kill it with a request under way, start it again, and see all well."""
        life = self._life
        asked = self._asking.submit(self._ask, life)
        assert f"slew {life}" == self._device.first_line()
        began = time.time()
        self._device.popen.kill()
        self._device.popen.wait()
        answered = self._asking.submit(_when_done, asked)
        dead, self._device = self._device, self._started()
        killed.listening.append(time.time() - began)
        killed.synced.append(self._wait_until_synced_again(life) - began)
        killed.told.append(max(follower.wait_for_loss(life) for follower in self.followers) - began)
        for follower in self.followers:
            follower.wait_for_load(life + 1)
        answer, when = asked.result(), answered.result()
        assert (503, "device-disconnected") == (answer.status, answer.json["code"]), answer.body
        assert "is not repeated" in answer.json["detail"]
        killed.answered.append(when - began)
        _see_nothing_more(dead)

    def end(self) -> None:
        """See that the last one was not asked what had been asked before."""
        self._device.kill()
        _see_nothing_more(self._device)

    def state(self) -> State:
        """Return what the gateway holds now."""
        self.katgate.popen.send_signal(signal.SIGUSR1)
        held = msgspec.json.decode(self.katgate.first_line(), type=Held)
        files = len(list(Path(f"/proc/{self.katgate.popen.pid}/fd").iterdir()))
        return State(held, files, self.katgate.memory_mb)

    def _started(self) -> Process:
        self._life += 1
        command = ["-S", mortal_device.__file__, str(self._port), str(self._life), str(self._rate)]
        device = Process(command, self._directory / "device.log")
        self._stack.enter_context(running(device))
        assert "listening" == device.first_line()
        return device

    def _ask(self, life: int) -> Answer:
        body = {"arguments": [life], "timeout": 2 * DEADLINE_S}
        return self.katgate.ask("POST", f"devices/{_DEVICE}/requests/slew", body)

    def _wait_until_synced_again(self, times: int) -> float:
        """Return when it was, UNIX seconds."""

        def is_back(its: Any) -> bool:
            device = its["devices"][-1]
            return bool(device["state"] == "synced" and device["reconnects"] == times)

        return float(self._devices.next("devices", is_back)["devices"][-1]["since"])


def _see_nothing_more(dead: Process) -> None:
    assert dead.popen.stdout is not None
    assert "" == dead.popen.stdout.read(), "the request was sent twice"
    dead.popen.stdout.close()


def _when_done(asked: "Future[Answer]") -> float:
    asked.result()
    return time.time()


def kill_often(
    kills: int, directory: Path, *, browsers: int = 3, rate: int = 2000, warm_up: int = 3
) -> Killed:
    """Kill a device that often, after some kills to warm up. Logs go into the directory.

    Raises AssertionError if anything is not as it should be; what has grown is for the caller to judge.
    """
    killed = Killed()
    with ExitStack() as stack:
        rig = Rig(stack, directory, browsers, rate)
        for _ in range(warm_up):
            rig.kill(Killed())
        killed.states.append(rig.state())
        for number in range(kills):
            rig.kill(killed)
            if (kills - number - 1) % max(1, kills // _LOOKS) == 0:
                killed.states.append(rig.state())
        rig.end()
        killed.updates = sum(follower.updates for follower in rig.followers)
        killed.conflated = sum(follower.conflated for follower in rig.followers)
        assert "Traceback" not in rig.katgate.log
        assert "defect" not in rig.katgate.log
    return killed
