"""This is a demo client, which cooperates with demotxserver."""

import sys

from twisted.internet import reactor

from katgate.tx import ClientKatCPProtocol, run_client


class DemoClient(ClientKatCPProtocol):
    def inform_out_of_band(self, msg):
        print("out of band", msg)


def got_sensor_value(result, protocol):
    informs, reply = result
    print(informs)
    print(reply)
    reactor.stop()


def got_foo(result, protocol):
    informs, reply = result
    print(informs)
    print(reply)
    protocol.send_request("sensor-value", "int_sensor").addCallback(got_sensor_value, protocol)


def connected(protocol):
    print("Connected")
    protocol.send_request("foo").addCallback(got_foo, protocol)


if __name__ == "__main__":
    # override with options if necessary
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 1235
    run_client(("localhost", port), DemoClient, connected)
    reactor.run()
