"""Tables of sensors and of requests."""

from katgate.katcp.message import Message
from katgate.katcp.reading import Reading, SensorDescription, Status
from katgate.terminal.tables import help_lines, sensor_lines

NOW = 1_700_000_000.0


def test_sensors_with_units_beside_the_value_and_coloured_status() -> None:
    """The word says how it is, the colour helps to find it; one without a reading is there all the same."""
    rows = [
        (SensorDescription("t", "How [bold]hot\x1b[31m", "K", "float"), Reading(NOW, Status.WARN, 300.5)),
        (SensorDescription("u", "", "", "string"), None),
    ]
    title, first, second = sensor_lines(rows, None, NOW)
    assert "name  value units  status" in title.plain
    assert first.plain.startswith("t     300.5 K      warn    ")
    assert first.plain.endswith(r"  How [bold]hot\x1b[31m")
    assert "yellow" in {
        span.style for span in first.spans if first.plain[span.start : span.end].strip() == "warn"
    }
    assert second.plain.split() == ["u", "-", "-", "-"]


def test_what_is_unreachable_is_dim() -> None:
    """What a device said before it went is not to be taken for what it says now."""
    row = SensorDescription("t", "", "K", "float"), Reading(NOW, Status.UNREACHABLE, 300.5)
    line = sensor_lines([row], None, NOW)[1]
    styles = {line.plain[span.start : span.end].strip(): span.style for span in line.spans}
    assert "dim" == styles["300.5"]
    assert "magenta" == styles["unreachable"]


def test_a_value_of_megabytes_is_cut() -> None:
    """A table of it would take long, and show no more."""
    row = SensorDescription("t", "", "", "string"), Reading(NOW, Status.NOMINAL, "x" * 10**7)
    assert len(sensor_lines([row], None, NOW)[1].plain) < 1000


def test_help_is_a_table_of_first_paragraphs() -> None:
    """Docstrings of Python devices have many lines; they are folded below each other."""
    informs = [
        Message.inform("help", "set", "Set a sensor\n        to a value.\n\n        Informs\n        none"),
        Message.inform("help", "halt", "Stop."),
        Message.inform("help"),
    ]
    assert [
        "request  description",
        "",
        "halt     Stop.",
        "set      Set a sensor to a value.",
    ] == [line.plain for line in help_lines(informs, None)]
    assert ["set      Set a sensor to a", "         value."] == [
        line.plain for line in help_lines(informs, 30)
    ][-2:]


def test_help_of_one_request_is_all_of_it() -> None:
    """With its own lines."""
    informs = [Message.inform("help", "set", "Set it.\n\n    Informs\n      none")]
    assert ["set", "  Set it.", "  ", "  Informs", "    none"] == [
        line.plain for line in help_lines(informs, None)
    ]
