"""Loading: from `package.module:Class` to a device server, and from what its code raises to words for its author."""

import importlib
import inspect
import sysconfig
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from twisted.python.failure import Failure

import katgate
from katgate.errors import HostingError
from katgate.tx.guests import present_host
from katgate.tx.server import KatCPServer

__all__ = ["RAISED", "MakeServer", "class_named", "maker_of", "words_of"]

#: Makes a device server that is to listen at this port and host. It may raise whatever its author's code does.
MakeServer = Callable[[int, str], object]

#: What is caught of others' code. sys.exit() there ends that code, and not this process.
RAISED: Final = (Exception, SystemExit)

_OURS: Final = str(Path(katgate.__file__).parent)
_LIBRARY: Final = sysconfig.get_paths()["stdlib"]


def maker_of(server: str, arguments: Mapping[str, Any]) -> MakeServer:
    """Return what makes a server of the class that `package.module:Class` names: `Class(port, host, **arguments)`,
    with the reactor too where it has an argument of that name. Imported when called for the first time.

    The maker raises HostingError for what is not there, or is no class of servers.
    """

    def make(port: int, host: str) -> object:
        server_class = class_named(server)
        reactor = _reactor_for(server_class)
        return server_class(port, host, **{**reactor, **arguments})

    return make


def words_of(raised: BaseException | Failure) -> str:
    """Return what an author should know of an error of theirs: what it is, and where it was raised."""
    error = raised.value if isinstance(raised, Failure) else raised
    if isinstance(error, HostingError):
        return str(error)
    text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    places = [place for place in _places_in(raised) if _is_theirs(place[0])]
    if isinstance(error, SyntaxError) or not places:
        return text
    file, line = places[-1]
    return f"{text} ({Path(file).name}, line {line})"


def _places_in(raised: BaseException | Failure) -> list[tuple[str, int | None]]:
    if isinstance(raised, Failure):  # which may have been stripped of its traceback
        return [(frame[1], frame[2]) for frame in raised.frames]
    return [(frame.filename, frame.lineno) for frame in traceback.extract_tb(raised.__traceback__)]


def _is_theirs(file: str) -> bool:
    in_library = file.startswith(_LIBRARY) and "site-packages" not in file
    return not (file.startswith((_OURS, "<frozen ")) or in_library)


def class_named(text: str) -> type:
    """Return the class of device servers that `package.module:Class` names. Raises HostingError, which says where it
    was looked for, or what its module raises.
    """
    module_name, _, name = text.partition(":")
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is not None and (module_name + ".").startswith(error.name + "."):
            raise HostingError(
                f"there is no module {error.name!r} in {Path.cwd()}, nor where Python looks for modules"
            ) from None
        raise HostingError(f"{module_name} cannot be imported: {words_of(error)}") from error
    except RAISED as error:
        raise HostingError(f"{module_name} cannot be imported: {words_of(error)}") from error
    found = getattr(module, name, None)
    if found is None:
        raise HostingError(f"there is no {name} in {module_name}{_servers_in(module)}")
    if not isinstance(found, type) or not issubclass(found, KatCPServer):
        raise HostingError(f"{name} in {module_name} is no class of device servers{_servers_in(module)}")
    return found


def _servers_in(module: Any) -> str:
    servers = [
        name
        for name, found in vars(module).items()
        if isinstance(found, type) and issubclass(found, KatCPServer) and found.__module__ == module.__name__
    ]
    return f"; those that are there: {', '.join(servers)}" if servers else ""


def _reactor_for(server_class: type) -> dict[str, Any]:
    host = present_host()
    is_asked_for = "reactor" in inspect.signature(server_class).parameters
    return {"reactor": host.reactor} if is_asked_for and host is not None else {}
