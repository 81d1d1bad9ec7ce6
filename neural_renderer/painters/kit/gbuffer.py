"""What a painter sees of a frame: the G-buffer at two samples a pixel, and distances to borders.

A painter is a pure function of the `FineGBuffer`. The colour of a pixel may depend on its material and the
materials within about 20 px; on its own noise (`g.noise`), never that of a neighbour; on its own place on
its texture (`g.texture`); and on the plain colour of `materials.ALBEDO_MATERIALS`. A small network
cannot learn anything else. Lengths are output pixels unless a name says tiles.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from reskin.engine.frame import MATERIAL_INDEX, MATERIALS, THINGS, Frame
from reskin.neural_renderer import materials, noise
from reskin.neural_renderer.features import GBuffer, features
from reskin.neural_renderer.noise import WARP_X, WARP_Y
from reskin.neural_renderer.painters.kit.brushes import SCALE, Array, Mask

REACH: Final = 24.0
"""Distances are capped here, in output pixels: no network sees farther."""
_FAMILY: Final = np.arange(len(MATERIALS), dtype=np.int16)
_FAMILY[MATERIAL_INDEX["ore"]] = MATERIAL_INDEX["stone"]
_FAMILY.setflags(write=False)


@dataclass(frozen=True, eq=False)
class FineGBuffer:
    """What a painter may look at, at `SCALE` samples per pixel along each axis ([H,W] = 2x the frame).

    material int16 [H,W]; identity int32 [H,W]; color float32 [H,W,3] RGB 0..1; anchor float32 [H,W,2] tiles
    (0..1 over a thing); warp, tiles: how far smooth noise moves texture coordinates, but for those of things.
    """

    material: NDArray[np.int16]
    identity: NDArray[np.int32]
    color: Array
    anchor: Array
    warp: float = 0.0

    @classmethod
    def of(cls, g: GBuffer, warp: float = 0.0) -> FineGBuffer:
        """The G-buffer of a frame at `SCALE` samples a pixel.

        Diagonal borders are rounded by the EPX rule (Johnston 1992), so that silhouettes come out smooth.
        Anchors are exact at the new sample positions.
        """
        rgb = g.frame.rgb()
        packed = (rgb[..., 0].astype(np.int64) << 16) | (rgb[..., 1].astype(np.int64) << 8) | rgb[..., 2]
        surface_id = g.surface_id.astype(np.int64)
        rows, columns = _epx_sources((surface_id << 24) | packed)
        y, x = np.mgrid[0 : rows.shape[0], 0 : rows.shape[1]].astype(np.float32)
        dy, dx = (y + 0.5) / SCALE - (rows + 0.5), (x + 0.5) / SCALE - (columns + 0.5)
        step_x, step_y = _gradients(g.anchor, surface_id, g.frame.tile)
        fine = g.anchor[rows, columns]
        fine[..., 0] += dx * step_x[rows, columns]
        fine[..., 1] += dy * step_y[rows, columns]
        return cls(
            material=g.material[rows, columns].astype(np.int16),
            identity=(surface_id >> 8)[rows, columns].astype(np.int32),
            color=(rgb[rows, columns] / np.float32(255)).astype(np.float32),
            anchor=fine.astype(np.float32),
            warp=warp,
        )

    @property
    def shape(self) -> tuple[int, int]:
        return self.material.shape[0], self.material.shape[1]

    def mask(self, *names: str) -> Mask:
        """Where the material is one of `names`."""
        return np.isin(self.material, [MATERIAL_INDEX[n] for n in names])

    @cached_property
    def noise(self) -> Array:
        """float32 [H,W,16] in 0..1: the channels of `neural_renderer.noise` at this pixel's anchor."""
        return noise.sample_noise(self.anchor, materials.NOISE_SCALE[self.material])

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

    def distance_to(self, mask: Mask) -> Array:
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
        beside, below = label[:, 1:] != label[:, :-1], label[1:] != label[:-1]
        edge[:, 1:] |= beside
        edge[:, :-1] |= beside
        edge[1:] |= below
        edge[:-1] |= below
        return self.distance_to(edge)

    @cached_property
    def seam(self) -> Array:
        """As `border`, but for those between stone and ore: rock runs on around its gems."""
        return replace(self, material=_FAMILY[self.material]).border


def ranks(of: Mapping[str, int], others: int = 4, things: int = 5) -> NDArray[np.int16]:
    """int16 [M]: which material stands before which; the higher rank is nearer."""
    return np.array([things if m in THINGS else of.get(m, others) for m in MATERIALS], np.int16)


def downsample(picture: Array) -> Array:
    """Average SCALE x SCALE samples: float32 [2H,2W,3] to [H,W,3], clipped to 0..1."""
    h, w = picture.shape[0] // SCALE, picture.shape[1] // SCALE
    return np.clip(picture.reshape(h, SCALE, w, SCALE, -1).mean((1, 3)), 0, 1).astype(np.float32)


@dataclass(frozen=True)
class Painter:
    """What paints frames in one style: `paint` maps a FineGBuffer, made with `warp`, to float32 [H,W,3] RGB.
    `key` must change whenever its pictures would for a reason that lies outside the code."""

    name: str
    title: str
    paint: Callable[[FineGBuffer], Array]
    warp: float = 0.0
    key: str = ""

    def __call__(self, frame: Frame) -> Array:
        """The painted frame at the frame's own size: float32 [H,W,3], RGB 0..1."""
        if frame.material is None or frame.anchor is None:
            raise ValueError("a painter needs a frame with material and anchor; got one with colours alone")
        return downsample(self.paint(FineGBuffer.of(features(frame), self.warp)))


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
    for oy, ox, first, second, far_first, far_second, ry, rx in corners:
        take = (first == second) & (first != far_first) & (second != far_second)
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
