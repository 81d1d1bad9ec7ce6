"""What every painter works with: the supersampled G-buffer, distances to borders, and a few brushes.

A painter is a pure function of the `GBuffer`. So that a small student can follow it, the colour of
a pixel may depend on: its material and the materials within about 20 px; its own noise channels
(`g.noise`, never the noise of a neighbour); its own place on its texture (`g.texture`); and the
plain colour where the material is one of `TINTED`. Lengths are output pixels unless a name says tiles.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from reskin.engine.frame import MATERIAL_INDEX, Frame
from reskin.neural_renderer import materials, noise
from reskin.neural_renderer.noise import WARP_X, WARP_Y

Array = NDArray[np.float32]
Mask = NDArray[np.bool_]

SCALE: Final = 2
"""Samples per output pixel along each axis."""
REACH: Final = 24.0
"""Distances are capped here, in output pixels: further than a student can see."""
TINTED: Final = materials.ALBEDO_MATERIALS
"""Materials whose plain colour a painter must let show; it may use no other's."""


@dataclass(frozen=True, eq=False)
class GBuffer:
    """What a painter may look at, at `SCALE` samples per pixel along each axis ([H,W] = 2x the frame).

    material int16 [H,W]; identity int32 [H,W]; color float32 [H,W,3] RGB 0..1; anchor float32
    [H,W,2] tiles (0..1 over a thing); warp float, tiles: the amplitude by which texture
    coordinates of the world (not of things) are displaced by smooth noise.
    """

    material: NDArray[np.int16]
    identity: NDArray[np.int32]
    color: Array
    anchor: Array
    warp: float = 0.0

    @property
    def shape(self) -> tuple[int, int]:
        return self.material.shape[0], self.material.shape[1]

    def mask(self, *names: str) -> Mask:
        """Where the material is one of `names`."""
        return np.isin(self.material, [MATERIAL_INDEX[n] for n in names])

    @cached_property
    def noise(self) -> Array:
        """float32 [H,W,16] in 0..1: the channels of `neural_renderer.noise` at this pixel's anchor."""
        return noise.sample(self.anchor, materials.NOISE_SCALE[self.material])

    @cached_property
    def texture(self) -> Array:
        """float32 [H,W,2], tiles: where the pixel lies on its surface, warped where the painter warps.

        Periodic detail (bricks, planks, studs, faces) must be a function of `texture` modulo the
        material's span (`materials.TILE_SPAN`: 2 tiles for terrain, 1 for things, 4 hills, 16 sky).
        """
        if not self.warp:
            return self.anchor
        shift = self.noise[..., (WARP_X, WARP_Y)] - np.float32(0.5)
        return np.where(
            materials.IS_THING[self.material][..., None], self.anchor, self.anchor + self.warp * shift
        )

    @cached_property
    def is_thing(self) -> Mask:
        return materials.IS_THING[self.material]

    # Distances, in output pixels, capped at REACH; 0 inside `mask` itself.
    def up(self, mask: Mask) -> Array:
        """How far above this pixel the nearest pixel of `mask` is."""
        return _run(mask, 0)

    def down(self, mask: Mask) -> Array:
        return _run(mask[::-1], 0)[::-1]

    def left(self, mask: Mask) -> Array:
        return _run(mask, 1)

    def right(self, mask: Mask) -> Array:
        return _run(mask[:, ::-1], 1)[:, ::-1]

    def near(self, mask: Mask) -> Array:
        """Euclidean distance to the nearest pixel of `mask`."""
        if not mask.any():
            return np.full(mask.shape, REACH, np.float32)
        distance = ndimage.distance_transform_edt(~mask) / SCALE
        return np.minimum(distance, REACH).astype(np.float32)

    @cached_property
    def border(self) -> Array:
        """Euclidean distance to the nearest border between materials or between things."""
        label = self.material.astype(np.int32) * 65536 + np.where(self.is_thing, self.identity, 0)
        edge = np.zeros(label.shape, bool)
        across, along = label[:, 1:] != label[:, :-1], label[1:] != label[:-1]
        edge[:, 1:] |= across
        edge[:, :-1] |= across
        edge[1:] |= along
        edge[:-1] |= along
        return self.near(edge)


def gbuffer(frame: Frame, warp: float = 0.0) -> GBuffer:
    """Supersample a frame's G-buffer. Diagonal borders are rounded by the EPX rule (Johnston 1992),
    so that silhouettes come out smooth, and anchors stay exact at the new sample positions."""
    if frame.material is None or frame.anchor is None:
        raise ValueError("a painter needs a frame with material and anchor; got one with colours alone")
    identity = (
        np.zeros_like(frame.material, np.int64) if frame.identity is None else frame.identity.astype(np.int64)
    )
    rgb = frame.rgb()
    packed = (rgb[..., 0].astype(np.int64) << 16) | (rgb[..., 1].astype(np.int64) << 8) | rgb[..., 2]
    label = (identity << 32) | (frame.material.astype(np.int64) << 24) | packed
    rows, columns = _epx_sources(label)
    y, x = np.mgrid[0 : rows.shape[0], 0 : rows.shape[1]].astype(np.float32)
    dy, dx = (y + 0.5) / SCALE - (rows + 0.5), (x + 0.5) / SCALE - (columns + 0.5)
    anchor = frame.anchor.astype(np.float32)
    step_x, step_y = _gradients(anchor, label >> 24, frame.tile)
    fine = anchor[rows, columns]
    fine[..., 0] += dx * step_x[rows, columns]
    fine[..., 1] += dy * step_y[rows, columns]
    return GBuffer(
        material=frame.material[rows, columns].astype(np.int16),
        identity=identity[rows, columns].astype(np.int32),
        color=(rgb[rows, columns] / np.float32(255)).astype(np.float32),
        anchor=fine.astype(np.float32),
        warp=warp,
    )


def downsample(picture: Array) -> Array:
    """Average SCALE x SCALE samples: float32 [2H,2W,3] to [H,W,3], clipped to 0..1."""
    h, w = picture.shape[0] // SCALE, picture.shape[1] // SCALE
    return np.clip(picture.reshape(h, SCALE, w, SCALE, -1).mean((1, 3)), 0, 1).astype(np.float32)


# ---- brushes ----------------------------------------------------------------------------------


def smooth(low: float | Array, high: float | Array, x: Array | float) -> Array:
    """Smoothstep: 0 at `low`, 1 at `high`; falls where low > high."""
    t = np.clip((np.asarray(x, np.float32) - low) / (np.asarray(high, np.float32) - low), 0, 1)
    return (t * t * (3 - 2 * t)).astype(np.float32)


def rgb(*values: float) -> Array:
    """A colour 0..1 that broadcasts over [H,W,3]."""
    return np.array(values, np.float32)


def mix(a: Array, b: Array, t: Array | float) -> Array:
    """Blend colours [...,3] by t [...] (0 gives a, 1 gives b)."""
    weight = np.asarray(t, np.float32)
    weight = weight[..., None] if weight.ndim == 2 else weight
    return (a + (b - a) * weight).astype(np.float32)


def ramp(x: Array, *stops: tuple[float, Sequence[float]]) -> Array:
    """Colours [...,3] by linear interpolation of x between (position, rgb) stops."""
    positions = [p for p, _ in stops]
    return np.stack([np.interp(x, positions, [c[i] for _, c in stops]) for i in range(3)], -1).astype(
        np.float32
    )


def blur(field: Array, sigma: float) -> Array:
    """Gaussian blur of [H,W] or [H,W,C]; sigma in output pixels, at most about 7."""
    axes = (sigma * SCALE, sigma * SCALE) + (0,) * (field.ndim - 2)
    return ndimage.gaussian_filter(field.astype(np.float32), axes, mode="nearest", truncate=2.5)


def shift(field: Array, dx: float, dy: float) -> Array:
    """Move [H,W] by whole samples, in output pixels to the right and down, replicating the border."""
    sx, sy = round(dx * SCALE), round(dy * SCALE)
    h, w = field.shape[:2]
    return field[np.clip(np.arange(h) - sy, 0, h - 1)][:, np.clip(np.arange(w) - sx, 0, w - 1)]


def disc(u: Array, v: Array, cx: float, cy: float, radius: float, soft: float = 0.03) -> Array:
    """Coverage 0..1 of a disc in any units."""
    return smooth(radius + soft, radius - soft, np.hypot(u - cx, v - cy))


def box(u: Array, v: Array, x0: float, y0: float, x1: float, y1: float, soft: float = 0.02) -> Array:
    """Coverage 0..1 of an axis-aligned box in any units."""
    inside_x = smooth(x0 - soft, x0 + soft, u) * smooth(x1 + soft, x1 - soft, u)
    return inside_x * smooth(y0 - soft, y0 + soft, v) * smooth(y1 + soft, y1 - soft, v)


@dataclass(frozen=True)
class Painter:
    """A theme's teacher: `paint` maps a GBuffer to float32 [H,W,3] RGB; `warp` is passed to it. `key`
    changes whenever its pictures would for a reason that lies outside the code."""

    name: str
    title: str
    paint: Callable[[GBuffer], Array]
    warp: float = 0.0
    key: str = ""

    def __call__(self, frame: Frame) -> Array:
        """The painted frame at the frame's own size: float32 [H,W,3], RGB 0..1."""
        return downsample(self.paint(gbuffer(frame, self.warp)))


def _run(mask: Mask, axis: int) -> Array:
    index = np.arange(mask.shape[axis])
    index = index[:, None] if axis == 0 else index[None, :]
    last = np.maximum.accumulate(np.where(mask, index, -10_000), axis=axis)
    return np.minimum((index - last) / SCALE, REACH).astype(np.float32)


def _epx_sources(label: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each of the 2H x 2W samples, the source pixel's row and column."""
    h, w = label.shape
    padded = np.pad(label, 1, mode="edge")
    up, down = padded[:-2, 1:-1], padded[2:, 1:-1]
    left, right = padded[1:-1, :-2], padded[1:-1, 2:]
    row, column = np.mgrid[0:h, 0:w]
    rows = np.empty((2 * h, 2 * w), np.int64)
    columns = np.empty_like(rows)
    corners = (
        (0, 0, left, up, down, right, 0, -1),
        (0, 1, up, right, left, down, -1, 0),
        (1, 0, down, left, right, up, 1, 0),
        (1, 1, right, down, up, left, 0, 1),
    )
    for oy, ox, first, second, other_first, other_second, ry, rx in corners:
        take = (first == second) & (first != other_first) & (second != other_second)
        rows[oy::2, ox::2] = np.clip(row + np.where(take, ry, 0), 0, h - 1)
        columns[oy::2, ox::2] = np.clip(column + np.where(take, rx, 0), 0, w - 1)
    return rows, columns


def _gradients(anchor: Array, label: NDArray[np.int64], tile: float) -> tuple[Array, Array]:
    """d(anchor)/d(pixel) along x and y, from a neighbour of the same surface, else 1 / tile."""
    step = [np.full(label.shape, 1 / tile, np.float32) for _ in range(2)]
    same = label[:, 1:] == label[:, :-1]
    delta = anchor[:, 1:, 0] - anchor[:, :-1, 0]
    step[0][:, 1:][same] = delta[same]
    step[0][:, :-1][same] = delta[same]
    same = label[1:] == label[:-1]
    delta = anchor[1:, :, 1] - anchor[:-1, :, 1]
    step[1][1:][same] = delta[same]
    step[1][:-1][same] = delta[same]
    return step[0], step[1]
