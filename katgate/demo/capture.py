"""Capture: whether the correlator is sending a stream, and since when. Pure."""

from enum import StrEnum
from typing import Final

from katgate.katcp import FailReply

__all__ = ["START_STEPS", "STREAMS", "Capture", "CaptureState"]

#: What the correlator sends: the products of all pairs of inputs, or the sum of all as one beam.
STREAMS: Final = ("baseline-correlation-products", "tied-array-beam")

#: What is done to start a capture, each for half a second.
START_STEPS: Final = ("reset accumulators", "arm F-engines", "wait for the pulse", "open the stream")


class CaptureState(StrEnum):
    """Where a capture stands."""

    IDLE = "idle"
    STARTING = "starting"
    CAPTURING = "capturing"


class Capture:
    """One capture at a time: idle, `prepare`, starting, `begin`, capturing, `end`, idle.

    A capture that is starting can be ended too.
    """

    def __init__(self) -> None:
        self.state = CaptureState.IDLE
        self.stream = ""
        self.began: float | None = None

    def prepare(self, stream: str) -> None:
        """Start a capture. Raises FailReply if there is one."""
        if self.state is not CaptureState.IDLE:
            raise FailReply(f"{self.stream} is {self.state} already; ?capture-stop ends it")
        self.state = CaptureState.STARTING
        self.stream = stream

    def begin(self, now: float) -> None:
        """The stream is open, at `now` in UNIX seconds."""
        self.state = CaptureState.CAPTURING
        self.began = now

    def end(self) -> str:
        """End the capture; return its stream. Raises FailReply if there is none."""
        if self.state is CaptureState.IDLE:
            raise FailReply("nothing is being captured; ?capture-start starts a capture")
        stream, self.stream = self.stream, ""
        self.state = CaptureState.IDLE
        return stream
