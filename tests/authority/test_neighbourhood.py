"""Neighbourhood: what is counted together."""

import pytest

from katgate.authority.neighbourhood import neighbourhood


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("2001:db8::1:2", "2001:db8::/64"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("", ""),
        ("a socket", "a socket"),
    ],
)
def test_neighbourhood(address: str, counted: str) -> None:
    """What is no address stands for itself."""
    assert counted == neighbourhood(address)
