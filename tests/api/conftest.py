"""A gateway without a network, and a browser on it that has had its hello."""

import pytest

from tests.api.rig import FakeSocket, Rig


@pytest.fixture
def rig() -> Rig:
    return Rig()


@pytest.fixture
def socket(rig: Rig) -> FakeSocket:
    socket = FakeSocket(rig)
    socket.take()
    return socket
