"""The painters of the shipped themes: slow programs that paint a frame in one style, for a network to learn.

`PAINTERS["winter"](frame)` is float32 [H,W,3], RGB 0..1. Each folder holds one painter: `painter.py` puts the
layers of the picture together, `materials.py` has a function for each material, `terrain.py` the textures
that those use, and `things.py` the people and objects. Read next: `kit`, what painters share.
"""

from __future__ import annotations

from typing import Final

from reskin.neural_renderer.errors import LearnError
from reskin.neural_renderer.painters.bricks.painter import PAINTER as BRICKS
from reskin.neural_renderer.painters.candy.painter import PAINTER as CANDY
from reskin.neural_renderer.painters.clay.painter import PAINTER as CLAY
from reskin.neural_renderer.painters.ember.painter import PAINTER as EMBER
from reskin.neural_renderer.painters.ink.painter import PAINTER as INK
from reskin.neural_renderer.painters.kit.gbuffer import FineGBuffer, Painter
from reskin.neural_renderer.painters.neon.painter import PAINTER as NEON
from reskin.neural_renderer.painters.watercolour.painter import PAINTER as WATERCOLOUR
from reskin.neural_renderer.painters.winter.painter import PAINTER as WINTER

PAINTERS: Final[dict[str, Painter]] = {
    painter.name: painter for painter in (WINTER, BRICKS, WATERCOLOUR, EMBER, NEON, CANDY, INK, CLAY)
}
"""Every painter by the name of its theme."""


def find_painter(name: str) -> Painter:
    """The painter of a theme; raises LearnError that lists them."""
    if name not in PAINTERS:
        raise LearnError(f"no painter is named {name!r}; there are: {', '.join(PAINTERS)}")
    return PAINTERS[name]


__all__ = ["PAINTERS", "FineGBuffer", "Painter", "find_painter"]
