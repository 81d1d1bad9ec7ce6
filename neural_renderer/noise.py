"""Sixteen fixed noise textures that painters and students share.

A student can only learn detail that is a function of its inputs. So the only randomness of a painter is these
channels, sampled at the pixel's own anchor. All repeat after `PERIOD_TILES` tiles and are uniform on 0..255
(rank-normalised) unless the table says otherwise. They are made from an integer hash, so that every machine
has the same ones.

| channel | what it is                                             |
|---------|--------------------------------------------------------|
| N64 .. N2 | isotropic, band-passed at 64, 24, 10, 5 and 2.6 px    |
| SV, SH  | streaks: vertical (3.2 x 16 px), horizontal (24 x 3.2) |
| TILE    | one value for each tile                                |
| E24 E10 E5 | relief: difference of N24, N10, N5 towards the upper left |
| CELL_EDGE | Worley F2 - F1, cells of about 13 px: 0 on borders      |
| CELL    | one value for each of those cells                      |
| CELL_ROUND | Worley F1: 0 at a cell's centre                       |
| WARP_X, WARP_Y | smooth, 40 px: for warping hand-drawn coordinates |
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

SIZE: Final = 512
TEXELS_PER_TILE: Final = 32
PERIOD_TILES: Final = SIZE // TEXELS_PER_TILE
CHANNELS: Final = 16
VERSION: Final = 1

(N64, N24, N10, N5, N2, SV, SH, TILE, E24, E10, E5, CELL_EDGE, CELL, CELL_ROUND, WARP_X, WARP_Y) = range(16)


@cache
def noise_textures() -> NDArray[np.uint8]:
    """All channels, uint8 [SIZE, SIZE, CHANNELS]; computed once a process (about half a second)."""
    planes: list[NDArray[np.float32]] = [
        _band(1, 64, 64), _band(2, 24, 24), _band(3, 10, 10), _band(4, 5, 5), _band(5, 2.6, 2.6),
        _band(6, 3.2, 16), _band(7, 24, 3.2), _per_tile(8),
    ]  # fmt: skip
    planes += [_relief(planes[N24], 4), _relief(planes[N10], 3), _relief(planes[N5], 2)]
    planes += _worley(9, 39)
    planes += [_band(10, 40, 40), _band(11, 40, 40)]
    stack = np.stack(planes, axis=-1)
    result = np.rint(stack * 255).astype(np.uint8)
    result.setflags(write=False)
    return result


def sample_noise(
    anchor: NDArray[np.floating], scale: NDArray[np.floating] | float = 1.0
) -> NDArray[np.float32]:
    """Noise at anchors [..., 2] in tiles: float32 [..., CHANNELS] in 0..1, bilinear, periodic.

    A texel's centre lies at `(i + 0.5) / TEXELS_PER_TILE`, so that at 32 px a tile and whole-pixel
    scrolling every pixel reads exactly one texel.
    """
    position = np.asarray(anchor, np.float32) * (np.asarray(scale, np.float32) * TEXELS_PER_TILE) - 0.5
    return (sample_bilinear(noise_textures(), position) / np.float32(255)).astype(np.float32)


def sample_bilinear(table: NDArray[Any], place: NDArray[np.floating]) -> NDArray[np.float32]:
    """A square table [N,N,C], repeating, at places [...,2] in texels, x and y: bilinear, float32 [...,C]."""
    size, low = len(table), np.floor(place)
    fraction = (place - low).astype(np.float32)
    x0 = low[..., 0].astype(np.int64) % size
    y0 = low[..., 1].astype(np.int64) % size
    x1, y1 = (x0 + 1) % size, (y0 + 1) % size
    fx, fy = fraction[..., :1], fraction[..., 1:]
    top = table[y0, x0] * (1 - fx) + table[y0, x1] * fx
    bottom = table[y1, x0] * (1 - fx) + table[y1, x1] * fx
    return np.asarray(top * (1 - fy) + bottom * fy, np.float32)


def hash01(values: NDArray[np.integer], seed: int) -> NDArray[np.float64]:
    """Uniform 0..1 from integers, the same on every machine (the finaliser of SplitMix64)."""
    with np.errstate(over="ignore"):
        z = values.astype(np.uint64) + np.uint64(seed) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(11)).astype(np.float64) / float(1 << 53)


def _white(seed: int, count: int) -> NDArray[np.float64]:
    return hash01(np.arange(1, count + 1), seed)


def _uniform(field: NDArray[np.floating]) -> NDArray[np.float32]:
    """Replace each value by its rank, so that the histogram is flat on 0..1."""
    ranks = np.empty(field.size, np.float32)
    ranks[np.argsort(field, axis=None, kind="stable")] = np.linspace(0, 1, field.size, dtype=np.float32)
    return ranks.reshape(field.shape)


def _band(seed: int, period_x: float, period_y: float) -> NDArray[np.float32]:
    """White noise, band-passed around the given periods in texels."""
    spectrum = np.fft.rfft2(_white(seed, SIZE * SIZE).reshape(SIZE, SIZE) - 0.5)
    fy = np.fft.fftfreq(SIZE)[:, None] * period_y
    fx = np.fft.rfftfreq(SIZE)[None] * period_x
    radius = np.sqrt(fx * fx + fy * fy)
    return _uniform(np.fft.irfft2(spectrum * np.exp(-(((radius - 0.75) / 0.38) ** 2)), (SIZE, SIZE)))


def _per_tile(seed: int) -> NDArray[np.float32]:
    values = _white(seed, PERIOD_TILES * PERIOD_TILES).reshape(PERIOD_TILES, PERIOD_TILES)
    return np.kron(_uniform(values), np.ones((TEXELS_PER_TILE, TEXELS_PER_TILE), np.float32))


def _relief(plane: NDArray[np.float32], step: int) -> NDArray[np.float32]:
    """0.5 where flat, above where the surface faces a light from the upper left."""
    relief: NDArray[np.float32] = np.clip(0.5 + 0.5 * (plane - np.roll(plane, (step, step), (0, 1))), 0, 1)
    return relief


def _worley(seed: int, cells: int) -> list[NDArray[np.float32]]:
    """Cellular noise on a jittered periodic grid: edge (F2 - F1), value of the cell, F1."""
    pitch = SIZE / cells
    jitter = _white(seed, cells * cells * 2).reshape(cells, cells, 2) * 0.8 + 0.1
    value = _uniform(_white(seed + 50, cells * cells).reshape(cells, cells))
    y, x = np.mgrid[0:SIZE, 0:SIZE] + 0.5
    cy, cx = (y // pitch).astype(int), (x // pitch).astype(int)
    nearest = np.full((SIZE, SIZE), np.inf)
    second = np.full((SIZE, SIZE), np.inf)
    owner = np.zeros((SIZE, SIZE))
    for dy in range(-2, 3):
        for dx in range(-2, 3):
            gy, gx = cy + dy, cx + dx
            point = jitter[gy % cells, gx % cells]
            distance = np.hypot(x - (gx + point[..., 0]) * pitch, y - (gy + point[..., 1]) * pitch)
            closer = distance < nearest
            second = np.where(closer, nearest, np.minimum(second, distance))
            owner = np.where(closer, value[gy % cells, gx % cells], owner)
            nearest = np.where(closer, distance, nearest)
    edge = np.clip((second - nearest) / (0.8 * pitch), 0, 1)
    return [
        edge.astype(np.float32),
        owner.astype(np.float32),
        np.clip(nearest / pitch, 0, 1).astype(np.float32),
    ]
