"""Metrics of the web side: how requests over HTTP and calls on sockets were answered."""

from collections.abc import Iterator

from prometheus_client.core import Metric

from katgate.api.answers import Answers
from katgate.api.metrics.families import counter

__all__ = ["web_families"]


def web_families(answers: Answers) -> Iterator[Metric]:
    """Yield what there is to tell."""
    yield counter(
        "katgate_http_responses",
        "HTTP answers that ended; event streams are among them when katgate ends them",
        ("method", "status"),
        [((method, str(status)), count) for (method, status), count in sorted(answers.http.items())],
    )
    yield counter(
        "katgate_problems",
        "Problems that were told, by their code; what access refuses is unauthorized, forbidden, leased, "
        "confirm-required, or too-many-requests",
        ("over", "code"),
        [((over, code), count) for (over, code), count in sorted(answers.problems.items())],
    )
