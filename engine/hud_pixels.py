"""Compiled loops over the HUD's pixels: draw it over a picture, and check that it stayed exact.

NumPy takes 1 to 2 ms for each at 640x360, these about a tenth. Read next: `engine.frame`,
`engine.loop.report`.
"""

from __future__ import annotations

import sys
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reskin.engine.compiled import compiled

OPAQUE: Final = np.uint32(0xFF000000 if sys.byteorder == "little" else 0xFF)
BLOCK: Final = 64
"""Pixels of a row that are tested together, as most of a HUD is empty."""


def compose_hud_pixels(picture: NDArray[np.uint8], hud: NDArray[np.uint8]) -> None:
    """`hud + (1 - alpha) * picture` in place, rounded, for uint8 [H,W,4]; the fourth channel becomes 255."""
    if picture.flags.c_contiguous and hud.flags.c_contiguous and picture.flags.aligned and hud.flags.aligned:
        _compose_blocks(picture, hud, picture.view(np.uint32)[..., 0], hud.view(np.uint32)[..., 0])
    else:
        _compose(picture, hud, 0, picture.shape[0], 0, picture.shape[1])


@compiled()
def _compose_blocks(
    picture: NDArray[np.uint8],
    hud: NDArray[np.uint8],
    packed: NDArray[np.uint32],
    hud_packed: NDArray[np.uint32],
) -> None:
    """Block by block; where the HUD of a block is empty, only the fourth channel changes."""
    height, width = packed.shape
    for y in range(height):
        for left in range(0, width, BLOCK):
            # The compiler vectorises loops over slices, whose indices start at 0.
            drawn, shown = hud_packed[y, left : left + BLOCK], packed[y, left : left + BLOCK]
            any_drawn = np.uint32(0)
            for x in range(drawn.shape[0]):
                any_drawn |= drawn[x]
            if not any_drawn:
                for x in range(shown.shape[0]):
                    shown[x] |= OPAQUE
                continue
            for x in range(drawn.shape[0]):
                if drawn[x] & OPAQUE == OPAQUE:
                    shown[x] = drawn[x]
                elif drawn[x]:
                    _compose(picture, hud, y, y + 1, left + x, left + x + 1)
                else:
                    shown[x] |= OPAQUE


@compiled()
def _compose(
    picture: NDArray[np.uint8], hud: NDArray[np.uint8], top: int, bottom: int, left: int, right: int
) -> None:
    for y in range(top, bottom):
        for x in range(left, right):
            through = 255 - np.int32(hud[y, x, 3])
            picture[y, x, 3] = 255
            for c in range(3):
                # (x + 127) // 255 is exact for alpha 0 and 255: the picture's pixel, or the HUD's.
                value = hud[y, x, c] + (picture[y, x, c] * through + 127) // 255
                picture[y, x, c] = min(value, 255)


@compiled()
def count_hud_pixels(picture: NDArray[np.uint8], hud: NDArray[np.uint8]) -> tuple[int, int]:
    """The HUD's pixels with alpha 255, and how many of them have another colour in the picture."""
    solid = 0
    differing = 0
    for y in range(picture.shape[0]):
        for x in range(picture.shape[1]):
            if hud[y, x, 3] != 255:
                continue
            solid += 1
            if (
                picture[y, x, 0] != hud[y, x, 0]
                or picture[y, x, 1] != hud[y, x, 1]
                or picture[y, x, 2] != hud[y, x, 2]
            ):
                differing += 1
    return solid, differing
