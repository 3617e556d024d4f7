"""The vocabulary of KATCP: messages, types, sensors, strategies. No Twisted, no sockets.

from katgate.katcp import Message, Sensor
print(Message.request("sensor-value", "wind-speed"))
"""

from katgate.errors import AsyncReply, FailReply, InvalidReply
from katgate.katcp.flags import ProtocolFlags
from katgate.katcp.kattypes import Value
from katgate.katcp.message import Message, MessageType
from katgate.katcp.sampling import Kind, Sampler, Strategy
from katgate.katcp.sensor import FloatSensor, IntSensor, Reading, Sensor, SensorDescription, Status

__all__ = [
    "AsyncReply",
    "FailReply",
    "FloatSensor",
    "IntSensor",
    "InvalidReply",
    "Kind",
    "Message",
    "MessageType",
    "ProtocolFlags",
    "Reading",
    "Sampler",
    "Sensor",
    "SensorDescription",
    "Status",
    "Strategy",
    "Value",
]
