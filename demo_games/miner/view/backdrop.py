"""Draws what lies behind the world: sky with clouds, and two ranges of hills in parallax."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from reskin.demo_games.miner.world.level import smooth_noise
from reskin.engine.simulation.rng import Streams

if TYPE_CHECKING:
    from reskin import Canvas

STEP: Final = 16
"""Px between two corners of a hill's outline."""
SKY, CLOUD = "#9fd0f0", "#c9e6f7"
# name, parallax, lowest and highest crest in layer px, period and swing of the noise, colour, depth
RANGES: Final = (
    ("far hills", (0.2, 0.12), 235, (13, 95), "#9cc4cb", 80.0),
    ("near hills", (0.42, 0.25), 345, (8, 62), "#7db389", 60.0),
)
REACH: Final = 8192
"""Length of the outlines in px: more than any view can reach at these parallaxes."""
FOOT: Final = 6000
SKY_PARALLAX: Final = 0.1


def draw_backdrop(canvas: Canvas, seed: int, left: int) -> None:
    """The whole view, behind everything; `left` is the view's left edge in world px.

    The sky keeps its place vertically, whatever the depth.
    """
    with canvas.layer("sky", parallax=(SKY_PARALLAX, 0.0), depth=100.0):
        canvas.fill(SKY, "sky")
        edge = int(left * SKY_PARALLAX)
        for x, y, w in backdrop_clouds(seed):
            if not edge - w < x < edge + canvas.width:
                continue
            canvas.ellipse(x, y, w, w * 2 // 7, CLOUD, "sky")
            canvas.ellipse(x + w // 4, y - w // 9, w // 2, w * 2 // 7, CLOUD, "sky")
    for index, (name, parallax, base, _, color, depth) in enumerate(RANGES):
        with canvas.layer(name, parallax=parallax, depth=depth):
            first = int(left * parallax[0]) // STEP
            heights = backdrop_ridge(seed, index)[first : first + canvas.width // STEP + 3]
            points = [((first + i) * STEP, base - height) for i, height in enumerate(heights)]
            canvas.polygon([(points[0][0], FOOT), *points, (points[-1][0], FOOT)], color, "hill")


@lru_cache(maxsize=16)
def backdrop_ridge(seed: int, index: int) -> list[int]:
    """Heights in px above the base, one every STEP px."""
    stream = Streams(seed)[f"backdrop {index}"]
    period, swing = RANGES[index][3]
    broad = smooth_noise(stream, REACH // STEP, period, swing)
    fine = smooth_noise(stream, REACH // STEP, 3, 12)
    return [a + b for a, b in zip(broad, fine, strict=True)]


@lru_cache(maxsize=16)
def backdrop_clouds(seed: int) -> list[tuple[int, int, int]]:
    """Left, top and width in px of the layer."""
    stream = Streams(seed)["clouds"]
    return [
        (i * 130 + stream.between(-40, 40), stream.between(24, 120), stream.between(60, 120))
        for i in range(16)
    ]
