"""How large the tiles of a game are, and where they begin, from the sizes and places of its draws."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

LEAST: Final = 8
MOST: Final = 128
"""Sizes of tiles that are looked for, px."""
FEW: Final = 8
"""Least number of draws of one size for it to count as the size of tiles."""
FINE: Final = 24.0
COARSE: Final = 72.0
"""px a tile that suit the themes' textures, which are made for 32. Smaller tiles are taken together by two or
more, larger ones are halved."""
USUAL_HEIGHT: Final = 480
"""Height, px, of a picture without tiles on which the textures have 32 px a tile."""


class Grid(NamedTuple):
    """size: px a tile of the themes' textures. x, y: px on the display where one begins. own: px a tile of
    the game, 0 if its draws do not tell."""

    size: float
    x: int
    y: int
    own: float

    def enlarged(self, factor: int) -> Grid:
        """The same grid in smaller px."""
        return Grid(self.size * factor, self.x * factor, self.y * factor, self.own * factor)


def tile_grid(
    boxes: NDArray[np.int32], area: NDArray[np.int64], display: tuple[int, int], said: float | None = None
) -> Grid:
    """The grid of the tiles, of boxes int32 [n,4] of terrain, and their visible pixels, int64 [n].

    The most common size by area wins, of those that are square, or twice as high or wide, and drawn often.
    said: px a tile as a person wrote it.
    """
    usual = 32.0 * max(1, round(display[1] / USUAL_HEIGHT))
    size = _common_size(boxes, area) if said is None else round(said)
    if size is None:
        return Grid(usual, 0, 0, 0.0)
    own = np.flatnonzero(np.minimum(boxes[:, 2], boxes[:, 3]) == size)
    x, y = (_phase(boxes[own, axis], area[own], size) for axis in (0, 1))
    scaled = float(size) if said is None else said
    while scaled < FINE:
        scaled *= 2
    while scaled > COARSE:
        scaled /= 2
    return Grid(scaled, x, y, float(size))


def _common_size(boxes: NDArray[np.int32], area: NDArray[np.int64]) -> int | None:
    across, down = boxes[:, 2], boxes[:, 3]
    least, most = np.minimum(across, down), np.maximum(across, down)
    usable = (least >= LEAST) & (least <= MOST) & ((most == least) | (most == 2 * least))
    if np.count_nonzero(usable) < FEW:
        return None
    sizes = least[usable]
    count = np.bincount(sizes, minlength=MOST + 1)
    weight = np.bincount(sizes, area[usable].astype(np.float64), minlength=MOST + 1)
    weight[count < FEW] = 0
    best = int(weight.argmax())
    return best if weight[best] > 0 else None


def _phase(corners: NDArray[np.int32], area: NDArray[np.int64], size: int) -> int:
    if not len(corners):
        return 0
    return int(np.bincount(corners % size, area.astype(np.float64), minlength=size).argmax())
