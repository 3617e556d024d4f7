"""Text frames, as another implementation reads them."""

import pytest
from websockets.frames import Opcode
from websockets.protocol import CLIENT, Protocol

from katgate.api.text_frames import TextFrames


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65535, 65536, 1_000_000])
def test_frame_is_read_as_it_was_meant(size: int) -> None:
    """Whole, text, not masked; also when the same message is sent again, or another in between."""
    frames = TextFrames()
    payload = b"x" * size
    browser = Protocol(CLIENT, max_size=None)
    for message in (payload, payload, b"other", payload):
        browser.receive_data(frames.of(message))
    received = [(frame.opcode, frame.fin, bytes(frame.data)) for frame in browser.events_received()]  # type: ignore[union-attr]
    expected = [payload, payload, b"other", payload]
    assert [(Opcode.TEXT, True, data) for data in expected] == received


def test_frame_of_the_same_message_is_made_once() -> None:
    """The same bytes go to every browser."""
    frames = TextFrames()
    payload = b"x" * 1000
    assert frames.of(payload) is frames.of(payload)
