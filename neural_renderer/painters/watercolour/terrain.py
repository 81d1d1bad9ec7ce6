"""The watercolour painter's terrain: plates of brushwork, drawn once; each repeats every two tiles.

They are read at texture coordinates, so that a network can learn what is on them as a texture.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np

from reskin.neural_renderer import noise
from reskin.neural_renderer.painters.kit.brushes import Array

PERIOD: Final = 64.0
"""A plate's side in pixels at 32 px a tile."""
SAMPLES: Final = 128
"""Samples along a plate: two a pixel."""


def read_watercolour_plate(plate: Array, x: Array, y: Array) -> Array:
    """A plate [128,128,C] at places [...] in pixels at 32 px a tile: [...,C], bilinear; it repeats."""
    at_x, at_y = x * 2 - 0.5, y * 2 - 0.5
    x0, y0 = np.floor(at_x).astype(np.int64), np.floor(at_y).astype(np.int64)
    fx, fy = (at_x - x0)[..., None], (at_y - y0)[..., None]
    x0, y0, x1, y1 = x0 % SAMPLES, y0 % SAMPLES, (x0 + 1) % SAMPLES, (y0 + 1) % SAMPLES
    top = plate[y0, x0] * (1 - fx) + plate[y0, x1] * fx
    return (top * (1 - fy) + (plate[y1, x0] * (1 - fx) + plate[y1, x1] * fx) * fy).astype(np.float32)


@cache
def watercolour_grain() -> Array:
    """Pigment that settled in the grain of the paper: [128,128,1], zero mean, about -1..1."""
    return (0.6 * _band(21, 4.2) + 0.4 * _band(22, 9.0))[..., None]


@cache
def watercolour_dabs(seed: int, pitch: float, long: float, wide: float, angle: float, spread: float) -> Array:
    """Overlapping brush dabs, radii `long` x `wide` px, on a jittered grid: [128,128,3].

    Channels: tone of the topmost dab 0..1; its dark pigment rim 0..1; how many dabs lie there, 0..1.
    """
    count = round(PERIOD / pitch)
    y, x = (np.mgrid[0:SAMPLES, 0:SAMPLES] + 0.5) / 2
    tone, rim, cover = np.full_like(x, 0.5), np.zeros_like(x), np.zeros_like(x)
    order = np.argsort(noise.hash01(np.arange(count * count), seed + 90))
    wander = noise.hash01(np.arange(count * count * 4), seed).reshape(-1, 4)
    for i in order:
        jx, jy, turn, value = wander[i]
        dx = (x - (i % count + jx) * pitch + PERIOD / 2) % PERIOD - PERIOD / 2
        dy = (y - (i // count + jy) * pitch + PERIOD / 2) % PERIOD - PERIOD / 2
        c, s = np.cos(angle + spread * (turn - 0.5)), np.sin(angle + spread * (turn - 0.5))
        along, side = (dx * c + dy * s) / long, (dy * c - dx * s) / wide
        d = np.hypot(along, side * (1 + 0.35 * np.abs(along)))
        body = np.clip((1.12 - d) / 0.3, 0, 1)
        tone += (value - tone) * body
        rim += (np.clip((d - 0.55) / 0.4, 0, 1) - rim) * body
        cover += 0.5 * body
    return np.stack([tone, rim, np.clip(cover, 0, 1)], -1).astype(np.float32)


@cache
def stone_hatching() -> Array:
    """Short parallel pen strokes from the upper right to the lower left: [128,128,1] coverage."""
    return watercolour_dabs(61, 5.33, 4.2, 0.75, -0.9, 0.22)[..., 2:] ** 0.7


def _band(seed: int, period: float) -> Array:
    """Periodic noise around `period` px, zero mean, about -1..1."""
    white = noise.hash01(np.arange(SAMPLES * SAMPLES), seed).reshape(SAMPLES, SAMPLES) - 0.5
    f = np.fft.fftfreq(SAMPLES, 0.5)
    radius = np.hypot(f[:, None], f[None]) * period
    field = np.fft.ifft2(np.fft.fft2(white) * np.exp(-(((radius - 1) / 0.4) ** 2))).real
    return np.clip(field / (2.2 * field.std()), -1, 1).astype(np.float32)
