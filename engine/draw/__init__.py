"""Drawing for games: coloured shapes in, a `Frame` with every channel out.

Read in this order: `canvas`, `hud`, `colors`, `slots`, `planes`, `buffers`; then `renderers`, and `opengl`,
which draws the same on the GPU.
"""

import os

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")  # a library prints nothing

from reskin.engine.draw.canvas import Canvas
from reskin.engine.draw.hud import Hud

__all__ = ["Canvas", "Hud"]
