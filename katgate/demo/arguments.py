"""Arguments of the demo's requests: a value, or a FailReply whose sentence names the argument and its range."""

from dataclasses import dataclass

from katgate.katcp import FailReply, Message

__all__ = ["NumberArgument", "choice_in", "expect_at_most"]


@dataclass(frozen=True, slots=True)
class NumberArgument:
    """A number that a request takes: where it stands, what it is called, what it may be."""

    index: int
    name: str
    lowest: float
    highest: float
    units: str = ""

    def read(self, msg: Message) -> float:
        """Return the number. Raises FailReply if it is missing, none, or out of range."""
        word = msg.text(self.index)
        try:
            number = float(word)
        except ValueError:
            raise self._refusal(word) from None
        if not self.lowest <= number <= self.highest:  # so put that NaN fails
            raise self._refusal(word)
        return number

    def _refusal(self, word: str) -> FailReply:
        wanted = " ".join(filter(None, [f"a number from {self.lowest:g} to {self.highest:g}", self.units]))
        return FailReply(f"{self.name} must be {wanted}" + (f", not {word!r}" if word else "; it is missing"))


def choice_in(msg: Message, index: int, name: str, choices: tuple[str, ...]) -> str:
    """Return an argument that must be one of `choices`. Raises FailReply."""
    word = msg.text(index)
    if word in choices:
        return word
    raise FailReply(
        f"{name} must be one of {', '.join(choices)}" + (f", not {word!r}" if word else "; it is missing")
    )


def expect_at_most(msg: Message, count: int) -> None:
    """Raise FailReply if the request has more arguments than it takes."""
    if len(msg.arguments) > count:
        raise FailReply(f"?{msg.name} takes at most {count} arguments, not {len(msg.arguments)}")
