"""A hub with a device."""

import pytest

from tests.hub.rig import Rig


@pytest.fixture
def rig() -> Rig:
    return Rig()
