"""Authority: what is carried out, what is refused, and that both are recorded."""

from dataclasses import replace

import pytest
from twisted.internet.defer import Deferred

from katgate.authority.caller import Caller
from katgate.authority.outcomes import OUTCOMES, outcome_of
from katgate.authority.role import Role
from katgate.errors import (
    ConfirmRequired,
    DeviceFailed,
    DeviceInvalid,
    DeviceLost,
    DeviceNotConnected,
    Forbidden,
    KatgateError,
    Leased,
    RequestTimeout,
    ReservedRequest,
    UnknownDevice,
)
from katgate.katcp.message import Message
from tests.authority.rig import ADMIN, OPERATOR, OTHER, READER, VIEWER, PlainRules, Rig
from tests.support import outcome


def carry_out(
    rig: Rig,
    caller: Caller,
    request: str,
    arguments: tuple[bytes, ...] = (),
    *,
    is_dangerous: bool = False,
    confirm: str | None = None,
) -> object:
    """Return what it gives, or the exception; what is sent answers at once."""

    async def send() -> str:
        return f"sent {request}"

    carried = rig.authority.carry_out(
        caller, "cbf", request, arguments, send, is_dangerous=is_dangerous, confirm=confirm
    )
    [result] = outcome(Deferred.fromCoroutine(carried))
    return result


def test_request_is_sent_and_recorded() -> None:
    """With how long it took, by the clock that is never set."""
    rig = Rig()
    answer: Deferred[str] = Deferred()

    async def send() -> str:
        return await answer

    carried = rig.authority.carry_out(OPERATOR, "cbf", "go", [], send, is_dangerous=False, confirm=None)
    results = outcome(Deferred.fromCoroutine(carried))
    rig.clock.advance(2)
    assert [] == rig.recorded
    answer.callback("done")
    assert ["done"] == results
    assert [("olga", "cbf", "go", "ok", "", 2)] == rig.recorded


def test_who_asked_goes_before_the_reply() -> None:
    """It may have been carried out, so it is in the log."""
    rig = Rig()
    answer: Deferred[str] = Deferred()

    async def send() -> str:
        return await answer

    carried = rig.authority.carry_out(OPERATOR, "cbf", "go", [], send, is_dangerous=False, confirm=None)
    running = Deferred.fromCoroutine(carried)
    outcome(running)
    running.cancel()
    assert [("olga", "cbf", "go", "cancelled", "gone", 0)] == rig.recorded


@pytest.mark.parametrize("request_", ["go", "help", "sensor-value"])
def test_viewers_send_nothing(request_: str) -> None:
    """Not even questions: the web has the answers already."""
    rig = Rig()
    assert isinstance(carry_out(rig, VIEWER, request_), Forbidden)
    assert [("vera", "cbf", request_, "refused", "forbidden", 0)] == rig.recorded


def test_viewers_over_katcp_ask_what_they_see_anyway() -> None:
    """And the refusal of the rest names the option."""
    rig = Rig()
    assert "sent sensor-list" == carry_out(rig, READER, "sensor-list")
    assert "sent sensor-sampling" == carry_out(rig, READER, "sensor-sampling", (b"a",))
    for request, arguments in [("go", ()), ("sensor-sampling", (b"a", b"auto")), ("halt", ())]:
        refused = carry_out(rig, READER, request, arguments)
        assert isinstance(refused, Forbidden)
        assert "role of [katcp]" in str(refused)


def test_rules_deny() -> None:
    """An operator too."""
    rig = Rig(PlainRules(denied={"go"}))
    refused = carry_out(rig, OPERATOR, "go")
    assert isinstance(refused, Forbidden)
    assert "the rules of this katgate do not allow olga to send ?go to 'cbf'" == str(refused)


def test_hidden_device_is_unknown() -> None:
    """It is not told that there is one."""
    rig = Rig(PlainRules(hidden=("c*",)))
    assert isinstance(carry_out(rig, OPERATOR, "go"), UnknownDevice)
    assert "sent go" == carry_out(rig, ADMIN, "go")
    assert not rig.authority.may_see(OPERATOR, "cbf")
    assert rig.authority.may_see(OPERATOR, "sdp")


@pytest.mark.parametrize("confirm", [None, "", "go", "HALT"])
def test_dangerous_request_must_be_confirmed_by_its_name(confirm: str | None) -> None:
    """By the rules or by the device's own options."""
    rig = Rig(PlainRules(dangerous={"halt"}))
    assert isinstance(carry_out(rig, ADMIN, "halt", confirm=confirm), ConfirmRequired)
    assert "sent halt" == carry_out(rig, ADMIN, "halt", confirm="halt")
    assert isinstance(carry_out(rig, ADMIN, "go", is_dangerous=True), ConfirmRequired)
    assert "confirm-required" == rig.recorded[0][4]


def test_lease_keeps_others_out_admins_too() -> None:
    """Who breaks it first may; questions are for everybody."""
    rig = Rig()
    rig.authority.take_lease(OPERATOR, "cbf", 60)
    assert "sent go" == carry_out(rig, OPERATOR, "go")
    for caller in (OTHER, ADMIN):
        refused = carry_out(rig, caller, "go")
        assert isinstance(refused, Leased)
        assert "olga" == refused.holder
        assert "sent sensor-value" == carry_out(rig, caller, "sensor-value", (b"a",))
    with pytest.raises(Leased):
        rig.authority.take_lease(ADMIN, "cbf", 60)
    rig.authority.end_lease(ADMIN, "cbf")
    assert "sent go" == carry_out(rig, OTHER, "go")
    leases = [record for record in rig.recorded if len(record) == 5]
    assert [
        ("olga", "cbf", "take", "ok", ""),
        ("anna", "cbf", "take", "refused", "leased"),
        ("anna", "cbf", "break", "ok", ""),
    ] == leases


def test_clients_of_a_katcp_port_hold_no_lease() -> None:
    """Not even somebody's who is called as they are."""
    rig = Rig()
    rig.authority.take_lease(replace(OPERATOR, name="katcp"), "cbf", 60)
    assert isinstance(carry_out(rig, replace(READER, role=Role.OPERATOR), "go"), Leased)


def test_leases_are_for_operators() -> None:
    """Viewers neither take nor release; what expires is recorded of nobody."""
    rig = Rig()
    with pytest.raises(Forbidden, match="vera is a viewer"):
        rig.authority.take_lease(VIEWER, "cbf", 60)
    rig.authority.take_lease(OPERATOR, "cbf", 60)
    with pytest.raises(Forbidden, match="vera is a viewer"):
        rig.authority.end_lease(VIEWER, "cbf")
    with pytest.raises(Leased):
        rig.authority.end_lease(OTHER, "cbf")
    rig.clock.advance(60)
    rig.authority.end_lease(OPERATOR, "cbf")
    assert (None, "cbf", "expire", "ok", "") == rig.recorded[-1]


@pytest.mark.parametrize(
    ("error", "word", "why"),
    [
        (DeviceFailed("go", Message.reply("go", "fail", "no")), "failed", "device-failed"),
        (DeviceInvalid("go", Message.reply("go", "invalid", "no")), "invalid", "device-invalid"),
        (RequestTimeout("go", 3.0), "timeout", "device-timeout"),
        (DeviceLost("cbf", "go"), "lost", "device-disconnected"),
        (DeviceNotConnected("cbf"), "unsent", "device-disconnected"),
        (ReservedRequest("sensor-sampling"), "unsent", "reserved-request"),
        (ZeroDivisionError("no"), "failed", "internal"),
    ],
)
def test_each_error_is_an_outcome(error: Exception, word: str, why: str) -> None:
    """It says whether the device may have done it. A defect of ours says no more than its kind."""
    found = outcome_of(error)
    assert (word, why) == (found.word, found.why)
    assert found.word in OUTCOMES
    assert (str(error) if isinstance(error, KatgateError) else "ZeroDivisionError") == found.detail
