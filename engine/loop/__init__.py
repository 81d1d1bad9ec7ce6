"""The loop: ticks, draws, restyles and shows, with a window or without one.

Read in this order: `loop`, `session`, `player`, `circuit_breaker`; then `windowed_loop`, `window`,
`opengl_window`, `controls`, `hotkeys`, `overlay`; and `report`, the figures of a run.
"""

from reskin.engine.loop.loop import RunOptions, RunReport, run
from reskin.engine.loop.session import TickListener
from reskin.engine.loop.window import display_missing

__all__ = ["RunOptions", "RunReport", "TickListener", "display_missing", "run"]
