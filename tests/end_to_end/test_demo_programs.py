"""The two demo programs of the old katcp.tx manual, ported line by line, against each other."""

import re
import socket
import subprocess
import sys
from pathlib import Path

from tests.processes import DEADLINE_S, Process, running

EXAMPLES = Path(__file__).parent.parent / "examples"


def test_demo_client_and_server(tmp_path: Path) -> None:
    """The client hears the inform, its request's inform and reply, and a sensor's value."""
    with running(Process([str(EXAMPLES / "demotxserver.py"), "0"], tmp_path / "server.log")) as server:
        found = re.search(r"port=(\d+)", server.first_line())
        assert found is not None
        port = found[1]
        client = subprocess.run(
            [sys.executable, str(EXAMPLES / "demotxclient.py"), port],
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
            check=True,
        )
        out_of_band, connected, foo_informs, foo_reply, value_informs, value_reply = (
            client.stdout.splitlines()
        )
        assert ("out of band #out-of-band", "Connected") == (out_of_band, connected)
        assert ("[<Message #foo[1] b'fine'>]", "!foo[1] ok 1") == (foo_informs, foo_reply)
        assert re.fullmatch(
            r"\[<Message #sensor-value\[2\] b'[\d.]+' b'1' b'int_sensor' b'nominal' b'1'>\]", value_informs
        )
        assert "!sensor-value[2] ok 1" == value_reply
        assert "" == client.stderr

        with socket.create_connection(("127.0.0.1", int(port)), timeout=DEADLINE_S) as telnet:
            telnet.sendall(b"?halt\n")
            heard = b""
            while part := telnet.recv(65536):
                heard += part
        assert b"!halt ok\n" in heard
        assert 0 == server.popen.wait(DEADLINE_S)
