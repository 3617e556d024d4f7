"""Exposure: ports that others than this machine can reach. KATCP has no logins, so an operator is to know."""

from ipaddress import ip_address

from twisted.logger import Logger

__all__ = ["warn_if_exposed"]

log = Logger()


def warn_if_exposed(name: str, host: str, port: int) -> None:
    """Log a warning if a KATCP port is open beyond loopback. `host` is an IP address."""
    if not ip_address(host).is_loopback:
        log.warn(
            "! {name}: its KATCP port, {host} port {port}, can be reached from other machines; KATCP has no logins: "
            "whoever reaches it may command what is behind it",
            name=name,
            host=host,
            port=port,
        )
