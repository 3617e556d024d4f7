"""Metrics of browsers: how many there are, what they were sent, and whether they keep up."""

from collections import Counter
from collections.abc import Iterator, Sequence
from math import ceil

from prometheus_client.core import Metric

from katgate.api.metrics.families import counter, gauge
from katgate.api.visitors import Account, Kind, Sent, Visitors
from katgate.hub.hub import Hub

__all__ = ["browser_families"]


def browser_families(visitors: Visitors, hub: Hub) -> Iterator[Metric]:
    """Yield what there is to tell. Each browser is asked once, however many there are to be told of."""
    accounts: dict[Kind, list[Account]] = {kind: [] for kind in Kind}
    for visit in visitors:
        accounts[visit.visitor.kind].append(visit.visitor.account())
    everyone = [account for its in accounts.values() for account in its]
    yield gauge(
        "katgate_browsers",
        "Browsers that are connected: WebSockets and event streams",
        ("kind",),
        [((kind,), len(its)) for kind, its in accounts.items()],
    )
    yield counter(
        "katgate_browsers_joined",
        "Browsers that have connected",
        ("kind",),
        [((kind,), visitors.joined[kind]) for kind in Kind],
    )
    yield counter(
        "katgate_browsers_cut",
        "Browsers that were cut off because they took nothing",
        ("kind",),
        [((kind,), visitors.cut[kind]) for kind in Kind],
    )
    yield _subscriptions(everyone)
    yield gauge(
        "katgate_streams",
        "Different wishes for readings; browsers with the same wish share a stream, and one whose browser was lost "
        "is kept for a minute",
        (),
        [((), hub.streams)],
    )
    yield from _sent({kind: sum((its.sent for its in accounts[kind]), visitors.gone[kind]) for kind in Kind})
    yield from _waiting(everyone)


def _subscriptions(everyone: Sequence[Account]) -> Metric:
    counts = Counter({"sensors.subscribe": 0, "informs.subscribe": 0, "devices.subscribe": 0, "stream": 0})
    for account in everyone:
        counts.update(account.subscriptions)
    return gauge(
        "katgate_subscriptions",
        "Subscriptions of browsers; stream is that of an event stream",
        ("method",),
        [((method,), count) for method, count in counts.items()],
    )


def _sent(sent: dict[Kind, Sent]) -> Iterator[Metric]:
    rows = [
        ("katgate_messages_sent", "Messages sent to browsers", [its.messages for its in sent.values()]),
        ("katgate_sent_bytes", "Bytes of these messages", [its.bytes for its in sent.values()]),
        (
            "katgate_readings_sent",
            "Readings sent to browsers, each counted for each browser; snapshots are not counted",
            [its.readings for its in sent.values()],
        ),
        (
            "katgate_readings_conflated",
            "Readings replaced by newer ones because a browser was slow",
            [its.conflated for its in sent.values()],
        ),
        (
            "katgate_informs_dropped",
            "Informs left out because a browser was slow",
            [its.dropped for its in sent.values()],
        ),
    ]
    for name, about, counts in rows:
        yield counter(name, about, ("kind",), [((kind,), n) for kind, n in zip(sent, counts, strict=True)])


def _waiting(everyone: Sequence[Account]) -> Iterator[Metric]:
    queued = sorted(account.queued for account in everyone)
    lags = [account.lag_s for account in everyone]
    rows: list[tuple[str, str, float]] = [
        ("katgate_browser_queued_bytes", "Bytes that wait in katgate for browsers to take them", sum(queued)),
        (
            "katgate_browser_queued_max_bytes",
            "Bytes that wait for the slowest browser",
            max(queued, default=0),
        ),
        (
            "katgate_browser_queued_p95_bytes",
            "Bytes that wait for a browser, which 95 % of all browsers do not exceed",
            queued[ceil(0.95 * len(queued)) - 1] if queued else 0,
        ),
        (
            "katgate_browser_lag_max_seconds",
            "For how long the slowest browser has not come to the end of what is due to it",
            max(lags, default=0.0),
        ),
        (
            "katgate_browsers_behind",
            "Browsers that have not come to the end of what is due to them now",
            sum(lag_s > 0 for lag_s in lags),
        ),
    ]
    for name, about, number in rows:
        yield gauge(name, about, (), [((), number)])
