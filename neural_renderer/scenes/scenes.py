"""Random training scenes, which look like small games and are drawn with the engine's canvas.

A scene is a world (a side view, a map or a collage), a palette, things that move, and a camera that moves,
pauses and sometimes jumps. All of it follows from the seed. No simulation runs here, so floats and NumPy's
random generator are allowed. Read next: `side`, `top`, `props`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from reskin.engine.draw import Canvas
from reskin.engine.frame import Frame
from reskin.neural_renderer.scenes import collage, side, top
from reskin.neural_renderer.scenes.layout import Layout

Kind = Literal["side", "top", "collage"]

SHARES: Final[dict[Kind, float]] = {"side": 0.65, "top": 0.25, "collage": 0.10}
"""The share of each kind among the scenes, where the seed chooses the kind."""
BUILDERS: Final = {
    "side": side.build_side_scene,
    "top": top.build_top_scene,
    "collage": collage.build_collage,
}


@dataclass(frozen=True, slots=True)
class _Stop:
    x: int
    y: int
    cut: bool


class Scene:
    """One seeded scene: `Scene(7).frame(t)` for t = 0, 1, 2, ...

    `width` and `height` are in px, `tile` is px per tile; `kind` overrides the seed's choice. The same
    arguments give the same frames in any order. To ask for them in order is twice as fast.
    """

    def __init__(
        self, seed: int, width: int = 640, height: int = 360, tile: int = 32, kind: Kind | None = None
    ) -> None:
        self.seed = seed
        rng = np.random.default_rng([seed, 1])
        chosen = str(rng.choice(list(SHARES), p=list(SHARES.values())))
        self.kind = kind or chosen
        self.layout: Layout = BUILDERS[self.kind](rng, width, height, tile)
        self._canvas = Canvas(width, height, tile)
        self._walk = _CameraWalk(np.random.default_rng([seed, 2]), self.layout, width, height)
        self._drawn = -2

    def frame(self, t: int) -> Frame:
        """The frame at time t, with the motion since t - 1. Frame 0 and jumps of the camera are cuts."""
        if t < 0:
            raise ValueError(f"t must be 0 or more, got {t}")
        stop = self._walk.at(t)
        if self._drawn != t - 1 and not stop.cut:
            self._draw(t - 1, self._walk.at(t - 1))  # so that the canvas knows where everything was
        return self._draw(t, stop)

    def _draw(self, t: int, stop: _Stop) -> Frame:
        self._canvas.begin(t, stop.cut, (stop.x, stop.y))
        self.layout.draw(self._canvas, t, (stop.x, stop.y))
        self._drawn = t
        return self._canvas.finish()


class _CameraWalk:
    """The positions of the camera, in stretches of one speed in whole pixels per frame. In a third of the
    stretches it stands still; a few begin with a jump to another place."""

    def __init__(self, rng: np.random.Generator, layout: Layout, width: int, height: int) -> None:
        self._rng = rng
        self._limit = max(layout.size[0] - width, 0), max(layout.size[1] - height, 0)
        self._view = width, height
        self._layout = layout
        self._stops = [_Stop(*layout.viewpoint(rng, width, height), True)]

    def at(self, t: int) -> _Stop:
        while len(self._stops) <= t:
            self._stretch()
        return self._stops[t]

    def _stretch(self) -> None:
        rng, last = self._rng, self._stops[-1]
        x, y, cut = last.x, last.y, False
        if rng.random() < 0.06:
            x, y, cut = (
                int(rng.integers(0, self._limit[0] + 1)),
                int(rng.integers(0, self._limit[1] + 1)),
                True,
            )
        fast = int(rng.choice([0, 2, 4, 9], p=(0.3, 0.35, 0.25, 0.1)))
        dx, dy = int(rng.integers(-fast, fast + 1)), int(rng.integers(-fast, fast + 1)) // 2
        for _ in range(int(rng.integers(4, 40))):
            x, y = x + dx, y + dy
            if not 0 <= x <= self._limit[0]:
                dx = -dx
            if not 0 <= y <= self._limit[1]:
                dy = -dy
            x, y = min(max(x, 0), self._limit[0]), min(max(y, 0), self._limit[1])
            self._stops.append(_Stop(x, y, cut))
            cut = False
