"""The pixels of one material, and the table of how each material is painted.

A painter's `materials.py` has a function for each material under its name: `grass(s)` maps the `Pixels` of
grass to their colours. So colours are computed only where a material is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType

import numpy as np

from reskin.engine.frame import MATERIALS
from reskin.neural_renderer import materials
from reskin.neural_renderer.noise import E5, E24, N24, N64
from reskin.neural_renderer.painters.kit.brushes import Array
from reskin.neural_renderer.painters.kit.gbuffer import FineGBuffer
from reskin.neural_renderer.painters.kit.sheets import KEPT, Sheet, look_up, texels


@dataclass(frozen=True, eq=False)
class Pixels:
    """The pixels of one material as an image of one row: fields are [1,P], colours [1,P,3].

    noise [1,P,16]: see `FineGBuffer.noise`, also `s[N24]`; texture [1,P,2]: place on the texture in tiles, or
    in boxes for things; color: what the game drew, for tinted materials alone; up, border: output pixels up
    to the open, which the painter chooses, and to the nearest border.
    """

    noise: Array
    texture: Array
    color: Array
    up: Array
    border: Array
    material: int

    def __getitem__(self, channel: int) -> Array:
        """A noise channel, 0..1."""
        return self.noise[..., channel]

    @property
    def u(self) -> Array:
        """Place on the texture, to the right."""
        return self.texture[..., 0]

    @property
    def v(self) -> Array:
        """Place on the texture, down."""
        return self.texture[..., 1]

    @cached_property
    def x(self) -> Array:
        """As `u`, within one repetition: pixels at 32 px a tile, or 0..1 over a thing."""
        return self._within(self.u)

    @cached_property
    def y(self) -> Array:
        """As `x`, down."""
        return self._within(self.v)

    def _within(self, place: Array) -> Array:
        span = float(materials.TILE_SPAN[self.material])
        return (place % span * (1 if materials.IS_THING[self.material] else 32)).astype(np.float32)

    def sheet(self, draw: Callable[[], Sheet], kept: int = KEPT) -> Array:
        """The sheet's colours [1,P,3] at these pixels."""
        span = materials.TILE_SPAN[self.material]
        return look_up(texels(draw, kept), self.texture / span, repeat=not materials.IS_THING[self.material])

    def toned(
        self, draw: Callable[[], Sheet], broad: float, relief: float, fine: float = 0, middle: float = 0.6
    ) -> Array:
        """A sheet lighter here and darker there, so that its repetition does not show: by `broad` for the
        widest noise, `middle` times that for the next, and by `relief` and `fine` for embossed noise."""
        tone = 1 + broad * ((self[N64] - 0.5) + middle * (self[N24] - 0.5))
        tone = tone + relief * (self[E24] - 0.5) + fine * (self[E5] - 0.5)
        return self.sheet(draw) * tone[..., None]


PaintTable = Mapping[str, Callable[[Pixels], Array]]
"""How each material is painted, by its name."""


def paint_table(*painted: ModuleType, drawn: ModuleType | None = None) -> PaintTable:
    """How each material is painted: by the function of its name in one of the modules `painted`.

    Else the function of its name in `drawn` draws a sheet of it, which is sampled. Raises LookupError with
    the materials that have neither.
    """
    table: dict[str, Callable[[Pixels], Array]] = {}
    for name in MATERIALS:
        paint = next((getattr(module, name) for module in painted if hasattr(module, name)), None)
        if paint is not None:
            table[name] = paint
        elif hasattr(drawn, name):
            table[name] = sampled(getattr(drawn, name))
    missing = [name for name in MATERIALS if name not in table]
    if missing:
        raise LookupError(f"{painted[0].__name__} has no function for: {', '.join(missing)}")
    return table


def sampled(draw: Callable[[], Sheet]) -> Callable[[Pixels], Array]:
    """Paint with a sheet as it is."""
    return lambda s: s.sheet(draw)


def by_material(
    g: FineGBuffer, paint: PaintTable, up: Array, up_of: Mapping[str, Array] | None = None
) -> Array:
    """Every material in its own colours, [H,W,3]. `up` is each pixel's distance up to the open; `up_of` has
    those of the materials that need another."""
    color = np.zeros((*g.shape, 3), np.float32)
    for index in np.unique(g.material):
        name = MATERIALS[index]
        where = g.material == index
        above = (up_of or {}).get(name, up)
        pixels = Pixels(g.noise[where][None], g.texture[where][None], g.color[where][None],
                        above[where][None], g.border[where][None], int(index))  # fmt: skip
        color[where] = paint[name](pixels)[0]
    return color
