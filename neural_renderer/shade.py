"""How dark a backdrop stays: space, night and the black behind a menu must not become a bright sky.

A theme's sky is bright wherever the material is sky. What was written on black in the game could not be read
there, and space would be noon. So a sky that is darker than skies usually are is darkened in the picture, and
dark ground a little. It is a smooth function of the mean level of a source, and goes into `Frame.overlay`.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import material_index
from reskin.kernels.raster.reference import SOLID

SKY: Final = material_index("sky")
_GROUNDS: Final = (
    "grass", "dirt", "sand", "stone", "water", "snow", "brick", "road", "wall", "floor", "metal",
)  # fmt: skip
_RANGES: Final = np.zeros((256, 2), np.float32)
"""Mean levels: up to the first it is as dark as can be, from the second on as bright as usual."""
_RANGES[SKY] = 10, 110
for _name in _GROUNDS:
    _RANGES[material_index(_name)] = 4, 36
_RANGES.setflags(write=False)
NIGHT: Final = (0.30, 0.24, 0.20)
"""What is left of blue, green and red of a sky that is black in the game: a night is bluish."""
DIM: Final = (0.5, 0.5, 0.5)
"""The same of ground, which the game's own detail makes darker, too."""
_VIVID: Final = 0.45
"""Level, as a share of the greatest channel, that a vivid color has at least: pure blue is not dark."""
LEAST: Final = 0.1
"""Share of a source's pixels below which a material is not looked at."""


def darkness(pixels: NDArray[np.uint32], material: NDArray[np.uint8]) -> tuple[int, int]:
    """How much darker than usual a source is, 0..255, and the material that this is about.

    pixels uint32 [h,w] packed RGBA; material uint8 [h,w]. It is about the sky in it, if there is some, else
    about the material that most pixels have.
    """
    seen = pixels >> 24 > SOLID
    kinds = np.bincount(material[seen], minlength=256)
    kind = SKY if kinds[SKY] > LEAST * kinds.sum() else int(kinds.argmax())
    first, last = _RANGES[kind]
    if last == 0 or kinds[kind] <= LEAST * material.size:
        return 0, kind
    shown = pixels[seen & (material == kind)]
    red, green, blue = (float((shown >> shift & 255).mean()) for shift in (0, 8, 16))
    level = max(luminance(red, green, blue) / 256, _VIVID * max(red, green, blue))
    bright = min(max((level - first) / (last - first), 0), 1)
    return round(255 * (1 - bright * bright * (3 - 2 * bright))), kind


def luminance(red: Any, green: Any, blue: Any) -> Any:
    """256 times the luminance of levels, numbers or arrays, as `Frame.detail` counts it."""
    return 77 * red + 150 * green + 29 * blue


def factors(dark: NDArray[np.uint8], kind: NDArray[np.uint8]) -> NDArray[np.int16]:
    """int16 [n,3], 256ths, blue, green and red, of darknesses uint8 [n] of materials uint8 [n]."""
    least = np.where((kind == SKY)[:, None], NIGHT, DIM)
    found: NDArray[np.int16] = np.rint(256 * (1 - dark[:, None] / 255 * (1 - least))).astype(np.int16)
    return found
