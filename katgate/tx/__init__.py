"""KATCP on Twisted: clients, device servers and proxies, and nothing of the web.

Be a client, from the highest to the lowest:

    Mirror               one device's sensors and requests, kept in step over losses and changes
    KatCPClientFactory   one connection, made again whenever it is lost
    ClientKatCPProtocol  one connection; `run_client` makes one
    MirrorListener       is told what a Mirror learns
    Connection           the states and back-off of all of these

        async def main(reactor):
            weather = Mirror("weather", ("weather.example.org", 7147))
            weather.start()
            await weather.when_synced()
            print(weather.sensors["wind-speed"].reading.value)
            informs, reply = await weather.send_request("gust", 17.5)
            await weather.stop()

        react(lambda reactor: Deferred.fromCoroutine(main(reactor)))

Be a device:

    DeviceServer         holds the sensors, and listens
    DeviceProtocol       one client of it: its `request_<name>` methods are the device's requests
    Request              what a typed handler is given
    DeviceLogger         `server.log`: `#log` informs to all clients

        class WeatherProtocol(DeviceProtocol):
            def request_gust(self, req: Request, speed: float) -> None:
                \"\"\"Let the wind blow: `?gust speed`, in m/s.\"\"\"
                self.factory.sensors["wind-speed"].set_value(speed)

        class Weather(DeviceServer):
            protocol = WeatherProtocol

            def setup_sensors(self):
                self.add_sensor(Sensor(Sensor.FLOAT, "wind-speed", "Wind at the mast", "m/s"))

        Weather(7147).start()
        reactor.run()

Be many devices:

    ProxyKatCP           a DeviceServer that stands for others
    DeviceHandler        one of them
    ProxyProtocol        one client of the proxy

What they are made of: KatCP, ServerKatCPProtocol, KatCPServer.

What can go wrong. All but the last line are RemoteErrors; the whole tree is in `katgate.errors`:

    DeviceNotConnected   there is no connection; nothing was sent
    DeviceLost           the connection went before the reply: it may have been carried out
    RequestTimeout       no reply in time: it may still be carried out
    ConditionTimeout     a sensor did not come to read what was waited for
    TooManyInforms       a request brought more than fits in memory
    NegotiationError     the other side does not speak a KATCP that we speak
    DeviceFailed, DeviceInvalid          a reply other than ok, where one was needed
    FailReply, InvalidReply, AsyncReply  raised by handlers: that is the reply, or it is sent later

Times are in seconds, timestamps in UNIX seconds (UTC), also towards v4 devices, whose milliseconds are
converted at the wire. Sensors, strategies and messages are in `katgate.katcp`.
"""

from katgate.errors import (
    AsyncReply,
    ConditionTimeout,
    DeviceFailed,
    DeviceInvalid,
    DeviceLost,
    DeviceNotConnected,
    FailReply,
    InvalidReply,
    NegotiationError,
    RemoteError,
    RequestTimeout,
    TooManyInforms,
)
from katgate.tx.client import ClientKatCPProtocol
from katgate.tx.client_factory import KatCPClientFactory, run_client
from katgate.tx.connection import Connection, State
from katgate.tx.device_handler import DeviceHandler
from katgate.tx.device_logger import DeviceLogger
from katgate.tx.device_protocol import DeviceProtocol
from katgate.tx.device_server import DeviceServer
from katgate.tx.mirror import Mirror
from katgate.tx.mirrored import MirrorListener
from katgate.tx.protocol import KatCP
from katgate.tx.proxy import ProxyKatCP, ProxyProtocol
from katgate.tx.request import Request
from katgate.tx.server import KatCPServer
from katgate.tx.server_protocol import ServerKatCPProtocol

__all__ = [
    "AsyncReply",
    "ClientKatCPProtocol",
    "ConditionTimeout",
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
    "MirrorListener",
    "NegotiationError",
    "ProxyKatCP",
    "ProxyProtocol",
    "RemoteError",
    "Request",
    "RequestTimeout",
    "ServerKatCPProtocol",
    "State",
    "TooManyInforms",
    "run_client",
]
