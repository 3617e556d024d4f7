"""Setting the level of a device's #log informs. In most devices it is one level for all who are connected."""

from twisted.internet.defer import Deferred
from twisted.logger import Logger

from katgate.errors import RemoteError, shortened
from katgate.tx.mirror import Mirror

__all__ = ["set_log_level"]

log = Logger()


def set_log_level(mirror: Mirror, level: str) -> None:
    """Ask a device that is synced to log at that level. If it will not, the log says so."""
    asked = Deferred.fromCoroutine(_ask(mirror, level))
    asked.addErrback(lambda failure: log.failure("! {name}: a defect of ours", failure, name=mirror.name))


async def _ask(mirror: Mirror, level: str) -> None:
    try:
        _, reply = await mirror.send_request("log-level", level)
    except RemoteError as error:
        answer = str(error)
    else:
        # C duplex servers answer `ok` with the level that it was (katcp.md section 5).
        if reply.is_ok and reply.text(1) in (level, ""):
            return
        answer = f"the device answered {shortened(str(reply))}"
    log.warn(
        "! {name}: ?log-level could not be set to {asked}: {answer}",
        name=mirror.name,
        asked=level,
        answer=answer,
    )
