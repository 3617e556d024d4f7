"""The vocabulary of KATCP: messages, types, sensors, strategies. No Twisted, no sockets.

from katgate.katcp import Message, Sensor
print(Message.request("sensor-value", "wind-speed"))
"""

from katgate.errors import AsyncReply, FailReply, InvalidReply
from katgate.katcp import kattypes
from katgate.katcp.aggregate import AggregateSensor, worst_status
from katgate.katcp.flags import ProtocolFlags
from katgate.katcp.message import Message, MessageType
from katgate.katcp.reading import Reading, SensorDescription, Status
from katgate.katcp.sampling import Kind, Sampler, Strategy
from katgate.katcp.sensor import FloatSensor, IntSensor, Sensor, status_by_limits
from katgate.katcp.values import Value

__all__ = [
    "AggregateSensor",
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
    "kattypes",
    "status_by_limits",
    "worst_status",
]
