"""A painter for tests whose strokes and grain come from noises that are no inputs of a student."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np

from reskin.engine.frame import MATERIALS
from reskin.neural_renderer import noise
from reskin.neural_renderer.features import PROTOTYPE_COLORS
from reskin.neural_renderer.painters.kit.brushes import Array, mix, rgb, smooth
from reskin.neural_renderer.painters.kit.gbuffer import FineGBuffer, Painter

STROKES: Final = {
    "grass": (4.0, 22.0, 1), "leaves": (8.0, 8.0, 0), "dirt": (14.0, 7.0, 1), "sand": (26.0, 5.0, 0),
    "stone": (18.0, 12.0, -1), "wall": (9.0, 20.0, -1), "brick": (16.0, 6.0, 1), "wood": (4.0, 30.0, 0),
    "water": (34.0, 6.0, 0), "ore": (9.0, 9.0, 1), "sky": (70.0, 30.0, 0), "hill": (40.0, 24.0, 1),
}  # fmt: skip
"""The width and the length of a material's strokes, in pixels, and the direction in which they lean."""
SHEETS: Final = 900
"""The first seed of the strokes; no noise channel of a student has it."""


def paint(g: FineGBuffer) -> Array:
    """Warm strokes over the materials' own colours, ink along the borders, plain things with a shine."""
    color = np.zeros((*g.shape, 3), np.float32)
    for index, name in enumerate(MATERIALS):
        mask = g.material == index
        if mask.any():
            color[mask] = _strokes(name, index, g.anchor[mask], g.is_thing[mask].all())
    color = mix(color, rgb(1.0, 0.97, 0.86), 0.5 * smooth(5, 1, g.up(g.mask("sky"))) * ~g.mask("sky"))
    return mix(color, rgb(0.12, 0.09, 0.16), 0.8 * smooth(1.6, 0.4, g.border))


def _strokes(name: str, index: int, anchor: Array, thing: bool) -> Array:
    """Colours [P,3] of a material at its anchors."""
    code = PROTOTYPE_COLORS[name]
    plain = rgb(*(int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)))
    base = plain * rgb(0.95, 0.85, 0.8) + rgb(0.06, 0.05, 0.08)
    if thing:
        shine = smooth(0.5, 0.1, np.hypot(anchor[:, 0] - 0.35, anchor[:, 1] - 0.3))
        return base + (1 - base) * 0.6 * shine[:, None]
    width, length, lean = STROKES.get(name, (10.0, 10.0, 0))
    place = np.floor(anchor * 32).astype(np.int64)
    x, y = (place[:, 0] + lean * place[:, 1]) % noise.SIZE, place[:, 1] % noise.SIZE
    stroke = smooth(0.42, 0.6, _field(SHEETS + index, width, length)[y, x])
    grain = _field(SHEETS + 50 + index, 3.0, 3.0)[y, x] - 0.5
    dark, light = base * rgb(0.66, 0.6, 0.74), np.minimum(base * 1.22 + 0.05, 1)
    return dark + (light - dark) * stroke[:, None] + 0.12 * grain[:, None]


@cache
def _field(seed: int, width: float, length: float) -> Array:
    return noise._band(seed, width, length)


PAINTER: Final = Painter(name="brush", title="Brush", paint=paint)
