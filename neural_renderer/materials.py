"""Tables by material: the scale of its noise, the size of its texture, and whether its colour is shown.

Painters, the trainer and the runtimes all read them, so that a student samples at an anchor what a painter
drew there. All are indexed by material, in the order of `MATERIALS`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import MATERIAL_INDEX, MATERIALS, THINGS
from reskin.neural_renderer.noise import PERIOD_TILES

TEXELS: Final = 64
"""Side of a learned texture, in texels."""

_SPANS = {"sky": 16.0, "hill": 4.0}
_NOISE = {"sky": (0.3, 0.55), "hill": (0.75, 0.75)}
_PERIODS = {"sky": (160, 320), "hill": (64, 64)}


def _spans() -> NDArray[np.float32]:
    return np.array([1.0 if m in THINGS else _SPANS.get(m, 2.0) for m in MATERIALS], np.float32)


def _noise_scales() -> NDArray[np.float32]:
    return np.array([_NOISE.get(m, (1.0, 1.0)) for m in MATERIALS], np.float32)


TILE_SPAN: Final = _spans()
"""float32 [M]: tiles that one learned texture covers before it repeats. Terrain spans two tiles, so
that at 32 px a tile one texel is one pixel; a thing's texture covers the thing once."""

NOISE_SCALE: Final = _noise_scales()
"""float32 [M,2]: the factor on the anchor before the noise is sampled; the sky's is stretched."""

PERIOD: Final = np.array([_PERIODS.get(m, (PERIOD_TILES, PERIOD_TILES)) for m in MATERIALS], np.int64)
"""int64 [M,2]: tiles, right and down, after which both the noise and the texture repeat."""

IS_THING: Final = np.array([m in THINGS for m in MATERIALS])
"""bool [M]: materials whose anchor runs from 0 to 1 over the thing's own box."""

ALBEDO_MATERIALS: Final = ("unknown", "ore", "vehicle", "effect", "light", "glass", "projectile")
"""Materials whose plain colour has a meaning, such as the colour of an ore. A network sees no other colours,
so that the palette of a prototype cannot show through a theme."""

SHOWS_ALBEDO: Final = np.array([m in ALBEDO_MATERIALS for m in MATERIALS])
"""bool [M]: `ALBEDO_MATERIALS` as a table."""

NOISE_SCALE.setflags(write=False)
TILE_SPAN.setflags(write=False)
PERIOD.setflags(write=False)
assert set(_SPANS) <= set(MATERIAL_INDEX)
