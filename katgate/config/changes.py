"""What is another between two configurations: what a running katgate can take over, and what counts from the next
start on only.
"""

from dataclasses import dataclass
from typing import Final

from katgate.config.devices import DeviceConfig, DeviceDefaults, HostConfig
from katgate.config.metrics import MetricsConfig
from katgate.config.whole import Config

__all__ = ["Changes", "changes_between", "needing_restart"]

#: What is made once, at the start.
_NEED_RESTART: Final = ("server", "limits", "katcp", "proxy")


@dataclass(frozen=True, slots=True)
class Changes:
    """What to do to get from one configuration to another; names of devices in `removed`.

    `adjusted` are at the same address as before, and are only treated otherwise. A device whose address is another is
    in `removed` and in `added`. `metrics` is None if it is the same.
    """

    removed: tuple[str, ...]
    added: tuple[DeviceConfig | HostConfig, ...]
    adjusted: tuple[DeviceConfig | HostConfig, ...]
    metrics: MetricsConfig | None = None


def changes_between(before: Config, after: Config) -> Changes:
    """Return what is another."""
    were, will_be = _by_name(before), _by_name(after)
    moved = {name for name in were.keys() & will_be.keys() if _place(were[name]) != _place(will_be[name])}
    return Changes(
        removed=tuple(name for name in were if name in moved or name not in will_be),
        added=tuple(one for name, one in will_be.items() if name in moved or name not in were),
        adjusted=tuple(
            one for name, one in will_be.items() if name in were and name not in moved and one != were[name]
        ),
        metrics=after.metrics if after.metrics != before.metrics else None,
    )


def needing_restart(started: Config, after: Config) -> tuple[str, ...]:
    """Return the options, as `[server] listen`, in which a configuration is another than the one that katgate was
    started with, and which are looked at only then.
    """
    options = tuple(
        f"[{table}] {option}"
        for table, option in _made_at_the_start(after)
        if getattr(getattr(started, table), option) != getattr(getattr(after, table), option)
    )
    # Another certificate is shown from now on; whether there is one at all is seen to when katgate begins to listen.
    has_tls = started.tls.files is not None, after.tls.files is not None
    return (*options, *(["[tls] certificate"] if has_tls[0] != has_tls[1] else []))


def _by_name(config: Config) -> dict[str, DeviceConfig | HostConfig]:
    devices: dict[str, DeviceConfig | HostConfig] = {device.name: device for device in config.device}
    return {**devices, **{host.name: host for host in config.host}}


def _place(one: DeviceConfig | HostConfig) -> tuple[object, ...]:
    """Return all that cannot be changed of a device while it runs."""
    adjustable = DeviceDefaults.__struct_fields__
    return (type(one), *(getattr(one, name) for name in one.__struct_fields__ if name not in adjustable))


def _made_at_the_start(config: Config) -> list[tuple[str, str]]:
    of_tables = [
        (table, name) for table in _NEED_RESTART for name in getattr(config, table).__struct_fields__
    ]
    return [
        *of_tables,
        ("log", "format"),
        ("log", "to"),
        ("access", "session_hours"),
        ("access", "session_key_file"),
        ("access", "login_attempts"),
        ("tls", "hsts_days"),
        *(("access", name) for name in config.access.__struct_fields__ if name.startswith("audit_")),
    ]
