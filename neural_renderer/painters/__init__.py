"""The shipped themes' teachers: slow procedural artists that paint a frame from its G-buffer.

`PAINTERS["winter"](frame)` is float32 [H,W,3], RGB 0..1. Read next: `base`, what they all work with.
"""

from __future__ import annotations

from typing import Final

from neural_renderer.errors import LearnError
from neural_renderer.learn.painters.base import GBuffer, Painter, gbuffer
from neural_renderer.learn.painters.bricks import PAINTER as BRICKS
from neural_renderer.learn.painters.candy import PAINTER as CANDY
from neural_renderer.learn.painters.clay import PAINTER as CLAY
from neural_renderer.learn.painters.ember import PAINTER as EMBER
from neural_renderer.learn.painters.ink import PAINTER as INK
from neural_renderer.learn.painters.neon import PAINTER as NEON
from neural_renderer.learn.painters.watercolour import PAINTER as WATERCOLOUR
from neural_renderer.learn.painters.winter import PAINTER as WINTER

PAINTERS: Final[dict[str, Painter]] = {
    painter.name: painter for painter in (WINTER, BRICKS, WATERCOLOUR, EMBER, NEON, CANDY, INK, CLAY)
}
"""Every painter by the name of its theme."""


def find_painter(name: str) -> Painter:
    """The painter of a theme; raises LearnError that lists them."""
    if name not in PAINTERS:
        raise LearnError(f"no painter is named {name!r}; there are: {', '.join(PAINTERS)}")
    return PAINTERS[name]


__all__ = ["PAINTERS", "GBuffer", "Painter", "find_painter", "gbuffer"]
