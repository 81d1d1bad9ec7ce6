"""The renderer's side of the handoff: frames come as NumPy arrays, pictures go back.

    renderer = RendererSide(path)
    while renderer.game() != "gone":
        frame = renderer.wait_for_frame(0.1)
        if frame is not None:
            renderer.send_picture(frame.number, restyle(frame.pixels))

See `channel` for how it works.
"""

from __future__ import annotations

import time
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reskin.neural_renderer.handoff.channel import Block, HandoffError, attach_block

POLL_SECONDS: Final = 0.0005
"""How often a waiting renderer looks: late by 0.25 ms on average, for under 1 % of a core."""

STATUS_BYTES: Final = 2000
"""A longer theme name or error is cut."""


class GameFrame(NamedTuple):
    """A frame of the game's: its number, the plain pixels [H,W,4] uint8 BGRA, and the game's list of draws.

    The pixels are a buffer of this side's, which is used again when nothing refers to it any more."""

    number: int
    pixels: NDArray[np.uint8]
    draws: bytes


class RendererSide:
    """Receives frames and source images, and sends pictures. It follows the game to a larger block by itself.

    Raises `HandoffError` if there is no block at `path`. A renderer that works for long without a call of a
    method counts as hanging after 0.8 s: it calls `beat()` in between."""

    def __init__(self, path: str) -> None:
        self._block: Block = attach_block(path)
        self._images: dict[bytes, bytes] = {}
        self._last = -1
        self._status: tuple[str, float, str] = ("", 0.0, "")
        self._read = -1

    def beat(self) -> None:
        """Tell the game that this side is at work."""
        self._block.beat()

    def game(self) -> str:
        """`alive`, `hanging` (it loads, or waits: nothing to do about it) or `gone` (end, too)."""
        return self._block.other_side()

    def receive_frame(self) -> GameFrame | None:
        """The newest frame, if it is whole and was not received yet."""
        self._block.beat()
        self._follow()
        message = self._block.frames.receive()
        if message is None or message.number <= self._last:
            return None
        self._last = message.number
        pixels = np.frombuffer(message.first, np.uint8).reshape(message.height, message.width, 4)
        return GameFrame(message.number, pixels, message.second)

    def wait_for_frame(self, seconds: float) -> GameFrame | None:
        """The next frame, or None after so many seconds."""
        end = time.monotonic() + seconds
        while True:
            frame = self.receive_frame()
            if frame is not None or time.monotonic() >= end:
                return frame
            time.sleep(POLL_SECONDS)

    def receive_images(self) -> dict[bytes, bytes]:
        """The source images that came since the last call, by their names."""
        images = self._images | self._block.image_box.receive()
        self._images = {}
        return images

    def send_picture(self, number: int, pixels: NDArray[np.uint8]) -> None:
        """Hand back the picture [H,W,4] uint8 BGRA of frame `number`.

        One that is larger than the game's present block holds is dropped: the game has been resized."""
        if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 4:
            raise HandoffError(f"a picture must be [H,W,4] uint8, got {list(pixels.shape)} {pixels.dtype}")
        self._block.beat()
        if pixels.nbytes <= self._block.pixels:
            height, width, _ = pixels.shape
            data = np.ascontiguousarray(pixels).reshape(-1).data
            self._block.pictures.send(number, width, height, 0.0, data)

    def acknowledge(self, number: int) -> None:
        """Tell the game that frame `number` and its draws have been read. It tells only news from then on."""
        self._read = number
        self.send_status(*self._status)

    def send_status(self, theme: str, milliseconds: float, error: str = "") -> None:
        """Tell the game the theme, the milliseconds of the last picture, and what went wrong, if anything."""
        self._status = (theme, milliseconds, error)
        self._block.beat()
        # Counted from 1, as numbers in the block have no sign: 0 says that nothing has been read.
        self._block.status.send(
            self._read + 1, 0, 0, milliseconds, _encoded(theme), _encoded(error)
        )

    def _follow(self) -> None:
        """Go over to the newest block. What is still in the old one's box is taken along."""
        while path := self._block.next_path():
            try:
                block = attach_block(path)
            except HandoffError:
                return  # the game has ended: `game()` says so
            self._images |= self._block.image_box.receive()
            self._block.close()
            self._block = block
            self.send_status(*self._status)

    def close(self) -> None:
        """Give up the memory."""
        self._block.close()


def _encoded(text: str) -> bytes:
    """UTF-8, cut between characters."""
    return text.encode("utf-8", "replace")[:STATUS_BYTES].decode("utf-8", "ignore").encode("utf-8")
