"""Strategy (what is asked for) and Sampler (what to send, and when).

One sampler serves the device server and the browsers alike. It has no clock and no timer: time comes in
as `now`, and `deadline` says when to call `expire`. All strategies are one rule with four knobs, an
insight of aiokatcp's: the least difference, the shortest and the longest interval, and 'send every one';
a period adds its grid.

Source: KATCP guidelines rev 5.1, sensor sampling; katcp.md section 7.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from katgate.errors import StrategyError
from katgate.katcp.reading import Reading
from katgate.katcp.types import KatType
from katgate.katcp.values import V5, Value, encode, encode_seconds

__all__ = ["NOT_SAMPLED", "Kind", "Sampler", "Strategy"]

#: Intervals beyond this never pass (it is over 30 years); no timer is set for them.
_NEVER_S: Final = 1e9

#: The shortest interval that is sampled at, in seconds: below it one client could keep a whole core busy.
SHORTEST_S: Final = 0.001

_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,1000}\Z")


class Kind(StrEnum):
    """The seven strategies, in KATCP's own words."""

    NONE = "none"
    AUTO = "auto"
    EVENT = "event"
    DIFFERENTIAL = "differential"
    PERIOD = "period"
    EVENT_RATE = "event-rate"
    DIFFERENTIAL_RATE = "differential-rate"


_PARAMETERS: Final = {
    Kind.NONE: (),
    Kind.AUTO: (),
    Kind.EVENT: (),
    Kind.DIFFERENTIAL: ("difference",),
    Kind.PERIOD: ("period_s",),
    Kind.EVENT_RATE: ("shortest_s", "longest_s"),
    Kind.DIFFERENTIAL_RATE: ("difference", "shortest_s", "longest_s"),
}


@dataclass(frozen=True, slots=True)
class Strategy:
    """A sampling strategy. Times are in seconds, `difference` in the sensor's units."""

    kind: Kind
    difference: float | None = None
    period_s: float | None = None
    shortest_s: float = 0.0
    longest_s: float = math.inf
    #: Whether a reading (the first) differs from another enough to be told.
    is_change: Callable[[Reading, Reading], bool] = field(init=False, repr=False, compare=False)
    #: Whether all that counts is the change; nearly all readings there are go this way.
    is_timeless: bool = field(init=False, repr=False, compare=False)
    #: As text, in seconds: `event-rate 0.5 10`.
    text: str = field(init=False, repr=False, compare=False)

    @classmethod
    def parse(cls, words: Sequence[str], major: int = V5) -> "Strategy":
        """Read `["event-rate", "0.5", "10"]`. Raises StrategyError with a sentence that says what is wrong."""
        if not words:
            raise StrategyError("no strategy given")
        try:
            kind = Kind(words[0])
        except ValueError:
            raise StrategyError(f"{words[0][:100]!r} is not a strategy: {', '.join(Kind)}") from None
        names = _PARAMETERS[kind]
        if len(words) - 1 != len(names):
            wanted = " ".join(name.removesuffix("_s") for name in names) or "no parameters"
            raise StrategyError(f"{kind} takes {wanted}, not {len(words) - 1} parameters")
        return cls(
            kind, **{name: _number(name, word, major) for name, word in zip(names, words[1:], strict=True)}
        )

    def __post_init__(self) -> None:
        if self.difference is not None and not self.difference > 0:
            raise StrategyError(f"the difference must be more than 0, not {self.difference}")
        if self.period_s is not None and not self.period_s >= SHORTEST_S:
            raise StrategyError(f"the period must be at least {SHORTEST_S} s, not {self.period_s}")
        if not 0 <= self.shortest_s <= self.longest_s:
            raise StrategyError(
                f"0 <= shortest <= longest must hold, not {self.shortest_s} and {self.longest_s}"
            )
        if not self.longest_s >= SHORTEST_S:
            raise StrategyError(f"the longest interval must be at least {SHORTEST_S} s, not {self.longest_s}")
        # Made once for all samplers: a browser that wants everything has a hundred thousand.
        object.__setattr__(self, "is_change", _change_test(self))
        is_timeless = self.period_s is None and not self.shortest_s and self.longest_s >= _NEVER_S
        object.__setattr__(self, "is_timeless", is_timeless)
        object.__setattr__(self, "text", b" ".join(self.arguments()).decode("ascii"))

    def arguments(self, major: int = V5) -> list[bytes]:
        """Return the words of the strategy as a request carries them."""
        return [encode(self.kind.value)] + [
            _encode_interval(number, major) if name.endswith("_s") else _encode_number(number)
            for name in _PARAMETERS[self.kind]
            for number in [getattr(self, name)]
        ]

    def check_type(self, katcp_type: KatType) -> None:
        """Raise StrategyError if sensors of that type cannot be sampled so."""
        if self.difference is not None and not katcp_type.is_numeric:
            raise StrategyError(f"{self.kind} is for integer and float sensors, not {katcp_type.name}")

    def __str__(self) -> str:
        return self.text


def _encode_interval(seconds: float, major: int) -> bytes:
    if major < V5 and math.isfinite(seconds):
        return encode_seconds(seconds, major)
    return _encode_number(seconds)


def _encode_number(number: float) -> bytes:
    # `5`, not `5.0`: the difference of an integer sensor is read as an integer by aiokatcp.
    return encode(number).removesuffix(b".0")


def _number(name: str, word: str, major: int) -> float:
    try:
        # An integer sensor's difference is exact however large (a float has but 53 bits).
        if name == "difference" and _INTEGER.match(word):
            number: float = int(word)
        else:  # float() itself takes 1_0, and the digits of any script
            number = float(word) if word.isascii() and "_" not in word else math.nan
    except ValueError:
        number = math.nan
    if math.isnan(number):
        raise StrategyError(f"{name.removesuffix('_s')} must be a number, not {word[:100]!r}")
    return number / 1000 if name.endswith("_s") and major < V5 else number


class Sampler:
    """Decides which readings of one sensor are due for one listener.

    The first reading is always due: the initial update of KATCP v5.

    `deadline` is the time at which `expire` must be called, or None.
    """

    __slots__ = ("_held", "_is_change", "_is_timeless", "_last", "_last_time", "_strategy", "deadline")

    def __init__(self, strategy: Strategy) -> None:
        self._strategy = strategy
        self._is_change = strategy.is_change
        self._is_timeless = strategy.is_timeless
        self._last: Reading | None = None
        self._last_time = -math.inf
        self._held: Reading | None = None
        self.deadline: float | None = None

    def observe(self, reading: Reading, now: float) -> Reading | None:
        """Take note of a new reading, and say whether it is due now.

        `now` is seconds on the same clock as `deadline`, not the reading's own timestamp.

        Returns the reading to send, or None: too soon, or too small a change. If it was too soon,
        `deadline` says when to call `expire`.
        """
        self._held = reading
        if self._last is None:
            return None if self._strategy.kind is Kind.NONE else self._send(now)
        if not self._is_change(reading, self._last):
            return None
        if self._is_timeless:
            self._last = reading
            return reading
        soonest = self._last_time + self._strategy.shortest_s
        if now >= soonest:
            return self._send(now)
        # Inside shortest one timer is armed; at its end the then current reading goes out, even if
        # it has gone back to the old value (katcp.md section 7).
        self.deadline = soonest
        return None

    def force(self, reading: Reading, now: float) -> Reading:
        """Count a reading as sent, and return it: one that goes out whatever the strategy."""
        self._held = reading
        self._send(now)
        return reading

    def expire(self, now: float) -> Reading | None:
        """Return the reading to send at a deadline that has passed, or None if none has."""
        if self.deadline is None or now < self.deadline:
            return None
        return self._send(now)

    def _send(self, now: float) -> Reading | None:
        self._last = self._held
        self.deadline = self._next_deadline(now)
        self._last_time = now
        return self._last

    def _next_deadline(self, now: float) -> float | None:
        period_s, longest_s = self._strategy.period_s, self._strategy.longest_s
        interval = longest_s if period_s is None else period_s
        if interval >= _NEVER_S:
            return None
        if period_s is None or self.deadline is None:
            return now + interval
        # The grid of a period stands still: a late call skips what it missed and lands on it again.
        return self.deadline + interval * (math.floor((now - self.deadline) / interval) + 1)


def _change_test(strategy: Strategy) -> Callable[[Reading, Reading], bool]:
    if strategy.kind is Kind.AUTO:
        return lambda new, last: True
    if strategy.kind in (Kind.NONE, Kind.PERIOD):
        return lambda new, last: False
    if strategy.difference is None:
        return _has_changed
    difference = strategy.difference
    return lambda new, last: new.status is not last.status or _moved_by(difference, new.value, last.value)


def _has_changed(new: Reading, last: Reading) -> bool:
    return new.status is not last.status or _differs(new.value, last.value)


def _differs(new: Value, last: Value) -> bool:
    # Two NaNs are the same news: `!=` alone would make a sensor stuck at NaN change for ever.
    return new != last and not (new != new and last != last)


def _moved_by(difference: float, new: Value, last: Value) -> bool:
    if isinstance(new, str | bytes) or isinstance(last, str | bytes):
        return new != last
    step = abs(new - last)
    # step != step: NaN. (math.isnan does not take integers beyond the range of a float.)
    return step > difference or (step != step and _differs(new, last))


#: What a sensor is sampled by until someone asks for more.
NOT_SAMPLED: Final = Strategy(Kind.NONE)
