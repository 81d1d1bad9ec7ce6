"""The shipped themes' teachers: slow procedural artists that paint a frame from its G-buffer.

`PAINTERS["winter"](frame)` is float32 [H,W,3], RGB 0..1. Read next: `base`, what they all work with.
"""

from __future__ import annotations

from typing import Final

from neural_renderer.learn.painters.base import GBuffer, Painter, gbuffer
from neural_renderer.learn.painters.bricks import PAINTER as BRICKS
from neural_renderer.learn.painters.watercolour import PAINTER as WATERCOLOUR
from neural_renderer.learn.painters.winter import PAINTER as WINTER

PAINTERS: Final[dict[str, Painter]] = {painter.name: painter for painter in (WINTER, BRICKS, WATERCOLOUR)}
"""Every painter by the name of its theme."""

__all__ = ["PAINTERS", "GBuffer", "Painter", "gbuffer"]
