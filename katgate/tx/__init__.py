"""KATCP on Twisted: clients and device servers, and nothing of the web.

ClientKatCPProtocol, run_client           talk to a device
DeviceServer, DeviceProtocol              be one
Connection, Mirror                        stay connected to a device, and in step with it
KatCP, ServerKatCPProtocol, KatCPServer   what these are made of
"""

from katgate.errors import (
    AsyncReply,
    DeviceFailed,
    DeviceInvalid,
    DeviceLost,
    DeviceNotConnected,
    FailReply,
    InvalidReply,
    NegotiationError,
    RequestTimeout,
)
from katgate.tx.client import ClientKatCPProtocol
from katgate.tx.client_factory import KatCPClientFactory, run_client
from katgate.tx.connection import Connection, State
from katgate.tx.device_handler import DeviceHandler
from katgate.tx.device_logger import DeviceLogger
from katgate.tx.device_protocol import DeviceProtocol
from katgate.tx.device_server import DeviceServer
from katgate.tx.mirror import Mirror
from katgate.tx.protocol import KatCP
from katgate.tx.proxy import ProxyKatCP, ProxyProtocol
from katgate.tx.request import Request
from katgate.tx.server import KatCPServer
from katgate.tx.server_protocol import ServerKatCPProtocol

__all__ = [
    "AsyncReply",
    "ClientKatCPProtocol",
    "Connection",
    "DeviceFailed",
    "DeviceHandler",
    "DeviceInvalid",
    "DeviceLogger",
    "DeviceLost",
    "DeviceNotConnected",
    "DeviceProtocol",
    "DeviceServer",
    "FailReply",
    "InvalidReply",
    "KatCP",
    "KatCPClientFactory",
    "KatCPServer",
    "Mirror",
    "NegotiationError",
    "ProxyKatCP",
    "ProxyProtocol",
    "Request",
    "RequestTimeout",
    "ServerKatCPProtocol",
    "State",
    "run_client",
]
