"""A small scene that needs each kernel of this room once, so that none is compiled or read during a game."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import Frame, material_index
from reskin.neural_renderer.from_draws import messages as m
from reskin.neural_renderer.from_draws.frames import FrameBuilder
from reskin.neural_renderer.from_draws.observation import Judgement, Observation, Unit

SIZE = 64
"""px of a side."""


class _Given:
    """Knows three things: the HUD, a dark wall, and a hero."""

    side_view = True
    tile = None

    def hud_by_place(
        self, unit: NDArray[np.integer], box: NDArray[np.integer]
    ) -> NDArray[np.bool_]:
        return np.zeros(len(unit), np.bool_)

    def rests(self, unit: object, units: int, renewed: bool) -> bool:
        return False

    def observe(self, seen: Observation) -> bool:
        return False

    def judgement(self, unit: Unit) -> Judgement:
        material = {"hero": "player", "text": "unknown"}.get(unit.name, "brick")
        return Judgement(material_index(material), unit.name == "text", False, None, 1.0, "given")

    def of_pixels(self, unit: Unit, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return np.full(image.shape[:2], self.judgement(unit).material, np.uint8)


def warm_up_frames() -> Iterator[Frame]:
    """Frames of the scene: an image, a thing with holes and soft edges, a text, light, a layer, a moving
    camera, and pixels that nothing explains."""
    builder = FrameBuilder(_Given(), "display")
    hero, text = (np.full((16, 16, 4), 200, np.uint8) for _ in range(2))
    hero[4:8, :, 3], hero[8:, :, 3] = 60, 255
    text[..., 3], text[:4, :, 3] = 255, 0
    images = {b"wall": np.full((SIZE, SIZE, 4), (40, 20, 20, 255), np.uint8), b"hero": hero, b"text": text}
    sources = tuple(
        m.Source(number, "file", (name.decode(), name.decode()), *images[name].shape[1::-1], 0, 0, name)
        for number, name in enumerate(images, 1)
    )
    pixels = np.full((SIZE, SIZE, 4), 90, np.uint8)
    state = m.State("", True, 1.0, 0.0)
    for number in range(3):
        layer = m.LayerRows(1, SIZE, 32, 0, 0, True, None, 0, _rows((2, 20, 4, 16), (3, 40, 4, 16)))
        rows = _rows((1, -number, 0, SIZE), (2, 8 + number, 8, 16), (3, 30, 8, 16), (-1, 0, 30, SIZE))
        rows = np.concatenate([rows, _rows((2, 8, 40, 16)), _rows((2, 40, 40, 16))])
        rows[-2, m.FLAGS], rows[3, m.LENGTH] = 1, 2
        yield builder.frame(
            m.Message(
                number, SIZE, SIZE, state, number, True, rows, () if number else sources,
                () if number else (layer,), (), (), True, number == 2, ((number, 0),),
            ),
            pixels, images,
        )  # fmt: skip


def _rows(*draws: tuple[int, int, int, int]) -> NDArray[np.int32]:
    """Rows of draws: content, left, top, size."""
    rows = np.zeros((len(draws), m.COLUMNS), np.int32)
    for row, (content, left, top, size) in zip(rows, draws, strict=True):
        row[m.CONTENT], row[m.ALPHA] = content, 255
        for first in (m.X, m.LEFT, m.BOX_X):
            row[first : first + 2] = left, top
        row[m.WIDTH], row[m.HEIGHT] = row[m.BOX_WIDTH], row[m.BOX_HEIGHT] = size, size
    return rows
