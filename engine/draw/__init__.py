"""Drawing for games: coloured shapes in, a `Frame` with every channel out. Read next: `canvas`."""

from engine.draw.canvas import Canvas
from engine.draw.hud import Hud

__all__ = ["Canvas", "Hud"]
