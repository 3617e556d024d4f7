"""A line for each thing that happens."""

from katgate.katcp.message import Message
from katgate.katcp.reading import Reading, SensorDescription, Status
from katgate.terminal.lines import inform_text, message_text, news_text, reading_text
from katgate.terminal.source import Away, Here, Informed


def when(timestamp: float) -> str:
    """Return a time as it is."""
    return f"@{timestamp:g}"


def test_reading_has_its_value_last() -> None:
    """A value may have spaces; what a script cuts off by spaces comes before."""
    about = SensorDescription("message", "", "", "string")
    text = reading_text(about, Reading(5.0, Status.WARN, "two words\n"), when)
    assert r"@5 message warn two words\n" == text.plain


def test_log_has_the_time_of_the_device() -> None:
    """Where it has none, that of its coming."""
    log = Informed(9.0, Message.inform("log", "warn", "5", "cbf.fan", "too hot"))
    assert "@5 warn  cbf.fan: too hot" == inform_text(log, when).plain
    assert "@9 warn  : " == inform_text(Informed(9.0, Message.inform("log", "warn")), when).plain
    assert "@9 #hello 'a b'" == inform_text(Informed(9.0, Message.inform("hello", "a b")), when).plain


def test_a_log_of_several_lines() -> None:
    """In a file it stays one line; on a terminal none of its lines can be taken for another message."""
    log = Informed(
        9.0, Message.inform("log", "error", "5", "cbf", "Traceback:\n  x\x1b[2J\n@5 error cbf: forged")
    )
    assert 1 == len(inform_text(log, when).plain.splitlines())
    assert ["@5 error cbf: Traceback:", r"      x\x1b[2J", "    @5 error cbf: forged"] == inform_text(
        log, when, keeps_lines=True
    ).plain.splitlines()


def test_ok_is_green_and_news_are_sentences() -> None:
    """What is said of the device is no less harmless than what it says."""
    text = message_text(Message.reply("set", "ok"))
    assert ("!set ok", [(5, 7)]) == (text.plain, [(span.start, span.end) for span in text.spans])
    assert r"cbf is away: it said \x07" == news_text("cbf", Away("it said \x07")).plain
    assert "cbf is connected" == news_text("cbf", Here()).plain
