"""What most painters lay over the materials' own colours: shade, shadows, glow, and what sets things apart.

Light falls from the upper left, so shadows move to the lower right. Lengths are output pixels.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reskin.neural_renderer.painters.kit.brushes import WHITE, Array, Mask, blur, mix, shift, single, smooth
from reskin.neural_renderer.painters.kit.gbuffer import REACH, FineGBuffer

NamedLayers = tuple[tuple[tuple[str, ...], tuple[str, ...], float], ...]
"""Materials that cast a shadow, those that it falls on, and how deep it is."""
Layers = Iterable[tuple[Mask, Mask, float]]
"""The same, as masks [H,W]."""

BURIED: Final = ("dirt", "stone", "ore", "wall")
"""Materials that are darker the farther they lie from the open sky."""


# ---- shade ------------------------------------------------------------------------------------


def depth_shade(g: FineGBuffer, to_sky: Array, start: float, *names: str) -> Array:
    """0..1 [H,W]: how deep a pixel of the named materials lies; `to_sky` is its distance to the sky."""
    return smooth(start, REACH, to_sky) * g.mask(*names)


def turned_away(g: FineGBuffer, sky: Mask, right: float, below: float) -> Array:
    """0..1 [H,W]: shade on edges that face right or down, over so many pixels."""
    return np.maximum(smooth(right, 0, g.right(sky)), smooth(below, 0, g.down(sky)))


def roundness(g: FineGBuffer, mask: Mask, least: float) -> Array:
    """`least`..1 [H,W]: a mask shaded as one round body, below 0 towards the light; 0 outside it."""
    if not mask.any():
        return np.zeros(g.shape, np.float32)
    away = np.minimum(g.left(~mask), g.up(~mask)) - np.minimum(g.right(~mask), g.down(~mask))
    return single(np.clip(away / 18, least, 1) * mask)


# ---- shadows and glow -------------------------------------------------------------------------


def cast(front: Mask | Array, right: float, down: float, sigma: float) -> Array:
    """0..1 [H,W]: the soft shadow of a mask, moved to the right and down."""
    return blur(shift(front.astype(np.float32), right, down), sigma)


def named(g: FineGBuffer, layers: NamedLayers) -> Iterator[tuple[Mask, Mask, float]]:
    """The masks of named layers, one after another."""
    return ((g.mask(*front), g.mask(*back), amount) for front, back, amount in layers)


def ranked(rank: NDArray[np.integer], layers: tuple[tuple[int, int, float], ...], on: Mask) -> Layers:
    """The masks of layers given by rank; shadows fall only on `on`."""
    return ((rank == front, (rank == back) & on, amount) for front, back, amount in layers)


def shadows(layers: Layers, right: float, down: float, sigma: float) -> Iterator[Array]:
    """The shadow of each layer where it falls, 0..amount [H,W]; those that nothing casts are left out."""
    for front, back, amount in layers:
        if front.any() and back.any():
            yield cast(front, right, down, sigma) * back * amount


def cast_shadows(
    color: Array, layers: Layers, tone: Array, right: float = 3, down: float = 4, sigma: float = 3.0
) -> Array:
    """Darken the picture towards `tone` where one layer shades another."""
    for shadow in shadows(layers, right, down, sigma):
        color = color * mix(WHITE, tone, shadow)
    return single(color)


def falloff(g: FineGBuffer, source: Mask, reach: float) -> Array:
    """1 beside a mask, 0 at `reach` and inside it."""
    return smooth(reach, 0, g.distance_to(source)) * ~source


def glow(g: FineGBuffer, color: Array, sources: Iterable[tuple[str, float, float]], tone: Array) -> Array:
    """Light around what shines; `sources` are material, reach and strength."""
    for name, reach, amount in sources:
        source = g.mask(name)
        if source.any():
            light = falloff(g, source, reach)
            color = color + (amount * light * light)[..., None] * tone * (0.30 + 0.70 * color)
    return single(color)


# ---- things -----------------------------------------------------------------------------------


def contact_shadow(g: FineGBuffer, color: Array, tone: Array, amount: float) -> Array:
    """A soft shadow of things, close to them."""
    thing = g.is_thing.astype(np.float32)
    return color * mix(WHITE, tone, cast(thing, 2, 3, 2.2) * (1 - thing) * amount)


def coin_shine(g: FineGBuffer, color: Array, tone: Array, amount: float) -> Array:
    """Coins light what lies behind them."""
    coin = g.mask("coin")
    if not coin.any():
        return color
    shine = smooth(9, 0, g.distance_to(coin)) * ~g.is_thing
    return single(color + (amount * shine * shine)[..., None] * tone)


def outline(g: FineGBuffer, color: Array, tone: Array, amount: float) -> Array:
    """A dark line just inside each thing: its colours times `tone`."""
    return mix(color, color * tone, g.is_thing.astype(np.float32) * smooth(1.5, 0.5, g.border) * amount)


def gap_around(g: FineGBuffer, wide: float, narrow: float) -> Array:
    """1 around things, up to `narrow` pixels away, 0 from `wide` and inside them."""
    return smooth(wide, narrow, g.distance_to(g.is_thing)) * ~g.is_thing
