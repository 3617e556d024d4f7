"""Families: short ways to write what prometheus-client calls a metric family."""

from collections.abc import Iterable

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

from katgate.devices.histogram import Histogram

__all__ = ["Samples", "counter", "gauge", "histogram"]

#: The values of the labels, and the number.
Samples = Iterable[tuple[tuple[str, ...], float]]


def gauge(name: str, about: str, labels: Iterable[str], samples: Samples) -> GaugeMetricFamily:
    """Return a family of numbers that go up and down."""
    family = GaugeMetricFamily(name, about, labels=tuple(labels))
    for values, number in samples:
        family.add_metric(values, number)
    return family


def counter(name: str, about: str, labels: Iterable[str], samples: Samples) -> CounterMetricFamily:
    """Return a family of numbers that only grow, until katgate starts anew; `name` is without `_total`."""
    family = CounterMetricFamily(name, about, labels=tuple(labels))
    for values, number in samples:
        family.add_metric(values, number)
    return family


def histogram(
    name: str, about: str, labels: Iterable[str], samples: Iterable[tuple[tuple[str, ...], Histogram]]
) -> HistogramMetricFamily:
    """Return a family of histograms."""
    family = HistogramMetricFamily(name, about, labels=tuple(labels))
    for values, taken in samples:
        bounds = [*map(str, map(float, taken.bounds_s)), "+Inf"]
        buckets = list(zip(bounds, taken.cumulative, strict=True))
        family.add_metric(values, buckets, sum_value=taken.sum_s)
    return family
