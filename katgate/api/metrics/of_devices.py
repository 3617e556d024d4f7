"""Metrics of devices: their state, their sensors by status, what they send and how they answer."""

from collections.abc import Iterator, Sequence

from prometheus_client.core import Metric

from katgate.api.metrics.families import counter, gauge, histogram
from katgate.devices.device import Device
from katgate.katcp.reading import Status
from katgate.tx.connection import State

__all__ = ["device_families"]


def device_families(devices: Sequence[Device]) -> Iterator[Metric]:
    """Yield what there is to tell of these devices, by their names and nothing else that grows."""
    yield from _of_connections(devices)
    yield from _of_traffic(devices)


def _of_connections(devices: Sequence[Device]) -> Iterator[Metric]:
    views = [device.view() for device in devices]
    yield gauge(
        "katgate_device_state",
        "The state of a device's connection: 1 for the one it is in, 0 for the others",
        ("device", "state"),
        [((view.name, state), view.state is state) for view in views for state in State],
    )
    yield gauge(
        "katgate_device_state_since_timestamp_seconds",
        "When a device's connection came to the state it is in, UNIX seconds",
        ("device",),
        [((view.name,), view.since) for view in views],
    )
    yield gauge(
        "katgate_device_synced_timestamp_seconds",
        "When a device was synced last, UNIX seconds; absent for one that never was",
        ("device",),
        [((device.name,), device.synced_at) for device in devices if device.synced_at is not None],
    )
    yield counter(
        "katgate_device_reconnects",
        "How often a device was synced again after its connection was lost",
        ("device",),
        [((view.name,), view.reconnects) for view in views],
    )
    yield gauge(
        "katgate_device_sensors",
        "Sensors of a device by the status of their readings; one without a reading is unknown",
        ("device", "status"),
        [((view.name, status), view.statuses.get(status, 0)) for view in views for status in Status],
    )


def _of_traffic(devices: Sequence[Device]) -> Iterator[Metric]:
    yield counter(
        "katgate_readings_received",
        "Readings that came in from a device",
        ("device",),
        [((device.name,), device.readings) for device in devices],
    )
    yield gauge(
        "katgate_requests_in_flight",
        "Requests that a device has not answered yet",
        ("device",),
        [((device.name,), device.requests.under_way) for device in devices],
    )
    yield histogram(
        "katgate_request_duration_seconds",
        "How long requests to a device took, by how they ended",
        ("device", "outcome"),
        [
            ((device.name, outcome), durations)
            for device in devices
            for outcome, durations in device.requests.outcomes.durations.items()
        ],
    )
