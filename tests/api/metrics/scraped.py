"""What Prometheus makes of /metrics, by prometheus-client's own parser."""

from collections.abc import Iterable
from typing import Any

from prometheus_client.core import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from prometheus_client.parser import text_string_to_metric_families as read_plain

from tests.api.asking import Answer, ask
from tests.api.rig import Rig

OPENMETRICS = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3"


class Scraped:
    """The samples of a text, by name and labels."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self.families = list(families)
        self._samples: dict[str, dict[tuple[str, ...], float]] = {}
        for family in self.families:
            for sample in family.samples:
                its = self._samples.setdefault(sample.name, {})
                labels = tuple(value for _, value in sorted(sample.labels.items()))
                assert labels not in its, f"{sample.name} {labels} is there twice"
                its[labels] = sample.value

    def all(self, name: str) -> dict[Any, float]:
        """Return the values of a metric by the values of its labels, in the order of the labels' names; a single one
        by itself.
        """
        its = self._samples.get(name, {})
        return {labels[0] if len(labels) == 1 else labels: value for labels, value in its.items()}

    def one(self, name: str) -> float:
        """Return the value of a metric without labels."""
        return self._samples[name][()]


def plain(text: str) -> Scraped:
    """Read Prometheus' own format."""
    return Scraped(read_plain(text))


def openmetrics(text: str) -> Scraped:
    """Read OpenMetrics, which is strict."""
    return Scraped(read_openmetrics(text))


def scrape(rig: Rig) -> Scraped:
    """Ask a gateway without a network."""
    return plain(asked(rig).body.decode())


def asked(rig: Rig, accept: str = "*/*") -> Answer:
    """Return the answer."""
    answer = ask(rig, "GET", "/metrics", accept=accept)
    assert 200 == answer.status
    return answer
