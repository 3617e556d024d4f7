"""This is a demo device server, showing what the Twisted implementation of a KATCP device server can do."""

import sys

from twisted.internet import reactor

from katgate.katcp import FloatSensor, IntSensor, Message, Sensor
from katgate.tx import DeviceProtocol, DeviceServer

PORT = 1235  # or 0


class DemoProtocol(DeviceProtocol):
    def request_foo(self, msg):
        """This is called when ?foo is called from the other side."""
        # send one inform
        self.send_message(Message.inform("foo", "fine"))
        # return reply
        return Message.reply("foo", "ok", "1")

    def connectionMade(self):
        """Called when a connection is made, send out-of-band inform"""
        self.send_message(Message.inform("out-of-band"))
        DeviceProtocol.connectionMade(self)


class DemoServerFactory(DeviceServer):
    production = True  # says whether a halt request should stop the reactor
    # (and hence the whole process)

    protocol = DemoProtocol  # meaning we're using a custom protocol

    def setup_sensors(self):
        """This is a method that, overridden, provides a way to add sensors to the device"""
        self.add_sensor(FloatSensor(Sensor.FLOAT, "float_sensor", "descr", "milithaum", params=[-1.0, 1.0]))
        self.add_sensor(IntSensor(Sensor.INTEGER, "int_sensor", "descr2", "cows", params=[-100, 100]))


def main(port):
    factory = DemoServerFactory(port, "")
    print(factory.start().getHost(), flush=True)
    reactor.run()  # run the main twisted reactor


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else PORT)
