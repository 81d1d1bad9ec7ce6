"""Runs a small game with the hooks installed, and keeps its messages, pixels and images.

The frames are built after the hooks are gone, as our own calls of pygame would be taken for the game's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pygame
from numpy.typing import NDArray

from reskin.engine.frame import Frame, material_index
from reskin.neural_renderer.from_draws.frames import FrameBuilder
from reskin.neural_renderer.from_draws.messages import Message, decode, decode_image
from reskin.neural_renderer.from_draws.observation import Judgement, Observation, Unit
from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.capture import Capture
from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.encode import Encoder

Game = Callable[[pygame.Surface], None]
"""Draws on the display and presents it, once a call."""


class Shown(NamedTuple):
    """One presented frame: its message, and the pixels, uint8 [H,W,4] BGRX."""

    message: Message
    pixels: NDArray[np.uint8]


class Recording(NamedTuple):
    frames: list[Shown]
    images: dict[bytes, NDArray[np.uint8]]


def record(game: Game, size: tuple[int, int], frames: int, lag: int = 0, lost: float = 0) -> Recording:
    """Play a game. Messages are acknowledged `lag` frames late; a share `lost` never arrives."""
    shown: list[Shown] = []
    images: dict[bytes, NDArray[np.uint8]] = {}
    random = np.random.default_rng(0)
    sent: list[int] = []

    def present(display: pygame.Surface) -> None:
        number = len(sent)
        data = encoder.encode(number, display, ("winter", True, 1.0, 0.0))
        images.update({name: decode_image(image)[0] for name, image in encoder.images().items()})
        encoder.images_sent(0)
        arrives = not shown or random.random() >= lost
        if arrives:
            buffer = np.frombuffer(display.get_buffer().raw, np.uint8)
            shown.append(Shown(decode(data), buffer.reshape(display.get_height(), -1, 4).copy()))
        sent.append(number if arrives else -1)
        if len(sent) > lag and sent[-1 - lag] >= 0:
            encoder.acknowledged(sent[-1 - lag])

    pygame.init()
    capture = Capture(present).install()
    encoder = Encoder(capture.lists)
    try:
        display = pygame.display.set_mode(size)
        for _ in range(frames):
            game(display)
        assert len(sent) >= frames, "a game of this kind presents once a call, and no hook may fail"
    finally:
        capture.undo()
    return Recording(shown, images)


class Named:
    """A stand-in for the rules: materials by words in the name of the file, or by the colour of a shape."""

    def __init__(self, words: dict[str, str], hud: tuple[str, ...] = ("text",), tile: float | None = None):
        self.words, self.hud, self.tile = words, hud, tile
        self.side_view = True
        self.seen: list[Observation] = []

    def rests(self, unit: NDArray[np.integer[Any]], units: int, renewed: bool) -> bool:
        return False

    def observe(self, seen: Observation) -> bool:
        self.seen.append(seen)
        return False

    def hud_by_place(
        self, unit: NDArray[np.integer[Any]], box: NDArray[np.integer[Any]]
    ) -> NDArray[np.bool_]:
        return np.zeros(len(unit), np.bool_)

    def judgement(self, unit: Unit) -> Judgement:
        told = f"{unit.name} {unit.kind} {unit.color}"
        material = next((m for word, m in self.words.items() if word in told), "unknown")
        hud = any(word in told for word in self.hud)
        return Judgement(material_index(material), hud, False, None, 1.0, "by the test")

    def of_pixels(self, unit: Unit, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return np.full(image.shape[:2], self.judgement(unit).material, np.uint8)


def build(recording: Recording, materials: Named) -> tuple[FrameBuilder, list[Frame]]:
    """The frames of a recording."""
    builder = FrameBuilder(materials, scale="display")
    return builder, [
        builder.frame(shown.message, shown.pixels, recording.images) for shown in recording.frames
    ]


def explained(before: Frame, after: Frame) -> NDArray[np.bool_]:
    """bool [H,W]: where the motion of a frame takes the colour of the frame before to the right place."""
    height, width = before.color.shape[:2]
    assert after.motion is not None
    y, x = np.mgrid[:height, :width]
    from_x = np.rint(x - after.motion[..., 0].astype(np.float32)).astype(int)
    from_y = np.rint(y - after.motion[..., 1].astype(np.float32)).astype(int)
    inside = (from_x >= 0) & (from_x < width) & (from_y >= 0) & (from_y < height)
    came = before.color[np.clip(from_y, 0, height - 1), np.clip(from_x, 0, width - 1), :3]
    found: NDArray[np.bool_] = inside & (came == after.color[..., :3]).all(-1)
    return found
